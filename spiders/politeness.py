"""How often a site is asked: robots.txt and its crawl delay, Retry-After, slowing down when it struggles."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest, StopDownload
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from spiders.guard import GuardedDownloadHandler, Refused, policy

logger = logging.getLogger(__name__)

MAX_ROBOTS = 512_000
"""Bytes of robots.txt that are read (RFC 9309 asks for at least 500 KiB); the rest is not."""

MAX_CRAWL_DELAY = 120.0
"""Longest crawl delay in seconds; a longer one is taken as this."""

MAX_WAIT = 60.0
"""Longest Retry-After in seconds that is waited for within a crawl; after a longer one the host is left
alone till the next.
"""

_PLEASE_WAIT = (429, 503)


class PoliteRobots(RobotsTxtMiddleware):
    """robots.txt by RFC 9309: none (4xx) allows all, a broken one (5xx, no answer) nothing for now."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._failed: dict[str, BaseException] = {}
        crawler.signals.connect(self._cut, signal=signals.bytes_received)

    async def process_request(self, request: Request, spider: Any = None) -> None:
        """Raises IgnoreRequest where robots.txt forbids it, and whatever robots.txt itself failed with."""
        await super().process_request(request)
        error = self._failed.get(urlparse_cached(request).netloc)
        if error is not None and not request.meta.get("dont_obey_robotstxt"):
            raise error

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == 429:
            self._failed[netloc] = Refused(
                "http_error", f"robots.txt answers HTTP {response.status}, so nothing is fetched for now"
            )
            self._robots_error(IgnoreRequest("robots.txt unreachable"), netloc)
            return
        body = response.body
        if response.status != 200 or body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            body = b""
        await super()._parse_robots(response.replace(body=body[:MAX_ROBOTS]), netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        # Endless redirects mean that there is none (RFC 9309); what cannot be read for another reason
        # forbids for now.
        if netloc not in self._failed and "redirections" not in str(exc):
            self._failed[netloc] = exc
        super()._robots_error(exc, netloc)

    def _cut(self, data: bytes, request: Request, spider: Any) -> None:
        if not request.meta.get("dont_obey_robotstxt") or not urlparse_cached(request).path.endswith(
            "/robots.txt"
        ):
            return
        request.meta["robots_bytes"] = request.meta.get("robots_bytes", 0) + len(data)
        if request.meta["robots_bytes"] > MAX_ROBOTS:
            raise StopDownload(fail=False)


class CrawlDelay:
    """Sets a host's pace to the crawl delay that its robots.txt asks for."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        crawler.signals.connect(self._robots_parsed, signal=signals.robots_parsed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        return cls(crawler)

    def _robots_parsed(self, robotparser: Any, request: Request) -> None:
        asked = robotparser.crawl_delay(self.crawler.settings["ROBOTSTXT_USER_AGENT"])
        if not asked or asked <= 0:
            return
        delay = min(float(asked), MAX_CRAWL_DELAY)
        host = urlparse_cached(request).hostname or ""
        downloader = self.crawler.engine.downloader
        if delay <= downloader._delay:
            return
        logger.info("%s asks for %.1f seconds between requests", host, delay)
        downloader.per_slot_settings[host] = {"delay": delay, "concurrency": 1, "jitter": 0.0}
        if (slot := downloader.slots.get(host)) is not None:
            slot.delay, slot.concurrency, slot.jitter = delay, 1, 0.0


class PoliteThrottle(AutoThrottle):
    """AutoThrottle that never goes below a crawl delay."""

    def _adjust_delay(self, slot: Any, latency: float, response: Response) -> None:
        super()._adjust_delay(slot, latency, response)
        own = self.crawler.engine.downloader.per_slot_settings
        floor = next(
            (
                own[key]["delay"]
                for key, found in self.crawler.engine.downloader.slots.items()
                if found is slot and key in own
            ),
            0,
        )
        slot.delay = max(slot.delay, floor)


class Patience:
    """Until when a host wants to be left alone."""

    def __init__(self) -> None:
        self._wait_until: dict[str, float] = {}
        self._left_alone: dict[str, float] = {}

    def asked(self, host: str, seconds: float) -> bool:
        """Take note; False: too long to wait for within this crawl."""
        if seconds > MAX_WAIT:
            self._left_alone[host] = seconds
            return False
        self._wait_until[host] = max(self._wait_until.get(host, 0), monotonic() + seconds)
        return True

    async def wait(self, host: str) -> None:
        """Come back when the host may be asked. Raises Refused where that is not in this crawl."""
        while True:
            if host in self._left_alone:
                raise Refused(
                    "too_many", f"{host} asked to be left alone for {self._left_alone[host]:.0f} seconds"
                )
            left = self._wait_until.get(host, 0) - monotonic()
            if left <= 0:
                return
            await asyncio.sleep(left)


patience = Patience()
"""The process's own (a crawl is a process)."""


class PoliteDownloadHandler(GuardedDownloadHandler):
    """The guarded handler, asking at the last moment whether the host may be asked at all.

    It also keeps to the number of requests at once, of which Scrapy 2.19 starts more where there is no delay:
    it counts a request as under way only some turns of the loop after it took it from the queue.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._at_once = crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        self._gates: dict[str, asyncio.Semaphore] = {}

    async def download_request(self, request: Request) -> Response:
        """Scrapy's interface."""
        host = urlparse_cached(request).netloc
        async with self._gates.setdefault(host, asyncio.Semaphore(self._at_once)):
            await patience.wait(host)
            if stopping := getattr(self._crawler.spider, "stopping", None):
                raise Refused("too_many", stopping)
            return await self.fetch(request)

    async def fetch(self, request: Request) -> Response:
        """The request itself."""
        return await super().download_request(request)


class PoliteRetry(RetryMiddleware):
    """Tries failed requests again, waits where the site asks to, leaves it alone where it asks for long."""

    def process_response(
        self, request: Request, response: Response, spider: Any = None
    ) -> Request | Response:
        """Scrapy's interface."""
        if response.status in _PLEASE_WAIT:
            asked = retry_after(response)
            own: Any = self.crawler.spider
            if asked is not None and hasattr(own, "asked_to_wait"):
                own.asked_to_wait(urlparse_cached(request).netloc, asked)
            wait = asked if asked is not None else min(2.0 ** request.meta.get("retry_times", 0), MAX_WAIT)
            if not patience.asked(urlparse_cached(request).netloc, wait):
                return response
        return super().process_response(request, response)

    def process_exception(
        self, request: Request, exception: Exception, spider: Any = None
    ) -> Request | Response | None:
        """Scrapy's interface."""
        host = (urlparse_cached(request).hostname or "").lower()
        if isinstance(exception, CannotResolveHostError) and host in policy.refused:
            return None
        return super().process_exception(request, exception)


def retry_after(response: Response, now: datetime | None = None) -> float | None:
    """Seconds that the Retry-After header asks to wait, None where there is none that can be read."""
    text = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if text.isdigit() and len(text) < 10:
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - (now or datetime.now(UTC))).total_seconds())
