"""What became of a deal between two states of it. The store writes these as its history, alert rules judge them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pipeline.types import STATUSES, Deal, DealSize

KINDS: dict[str, str] = {
    "new": "seen for the first time",
    "grew": "larger by more than 1%, or its size became known",
    "shrank": "smaller by more than 1%",
    "firm": "from a rumour to announced or completed",
    "completed": "from announced to completed",
    "fell_through": "cancelled, denied, blocked or expired",
    "revived": "alive again after it fell through",
    "status": "any other change of status",
    "type": "another type of deal",
    "party_added": "a party more",
    "party_removed": "a party less, or in another role",
    "chip_added": "a chip more",
    "chip_removed": "a chip less",
    "size": "sizes changed, but not the largest of any kind by more than 1%",
    "confirmed": "more independent origins, or more confidence, and nothing else",
    "reports": "more or other reports, and nothing else",
}
"""Every kind of change → what it means."""

ALERTING = frozenset({"new", "grew", "firm", "completed", "fell_through", "revived", "shrank"})
"""The kinds that may alert anybody at all; of these, rules choose."""

GROWTH = Decimal("0.01")
"""Growth up to this share is none."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one deal. ``kind`` is a key of KINDS; ``old`` and ``new`` are words for people, None for nothing."""

    kind: str
    old: str | None
    new: str | None


def changes(old: Deal | None, new: Deal) -> list[Change]:
    """What changed from ``old`` (None: there was no such deal) to ``new``; empty where nothing did.

    A deal that has only more reports, origins or confidence has exactly one change, "confirmed" or "reports". Rates of
    exchange do not make a deal grow: sizes are compared in their own unit where both have one of that unit.
    """
    if old is None:
        return [Change("new", None, new.status)]
    found = [
        *_status(old.status, new.status),
        *_growth(old.sizes, new.sizes),
        *([Change("type", old.type, new.type)] if old.type != new.type else []),
        *_members("party", _parties(old), _parties(new)),
        *_members("chip", old.chips, new.chips),
    ]
    if found:
        return found
    if new.origins > old.origins or round(new.confidence, 2) > round(old.confidence, 2):
        return [Change("confirmed", _voices(old), _voices(new))]
    if _reported(old) != _reported(new) or new.origins != old.origins or new.confidence != old.confidence:
        return [Change("reports", _voices(old), _voices(new))]
    return []


def size_words(size: DealSize) -> str:
    """A size for people, in its own unit: "USD 17.4 billion", "up to 1,000,000 chips", "more than 1 GW".

    >>> size_words(DealSize("power", "W", Decimal(10**9), None))
    'at least 1 GW'
    """
    low, high = _amount(size, size.min), _amount(size, size.max)
    if size.min is not None and size.min == size.max:
        return low
    if size.min is None:
        return f"up to {high}"
    if size.max is None:
        return f"at least {low}"
    return f"{low} to {high}"


def magnitude(size: DealSize) -> Decimal:
    """The number that a size is ranked by: its upper bound, else its lower one."""
    return size.max if size.max is not None else size.min if size.min is not None else Decimal(0)


def _status(old: str, new: str) -> list[Change]:
    if old == new:
        return []
    if new == "cancelled":
        kind = "fell_through"
    elif old == "cancelled":
        kind = "revived"
    elif old == "rumored" and new in ("announced", "completed"):
        kind = "firm"
    elif (old, new) == ("announced", "completed"):
        kind = "completed"
    else:
        kind = "status"
    assert new in STATUSES
    return [Change(kind, old, new)]


def _growth(old: Iterable[DealSize], new: Iterable[DealSize]) -> list[Change]:
    before, after = list(old), list(new)
    if _values(before) == _values(after):
        return []
    if not before:
        return [Change("grew", None, size_words(after[0]))]
    grown: list[Change] = []
    for kind in dict.fromkeys(size.kind for size in before):
        largest = _largest_pair([s for s in before if s.kind == kind], [s for s in after if s.kind == kind])
        if largest is None:
            continue
        small, large, was, now = largest
        if large > small * (1 + GROWTH):
            grown.append(Change("grew", size_words(was), size_words(now)))
        elif small > large * (1 + GROWTH):
            grown.append(Change("shrank", size_words(was), size_words(now)))
    return grown or [Change("size", _all_words(before), _all_words(after))]


def _largest_pair(
    before: list[DealSize], after: list[DealSize]
) -> tuple[Decimal, Decimal, DealSize, DealSize] | None:
    """Largest before and after, in a unit that both have, else in USD; None where neither compares."""
    if not before or not after:
        return None
    units = [unit for unit in dict.fromkeys(s.unit for s in before) if any(s.unit == unit for s in after)]
    if units:
        # Of several shared units the one of the largest size counts; the others are the same money again.
        was = max((s for s in before if s.unit in units), key=lambda s: s.usd_max or s.usd_min or magnitude(s))
        now = max((s for s in after if s.unit == was.unit), key=magnitude)
        was = max((s for s in before if s.unit == was.unit), key=magnitude)
        return magnitude(was), magnitude(now), was, now
    was, now = max(before, key=_usd), max(after, key=_usd)
    return (_usd(was), _usd(now), was, now) if _usd(was) and _usd(now) else None


def _usd(size: DealSize) -> Decimal:
    return size.usd_max or size.usd_min or Decimal(0)


def _values(sizes: Iterable[DealSize]) -> set[tuple[str, str, Decimal | None, Decimal | None]]:
    return {(s.kind, s.unit, s.min, s.max) for s in sizes}


def _all_words(sizes: Iterable[DealSize]) -> str | None:
    return ", ".join(size_words(s) for s in sizes) or None


def _parties(deal: Deal) -> list[str]:
    return [f"{party.name} ({party.role})" for party in deal.parties]


def _members(what: str, old: Iterable[str], new: Iterable[str]) -> list[Change]:
    before, after = list(old), list(new)
    return [
        *(Change(f"{what}_added", None, name) for name in after if name not in before),
        *(Change(f"{what}_removed", name, None) for name in before if name not in after),
    ]


def _voices(deal: Deal) -> str:
    return f"{deal.origins} independent, confidence {deal.confidence:.2f}"


def _reported(deal: Deal) -> tuple[object, ...]:
    return (deal.last_reported, sorted((r.article_id, r.index) for r in deal.reports))


_SCALES = ((Decimal(10) ** 12, "trillion"), (Decimal(10) ** 9, "billion"), (Decimal(10) ** 6, "million"))
_POWER = ((Decimal(10) ** 9, "GW"), (Decimal(10) ** 6, "MW"), (Decimal(10) ** 3, "kW"))


def _amount(size: DealSize, value: Decimal | None) -> str:
    if value is None:
        return ""
    if size.kind == "money":
        scaled = next((f"{_plain(value / s)} {word}" for s, word in _SCALES if value >= s), _plain(value))
        return f"{size.unit} {scaled}"
    if size.kind == "power":
        return next((f"{_plain(value / s)} {word}" for s, word in _POWER if value >= s), f"{_plain(value)} W")
    if size.kind == "stake":
        return f"{_plain(value)}%"
    return f"{_plain(value)} {size.unit}{'' if value == 1 else 's'}"


def _plain(value: Decimal) -> str:
    digits = f"{value:,.2f}" if value < 1000 else f"{value:,.0f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
