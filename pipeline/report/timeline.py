"""Deals over time: stacked bars by status, as SVG values for the template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.report.view import DealView
from pipeline.report.words import usd

WIDTH, HEIGHT = 1080, 240
_LEFT, _BOTTOM, _TOP = 40, 34, 14
_ORDER = ("completed", "announced", "rumored", "cancelled")


@dataclass(frozen=True, slots=True)
class Bar:
    """One part of a bar, in SVG units."""

    x: float
    y: float
    width: float
    height: float
    status: str
    label: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The drawing; ``step`` is "day", "week", "month" or "year"."""

    bars: list[Bar]
    ticks: list[tuple[float, str]]
    lines: list[tuple[float, int]]
    step: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT


def drawn(deals: Sequence[DealView]) -> Timeline | None:
    """The chart of deals by the day of their first report; None where no deal has a date."""
    days = [d.first for d in deals if d.first]
    if not days:
        return None
    step = _step((max(days) - min(days)).days)
    starts = _starts(_floor(min(days), step), _floor(max(days), step), step)
    place = {start: at for at, start in enumerate(starts)}
    counts: dict[int, Counter[str]] = {at: Counter() for at in place.values()}
    money: Counter[int] = Counter()
    for deal in deals:
        if deal.first:
            at = place[_floor(deal.first, step)]
            counts[at][deal.status] += 1
            money[at] += int(deal.usd)
    tallest = max(sum(c.values()) for c in counts.values())
    slot = (WIDTH - _LEFT) / max(len(starts), 6)
    unit = (HEIGHT - _BOTTOM - _TOP) / tallest
    bars = []
    for at, count in counts.items():
        y = float(HEIGHT - _BOTTOM)
        for status in _ORDER:
            if count[status]:
                high = count[status] * unit
                y -= high
                label = f"{_label(starts[at], step, long=True)}: {count[status]} {status}"
                if money[at]:
                    label += f" ({usd(money[at])} in all)"
                wide = min(slot * 0.78, 56)
                x = _LEFT + at * slot + (slot - wide) / 2
                bars.append(Bar(round(x, 1), round(y, 1), round(wide, 1), round(high, 1), status, label))
    every = max(1, round(len(starts) / 10))
    ticks = [
        (round(_LEFT + at * slot + slot / 2, 1), _label(start, step))
        for at, start in enumerate(starts)
        if at % every == 0
    ]
    gap = max(1, -(-tallest // 4))
    lines = [(round(HEIGHT - _BOTTOM - n * unit, 1), n) for n in range(0, tallest + 1, gap)]
    return Timeline(bars, ticks, lines, step)


def _step(days: int) -> str:
    return "day" if days <= 31 else "week" if days <= 250 else "month" if days <= 1_900 else "year"


def _floor(day: date, step: str) -> date:
    if step == "week":
        return day - timedelta(days=day.weekday())
    if step == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if step == "year" else day


def _starts(first: date, last: date, step: str) -> list[date]:
    found = [first]
    while found[-1] < last:
        day = found[-1]
        ahead = {"day": 1, "week": 7, "month": 32, "year": 370}[step]
        found.append(_floor(day + timedelta(days=ahead), step))
    return found


def _label(start: date, step: str, *, long: bool = False) -> str:
    if step == "year":
        return str(start.year)
    if step == "month":
        return f"{start:%b %Y}"
    words = f"{start.day} {start:%b}" + (f" {start.year}" if long else "")
    return f"week of {words}" if long and step == "week" else words
