"""When to ask a source again: by how often it publishes, what failed, and what its hosts ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from typing import Any, Protocol
from urllib.parse import urlsplit

from pipeline.store.rows import PaceRow
from spiders.source import Source

Clock = Callable[[], datetime]
"""What gives the time, aware and UTC; tests give their own."""

SHORTEST, LONGEST = timedelta(minutes=10), timedelta(days=1)
"""Bounds of the pause between two looks at a source."""

FIRST_RETRY, LAST_RETRY = timedelta(minutes=10), timedelta(hours=6)
"""Pauses after the first failure in a row, and after many."""

LOOKED_AT = 20
"""Entries of which a rhythm is read, the newest ones."""

LONGEST_ALONE = timedelta(days=7)
"""No Retry-After is taken for longer: a mistaken one must not silence a source for good."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a source publishes: the usual gap between two entries, and its newest entry."""

    gap: timedelta
    newest: datetime


class NewestDates:
    """The newest dates of a listing, no more of them kept than a rhythm is read from."""

    def __init__(self) -> None:
        self.kept: list[datetime] = []

    def note(self, published: datetime | None, now: datetime) -> None:
        """One more entry; no date, or one to come, is passed over."""
        if published is not None and published <= now:
            heappush(self.kept, published)
            if len(self.kept) > LOOKED_AT:
                heappop(self.kept)


def rhythm_of(published: Iterable[datetime | None], now: datetime) -> Rhythm | None:
    """The rhythm of the newest entries; None where fewer than two have a date that can be."""
    times = sorted((when for when in published if when is not None and when <= now), reverse=True)[:LOOKED_AT]
    if len(times) < 2:
        return None
    gaps = sorted(first - second for first, second in zip([now, *times], times, strict=False))
    return Rhythm(gaps[len(gaps) // 2], times[0])


def poll_after(rhythm: Rhythm | None, *, now: datetime, usual: timedelta) -> timedelta:
    """How long to wait before the next look: a third of the usual gap, 10 minutes to a day.

    Without a rhythm, ``usual``. A source that fell silent is asked more and more rarely, down to the same
    bounds.
    """
    if rhythm is None:
        return usual
    typical = max(rhythm.gap, (now - rhythm.newest) / 4)
    return min(max(typical / 3, SHORTEST), LONGEST)


def after_failure(in_a_row: int) -> timedelta:
    """How long to wait after that many failed crawls: 10, 20, 40 … minutes, 6 hours at most."""
    doubled: int = 1 << min(max(in_a_row, 1) - 1, 20)
    return min(FIRST_RETRY * doubled, LAST_RETRY)


class Crawled(Protocol):
    """What is needed of a crawl's result (``spiders.crawl.CrawlResult``)."""

    @property
    def ok(self) -> bool: ...
    @property
    def waits(self) -> Mapping[str, float]: ...


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)


def hosts_of(source: Source) -> set[str]:
    """The hosts, with ports where the URLs have some, that a look at the source begins with."""
    return {urlsplit(url).netloc for url in source.urls}


def note_pace(
    source: Source,
    crawl: Crawled,
    store: Any,
    start: datetime,
    end: datetime,
    rhythm: tuple[float, str] | None,
    *,
    more: bool,
) -> float:
    """Note when ``source`` is due again and which hosts are to be left alone; the seconds until it is due.

    ``rhythm``: gap in seconds and newest entry (ISO), as the crawl saw it; ``more``: it left work over.
    """
    alone = {
        host: end + min(timedelta(seconds=seconds), LONGEST_ALONE) for host, seconds in crawl.waits.items()
    }
    store.pace.leave_alone(alone)
    seen = Rhythm(timedelta(seconds=rhythm[0]), datetime.fromisoformat(rhythm[1])) if rhythm else None
    if not crawl.ok:
        pause = after_failure(store.pace.failures(source.id))
    elif more:
        pause = SHORTEST
    else:
        known = store.pace.get([source.id]).get(source.id)
        if seen is None and known is not None and known.gap is not None and known.newest is not None:
            pause = poll_after(Rhythm(known.gap, known.newest), now=start, usual=LONGEST)
        else:
            pause = poll_after(seen, now=start, usual=timedelta(minutes=source.poll_minutes))
    due = start + pause
    if alone and hosts_of(source) <= set(alone):
        due = max(due, min(alone[host] for host in hosts_of(source)))
    store.pace.save(PaceRow(source.id, due, seen.gap if seen else None, seen.newest if seen else None))
    return (due - start).total_seconds()
