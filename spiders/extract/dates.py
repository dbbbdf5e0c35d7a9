"""When an article was published: stated for machines, in its address, or written in its text.

A time without a zone is of the source's own zone, where its file names one, and else UTC and marked
(pipeline.zones), unless the page states the same time with a zone elsewhere; a date
without a
time is midnight UTC of that day, so that the printed day is kept. Times later than the fetch are refused (a
zoneless
one may lie up to 14 hours ahead, being local time, and is then the time of the fetch), as are times before
1991.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from pipeline.zones import placed
from spiders.extract.dom import text_of
from spiders.extract.structured import Structured, strings
from spiders.extract.tables import load

EARLIEST = datetime(1991, 1, 1, tzinfo=UTC)
"""Before the first web page nothing was published on the web."""

MANY_TIMES = 3
"""More time elements than this are of many articles; then what is written near the headline is better."""

_ISO = re.compile(
    r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s_]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?\s*"
    r"(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2}(?!\d))?)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?(Z|[+-]\d{2}:?\d{2})?$")
_EPOCH = re.compile(r"^\d{10}(?:\d{3})?$")
_URL = re.compile(r"(?<!\d)(19[89]\d|20\d\d)[/._-]?(0[1-9]|1[0-2])[/._-]?(0[1-9]|[12]\d|3[01])(?!\d)")
_URL_NAMED = re.compile(r"/(20\d\d)/([a-z]{3,9})/(\d{1,2})(?!\d)")
_EAST = re.compile(
    r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일号]?"
    r"(?:\s*[（(][^）)]{1,3}[）)])?(?:\s*(午前|午後|上午|下午|오전|오후)?\s*(\d{1,2})\s*[:：時时시]\s*(\d{1,2})?)?"
)
_REIWA = re.compile(r"令和\s*(\d{1,2}|元)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_NUMERIC = re.compile(r"(?<![\d./-])(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})\.?(?![\d/])")
_TIME = re.compile(
    r"(?<!\d)(\d{1,2})(?:[:.hH]|Uhr)(\d{2})(?::\d{2})?\s*(?:([ap])\.?m\b\.?)?\s*"
    r"(UTC|GMT|Z\b|BST|EDT|EST|ET|CDT|CST|CT|MDT|MST|PDT|PST|PT|CEST|CET|MEZ|MESZ|JST|KST|HKT|BRT|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_AFTERNOON = re.compile(r"(?:午後|下午|오후)\s*$")
_ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "bst": 1, "edt": -4, "est": -5, "cdt": -5, "cst": -6, "mdt": -6, "mst": -7,
    "pdt": -7, "pst": -8,
    "cest": 2, "cet": 1, "mez": 1, "mesz": 2, "jst": 9, "kst": 9, "hkt": 8, "brt": -3,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time as printed: ``zoned`` and ``timed`` say what was there."""

    at: datetime
    timed: bool
    zoned: bool


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    data: dict[str, Any] = load("dates")
    return data


@lru_cache(maxsize=1)
def _months() -> tuple[dict[str, int], re.Pattern[str], re.Pattern[str]]:
    names: dict[str, int] = {}
    for months in _data()["months"].values():
        for number, forms in enumerate(months, 1):
            for form in forms.split():
                names.setdefault(form, number)
    any_name = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    day_first = re.compile(
        rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|er|º|°|ª)?\.?\s*(?:de\s+|di\s+|of\s+|-|/)?({any_name})\b\.?,?\s*(?:de\s+|del\s+|-|/)?(\d{{4}})(?!\d)",
        re.IGNORECASE,
    )
    month_first = re.compile(
        rf"\b({any_name})\b\.?\s*(\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s+(?:at\s+)?(\d{{4}})(?!\d)", re.IGNORECASE
    )
    return names, day_first, month_first


def parse_date(text: str, *, month_first: bool = False) -> Moment | None:
    """The first date in ``text``, with the time that follows it; None where none is there."""
    text = text.strip()[:300]
    if not text or not any(char.isdigit() for char in text):
        return None
    if match := _ISO.search(text):
        year, month, day, hour, minute, second, zone = match.groups()
        return _moment(year, month, day, hour, minute, second, zone)
    if match := _COMPACT.match(text):
        return _moment(*match.groups())
    if _EPOCH.match(text):
        return Moment(datetime.fromtimestamp(int(text[:10]), UTC), timed=True, zoned=True)
    if match := _REIWA.search(text):
        era = 1 if match[1] == "元" else int(match[1])
        return _moment(str(2018 + era), match[2], match[3])
    if match := _EAST.search(text):
        year, month, day, half, hour, minute = match.groups()
        if hour and half in ("午後", "下午", "오후") and int(hour) < 12:
            hour = str(int(hour) + 12)
        return _moment(year, month, day, hour, minute or "0")
    return _written(text) or _numeric(text, month_first) or _mail(text)


def _written(text: str) -> Moment | None:
    names, day_first, month_first = _months()
    if match := day_first.search(text):
        return _with_time(match[3], str(names[match[2].casefold()]), match[1], _around(text, match))
    if match := month_first.search(text):
        return _with_time(match[3], str(names[match[1].casefold()]), match[2], _around(text, match))
    return None


def _around(text: str, match: re.Match[str]) -> str:
    return text[match.end() : match.end() + 40] + " " + text[max(0, match.start() - 25) : match.start()]


def _numeric(text: str, month_first: bool) -> Moment | None:
    for match in _NUMERIC.finditer(text):
        first, _, second, third = match.groups()
        if len(first) == 4:
            year, month, day = first, second, third
        elif len(third) in (2, 4) and len(first) <= 2:
            year = third if len(third) == 4 else f"20{third}"
            day, month = (second, first) if month_first else (first, second)
            if int(month) > 12:
                day, month = month, day
        else:
            continue
        if found := _with_time(year, month, day, _around(text, match)):
            return found
    return None


def _mail(text: str) -> Moment | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    zoned = found.tzinfo is not None
    return Moment(found if zoned else found.replace(tzinfo=UTC), timed=True, zoned=zoned)


def _with_time(year: str, month: str, day: str, rest: str) -> Moment | None:
    match = _TIME.search(rest)
    if match is None:
        return _moment(year, month, day)
    hour, minute, half, zone = match.groups()
    if _AFTERNOON.search(rest[: match.start()]):
        half = "p"
    if half and int(hour) <= 12:
        hour = str(int(hour) % 12 + (12 if half.lower() == "p" else 0))
    return _moment(year, month, day, hour, minute, "0", zone) or _moment(year, month, day)


def _moment(
    year: str,
    month: str,
    day: str,
    hour: str | None = None,
    minute: str | None = None,
    second: str | None = None,
    zone: str | None = None,
) -> Moment | None:
    try:
        offset = _offset(zone)
        at = datetime(
            int(year), int(month), int(day), int(hour or 0) % 24, int(minute or 0), min(59, int(second or 0))
        )
        return Moment(
            at.replace(tzinfo=timezone(offset or timedelta(0))),
            timed=hour is not None,
            zoned=offset is not None,
        )
    except (ValueError, OverflowError):
        return None


def _offset(zone: str | None) -> timedelta | None:
    if not zone:
        return None
    if zone.lower() in _ZONES:
        return timedelta(hours=_ZONES[zone.lower()])
    if zone[0] not in "+-":
        return None
    digits = zone[1:].replace(":", "").ljust(4, "0")
    amount = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -amount if zone[0] == "-" else amount


def find_date(
    data: Structured,
    url: str,
    fetched_at: datetime,
    near: Callable[[], str] = str,
    language: str | None = None,
    zone: str | None = None,
) -> datetime | None:
    """When the page's article was published, in UTC; None where it does not say.

    ``zone`` (IANA) is that of times without one. ``near`` gives the visible lines around the headline, asked
    for where machines are told nothing.
    """
    month_first = _month_first(url, language)
    stated = [found for text in _stated(data) if (found := parse_date(text, month_first=month_first))]
    for group in (iter(stated), _shown(data, url, near, month_first), _changed(data)):
        for moment in group:
            if _possible(moment, fetched_at):
                return _settle(moment, stated, fetched_at, zone)
    return None


def _possible(moment: Moment, fetched_at: datetime) -> bool:
    ahead = timedelta(hours=1) if moment.zoned else timedelta(hours=14)
    try:
        return EARLIEST <= moment.at <= fetched_at + ahead
    except OverflowError:
        return False


def _settle(moment: Moment, others: list[Moment], fetched_at: datetime, zone: str | None) -> datetime:
    """In UTC; a moment without zone takes that of another statement of the same wall time or, without time,
    its time.
    """
    if not moment.zoned:
        for other in others:
            same_day = other.at.replace(tzinfo=None).date() == moment.at.replace(tzinfo=None).date()
            if (
                other.zoned
                and same_day
                and (not moment.timed or abs(_wall(other) - _wall(moment)) < timedelta(minutes=2))
            ):
                moment = other
                break
    at = moment.at.astimezone(UTC)
    if moment.timed and not moment.zoned:
        at = placed(_wall(moment), zone)
    return min(at, fetched_at.astimezone(at.tzinfo)).replace(microsecond=0)


def _wall(moment: Moment) -> datetime:
    return moment.at.replace(tzinfo=None)


def _month_first(url: str, language: str | None) -> bool:
    domain = (urlsplit(url).hostname or "").rpartition(".")[2]
    return (language or "en") in _data()["month_first"] and domain not in _data()["day_first_domains"]


def _stated(data: Structured) -> Iterator[str]:
    yield from strings(data.article.get("datePublished"))
    yield from data.every(*_data()["meta"])
    yield from data.items.get("datepublished", ())
    yield from strings(data.article.get("dateCreated"))
    for item in data.objects:
        yield from strings(item.get("datePublished"))
    for element in data.elements.get("time", [])[:20]:
        name = element.get("class") or ""
        if element.get("pubdate") is not None or "publish" in name or "entry-date" in name:
            yield element.get("datetime") or text_of(element)


def _shown(data: Structured, url: str, near: Callable[[], str], month_first: bool) -> Iterator[Moment]:
    from_url = None
    path = urlsplit(url).path
    if match := _URL.search(path):
        from_url = _moment(*match.groups())
    elif match := _URL_NAMED.search(path.lower()):
        month = _months()[0].get(match[2])
        from_url = _moment(match[1], str(month), match[3]) if month else None
    times = [
        found
        for element in data.elements.get("time", [])[:20]
        if (found := parse_date(element.get("datetime") or text_of(element), month_first=month_first))
    ]
    written = parse_date_in(near(), month_first)
    shown = [*times, written] if written else times
    if from_url:
        # The address has the day only: what is shown of about that day says more.
        yield from (found for found in shown if abs(_wall(found) - _wall(from_url)) < timedelta(hours=40))
        yield from_url
    yield from shown[-1:] if written and len(times) > MANY_TIMES else times
    if written:
        yield written


def parse_date_in(text: str, month_first: bool) -> Moment | None:
    """The first date in any line of a longer text."""
    for part in text.split("\n"):
        if len(part) < 300 and (found := parse_date(part, month_first=month_first)):
            return found
    return None


def _changed(data: Structured) -> Iterator[Moment]:
    for value in (*strings(data.article.get("dateModified")), *data.every(*_data()["meta_changed"])):
        if found := parse_date(value):
            yield found
