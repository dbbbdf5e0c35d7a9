"""The spiders of the kinds of sources; each only says how its listing is read and what it leads to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Any

from scrapy.http import Response, TextResponse

from spiders.entry import Entry, Listing
from spiders.listings.feeds import read_feed
from spiders.listings.links import read_listing
from spiders.listings.sitemaps import read_sitemap
from spiders.spiders.base import SourceSpider
from spiders.spiders.convert import same_page


class FeedSpider(SourceSpider):
    """RSS, Atom, RDF and JSON feeds, those of press-release wires too."""

    def read(self, response: Response) -> Listing:
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
        return read_feed(
            response.body,
            url=response.url,
            content_type=kind,
            max_entries=self.source.limits.entries,
            zone=self.source.timezone,
        )


class SitemapSpider(SourceSpider):
    """Sitemaps, news sitemaps, and the sitemaps that an index lists: the newest first, unchanged ones not
    again.
    """

    def read(self, response: Response) -> Listing:
        limit = self.source.limits.feed_bytes or self.own.max_feed_bytes
        return read_sitemap(
            response.body, max_bytes=limit, max_entries=self.source.limits.entries, zone=self.source.timezone
        )

    def follow(self, response: Response, listing: Listing, fresh: int) -> Iterable[str]:
        newest = sorted(listing.more, key=lambda more: more.published or self.now, reverse=True)
        left = self.source.limits.sitemaps - sum(url not in self.source.urls for url in self._asked)
        for more in newest:
            state = self._known_feeds.get(more.url)
            if (
                state is not None
                and state.fetched_at
                and more.published
                and more.published < state.fetched_at
            ):
                continue
            if left <= 0:
                self.unfinished[response.meta["listing"]] += 1
                break
            if self.source.covers(more.url):
                left -= 1
                yield more.url


class ListingSpider(SourceSpider):
    """A page that links its articles, and its next pages for as long as they hold anything new."""

    def read(self, response: Response) -> Listing:
        encoding = response.encoding if isinstance(response, TextResponse) else None
        return read_listing(response.body, url=response.url, encoding=encoding, next_pattern=self.source.next)

    def follow(self, response: Response, listing: Listing, fresh: int) -> Iterable[str]:
        further = sum(url not in self.source.urls for url in self._asked)
        state = self._known_feeds.get(response.meta["listing"])
        unfinished = state is not None and state.digest is None  # further pages were, the last time
        if not (fresh or unfinished) or further >= (self.source.limits.listing_pages - 1) * len(
            self.source.urls
        ):
            return
        for more in listing.more:
            if self.source.covers(more.url) and not any(same_page(more.url, url) for url in self._asked):
                yield more.url  # the first that was not asked: a link back to newer entries stands before it
                return


class PagesSpider(SourceSpider):
    """Pages that are articles themselves, looked at anew every time."""

    async def start(self) -> AsyncIterator[Any]:
        """Requests for the source's pages."""
        self._front = frozenset()
        async for request, _ in self.consider([Entry(url) for url in self.source.urls], self.source.urls[0]):
            if request is not None:
                yield request


SPIDERS: dict[str, type[SourceSpider]] = {
    "feed": FeedSpider,
    "wire": FeedSpider,
    "sitemap": SitemapSpider,
    "listing": ListingSpider,
    "pages": PagesSpider,
}
