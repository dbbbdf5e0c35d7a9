"""What feeds, sitemaps and listings list, and what to do about each entry. Pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol

from pipeline.urls import MAX_RAW_URL, UrlError, canonical_url, check_url
from pipeline.zones import placed
from spiders.outcomes import TRANSIENT
from spiders.source import Source

LOOK_AGAIN = timedelta(hours=1)
"""Shortest pause between two looks at a page for edits."""

_FIRST_RETRY = timedelta(minutes=5)
_LAST_RETRY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One URL as it was listed; ``title`` and ``text`` as far as the feed gave them."""

    url: str
    published: datetime | None = None
    title: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that is the source's to fetch, under its canonical URL; ``url`` may be requested."""

    url: str
    canonical: str
    entry: Entry
    listed_by: str
    through: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """What one feed, sitemap or listing page holds. ``more``: further sitemaps or the next page, with their
    dates.

    ``cut``: why not all of it could be read (None: it was).
    """

    entries: tuple[Entry, ...] = ()
    more: tuple[Entry, ...] = ()
    cut: str | None = None


class ListingError(ValueError):
    """Bytes that are not the feed, sitemap or listing that they should be; the message says what they look
    like.
    """


class Known(Protocol):
    """What the store knows of a URL (``pipeline.store.rows.KnownPage``)."""

    @property
    def outcome(self) -> str: ...
    @property
    def first_seen(self) -> datetime: ...
    @property
    def last_fetched(self) -> datetime | None: ...
    @property
    def failures(self) -> int: ...


def select(
    source: Source, entry: Entry, listed_by: str, *, now: datetime, paths: tuple[str, ...] = ()
) -> Candidate | str | None:
    """The candidate that ``entry`` is; an outcome where it is one's end already; None where it is none of
    the source's.

    ``paths``: URLs that are no article's (the listings themselves).
    """
    asked = entry.url
    try:
        for pattern, replacement in source.rewrite.items() if len(asked) <= MAX_RAW_URL else ():
            asked = re.sub(pattern, replacement, asked)
        url = check_url(asked)
        canonical = canonical_url(url)
    except UrlError:
        return "bad_url"
    through = any(re.search(pattern, url) for pattern in source.through)
    if not through and source.allow and not any(re.search(pattern, url) for pattern in source.allow):
        return None
    if any(re.search(pattern, url) for pattern in source.deny) or canonical in paths:
        return None
    if (
        source.limits.age_days is not None
        and entry.published
        and entry.published < now - timedelta(days=source.limits.age_days)
    ):
        return None
    if not source.covers(url):
        return "off_site"
    return Candidate(url, canonical, entry, listed_by, through)


def decide(
    known: Known | None, *, now: datetime, edit_days: float, max_attempts: int
) -> Literal["fetch", "again", "later", "known"]:
    """What to do about a URL: fetch it, look again for edits, leave a failed one for a later crawl, or
    leave a known one.

    A page that failed is tried again in the next crawl, then after 5, 10, 20 … minutes, at most
    ``max_attempts`` times. A page in its first ``edit_days`` is looked at again when half its age has
    passed since the last look, so ever more rarely.
    """
    if known is None:
        return "fetch"
    if known.outcome in TRANSIENT:
        if known.failures >= max_attempts:
            return "known"
        pause = (
            min(_FIRST_RETRY * 2 ** min(known.failures - 2, 20), _LAST_RETRY)
            if known.failures > 1
            else timedelta(0)
        )
        return "fetch" if known.last_fetched is None or now - known.last_fetched >= pause else "later"
    if known.outcome == "fetched":
        return "known"
    age = now - known.first_seen
    if age > timedelta(days=edit_days) or known.outcome in (
        "gone",
        "blocked",
        "bad_url",
        "private_address",
        "off_site",
    ):
        return "known"
    return (
        "again"
        if known.last_fetched is None or due_again(known.first_seen, known.last_fetched, now)
        else "known"
    )


def due_again(since: datetime, last: datetime, now: datetime) -> bool:
    """Whether half the age since ``since`` (at least an hour) has passed since ``last``."""
    return now - last >= max(LOOK_AGAIN, (now - since) / 2)


def sane_date(when: datetime | None, now: datetime | None = None, zone: str | None = None) -> datetime | None:
    """``when`` in UTC, by ``zone`` (IANA) or as UTC where it has none itself; None where no news can be of
    it: before 1990, or two days ahead (a wrong clock).
    """
    if when is None:
        return None
    try:
        when = placed(when, zone).astimezone(UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return (
        when
        if datetime(1990, 1, 1, tzinfo=UTC) <= when <= (now or datetime.now(UTC)) + timedelta(days=2)
        else None
    )
