"""What changed between two states of a deal, in the words of its history. The store keeps these, alert rules
judge them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipeline.types import Deal, DealSize

KINDS: dict[str, str] = {
    "new": "first seen",
    "status_changed": "rumored, announced, completed or cancelled now",
    "type_changed": "read as another type of deal",
    "grown": "the largest size of a kind grew by more than 1%",
    "shrunk": "the largest size of a kind shrank by more than 1%",
    "size_added": "the first size of a kind",
    "size_removed": "no size of that kind any more",
    "size_changed": "another size, the largest being within 1% of what it was",
    "party_added": "one more party",
    "party_removed": "a party less",
    "chip_added": "one more chip",
    "chip_removed": "a chip less",
    "report_added": "one more article says so",
    "report_removed": "an article does not say so any more",
    "merged": "became part of another deal",
    "withdrawn": "no article says so any more",
    "restored": "reported again after it was withdrawn or merged",
}
"""Every kind of change → what it means. The last three are the store's own: a single deal does not show
them."""

GROWTH = Decimal("0.01")
"""Growth up to this share is none."""

_WIDE = 5
Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``kind`` is a key of KINDS, ``old`` and ``new`` are words, ``article_id`` the article that
    brought it."""

    kind: str
    old: str | None = None
    new: str | None = None
    article_id: str | None = None


def changes(old: Deal | None, new: Deal) -> list[Change]:
    """What turned ``old`` (None: there was no such deal) into ``new``; empty where nothing that history keeps
    is different.

    Sizes are compared in their own unit where both have it, so that rates of exchange make nothing grow.
    """
    fresh = _fresh(old, new)
    cause = fresh[-1][0] if fresh else None
    if old is None:
        return [Change("new", None, describe(new), fresh[0][0] if fresh else None)]
    gone = [key for key in _keys(old) if key not in set(_keys(new))]
    return [
        *([Change("type_changed", old.type, new.type, cause)] if old.type != new.type else []),
        *(
            [Change("status_changed", old.status, new.status, _status_cause(new) or cause)]
            if old.status != new.status
            else []
        ),
        *_sizes(old.sizes, new.sizes, cause),
        *_members("party", _parties(old), _parties(new), cause),
        *_members("chip", old.chips, new.chips, cause),
        *(Change("report_added", None, _label(new, key), key[0]) for key in fresh),
        *(Change("report_removed", _label(old, key), None, key[0]) for key in gone),
    ]


def describe(deal: Deal) -> str:
    """A deal in one line: who, what, how large."""
    who = ", ".join(_parties(deal)) or "no party named"
    sizes = "; ".join(size_words(size) for size in deal.sizes)
    chips = f", {', '.join(deal.chips)}" if deal.chips else ""
    return f"{deal.type}, {deal.status}: {who}{chips}{': ' + sizes if sizes else ''}"


def size_words(size: DealSize) -> str:
    """A size for people, in its own unit and with its bound.

    >>> size_words(DealSize("power", "W", Decimal(10**9), None))
    'at least 1 GW'
    >>> size_words(DealSize("money", "USD", Decimal("6.5e9"), Decimal("6.5e9")))
    'USD 6.5 billion'
    """
    low, high = _amount(size, size.min), _amount(size, size.max)
    if size.min is not None and size.min == size.max:
        return low
    if size.min is None:
        return f"up to {high}"
    return f"{low} to {high}" if size.max is not None else f"at least {low}"


def magnitude(size: DealSize) -> Decimal:
    """The number that a size is ranked by: its upper bound, else its lower one."""
    return size.max if size.max is not None else size.min if size.min is not None else Decimal(0)


def usd_of(size: DealSize) -> Decimal:
    """What a size of money surely amounts to in USD: its upper bound, of a wide range the lower."""
    low, high = size.usd_min, size.usd_max
    if low is not None and high is not None and high > low * _WIDE:
        return low
    return high if high is not None else low if low is not None else Decimal(0)


def _keys(deal: Deal) -> list[Key]:
    return [(report.article_id, report.index) for report in deal.reports]


def _fresh(old: Deal | None, new: Deal) -> list[Key]:
    known = set(_keys(old)) if old else set()
    dated = sorted(new.reports, key=lambda r: (r.published or date.max, r.article_id, r.index))
    return [(r.article_id, r.index) for r in dated if (r.article_id, r.index) not in known]


def _label(deal: Deal, key: Key) -> str:
    found = next(r for r in deal.reports if (r.article_id, r.index) == key)
    return f"{found.source}: {found.title}" if found.title else found.source


def _status_cause(deal: Deal) -> str | None:
    """The latest article that states the status."""
    stating = [r for r in deal.reports if deal.status in r.claim.status.split("|")]
    latest = max(stating, key=lambda r: (r.published or date.min, r.article_id), default=None)
    return latest.article_id if latest else None


def _parties(deal: Deal) -> list[str]:
    return [f"{party.name} ({party.role})" for party in deal.parties]


def _members(what: str, old: Iterable[str], new: Iterable[str], cause: str | None) -> list[Change]:
    before, after = list(dict.fromkeys(old)), list(dict.fromkeys(new))
    return [
        *(Change(f"{what}_added", None, name, cause) for name in after if name not in before),
        *(Change(f"{what}_removed", name, None, cause) for name in before if name not in after),
    ]


def _sizes(old: Sequence[DealSize], new: Sequence[DealSize], cause: str | None) -> list[Change]:
    found = []
    for kind in dict.fromkeys(_kind(size) for size in (*old, *new)):
        before = [size for size in old if _kind(size) == kind]
        after = [size for size in new if _kind(size) == kind]
        if {_bounds(size) for size in before} != {_bounds(size) for size in after}:
            found.append(Change(_size_change(before, after), _words(before), _words(after), cause))
    return found


def _size_change(before: list[DealSize], after: list[DealSize]) -> str:
    if not before:
        return "size_added"
    if not after:
        return "size_removed"
    was, now = _largest(before, after)
    if now > was * (1 + GROWTH):
        return "grown"
    return "shrunk" if was > now * (1 + GROWTH) else "size_changed"


def _largest(before: list[DealSize], after: list[DealSize]) -> tuple[Decimal, Decimal]:
    """The largest before and after, in the largest unit that both have, else in USD; equal where neither
    compares."""
    shared = {s.unit for s in before} & {s.unit for s in after}
    if shared:
        unit = max(
            (s for s in before if s.unit in shared), key=lambda s: (_usd(s), magnitude(s), s.unit)
        ).unit
        was = max(magnitude(s) for s in before if s.unit == unit)
        now = max(magnitude(s) for s in after if s.unit == unit)
        return was, now
    was, now = max(map(_usd, before)), max(map(_usd, after))
    return (was, now) if was and now else (Decimal(0), Decimal(0))


def _kind(size: DealSize) -> str:
    return size.unit if size.kind == "units" else size.kind


def _usd(size: DealSize) -> Decimal:
    return size.usd_max or size.usd_min or Decimal(0)


def _bounds(size: DealSize) -> tuple[str, Decimal | None, Decimal | None]:
    return size.unit, size.min, size.max


def _words(sizes: Iterable[DealSize]) -> str | None:
    return "; ".join(size_words(size) for size in sizes) or None


_MONEY = ((Decimal(10) ** 12, "trillion"), (Decimal(10) ** 9, "billion"), (Decimal(10) ** 6, "million"))
_POWER = ((Decimal(10) ** 9, "GW"), (Decimal(10) ** 6, "MW"), (Decimal(10) ** 3, "kW"))


def _amount(size: DealSize, value: Decimal | None) -> str:
    if value is None:
        return ""
    if size.kind == "money":
        scaled = next(
            (f"{_plain(value / step)} {word}" for step, word in _MONEY if value >= step), _plain(value)
        )
        return f"{size.unit} {scaled}"
    if size.kind == "power":
        return next(
            (f"{_plain(value / step)} {word}" for step, word in _POWER if value >= step), f"{_plain(value)} W"
        )
    if size.kind == "stake":
        return f"{_plain(value)}%"
    return f"{_plain(value)} {size.unit}{'' if value == 1 else 's'}"


def _plain(value: Decimal) -> str:
    digits = f"{value:,.2f}" if value < 1000 else f"{value:,.0f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
