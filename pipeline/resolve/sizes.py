"""Sizes of two reports side by side, and one list of sizes out of many reports'."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pipeline.types import Size

ToUsd = Callable[[Decimal, str, date], Decimal | None]
"""(amount, ISO 4217 code, day) → USD; None where no rate is known."""

_SAME = 1.02
_SAME_CONVERTED = 1.12
_NEAR = 1.15
_FAR = 3.0
_VAGUE = 10.0
_BEST_FIRST = ("near", "compatible", "vague", "conflict", "conflict_far")


@dataclass(frozen=True, slots=True)
class Measure:
    """A size as numbers that compare: money also in USD where a rate is known (``usd_*``)."""

    kind: str
    unit: str
    low: float | None
    high: float | None
    usd_low: float | None = None
    usd_high: float | None = None
    digits: int = 1


def measure(size: Size, on: date | None, to_usd: ToUsd | None) -> Measure:
    """A size's measure. ``on``: the day whose rate of exchange counts."""
    usd: list[float | None] = [None, None]
    if size.kind == "money":
        for at, value in enumerate((size.min, size.max)):
            if value is not None and size.unit == "USD":
                usd[at] = float(value)
            elif value is not None and to_usd is not None and on is not None:
                converted = to_usd(value, size.unit, on)
                usd[at] = None if converted is None else float(converted)
    return Measure(
        size.kind, size.unit, _float(size.min), _float(size.max), usd[0], usd[1],
        max(_digits(size.min), _digits(size.max)),
    )  # fmt: skip


def evidence(
    a: tuple[Measure, ...], b: tuple[Measure, ...], weights: dict[str, Any]
) -> tuple[float, int, bool]:
    """(evidence that both tell of one deal, significant digits of the best match, whether sizes conflict)."""
    if not a or not b:
        return 0.0, 0, False
    total, best, conflict = 0.0, 0, 0.0
    seen = False
    for kind in {m.kind if m.kind != "units" else m.unit for m in a}:
        mine = [m for m in a if kind in (m.kind, m.unit)]
        theirs = [m for m in b if kind in (m.kind, m.unit)]
        pairs = [r for x in mine for y in theirs if (r := _relation(x, y)) is not None]
        if not pairs:
            continue
        seen = True
        matches = {digits for what, digits in pairs if what == "match"}
        if matches:
            total += weights["match"][min(max(matches), 3)] if not best else weights["further_match"]
            total += weights["further_match"] * min(sum(what == "match" for what, _ in pairs) - 1, 1)
            best = max(best, *matches)
        else:
            what = next(w for w in _BEST_FIRST if w in {p[0] for p in pairs})
            if what.startswith("conflict"):
                conflict = min(conflict, weights[what])
            else:
                total += weights[what]
                if what == "near":
                    best = max(best, *(digits for found, digits in pairs if found == "near"))
    if not seen:
        return weights["other_kinds"], 0, False
    return total + conflict * (weights["conflict_kept"] if best else 1.0), best, conflict < 0


def _relation(x: Measure, y: Measure) -> tuple[str, int] | None:
    """How two measures stand to each other, and the digits that agree; None where they do not compare."""
    bounds = _bounds(x, y)
    if bounds is None:
        return None
    (x_low, x_high, y_low, y_high), same = bounds
    # Converted amounts agree by rounding and chance more often: they count as one digit.
    digits = min(x.digits, y.digits) if x.unit == y.unit else 1
    exact_x, exact_y = x_low == x_high, y_low == y_high
    numbers = [(p, q) for p in {x_low, x_high} for q in {y_low, y_high} if p is not None and q is not None]
    ratio = min((_ratio(p, q) for p, q in numbers), default=_FAR)
    vague = _open(x_low, x_high) or _open(y_low, y_high)
    if ratio <= same and _wide(x_low, x_high) == _wide(y_low, y_high):
        # "Billions" has one digit and says nothing; else the same bound says the same.
        nothing = vague and digits == 1 and not (exact_x or exact_y) and x_high is None
        return ("vague", 0) if nothing else ("match", digits)
    overlap = _reaches(x_low, y_high, same) and _reaches(y_low, x_high, same)
    both_at_most = x_low is None and y_low is None
    if (exact_x and exact_y) or both_at_most:
        if ratio <= _NEAR:
            return "near", digits
        return ("conflict_far" if ratio >= _FAR else "conflict"), 0
    if overlap:
        return ("vague" if ratio > _VAGUE or vague else "compatible"), 0
    return ("conflict_far" if ratio >= _FAR else "conflict"), 0


def _bounds(
    x: Measure, y: Measure
) -> tuple[tuple[float | None, float | None, float | None, float | None], float] | None:
    if x.unit == y.unit:
        return (x.low, x.high, y.low, y.high), _SAME
    if x.kind != "money" or y.kind != "money":
        return None
    if any((a is None) != (b is None) for m in (x, y) for a, b in ((m.low, m.usd_low), (m.high, m.usd_high))):
        return None
    return (x.usd_low, x.usd_high, y.usd_low, y.usd_high), _SAME_CONVERTED


def _reaches(low: float | None, high: float | None, same: float) -> bool:
    return low is None or high is None or low <= high * same


def _ratio(p: float, q: float) -> float:
    small, large = sorted((abs(p), abs(q)))
    return large / small if small else (1.0 if not large else float("inf"))


def _open(low: float | None, high: float | None) -> bool:
    """Whether only a lower bound is given."""
    return high is None and low is not None


def _wide(low: float | None, high: float | None) -> bool:
    """Whether it is a range that says little ("tens of billions")."""
    return low is not None and high is not None and _ratio(low, high) >= _VAGUE


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _digits(value: Decimal | None) -> int:
    """Significant digits, so that 17.4 billion weighs more than 10 billion.

    >>> _digits(Decimal("17400000000"))
    3
    """
    if value is None or not value:
        return 1
    return max(1, len(value.normalize().as_tuple().digits))
