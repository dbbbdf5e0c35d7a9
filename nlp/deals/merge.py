"""Events of an article become its deals: one deal however often it is told, its sizes and chips given to it alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nlp.deals.attach import give_amounts, give_chips, size_candidates
from nlp.deals.choice import choose_status, choose_type
from nlp.deals.drafts import Draft, add_weak, make_drafts
from nlp.deals.events import Event, frames
from nlp.deals.model import FoundDeal, FoundParty
from nlp.deals.rounds import joined
from nlp.deals.same import again_features
from nlp.deals.scoring import SURELY, deal_features, party_features, probability, side_features, vendors_of
from nlp.deals.state import State, org
from nlp.deals.weak import second_deals, weak_events

GOODS = frozenset({"compute", "supply", "manufacturing", "codevelopment", "datacenter", "licensing"})
KEEP_PARTY = 0.4
ONE_TAKES = frozenset({"investment", "financing", "acquisition"})
"""Types with many on the giving end and one on the other (of 110 such deals of three or more parties, 106)."""
MANY = 2
"""Parties that a deal has at least to be one between them."""
SURE_OF_ONE = 0.45
KEEP_DEAL = 0.4
"""A deal less sure than KEEP_DEAL is not told; nor is any where none of an article is as sure as SURE_OF_ONE. By
cross-validation: slot F1 0.497; with a SURE_OF_ONE of 0.5 as good, with fewer false alarms (0.137 of articles without a deal
for 0.149) and fewer of the deals that an article is about."""


def merge_events(state: State, events: list[Event]) -> list[FoundDeal]:
    """The deals of an article from its events, in order of appearance."""
    found, candidates = all_deals(state, events)
    if max((deal.confidence for deal, _, _ in found), default=0.0) < SURE_OF_ONE:
        return []
    kept = [(deal, draft) for deal, draft, _ in found if deal.confidence >= KEEP_DEAL]
    kept = [row for row in kept if not _told_surer(row[0], kept)]
    kept = joined(kept)
    told = {id(draft) for _, draft in kept}
    for _, draft in kept:
        draft.amounts.clear()
    give_amounts(
        [c for c in candidates if id(c.draft) in told]
    )  # what a dropped deal had taken is free again
    return [
        replace(deal, sizes=list(draft.amounts)) for deal, draft in kept if not _same_again(deal, draft, kept)
    ]


def _same_again(deal: FoundDeal, draft: Draft, kept: list[tuple[FoundDeal, Draft]]) -> bool:
    """Whether a second deal that was split off came out as the first one: type and companies, and no sum of its own."""
    mine = {org(p.entity) for p in deal.parties}
    return (
        draft.split
        and not draft.amounts
        and any(
            other is not deal and other.type == deal.type and {org(p.entity) for p in other.parties} == mine
            for other, _ in kept
        )
    )


def _told_surer(deal: FoundDeal, kept: list[tuple[FoundDeal, Draft]]) -> bool:
    """Whether what a company does alone is told surer in the same words: "builds a site, invests $1bn in it"."""
    if len(deal.parties) > 1:
        return False
    return any(
        other is not deal
        and other.type == deal.type
        and [org(p.entity) for p in other.parties] == [org(p.entity) for p in deal.parties]
        and set(other.evidence) & set(deal.evidence)
        and (other.confidence, -kept_at) > (deal.confidence, -_at(deal, kept))
        for kept_at, (other, _) in enumerate(kept)
    )


def _at(deal: FoundDeal, kept: list[tuple[FoundDeal, Draft]]) -> int:
    return next(n for n, (other, _) in enumerate(kept) if other is deal)


def raw_drafts(state: State, events: list[Event]) -> tuple[list[Draft], dict[int, list[tuple[Event, Draft]]]]:
    """The deals in the making as they come, weak ones last, and by sentence which event went into which."""
    drafts, by_sentence = make_drafts(state, events)
    second_deals(drafts)
    add_weak(state, weak_events(state, events, drafts), drafts, by_sentence)
    return drafts, by_sentence


def all_deals(
    state: State, events: list[Event]
) -> tuple[list[tuple[FoundDeal, Draft, dict[str, float]]], list[Any]]:
    """Every deal in the making with its draft and features, however unsure, and the size candidates: for training."""
    drafts, by_sentence = raw_drafts(state, events)
    candidates = size_candidates(state, by_sentence)
    give_amounts(candidates)
    give_chips(state, by_sentence)
    found: list[tuple[FoundDeal, Draft, dict[str, float]]] = []
    for draft in drafts:
        deal = _finish(state, draft)
        if deal:
            features = deal_features(state, draft, deal) | again_features(state, draft, drafts)
            deal.confidence = probability("deal", features)
            found.extend((one, draft, features) for one in _each(state, draft, deal))
    return found, candidates


def _each(state: State, draft: Draft, deal: FoundDeal) -> list[FoundDeal]:
    """A plural ("deals with customers such as A and B", "5만장씩") told of several customers is a deal with each."""
    high, low = frames()["ends"].get(deal.type, ("", ""))
    ends = {
        high: [p for p in deal.parties if p.role == high],
        low: [p for p in deal.parties if p.role == low],
    }
    many = [role for role, parties in ends.items() if len(parties) > 1]
    if len(many) != 1 or len(ends[high]) + len(ends[low]) != len(deal.parties) or not _plural(state, draft):
        return [deal]
    one_end = [p for p in deal.parties if p.role != many[0]]
    return [replace(deal, parties=[*one_end, party], sizes=list(deal.sizes)) for party in ends[many[0]]]


def _plural(state: State, draft: Draft) -> bool:
    """Whether every full event of a draft is told in the plural."""
    full = [e for e in draft.events if len(e.sides) > 2]
    return bool(full) and all(
        any(
            c.group == "several" and abs(c.start - e.trigger.start) < 90 for c in state.cues[e.sentence.index]
        )
        for e in full
    )


def settle(state: State, draft: Draft, deal_type: str) -> dict[str, str]:
    """Each party's role. Organisations that are only named beside the deal are left out."""
    idents = sorted(draft.sides, key=lambda i: state.first[i].start)
    makers = vendors_of(draft, state)
    chance = {
        i: probability("party", party_features(draft, i, state.kinds.get(i, ""), deal_type, n, makers))
        for n, i in enumerate(idents)
    }
    keep = [i for i in idents if chance[i] >= KEEP_PARTY]
    if deal_type in ("compute", "datacenter") and len(keep) > MANY:
        users = [i for i in keep if not _only_vendor(draft, i)]
        keep = users if len(users) >= MANY else keep  # whose chips run there sells to neither
    if len(keep) < 2:
        keep = sorted(sorted(idents, key=lambda i: -chance[i])[:2], key=idents.index)
    roles = frames()["roles"][deal_type]
    if deal_type == "codevelopment":
        return dict.fromkeys(keep, "partner")
    high, low = frames()["ends"][deal_type]
    if len(keep) == 1:
        builds = "buyer" not in draft.sides[keep[0]] or any(e.trigger.label == "build" for e in draft.events)
        own_site = deal_type == "datacenter" and builds
        if own_site:  # who commits itself to a site, and to nobody that is named, puts up the money
            return {keep[0]: "investor"}
        return {
            ident: roles[max(draft.sides[ident], key=lambda s: (draft.sides[ident][s], s))] for ident in keep
        }
    settled: dict[str, str] = {}
    if deal_type in ("acquisition", "datacenter"):
        special = "seller" if deal_type == "acquisition" else "partner"
        for ident in keep:
            if draft.likeliest_side(ident) == special:
                settled[ident] = special
    open_ = [i for i in keep if i not in settled]
    if (
        deal_type == "datacenter"
        and len(open_) > 1
        and listed_together(draft, open_) == [sorted(open_)]
        and not _told_apart(draft, open_)
    ):
        return settled | dict.fromkeys(open_, "partner")  # "A and B build a campus": together
    giving = {
        i: probability("side", side_features(draft, i, state.kinds, deal_type, idents.index(i), makers))
        for i in open_
    }
    for row in listed_together(draft, open_):
        if len(row) < len(open_):  # "A, B and C put money into D": what is true of one is true of all
            together = sum(giving[i] for i in row) / len(row)
            giving.update(dict.fromkeys(row, together))
    one = _only_one(draft, deal_type, open_, giving)
    for ident in open_:
        settled[ident] = high if (ident != one if one else giving[ident] >= 0.5) else low
    if (
        len(set(settled.values())) < 2
        and len(open_) > 1
        and not (draft.family() == "money" and _told_as_one(draft, open_))
    ):
        # All on one end: the one that stands there least surely goes to the other.
        if settled[open_[0]] == high:
            settled[min(open_, key=lambda i: giving[i])] = low
        else:
            settled[max(open_, key=lambda i: giving[i])] = high
    return settled


def _told_apart(draft: Draft, idents: list[str]) -> bool:
    """Whether a sentence says who of them builds and who rents, whatever list names them together."""
    return any(
        {side for i, (side, sure, _) in event.sides.items() if i in idents and sure >= SURELY}
        >= {"buyer", "seller"}
        and event.trigger.label not in frames()["symmetric"]
        for event in draft.events
    )


def _only_one(draft: Draft, deal_type: str, idents: list[str], giving: dict[str, float]) -> str:
    """Who of three or more gets the money or is taken over, "" where that need not be one alone: whoever is named in
    a list with others of them is not, since those would be on the same end.
    """
    if deal_type not in ONE_TAKES or len(idents) < MANY + 1 or _told_as_one(draft, idents):
        return ""
    listed = {i for row in listed_together(draft, idents) if len(row) < len(idents) for i in row}
    pool = [i for i in idents if i not in listed] or idents
    shared = [
        i for i in pool if draft.likeliest_side(i) == "target"
    ]  # "sells 10% of X to Y": X, and not who sells
    return min(shared if len(shared) == 1 else pool, key=lambda i: giving[i])


def _only_vendor(draft: Draft, ident: str) -> bool:
    """Whether an organisation is named only as the maker of chips."""
    return all(e.sides[ident][2].case == "vendor" for e in draft.events if ident in e.sides)


def _told_as_one(draft: Draft, idents: list[str]) -> bool:
    """Whether the sentences name all of them in one list, and do not tell of what they do with each other."""
    if listed_together(draft, idents) != [sorted(idents)]:
        return False
    return not any(e.trigger.label in frames()["symmetric"] for e in draft.events)


def listed_together(draft: Draft, idents: list[str]) -> list[list[str]]:
    """The organisations of a draft that its sentences name in one list, list by list."""
    rows: list[set[str]] = []
    for event in draft.events:
        lists: dict[tuple[int, int], set[str]] = {}
        for ident, (_, _, actor) in event.sides.items():
            if ident in idents and actor.end > actor.start:
                lists.setdefault((actor.sentence, actor.group), set()).add(ident)
        for row in lists.values():
            if len(row) > 1:
                touching = [r for r in rows if r & row]
                rows = [r for r in rows if not r & row] + [set.union(row, *touching)]
    return [sorted(row) for row in rows]


def _finish(state: State, draft: Draft) -> FoundDeal | None:
    deal_type = choose_type(state, draft)
    if not deal_type:
        return None
    parties: list[FoundParty] = []
    for ident, role in settle(state, draft, deal_type).items():
        entity = state.first[ident]
        parties.append(FoundParty(entity, role, tuple(w for w in state.words[ident] if w != entity.name)))
    sentences = sorted({e.sentence.index for e in draft.events})
    status = choose_status(state, draft)
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
    if (
        len({p.role for p in parties}) < 2
        and not (len(parties) > 1 and parties[0].role == "partner")
        and not (
            (len(parties) == 1 or draft.family() == "money") and any(state.amounts[i] for i in sentences)
        )
    ):
        return None
    return deal
