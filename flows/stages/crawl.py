"""Crawling: which sources, each in a process of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

from flows.progress import Tell, silent
from flows.retry import again
from pipeline.settings import Settings
from pipeline.store import Store
from pipeline.store.rows import SourceRow
from spiders.crawl import CrawlResult, crawl_source
from spiders.pace import Clock, hosts_of, utc_now
from spiders.source import Source, SourceError, load_sources

AT_ONCE = 4
"""Sources crawled at once by one process here; each crawl is a process."""


def choose_sources(folder: Path, only: Sequence[str] = ()) -> list[Source]:
    """The enabled sources of a folder; ``only`` these ids, where given. Raises SourceError."""
    sources = load_sources(folder)
    known = {source.id for source in sources}
    if missing := [name for name in only if name not in known]:
        raise SourceError(
            f"{folder}: no source {', '.join(missing)} here; there are {', '.join(sorted(known))}"
        )
    chosen = [source for source in sources if source.id in only or (not only and source.enabled)]
    if not chosen:
        raise SourceError(f"{folder}: all sources here are switched off (enabled: false)")
    return chosen


def sync_sources(store: Store, sources: Iterable[Source]) -> None:
    """Store what the source files say."""
    store.sources.upsert(
        SourceRow(
            id=source.id,
            name=source.name,
            kind=source.kind,
            url=source.urls[0],
            language=source.language,
            country=source.country,
            expected_per_day=source.expect.articles_per_day,
            enabled=source.enabled,
            verified=source.verified if isinstance(source.verified, date) else None,
            timezone=source.timezone,
            expected_fields=source.expect.fields,
        )
        for source in sources
    )


def crawl_one(
    store: Store,
    source: Source,
    run_id: int,
    settings: Settings,
    tell: Tell = silent,
    *,
    clock: Clock = utc_now,
    patient: bool = True,
) -> CrawlResult:
    """Crawl one source; not ``patient``: also on hosts that asked to be left alone.

    Raises RetryableStoreError where the database does not answer.
    """
    with _alone_on(hosts_of(source)):
        result = crawl_source(
            source,
            store=store,
            run_id=run_id,
            settings=settings,
            on_progress=lambda counts: tell(f"crawl {source.id}", sum(counts.values())),
            clock=clock,
            patient=patient,
        )
    tell(f"crawl {source.id}", result.listed, result.listed, "" if result.ok else "failed, see below")
    return result


@contextmanager
def _alone_on(hosts: Iterable[str]) -> Iterator[None]:
    """Hold some hosts for one crawl: its delay counts for the host, not for each of the host's sources."""
    with ExitStack() as held:
        for host in sorted(hosts):  # in one order, so that nobody waits in a circle
            with _hosts_lock:
                lock = _hosts.setdefault(host, threading.Lock())
            held.enter_context(lock)
        yield


_hosts: dict[str, threading.Lock] = {}
_hosts_lock = threading.Lock()


def crawl_all(
    store: Store,
    sources: Sequence[Source],
    run_id: int,
    settings: Settings,
    tell: Tell = silent,
    *,
    clock: Clock = utc_now,
    patient: bool = True,
) -> list[CrawlResult]:
    """Crawl all sources, some at once. One that fails does not keep the others from ending well."""

    def one(source: Source) -> CrawlResult:
        try:
            return again(
                lambda: crawl_one(store, source, run_id, settings, tell, clock=clock, patient=patient)
            )
        except OSError as error:
            return CrawlResult(source.id, "failed", error=f"the crawl could not be started: {error}")

    with ThreadPoolExecutor(min(AT_ONCE, len(sources) or 1), thread_name_prefix="crawl") as threads:
        return list(threads.map(one, sources))
