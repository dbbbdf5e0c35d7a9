"""Events of an article become its deals: one deal however often it is told, its sizes and chips given to it alone."""

from __future__ import annotations

from typing import Any

from nlp.deals.attach import give_amounts, give_chips, size_candidates
from nlp.deals.drafts import Draft, best, make_drafts
from nlp.deals.events import Event, frames
from nlp.deals.model import FoundDeal, FoundParty
from nlp.deals.scoring import deal_features, probability
from nlp.deals.state import State

GOODS = frozenset({"compute", "supply", "manufacturing", "codevelopment", "datacenter", "licensing"})
KEEP_DEAL = 0.4
"""A deal less sure than this is not told: it would more often be wrong than a missed one would be missed."""


def merge_events(state: State, events: list[Event]) -> list[FoundDeal]:
    """The deals of an article from its events, in order of appearance."""
    return [deal for deal, _, _ in all_deals(state, events)[0] if deal.confidence >= KEEP_DEAL]


def all_deals(state: State, events: list[Event]) -> tuple[list[tuple[FoundDeal, Draft, dict[str, float]]], list[Any]]:
    """Every deal in the making with its draft and features, however unsure, and the size candidates: for training."""
    drafts, by_sentence = make_drafts(state, events)
    candidates = size_candidates(state, by_sentence)
    give_amounts(candidates)
    give_chips(state, by_sentence)
    found = []
    for draft in drafts:
        deal = _finish(state, draft)
        if deal:
            features = deal_features(state, draft, deal)
            deal.confidence = probability("deal", features)
            found.append((deal, draft, features))
    return found, candidates


def _settle(state: State, draft: Draft, deal_type: str) -> dict[str, str]:
    """Each organisation's side; where the words leave all on one side, what they are decides."""
    sides = {ident: max(votes, key=lambda v: (votes[v], v)) for ident, votes in draft.sides.items()}
    if len(sides) < 2 or deal_type in ("codevelopment", "acquisition"):
        return sides
    roles = frames()["roles"][deal_type]
    sure = {ident: max(votes.values()) for ident, votes in draft.sides.items()}
    one_sided = len({roles[side] for side in sides.values()}) < 2
    vague = all(e.trigger.label in ("deal", "partner", "lease") or max(w for _, w, _ in e.sides.values()) < 0.6 for e in draft.events if e.sides)
    if not one_sided and not vague:
        return sides
    if deal_type in ("investment", "financing", "grant"):
        table, high, low = frames()["gives"], "giver", "taker"
    else:
        table = frames()["sells_compute" if deal_type == "compute" else "sells"]
        high, low = "seller", "buyer"
    rank = {ident: float(table.get(state.kinds.get(ident, ""), table[""])) for ident in sides}
    top, bottom = max(rank.values()), min(rank.values())
    if top == bottom:
        if not one_sided:
            return sides
        weakest = min(sides, key=lambda i: sure[i])
        return {ident: (low if ident == weakest else high) if one_sided else side for ident, side in sides.items()}
    middle = (top + bottom) / 2
    return {ident: high if rank[ident] > middle else low for ident in sides}


def _finish(state: State, draft: Draft) -> FoundDeal | None:
    deal_type = best(draft.types)
    if not deal_type:
        return None
    roles: dict[str, Any] = frames()["roles"][deal_type]
    parties: list[FoundParty] = []
    for ident, side in _settle(state, draft, deal_type).items():
        entity = state.first[ident]
        parties.append(FoundParty(entity, roles[side], tuple(w for w in state.words[ident] if w != entity.name)))
    sentences = sorted({e.sentence.index for e in draft.events})
    status = max(draft.status, key=lambda s: (draft.status[s], s)) if draft.status else "announced"
    words = draft.status_words.get(status)
    deal = FoundDeal(
        type=deal_type,
        status=status,
        primary=sentences[0] <= 2 or not draft.past,
        parties=parties,
        chips=draft.chips if deal_type in GOODS else [],
        sizes=draft.amounts,
        evidence=[(state.sentences[i].start, state.sentences[i].end) for i in sentences],
        status_words=(words.start, words.end) if words else None,
    )
    if len({p.role for p in parties}) < 2 and deal_type != "codevelopment" and not (len(parties) == 1 and deal.sizes):
        return None
    return deal
