"""Times that were written without a zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

ASSUMED_UTC = timezone(timedelta(0), "UTC, assumed")
"""UTC for want of anything better: equal to UTC, but ``is_assumed`` tells it from a time that is known."""


def placed(wall: datetime, zone: str | None) -> datetime:
    """A time as a clock on the wall shows it, in UTC; ``zone`` (IANA) None: taken as UTC, and marked so."""
    if zone is None:
        return wall.replace(tzinfo=ASSUMED_UTC)
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def is_assumed(when: datetime | None) -> bool:
    """Whether the zone of ``when`` was assumed."""
    return when is not None and when.tzinfo == ASSUMED_UTC and when.tzname() == ASSUMED_UTC.tzname(None)
