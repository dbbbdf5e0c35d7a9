"""Fetches a handful of URLs and hands back the responses: for checking sources and finding feeds."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from spiders.outcomes import of_failure, of_response
from spiders.source import Source


class FetchSpider(Spider):
    """Each URL once; ``say`` gets a message for each as it ends."""

    def __init__(
        self,
        *,
        source: Source,
        urls: list[str],
        max_bytes: int,
        say: Callable[[dict[str, Any]], None],
        **kwargs: Any,
    ) -> None:
        super().__init__(name="fetch", **kwargs)
        self.source, self.urls, self.max_bytes, self.say = source, urls, max_bytes, say

    async def start(self) -> AsyncIterator[Any]:
        """A request for each URL."""
        for url in self.urls:
            try:
                yield Request(
                    url,
                    callback=self.on_response,
                    errback=self.on_failure,
                    dont_filter=True,
                    meta={"asked": url, "download_maxsize": self.max_bytes},
                )
            except ValueError as error:
                self.say({"url": url, "outcome": "bad_url", "detail": str(error)[:300]})

    def on_response(self, response: Response) -> None:
        """A page, whatever it is."""
        outcome = of_response(response)
        headers = [
            [name.decode("latin-1"), value.decode("latin-1")]
            for name, values in response.headers.items()
            for value in values
        ]
        # Feeds and sitemaps are not HTML; that is no fault here.
        word = "fetched" if outcome.word in ("not_html", "no_text") else outcome.word
        self.say(
            {
                "url": response.meta["asked"],
                "outcome": word,
                "detail": outcome.detail if word != "fetched" else None,
                "final_url": response.url,
                "status": response.status,
                "headers": headers,
                "body": base64.b64encode(response.body).decode(),
            }
        )

    def on_failure(self, failure: Failure) -> None:
        """No page."""
        request: Request = failure.request  # type: ignore[attr-defined]
        outcome = of_failure(failure.value, request.url)
        self.say({"url": request.meta["asked"], "outcome": outcome.word, "detail": outcome.detail})
