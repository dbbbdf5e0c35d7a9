"""What changed between two states of a deal, in the words of its history. Opens nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pipeline.types import Deal, DealSize

KINDS: dict[str, str] = {
    "new": "first seen",
    "status_changed": "rumored, announced, completed or cancelled now",
    "type_changed": "read as another type of deal",
    "grown": "the largest size of a kind grew",
    "shrunk": "the largest size of a kind shrank",
    "size_added": "the first size of a kind",
    "size_removed": "no size of that kind any more",
    "size_changed": "another size, the largest being as before",
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
"""Every kind of change → what it means."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``article_id``: the article that brought it, where one did."""

    kind: str
    old: str | None = None
    new: str | None = None
    article_id: str | None = None


def changes(old: Deal | None, new: Deal) -> list[Change]:
    """What turned ``old`` into ``new``; empty where nothing that history keeps is different."""
    fresh = _fresh_reports(old, new)
    cause = fresh[-1][0] if fresh else None
    if old is None:
        return [Change("new", None, describe(new), fresh[0][0] if fresh else None)]
    found = []
    if old.type != new.type:
        found.append(Change("type_changed", old.type, new.type, cause))
    if old.status != new.status:
        found.append(Change("status_changed", old.status, new.status, _status_cause(new) or cause))
    found += _sizes(old.sizes, new.sizes, cause)
    found += _members(
        "party",
        [f"{p.name} ({p.role})" for p in old.parties],
        [f"{p.name} ({p.role})" for p in new.parties],
        cause,
    )
    found += _members("chip", old.chips, new.chips, cause)
    found += [Change("report_added", None, _report_label(new, report), report[0]) for report in fresh]
    gone = [report for report in _report_ids(old) if report not in set(_report_ids(new))]
    found += [Change("report_removed", _report_label(old, report), None, report[0]) for report in gone]
    return found


def describe(deal: Deal) -> str:
    """A deal in one line: who, what, how large."""
    who = ", ".join(f"{party.name} ({party.role})" for party in deal.parties) or "no party named"
    sizes = "; ".join(size_words(size) for size in deal.sizes)
    chips = f", {', '.join(deal.chips)}" if deal.chips else ""
    return f"{deal.type}, {deal.status}: {who}{chips}{': ' + sizes if sizes else ''}"


def size_words(size: DealSize) -> str:
    """A size with its bound: "at most 1,000,000 chip"."""
    low, high = size.min, size.max
    if low is None or high is None:
        return (
            f"{'at most' if low is None else 'at least'} {_number(high if low is None else low)} {size.unit}"
        )
    if low == high:
        return f"{_number(low)} {size.unit}"
    return f"{_number(low)} to {_number(high)} {size.unit}"


def _number(value: Decimal | None) -> str:
    if value is None:
        return "?"
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _report_ids(deal: Deal) -> list[tuple[str, int]]:
    return [(report.article_id, report.index) for report in deal.reports]


def _fresh_reports(old: Deal | None, new: Deal) -> list[tuple[str, int]]:
    known = set(_report_ids(old)) if old else set()
    dated = sorted(new.reports, key=lambda r: (r.published is None, r.published or 0, r.article_id, r.index))
    return [(r.article_id, r.index) for r in dated if (r.article_id, r.index) not in known]


def _report_label(deal: Deal, report: tuple[str, int]) -> str:
    found = next(r for r in deal.reports if (r.article_id, r.index) == report)
    return f"{found.source}: {found.title}" if found.title else found.source


def _status_cause(deal: Deal) -> str | None:
    """The latest article that states the status."""
    stating = [report for report in deal.reports if report.claim.status == deal.status]
    dated = sorted(stating, key=lambda r: (r.published is not None, r.published or 0, r.article_id))
    return dated[-1].article_id if dated else None


def _members(what: str, old: Iterable[str], new: Iterable[str], cause: str | None) -> list[Change]:
    before, after = list(dict.fromkeys(old)), list(dict.fromkeys(new))
    added = [Change(f"{what}_added", None, name, cause) for name in after if name not in before]
    return added + [Change(f"{what}_removed", name, None, cause) for name in before if name not in after]


def _sizes(old: tuple[DealSize, ...], new: tuple[DealSize, ...], cause: str | None) -> list[Change]:
    found = []
    for group in sorted({_group(size) for size in (*old, *new)}):
        before = [size for size in old if _group(size) == group]
        after = [size for size in new if _group(size) == group]
        if {_bounds(size) for size in before} == {_bounds(size) for size in after}:
            continue
        words = "; ".join(map(size_words, before)) or None, "; ".join(map(size_words, after)) or None
        found.append(Change(_size_kind(before, after), *words, cause))
    return found


def _size_kind(before: list[DealSize], after: list[DealSize]) -> str:
    if not before:
        return "size_added"
    if not after:
        return "size_removed"
    was, now = max(map(_extent, before)), max(map(_extent, after))
    if was == now:
        return "size_changed"
    return "grown" if now > was else "shrunk"


def _group(size: DealSize) -> tuple[str, str]:
    """Sizes that can be compared: money through dollars, all else by unit."""
    comparable = size.kind == "money" and (size.usd_min is not None or size.usd_max is not None)
    return size.kind, "USD" if comparable else size.unit


def _bounds(size: DealSize) -> tuple[str, Decimal | None, Decimal | None]:
    return size.unit, size.min, size.max


def _extent(size: DealSize) -> Decimal:
    low, high = (size.usd_min, size.usd_max) if _group(size) == ("money", "USD") else (size.min, size.max)
    return max(bound for bound in (low, high) if bound is not None)
