"""One source's crawl, from outside: starts the child process that fetches, watches over it, gives its result.

Each crawl is a process of its own (``python -m spiders.worker``): Twisted's reactor cannot be started twice
in one, a crash or a runaway feed takes nothing else with it, and what it held in memory is gone with it.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import IO, Any, Protocol

from pipeline.settings import Settings, get_settings
from spiders.pace import Clock, note_pace, utc_now
from spiders.source import Source

logger = logging.getLogger(__name__)

GRACE = 60.0
"""Seconds that a crawl may take longer than ``crawl_timeout`` (it ends itself then) before it is killed."""

WORKER = (sys.executable, "-m", "spiders.worker")
"""The child's command."""

_LAST_LINES = 40


@dataclass(frozen=True, slots=True)
class FeedResult:
    """What one feed, sitemap or listing gave.

    ``outcome``: ok, not_modified (304), unchanged (same bytes), left_alone (its host asked for that), or why
    it failed, in words of the store's outcomes. ``entries`` it listed, of which ``passed_over`` are not the
    source's (other pages, too old, not allowed).
    """

    url: str
    outcome: str
    entries: int = 0
    passed_over: int = 0
    detail: str | None = None

    @property
    def ok(self) -> bool:
        """Whether it could be read."""
        return self.outcome in ("ok", "not_modified", "unchanged", "left_alone")


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """How one source's crawl ended.

    ``outcomes`` count every listed URL exactly once (keys of ``pipeline.store.outcomes.OUTCOMES``;
    "fetched" waits for extraction), so they add up to ``listed``. ``state`` "failed" names its reason in
    ``error``; what was fetched until then is stored all the same. ``waits``: hosts that asked us to stay
    away, and for how many seconds more. ``poll_after``: seconds until a look is worth it again, by how often
    the source really publishes; by the failures in a row where it failed.
    """

    source: str
    state: str
    outcomes: Mapping[str, int] = field(default_factory=dict)
    listed: int = 0
    feeds: tuple[FeedResult, ...] = ()
    error: str | None = None
    seconds: float = 0.0
    waits: Mapping[str, float] = field(default_factory=dict)
    poll_after: float | None = None

    @property
    def ok(self) -> bool:
        """Whether the source ended well."""
        return self.state == "ok"


class AlreadyCrawling(RuntimeError):
    """A source's crawl was begun while another one of it runs in this process."""


_under_way: set[tuple[str, str]] = set()
_lock = threading.Lock()


class CrawlStore(Protocol):
    """What is needed of a ``pipeline.store`` Store here."""

    @property
    def runs(self) -> Any: ...

    @property
    def pace(self) -> Any: ...

    @property
    def url(self) -> str: ...


def crawl_source(
    source: Source,
    *,
    store: CrawlStore,
    run_id: int,
    database_url: str | None = None,
    settings: Settings | None = None,
    on_progress: Callable[[Mapping[str, int]], None] | None = None,
    clock: Clock = utc_now,
    patient: bool = True,
) -> CrawlResult:
    """Crawl ``source`` once within run ``run_id``, in a child process; blocks until it ended.

    The source's row must be in the store (``store.sources.upsert``). Pages go to ``settings.archive``,
    their rows and outcomes to ``store``'s database (``database_url`` where the child reaches it otherwise).
    ``on_progress`` gets the outcomes so far now and then, from another thread. A crawl that fails, is
    killed or overruns its time gives a result with state "failed"; errors of the store raise StoreError. By
    ``clock`` it is noted when the source is due again, and which hosts asked to be left alone; these are not
    asked, unless not ``patient``. A second crawl of the same source at the same time, from this process,
    raises AlreadyCrawling.
    """
    settings = settings or get_settings()
    with _alone(store.url, source.id):
        return _crawl(source, store, run_id, database_url, settings, on_progress, clock, patient)


def _crawl(
    source: Source,
    store: CrawlStore,
    run_id: int,
    database_url: str | None,
    settings: Settings,
    on_progress: Callable[[Mapping[str, int]], None] | None,
    clock: Clock,
    patient: bool,
) -> CrawlResult:
    start = clock()
    left_alone = store.pace.left_alone(start) if patient else {}
    attempts = store.runs.start_crawl(run_id, source.id).attempts
    began = time.monotonic()
    job = {
        "source": source.model_dump(mode="json"),
        "run_id": run_id,
        "database_url": database_url or store.url,
        "settings": settings.model_dump(mode="json"),
        "left_alone": {host: (until - start).total_seconds() for host, until in left_alone.items()},
    }

    def take(message: dict[str, Any]) -> None:
        if on_progress is not None and "progress" in message:
            on_progress(message["progress"])

    rhythm, more = None, False
    result = run_worker(source.id, job, settings.crawl_timeout + GRACE, take)
    seconds = time.monotonic() - began
    if isinstance(result, str):
        counted = _counted(store, run_id, source.id)
        crawl = CrawlResult(
            source.id, "failed", counted, sum(counted.values()), error=result, seconds=seconds
        )
    else:
        feeds = tuple(FeedResult(**feed) for feed in result.pop("feeds"))
        rhythm, more = result.pop("rhythm"), result.pop("more")
        if attempts > 1:
            # Begun again in the same run: what the attempts before recorded belongs to it.
            counted = _counted(store, run_id, source.id)
            result |= {"outcomes": counted, "listed": sum(counted.values())}
        crawl = CrawlResult(source=source.id, feeds=feeds, seconds=seconds, **result)
    store.runs.finish_crawl(run_id, source.id, crawl.state, crawl.error)
    return replace(crawl, poll_after=note_pace(source, crawl, store, start, clock(), rhythm, more=more))


@contextmanager
def _alone(database: str, source: str) -> Iterator[None]:
    """Hold a source for one crawl of this process."""
    with _lock:
        if (database, source) in _under_way:
            raise AlreadyCrawling(
                f"{source} is being crawled by this process already; wait until that crawl has ended"
            )
        _under_way.add((database, source))
    try:
        yield
    finally:
        with _lock:
            _under_way.discard((database, source))


def _counted(store: CrawlStore, run_id: int, source: str) -> dict[str, int]:
    return {row.outcome: row.count for row in store.runs.outcomes(run_id) if row.source == source}


def run_worker(
    name: str, job: dict[str, Any], limit: float, take: Callable[[dict[str, Any]], None]
) -> dict[str, Any] | str:
    """Run a child process on ``job`` for at most ``limit`` seconds: its result, or why there is none.

    ``take`` gets its other messages, from another thread.
    """
    child = subprocess.Popen(
        WORKER,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    assert child.stdin and child.stdout and child.stderr
    results: list[dict[str, Any]] = []
    last: deque[str] = deque(maxlen=_LAST_LINES)
    readers = [
        threading.Thread(target=_read_results, args=(child.stdout, results, take), daemon=True),
        threading.Thread(target=_read_log, args=(child.stderr, name, last), daemon=True),
    ]
    for reader in readers:
        reader.start()
    try:
        with suppress(BrokenPipeError):
            # The pipe stays open: the child ends itself when we are gone and it closes.
            child.stdin.write(json.dumps(job) + "\n")
            child.stdin.flush()
        try:
            code = child.wait(limit)
        except subprocess.TimeoutExpired:
            return f"took longer than {limit:.0f} seconds and was stopped"
    finally:
        if child.poll() is None:
            _stop(child)
        for reader in readers:
            reader.join(10)
        for pipe in (child.stdin, child.stdout, child.stderr):
            with suppress(BrokenPipeError):
                pipe.close()
    if results:
        return results[-1]
    why = next((line for line in reversed(last) if line.strip()), "no message")
    how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
    return f"the crawl process died {how}: {why[:500]}"


def _stop(child: subprocess.Popen[str]) -> None:
    child.terminate()
    try:
        child.wait(5)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _read_results(
    stream: IO[str], results: list[dict[str, Any]], take: Callable[[dict[str, Any]], None]
) -> None:
    for line in stream:
        try:
            message = json.loads(line)
        except ValueError:
            logger.warning("the crawl process printed what is no message: %.200s", line.rstrip())
            continue
        if "result" in message:
            results.append(message["result"])
        else:
            take(message)


def _read_log(stream: IO[str], name: str, last: deque[str]) -> None:
    for line in stream:
        text = line.rstrip()
        last.append(text)
        level = next((level for level in ("ERROR", "CRITICAL", "WARNING") if f"{level}:" in text[:60]), None)
        logger.log(logging.getLevelName(level) if level else logging.DEBUG, "%s: %s", name, text)
