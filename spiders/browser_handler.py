"""The download handler of sources with ``js: true``: pages by the browser, all else as ever. Needs
scrapy-playwright.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from playwright.async_api import TimeoutError
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
from scrapy_playwright.page import PageMethod

from spiders.guard import Refused
from spiders.politeness import PoliteDownloadHandler

SETTLE = 5_000.0
"""Longest wait in milliseconds, after a page has loaded, for what its scripts still fetch."""


async def settle(page: Any) -> None:
    """Wait until the page fetches nothing more; one that never rests is taken as it is by then."""
    with suppress(TimeoutError):
        await page.wait_for_load_state("networkidle", timeout=SETTLE)


class BrowserDownloadHandler(PoliteDownloadHandler):
    """Feeds and robots.txt go the usual way; requests with ``playwright`` in their meta to the browser."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._browser = ScrapyPlaywrightDownloadHandler(crawler)
        self._largest = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    async def fetch(self, request: Request) -> Response:
        """The response, made by the browser where asked for."""
        if not request.meta.get("playwright"):
            return await super().fetch(request)
        request.meta["playwright_page_methods"] = [PageMethod(settle)]
        response: Response = await self._browser.download_request(request)
        if len(response.body) > self._largest:
            raise Refused("too_large", f"{len(response.body)} bytes after its scripts ran")
        return response

    async def close(self) -> None:
        """Scrapy's interface."""
        await self._browser._close()
        await super().close()
