"""How sure a found deal is."""

from __future__ import annotations

from collections import Counter

from nlp.deals.model import FoundDeal


def confidence(deal: FoundDeal, types: Counter[str]) -> float:
    """Between 0 and 1; provisional until it is calibrated."""
    score = 0.3
    score += 0.2 * (len({p.role for p in deal.parties}) >= 2)
    score += 0.15 * bool(deal.sizes)
    score += 0.1 * (len(deal.evidence) > 1)
    score += 0.05 * bool(deal.chips)
    score += 0.1 * (max(types.values(), default=0) > 2)
    return min(score, 0.95)
