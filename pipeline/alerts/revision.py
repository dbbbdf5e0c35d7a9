"""What happened to a deal, as alert rules see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from pipeline.resolve.changes import Change
from pipeline.resolve.identity import Companies
from pipeline.resolve.items import item
from pipeline.resolve.merge import merged
from pipeline.types import Deal

EVENTS: dict[str, str] = {
    "new": "first seen",
    "grew": "larger by more than 1%, or its size became known",
    "firm": "no rumour any more, or closed",
    "fell_through": "cancelled, denied, blocked or expired",
}
"""What rules may wait for → what it means."""


class ChangeLike(Protocol):
    """A change of a deal: pipeline.resolve's Change, or a line of the store's history."""

    @property
    def kind(self) -> str: ...
    @property
    def old(self) -> str | None: ...
    @property
    def new(self) -> str | None: ...
    @property
    def article_id(self) -> str | None: ...


class Revision(Protocol):
    """A deal as it is now, and what changed since the rules last saw it; the store's DealRevision is one."""

    @property
    def deal(self) -> Deal: ...
    @property
    def revision(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def changes(self) -> Sequence[ChangeLike]: ...


@dataclass(frozen=True, slots=True)
class DealRevision:
    """A revision outside the store."""

    deal: Deal
    changes: tuple[Change, ...]
    revision: int = 1
    state: str = "active"
    at: datetime | None = None


def events(revision: Revision) -> frozenset[str]:
    """Which of EVENTS happened. Changes of status count by where they lead from where they began.

    More reports of an unchanged deal, growth up to 1%, corrections of parties, chips or type are no event.
    A deal that only background recalls is not "new". One first heard of when it fell through is both.
    """
    if revision.state != "active":
        return frozenset()
    kinds = {change.kind for change in revision.changes}
    deal = revision.deal
    if "new" in kinds:
        if not is_news(deal):
            return frozenset()
        return frozenset({"new", "fell_through"} if deal.status == "cancelled" else {"new"})
    found = set()
    if "grown" in kinds or ("size_added" in kinds and _first_size(revision)):
        found.add("grew")
    moves = [change for change in revision.changes if change.kind == "status_changed"]
    if moves:
        was, now = moves[0].old, moves[-1].new
        if now == "cancelled" and was != "cancelled":
            found.add("fell_through")
        elif now in ("announced", "completed") and was != now and (was, now) != ("completed", "announced"):
            found.add("firm")
    return frozenset(found)


def is_news(deal: Deal) -> bool:
    """Whether an article reports it, rather than only recalls it. Without reports it counts as news."""
    return not deal.reports or any(report.claim.primary for report in deal.reports)


def earlier(revision: Revision, companies: Companies | None = None) -> Deal | None:
    """The deal as it was told before the articles that this revision added; None where none told of it."""
    if any(change.kind in ("new", "restored") for change in revision.changes):
        return None
    added = {change.article_id for change in revision.changes if change.kind == "report_added"}
    rest = [report for report in revision.deal.reports if report.article_id not in added]
    known = companies or Companies()
    items = [one for one in (item(report, known, None) for report in rest) if one.parties and one.types]
    if not items:
        return None
    before = merged(items, revision.deal.id, known, None)
    usd = {(size.unit, size.min, size.max): size for size in revision.deal.sizes}
    sizes = tuple(usd.get((size.unit, size.min, size.max), size) for size in before.sizes)
    return replace(before, sizes=sizes)


def _first_size(revision: Revision) -> bool:
    """Whether no size at all was known before."""
    added = {change.kind for change in revision.changes}
    count = sum(change.kind == "size_added" for change in revision.changes)
    kinds = {size.unit if size.kind == "units" else size.kind for size in revision.deal.sizes}
    return len(kinds) <= count and not added & {"size_removed", "size_changed", "shrunk"}
