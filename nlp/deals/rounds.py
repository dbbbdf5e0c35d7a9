"""Rounds told in pieces: "led by A and B; existing backers C and D topped up" is one round of four."""

from __future__ import annotations

from dataclasses import replace

from nlp.deals.drafts import Draft
from nlp.deals.model import FoundDeal
from nlp.deals.state import org

BETWEEN = 2
ENDS = {"investment": ("investor", "investee"), "financing": ("lender", "borrower")}


def joined(kept: list[tuple[FoundDeal, Draft]]) -> list[tuple[FoundDeal, Draft]]:
    """The told deals, those that only add givers of money to a round told in the same sentence or the one before made part of it.

    A deal with a sum of its own, or of earlier days, is no part of another.
    """
    found: list[tuple[FoundDeal, Draft]] = []
    for deal, draft in kept:
        at = next((n for n, (whole, other) in enumerate(found) if _is_part(whole, other, deal, draft)), None)
        if at is None:
            found.append((deal, draft))
            continue
        whole, other = found[at]
        names = {org(p.entity) for p in whole.parties}
        more = [p for p in deal.parties if org(p.entity) not in names]
        found[at] = replace(whole, parties=[*whole.parties, *more]), other
    return found


def _is_part(whole: FoundDeal, other: Draft, deal: FoundDeal, draft: Draft) -> bool:
    if whole.type != deal.type or deal.type not in ENDS or draft.past != other.past:
        return False
    giver, taker = ENDS[deal.type]
    takers = {org(p.entity) for p in deal.parties if p.role == taker}
    if not takers or takers != {org(p.entity) for p in whole.parties if p.role == taker}:
        return False
    if {org(p.entity) for p in deal.parties if p.role == giver} <= {
        org(p.entity) for p in whole.parties if p.role == giver
    }:
        return False
    return not _money(draft) and any(_near(a, b) for a in whole.evidence for b in deal.evidence)


def _near(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two spans of evidence are one sentence, or the second begins right behind the first."""
    return one == other or 0 <= other[0] - one[1] <= BETWEEN


def _money(draft: Draft) -> bool:
    return any(a.kind == "money" for a in draft.amounts) or bool(draft.sums)
