"""The process that crawls one source: ``python -m spiders.worker``, a job as one JSON line on stdin.

Prints JSON lines: ``{"progress": {…}}`` now and then, ``{"result": {…}}`` once. The log goes to stderr. It
ends itself when stdin closes, since then the one who started it is gone.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess

from pipeline.settings import Settings
from pipeline.store import open_store
from spiders.archive import Archive
from spiders.politeness import patience
from spiders.recorder import Recorder
from spiders.settings import scrapy_settings
from spiders.source import Limits, Source
from spiders.spiders.base import SourceSpider
from spiders.spiders.fetch import FetchSpider
from spiders.spiders.kinds import SPIDERS

logger = logging.getLogger(__name__)

_TOLD_BY_US = (
    "scrapy.downloadermiddlewares.robotstxt",
    "scrapy.downloadermiddlewares.httpcompression",
    "scrapy.core.downloader.handlers.http11",
)

HURRY = 30.0
"""Seconds after the end of the crawl's time when what is still under way is given up."""


def main() -> int:
    """Read the job, crawl, print the result."""
    out = sys.stdout
    sys.stdout = sys.stderr
    # The recorder's thread waits for the database many times a page; each time it must get back in beside
    # the reactor.
    sys.setswitchinterval(0.0005)
    job = json.loads(sys.stdin.readline())
    threading.Thread(target=_watch_parent, daemon=True).start()
    settings = Settings.model_validate(job["settings"])
    say_lock = threading.Lock()

    def say(message: dict[str, Any]) -> None:
        with say_lock:
            out.write(json.dumps(message) + "\n")
            out.flush()

    if job.get("task") == "fetch":
        _fetch(job, settings, say)
        say({"result": {}})
        return 0
    source = Source.model_validate(job["source"])
    for host, seconds in job.get("left_alone", {}).items():
        patience.asked(host, seconds)
    with open_store(job["database_url"], migrate=False, max_connections=3) as store:
        archive = Archive(settings.archive, user_agent=settings.full_user_agent)
        recorder = Recorder(store, archive, run_id=job["run_id"], source=source.id)
        say({"result": _crawl(source, settings, store, recorder, say)})
    return 0


def _fetch(job: dict[str, Any], settings: Settings, say: Any) -> None:
    source = Source(
        id="fetch",
        name="fetch",
        language=job["language"],
        kind="pages",
        urls=tuple(job["urls"][:1]),
        domains=("*",) if job["any_site"] else (),
        limits=Limits(retries=1),
    )
    process = AsyncCrawlerProcess(scrapy_settings(source, settings))
    _quiet()
    process.crawl(
        FetchSpider,
        source=source,
        urls=job["urls"],
        max_bytes=job["max_bytes"],
        say=lambda message: say({"page": message}),
    )
    process.start(stop_after_crawl=True)


def _quiet() -> None:
    for name in _TOLD_BY_US:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _crawl(source: Source, settings: Settings, store: Any, recorder: Recorder, say: Any) -> dict[str, Any]:
    process = AsyncCrawlerProcess(scrapy_settings(source, settings))
    _quiet()
    made: list[SourceSpider] = []

    def ready(spider: SourceSpider) -> None:
        from twisted.internet import reactor as installed

        reactor: Any = installed
        made.append(spider)
        spider.say = lambda counts: say({"progress": counts})  # type: ignore[method-assign]
        why = f"time is up: {settings.crawl_timeout:.0f} seconds (CHIPWIRE_CRAWL_TIMEOUT)"
        reactor.callLater(settings.crawl_timeout, spider.stop, why)
        reactor.callLater(settings.crawl_timeout + HURRY, _give_up, spider, say)

    process.crawl(
        SPIDERS[source.kind], source=source, settings_=settings, store=store, recorder=recorder, ready=ready
    )
    process.start(stop_after_crawl=True)
    if not made:
        raise RuntimeError("Scrapy could not start the crawl; see the log above")
    return result_of(made[0])


def result_of(spider: SourceSpider) -> dict[str, Any]:
    """Finish the counts and give the result; nothing may be fetched any more."""
    recorder = spider.recorder
    recorder.close()
    error = recorder.error
    left = len(spider.pending)
    if left and error is None:
        # Requests that never came back: those that the end of the time cut off.
        spider.lost["too_many" if spider.stopping else "other"] += left
        for found in spider.pending.values():
            spider.unfinished[found.listed_by] += 1
    reasons = [
        f"{feed.url}: {feed.outcome}: {feed.detail or ''}".rstrip(": ")
        for feed in spider.feeds
        if not feed.ok
    ]
    if error is None:
        try:
            recorder.count(spider.lost)
            if states := spider.finished_states():
                spider.store.sources.save_feeds(spider.source.id, states)
        except Exception as failure:
            error = failure
    if error is not None:
        reasons.insert(0, f"cannot store pages: {error}")
    elif spider.stopping:
        reasons.insert(0, spider.stopping)
    elif left:
        reasons.append(f"{left} requests were lost; see the log")
    rhythm = spider.rhythm()
    return {
        "state": "failed" if reasons else "ok",
        "outcomes": recorder.snapshot(),
        "listed": spider.listed,
        "feeds": [
            {
                "url": feed.url,
                "outcome": feed.outcome,
                "entries": feed.entries,
                "passed_over": feed.passed_over,
                "detail": feed.detail,
            }
            for feed in spider.feeds
        ],
        "error": "; ".join(reasons)[:2_000] or None,
        "waits": spider.waiting_hosts(),
        "rhythm": (rhythm.gap.total_seconds(), rhythm.newest.isoformat()) if rhythm else None,
        "more": spider.lost["too_many"] > 0 and not spider.waits,
    }


def _give_up(spider: SourceSpider, say: Any) -> None:
    """Scrapy still waits for something: leave without it."""
    say({"result": result_of(spider)})
    os._exit(0)


def _watch_parent() -> None:
    while sys.stdin.read(1):
        pass
    os._exit(3)


if __name__ == "__main__":
    sys.exit(main())
