"""What tells a second deal of two companies from the first one told again.

Supply and equity in one announcement are two deals, and so are two orders of different years; "the deal under which A
finances what B buys from it" read by two triggers is one. The features go into the model that scores deals.
"""

from __future__ import annotations

from typing import Any

from nlp.deals.drafts import Draft, best, family
from nlp.deals.state import State

GENERAL = frozenset({"deal", "partner", "use", "lead", "win", "make", "build"})


def again_features(state: State, second: Draft, others: list[Draft]) -> dict[str, float]:
    """How a draft compares with the surest other one that shares two companies with it; empty where none does."""
    sharing = [d for d in others if d is not second and len(set(d.sides) & set(second.sides)) > 1]
    if not sharing:
        return {}
    first = max(sharing, key=lambda d: (len(set(d.sides) & set(second.sides)), _weight(d)))
    features = _compared(state, first, second)
    features["surer"] = float(_weight(first) > _weight(second))
    features["more"] = min(len(sharing), 3) / 3
    return {f"again:{name}": value for name, value in features.items() if value}


def _weight(draft: Draft) -> float:
    """How strongly the words of a draft hold it together: its second surest company."""
    surest = sorted((max(votes.values()) for votes in draft.sides.values()), reverse=True)
    return surest[1] if len(surest) > 1 else 0.0


def _compared(state: State, first: Draft, second: Draft) -> dict[str, float]:
    here, there = ({e.sentence.index for e in d.events} for d in (first, second))
    apart = min(abs(i - j) for i in here for j in there)
    types = best(first.types), best(second.types)
    families = sorted(map(family, types))
    shared = set(first.sides) & set(second.sides)
    agree = sum(_side(first, i) == _side(second, i) for i in shared) / len(shared)
    status = {max(d.status, key=lambda s: d.status[s]) for d in (first, second) if d.status}
    labels = [{e.trigger.label for e in d.events} for d in (first, second)]
    out: dict[str, Any] = {
        "bias": 1.0,
        f"apart={min(apart, 4)}": 1.0,
        f"families={'+'.join(families)}": 1.0,
        "one_type": types[0] == types[1],
        "one_family": families[0] == families[1],
        "speaks": max(_speaks(first, types[1]), _speaks(second, types[0])),
        "weak": any(all(e.weak for e in d.events) for d in (first, second)),
        "general": any(names <= GENERAL for names in labels),
        "common_trigger": bool(labels[0] & labels[1]),
        "sums": bool(first.sums and second.sums),
        "sums_differ": bool(first.sums and second.sums and not first.sums & second.sums),
        "sums_agree": bool(first.sums & second.sums),
        "past_differs": first.past != second.past,
        "past": first.past and second.past,
        "inside": set(first.sides) <= set(second.sides) or set(second.sides) <= set(first.sides),
        "equal": set(first.sides) == set(second.sides),
        "many": max(len(first.sides), len(second.sides)) > 3,
        "sides_agree": agree,
        "status_differs": len(status) > 1,
        "cancelled": "cancelled" in status and len(status) > 1,
        "single_event": min(len(first.events), len(second.events)) == 1,
        "lead": max(min(here), min(there)) <= 2,
    }
    if not apart:
        gap = min(
            abs(e.trigger.start - f.trigger.start)
            for e in first.events
            for f in second.events
            if e.sentence is f.sentence
        )
        for limit in (20, 60, 120):
            out[f"triggers<{limit}"] = gap < limit
    for name, index in (("later", max(min(here), min(there))),):
        for cue in state.cues[index]:
            if cue.group in ("dealref", "several", "past"):
                out[f"{name}={cue.group}"] = 1.0
    return {key: float(value) for key, value in out.items()}


def _side(draft: Draft, ident: str) -> str:
    votes = draft.sides[ident]
    return max(votes, key=lambda s: (votes[s], s))


def _speaks(draft: Draft, deal_type: str) -> float:
    """How strongly a draft's words speak for a type, as a share of its likeliest."""
    most = max(draft.types.values(), default=0.0)
    return max(draft.types.get(deal_type, 0.0), 0.0) / most if most > 0 else 0.0
