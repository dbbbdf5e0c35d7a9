"""Scrapy's responses as our values."""

from __future__ import annotations

from datetime import UTC, datetime

from scrapy.http import Response

from pipeline.store.rows import PageRecord
from pipeline.types import RawPage
from pipeline.urls import UrlError, canonical_url
from spiders.entry import Candidate
from spiders.outcomes import Outcome


def header(response: Response | None, name: str) -> str | None:
    """A header's value, cut to a sane length; None where there is none."""
    value = response.headers.get(name) if response is not None else None
    return value.decode("latin-1")[:500] if value else None


def raw_page(response: Response, url: str, source: str) -> RawPage:
    """``response`` to the request for ``url``."""
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    )
    return RawPage(url, response.url, datetime.now(UTC), response.status, headers, response.body, source)


def same_page(url: str, other: str) -> bool:
    """Whether two URLs are one page."""
    try:
        return canonical_url(url) == canonical_url(other)
    except UrlError:
        return False


def page_record(
    source: str, found: Candidate, outcome: Outcome, response: Response | None, digest: str | None
) -> PageRecord:
    """What the store keeps of a page that ended in ``outcome``."""
    return PageRecord(
        source=source,
        url=found.url,
        canonical_url=found.canonical,
        outcome=outcome.word,
        fetched_at=datetime.now(UTC),
        final_url=response.url if response is not None else None,
        status=response.status if response is not None else None,
        digest=digest,
        etag=header(response, "ETag"),
        last_modified=header(response, "Last-Modified"),
        published=found.entry.published,
        detail=outcome.detail,
        hint_title=found.entry.title,
        hint_text=found.entry.text,
    )
