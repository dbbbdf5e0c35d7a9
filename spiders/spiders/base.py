"""What all spiders share: entries become requests, requests counted outcomes, and the counts add up."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.threads import deferToThread
from twisted.python.failure import Failure

from pipeline.settings import Settings
from pipeline.store.rows import FeedState, KnownPage
from pipeline.types import RawPage
from pipeline.urls import canonical_url
from spiders.archive import body_digest
from spiders.crawl import FeedResult
from spiders.entry import Candidate, Entry, Listing, ListingError, decide, due_again, select
from spiders.outcomes import TRANSIENT, Outcome, of_failure, of_response
from spiders.pace import NewestDates, Rhythm, rhythm_of
from spiders.recorder import Recorder
from spiders.source import Source
from spiders.spiders.convert import header, page_record, raw_page

logger = logging.getLogger(__name__)

CHUNK = 500
"""URLs that are looked up in the store at once."""

WAITING = 400
"""Most requests that wait inside of Scrapy; further ones wait as bare entries."""


class SourceSpider(Spider):
    """One source's crawl. Subclasses say how a listing is read (``read``)."""

    def __init__(
        self,
        *,
        source: Source,
        settings_: Settings,
        store: Any,
        recorder: Recorder,
        ready: Callable[[SourceSpider], None],
        **kwargs: Any,
    ) -> None:
        super().__init__(name=source.id, **kwargs)
        self.source, self.own, self.store, self.recorder = source, settings_, store, recorder
        self.now = datetime.now(UTC)
        self.feeds: list[FeedResult] = []
        self.states: dict[str, FeedState] = {}
        self.unfinished: Counter[str] = Counter()
        self.pending: dict[str, Candidate] = {}
        self.lost: Counter[str] = Counter()
        self.listed = 0
        self.waits: dict[str, float] = {}
        self.stopping: str | None = None
        self._seen: set[bytes] = set()
        self._asked: set[str] = set()
        self._led_by: dict[str, str] = {}
        self._known_feeds: dict[str, FeedState] = {}
        self._left = source.limits.pages or settings_.max_urls_per_crawl
        self._dates = NewestDates()
        self._front = frozenset(canonical_url(url) for url in source.urls)
        self._front_paths = frozenset(urlsplit(url).path for url in source.urls if source.kind != "pages")
        self._since_progress = monotonic()
        self._closing: asyncio.Future[None] | None = None
        ready(self)

    # what subclasses say

    def read(self, response: Response) -> Listing:
        """What a listing's response holds; runs in a thread. Raises ListingError."""
        raise NotImplementedError

    def follow(self, response: Response, listing: Listing, fresh: int) -> Iterable[str]:
        """Which of ``listing.more`` to fetch too; ``fresh`` of its entries were new."""
        return ()

    # listings

    async def start(self) -> AsyncIterator[Any]:
        """Requests for the source's feeds, sitemaps or listings."""
        self._known_feeds = await self._in_thread(self.store.sources.feeds, self.source.id)
        for url in self.source.urls:
            yield self.listing_request(url)

    def listing_request(self, url: str, *, priority: int = 100) -> Request:
        """The request for a listing, conditional where nothing would be missed by that."""
        self._asked.add(url)
        state = self._known_feeds.get(url)
        headers = {}
        if state is not None and not self._look_in_full(state):
            headers = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
        return Request(
            url,
            callback=self.on_listing,
            errback=self.on_listing_failure,
            dont_filter=True,
            priority=priority,
            headers={name: value for name, value in headers.items() if value},
            meta={
                "listing": url,
                "download_maxsize": self.source.limits.feed_bytes or self.own.max_feed_bytes,
            },
        )

    def _look_in_full(self, state: FeedState) -> bool:
        """Whether pages listed by an unchanged feed may need a look for edits."""
        if (
            state.changed_at is None
            or state.fetched_at is None
            or (self.now - state.changed_at).days >= self.own.edit_days
        ):
            return False
        return due_again(state.changed_at, state.fetched_at, self.now)

    async def on_listing(self, response: Response) -> AsyncIterator[Any]:
        """A listing's response: its entries are looked up and fetched."""
        url: str = response.meta["listing"]
        if response.status == 304:
            self.feeds.append(FeedResult(url, "not_modified"))
            return
        if response.status != 200:
            outcome = of_response(response)
            self._feed_failed(
                url,
                outcome if outcome.word != "fetched" else Outcome("http_error", f"HTTP {response.status}"),
            )
            return
        state = self._known_feeds.get(url)
        digest = body_digest(response.body)
        if state is not None and state.digest == digest and not self._look_in_full(state):
            self.feeds.append(FeedResult(url, "unchanged"))
            self.states[url] = replace(
                state, etag=header(response, "ETag"), last_modified=header(response, "Last-Modified")
            )
            return
        try:
            listing = await self._in_thread(self.read, response)
        except ListingError as error:
            self._feed_failed(url, Outcome("broken", str(error)))
            return
        self.recorder.record(None, raw_page(response, url, self.source.id), kind="listing")
        if listing.cut:
            logger.warning("%s: %s", url, listing.cut)
        same = state is not None and state.digest in (digest, None)
        changed = state.changed_at if state is not None and same else self.now
        self.states[url] = FeedState(
            url, header(response, "ETag"), header(response, "Last-Modified"), digest, self.now, changed
        )
        place = len(self.feeds)
        self.feeds.append(FeedResult(url, "ok", len(listing.entries) + len(listing.more), 0, listing.cut))
        fresh = passed_over = 0
        async for request, skipped in self.consider(listing.entries, url):
            passed_over += skipped
            if request is not None:
                fresh += 1
                yield request
        self.feeds[place] = replace(self.feeds[place], passed_over=passed_over)
        for more in self.follow(response, listing, fresh):
            if more not in self._asked:
                self._led_by[more] = url
                yield self.listing_request(more)

    def on_listing_failure(self, failure: Failure) -> None:
        """A listing that gave no response."""
        request: Request = failure.request  # type: ignore[attr-defined]
        outcome = of_failure(failure.value, request.url)
        if outcome.word == "too_many" and not self.stopping:
            outcome = Outcome("left_alone", outcome.detail)
        self._feed_failed(request.meta["listing"], outcome)

    def _feed_failed(self, url: str, outcome: Outcome) -> None:
        logger.warning("%s: %s: %s", url, outcome.word, outcome.detail or "")
        self.feeds.append(FeedResult(url, outcome.word, detail=outcome.detail))

    # entries

    async def consider(
        self, entries: Iterable[Entry], listed_by: str
    ) -> AsyncIterator[tuple[Request | None, int]]:
        """Each entry as (request, 0) to fetch, or (None, 1) where it is none of this source's."""
        chunk: list[Candidate] = []
        for entry in entries:
            found = select(self.source, entry, listed_by, now=self.now, paths=tuple(self._front))
            if found is None:
                yield None, 1
                continue
            key = hashlib.blake2b(
                (found if isinstance(found, str) else found.canonical).encode()
                + (entry.url.encode("utf-8", "replace") if isinstance(found, str) else b""),
                digest_size=10,
            ).digest()
            if key in self._seen:
                continue
            self._seen.add(key)
            self.listed += 1
            self._dates.note(entry.published, self.now)
            if isinstance(found, str):
                self.lost[found] += 1
                logger.info("%s: %s: %.200r", listed_by, found, entry.url)
                continue
            chunk.append(found)
            if len(chunk) >= CHUNK:
                async for request in self._look_up(chunk):
                    yield request, 0
                chunk = []
        async for request in self._look_up(chunk):
            yield request, 0

    async def _look_up(self, chunk: list[Candidate]) -> AsyncIterator[Request]:
        if not chunk:
            return
        known: dict[str, KnownPage] = await self._in_thread(
            self.store.pages.known, [found.canonical for found in chunk]
        )
        old: list[str] = []
        for found in sorted(chunk, key=lambda found: found.entry.published or self.now, reverse=True):
            page = known.get(found.canonical)
            step = decide(
                page, now=self.now, edit_days=self.own.edit_days, max_attempts=self.own.max_attempts
            )
            if self.source.kind == "pages" and step == "known":
                step = "again"
            if step in ("known", "later"):
                old.append(found.canonical)
                self.unfinished[found.listed_by] += step == "later"
            elif self._left <= 0 or self.stopping:
                self.lost["too_many"] += 1
                self.unfinished[found.listed_by] += 1
            else:
                self._left -= 1
                self.pending[found.canonical] = found
                while len(self.pending) > WAITING and not self.stopping:
                    await asyncio.sleep(0.02)
                yield self.page_request(found, page)
        await self._in_thread(self.recorder.count_known, old)
        self.progress()

    def page_request(self, found: Candidate, known: KnownPage | None) -> Request:
        """The request for a page, conditional where it is known."""
        headers = {}
        if known is not None and known.outcome not in TRANSIENT:
            headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        meta: dict[str, Any] = {"candidate": found, "known": known}
        if self.source.js:
            meta["playwright"] = True
        return Request(
            found.url,
            callback=self.on_page,
            errback=self.on_page_failure,
            dont_filter=True,
            meta=meta,
            headers={name: value for name, value in headers.items() if value},
        )

    # pages

    async def on_page(self, response: Response) -> list[Request] | None:
        """A page's response: recorded with its outcome; the requests that it leads to."""
        found: Candidate = response.meta["candidate"]
        known: KnownPage | None = response.meta["known"]
        asked = bool(
            response.request
            and (
                b"If-None-Match" in response.request.headers
                or b"If-Modified-Since" in response.request.headers
            )
        )
        outcome = of_response(response, front_pages=self._front_paths, conditional=asked)
        if found.through and outcome.word == "fetched":
            return await self.on_through(response, found)
        raw = (
            raw_page(response, found.url, self.source.id)
            if outcome.word in ("fetched", "wall", "http_error")
            else None
        )
        digest = body_digest(response.body) if outcome.word == "fetched" else None
        if known is not None and digest is not None and digest == known.digest:
            raw = None
        await self._settle(found, outcome, response=response, raw=raw, digest=digest)
        return None

    async def on_through(self, response: Response, found: Candidate) -> list[Request]:
        """A page that only leads on: its links are entries, dated as itself."""
        from spiders.listings.links import read_listing

        try:
            links = read_listing(response.body, url=response.url).entries
        except ListingError as error:
            await self._settle(found, Outcome("broken", str(error)), response=response)
            return []
        entries = [replace(link, published=link.published or found.entry.published) for link in links]
        further = self.consider([entry for entry in entries if not self._leads_on(entry)], found.listed_by)
        requests = [request async for request, _ in further if request is not None]
        await self._settle(found, Outcome("no_text", f"leads on to {len(requests)} pages"), response=response)
        return requests

    def _leads_on(self, entry: Entry) -> bool:
        found = select(self.source, entry, "", now=self.now)
        return isinstance(found, Candidate) and found.through

    async def on_page_failure(self, failure: Failure) -> None:
        """A page that gave no response."""
        request: Request = failure.request  # type: ignore[attr-defined]
        await self._settle(request.meta["candidate"], of_failure(failure.value, request.url))

    async def _settle(
        self,
        found: Candidate,
        outcome: Outcome,
        *,
        response: Response | None = None,
        raw: RawPage | None = None,
        digest: str | None = None,
    ) -> None:
        if outcome.word == "too_many":
            self._finish(found, "too_many", outcome.detail)
            self.lost["too_many"] += 1
            return
        record = page_record(self.source.id, found, outcome, response, digest)
        try:
            await asyncio.wrap_future(self.recorder.record(record, raw))
        except Exception as error:
            self.stop(f"cannot store pages: {error}")
            return
        self._finish(found, outcome.word, outcome.detail)

    def _finish(self, found: Candidate, word: str, detail: str | None) -> None:
        self.pending.pop(found.canonical, None)
        if word in TRANSIENT or word == "too_many":
            self.unfinished[found.listed_by] += 1
        if word not in ("fetched", "unchanged", "not_modified"):
            logger.info("%s: %s: %s", found.url, word, detail or "")
        self.progress()

    # the end

    def stop(self, reason: str) -> None:
        """End the crawl before its end; what was not fetched is counted."""
        if not self.stopping:
            self.stopping = reason
            logger.error("%s", reason)
            if self.crawler.engine is not None:
                self._closing = asyncio.ensure_future(
                    self.crawler.engine.close_spider_async(reason="stopped")
                )

    def asked_to_wait(self, host: str, seconds: float) -> None:
        """A host asked to be left alone."""
        self.waits[host] = max(self.waits.get(host, 0), monotonic() + seconds)

    def waiting_hosts(self) -> dict[str, float]:
        """Hosts that want to be left alone still, with the seconds that are left."""
        now = monotonic()
        return {host: until - now for host, until in self.waits.items() if until > now}

    def finished_states(self) -> list[FeedState]:
        """Validators of the feeds of which every entry is recorded for good; none (no digest) of those that
        led to others that are not finished, so that they lead there again.
        """
        leading: set[str] = set()
        for url in +self.unfinished:
            while (url := self._led_by.get(url, "")) and url not in leading:
                leading.add(url)
        return [
            FeedState(url, fetched_at=state.fetched_at, changed_at=state.changed_at)
            if url in leading
            else state
            for url, state in self.states.items()
            if not self.unfinished[url]
        ]

    def rhythm(self) -> Rhythm | None:
        """How the source publishes, by what it listed this time."""
        return rhythm_of(self._dates.kept, self.now)

    def progress(self) -> None:
        """Say how far it is, once a second at most. The worker replaces ``say``."""
        if monotonic() - self._since_progress >= 1:
            self._since_progress = monotonic()
            self.say(self.recorder.snapshot())

    def say(self, counts: dict[str, int]) -> None:
        """Where progress goes."""

    async def _in_thread(self, function: Any, *args: Any) -> Any:
        return await maybe_deferred_to_future(deferToThread(function, *args))
