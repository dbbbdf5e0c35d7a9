"""How likely a deal in the making is a deal, and an amount a size of it: logistic models over features with names.

The weights are data (``weights.json``), learned by ``bench/train_scoring.py`` on articles read by hand; the features
name cue classes, not words, so that one model serves all languages.
"""

from __future__ import annotations

import json
from functools import lru_cache
from math import exp
from pathlib import Path

from nlp.deals.drafts import Draft, best
from nlp.deals.events import frames
from nlp.deals.model import FoundDeal
from nlp.deals.state import State, org
from nlp.deals.times import month_tense, tense
from nlp.mentions import Entity

SURELY = 0.7
"""How sure a side must be for a trigger to name it outright."""
RANKS = {"compute": "sells_compute", "licensing": "licenses"}
NEAR_MONTH = 60
"""Characters within which a month is a trigger's own."""
WEIGHTS = Path(__file__).parent / "weights.json"


@lru_cache(maxsize=1)
def weights() -> dict[str, dict[str, float]]:
    """The learned weights by model and feature."""
    loaded: dict[str, dict[str, float]] = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return loaded


def probability(model: str, features: dict[str, float]) -> float:
    """The model's probability, between 0 and 1; a feature that it never saw counts nothing."""
    weight = weights()[model].get
    total = 0.0
    for name, value in features.items():  # a plain loop: most values are nought, and this is asked most often
        if value:
            total += value * weight(name, 0.0)
    return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


def deal_features(state: State, draft: Draft, deal: FoundDeal) -> dict[str, float]:
    """What speaks for and against a draft being a deal that the article states."""
    sentences = sorted({e.sentence.index for e in draft.events})
    cues = [c for i in sentences for c in state.cues[i]]
    groups = {(c.group, c.label) for c in cues}
    surest = sorted((max(votes.values()) for votes in draft.sides.values()), reverse=True)
    scores = sorted(draft.types.values(), reverse=True)
    roles = {p.role for p in deal.parties}
    out = {
        "bias": 1.0,
        f"type={deal.type}": 1.0,
        f"status={deal.status}": 1.0,
        "parties=1": float(len(deal.parties) == 1),
        "parties>3": float(len(deal.parties) > 3),
        "one_role": float(len(roles) == 1 and len(deal.parties) > 1),
        "events": min(len(draft.events), 5) / 5,
        "full_events": min(sum(len(e.sides) > 1 for e in draft.events), 3) / 3,
        "title": float(state.sentences[sentences[0]].start < state.title_end),
        "lead": float(any(i <= 2 for i in sentences)),
        "surest": surest[0],
        "second": surest[1] if len(surest) > 1 else 0.0,
        "type_score": min(scores[0], 6) / 6,
        "type_margin": min(scores[0] - (scores[1] if len(scores) > 1 else 0), 4) / 4,
        "sizes": float(bool(deal.sizes)),
        "sizes>1": float(len(deal.sizes) > 1),
        "chips": float(bool(deal.chips)),
        "unknown_party": float(any(p.entity.key is None for p in deal.parties)),
        "doubt": max(_doubt(p.entity) for p in deal.parties),
    }
    for kind in {a.kind for a in deal.sizes}:
        out[f"size={kind}"] = 1.0
    for event in draft.events:
        out[f"trigger={event.trigger.label}.{event.trigger.form[:1]}"] = 1.0
    if len(deal.parties) == 1:
        out[f"single,{deal.type}"] = 1.0
        out["single,title"] = out["title"]
        out[f"single,orgs={min(len(state.first), 4)}"] = 1.0
        out["single,lead"] = out["lead"]
        for kind in {a.kind for a in deal.sizes}:
            out[f"single,size={kind}"] = 1.0
        for label in {label for group, label in groups if group == "sizes_not"}:
            out[f"single,sizes_not={label}"] = 1.0
        for event in draft.events:
            out[f"single,{event.trigger.label}.{event.trigger.form[:1]}"] = 1.0
    if state.year is not None:
        for i in sentences:
            for _, year in state.years[i]:
                out[f"year={tense(year, state.year)}"] = 1.0
    if state.month is not None:
        for event in draft.events:
            for place, month in state.months[event.sentence.index]:
                if abs(place - event.trigger.start) < NEAR_MONTH:
                    out[f"month={month_tense(month, state.month)}"] = 1.0
    if state.title_end:
        for cue in state.cues[0]:
            if cue.group == "sizes_not":
                out[f"headline={cue.label}"] = 1.0
    labels = {e.trigger.label for e in draft.events}
    out["only_general"] = float(labels <= {"deal", "partner", "use", "lead", "win", "make", "build"})
    for group, label in groups:
        if group in ("status", "hypothesis", "negation", "past", "dealref"):
            out[f"cue={group}.{label}"] = 1.0
        elif group == "objects" and (label != "soft" or deal.type != "licensing"):
            out[f"object={label}"] = 1.0  # patents are what licences are about
    named = sum(not a.meant for e in draft.events for _, _, a in e.sides.values())
    out["named"] = min(named, 4) / 4
    out.update(_kinds(state, draft, deal))
    out.update(_places(state, draft, deal))
    return out


def _doubt(entity: Entity) -> float:
    """How unsure it is that a name which no list has is an organisation, 0 to 1."""
    return 0.0 if entity.key is not None else 1.0 - entity.confidence


def _places(state: State, draft: Draft, deal: FoundDeal) -> dict[str, float]:
    """Where the two surest parties stand to the trigger and to each other, in the event that has them nearest."""
    idents = {org(p.entity) for p in deal.parties}
    out = {"weak": float(all(e.weak for e in draft.events)), "split": float(draft.split)}
    together = sum(len(idents & {org(a.entity) for a in row}) > 1 for row in state.actors)
    out["together"] = min(together, 4) / 4
    out["together=1"] = float(together == 1)
    best_gap, chosen = 10_000, None
    for event in draft.events:
        held = [(actor, sure) for i, (_, sure, actor) in event.sides.items() if i in idents]
        if len(held) < 2:
            continue
        first, second = sorted(
            (a for a, _ in sorted(held, key=lambda h: -h[1])[:2]), key=lambda a: (a.start, a.end)
        )
        gap = max(second.start - first.end, 0)
        if gap < best_gap:
            best_gap, chosen = gap, (event, first, second)
    if chosen is None:
        return out
    event, first, second = chosen
    trigger = event.trigger
    order = "".join(
        mark for _, mark in sorted([(first.start, "A"), (second.start, "B"), (trigger.start, "t")])
    )
    out[f"order={order}"] = 1.0
    out[f"order={order}.{trigger.form[:1]}"] = 1.0
    for name, gap in (
        ("apart", best_gap),
        ("reach", max(max(a.start - trigger.end, trigger.start - a.end, 0) for a in (first, second))),
    ):
        for limit in (20, 50, 100, 180):
            if gap < limit:
                out[f"{name}<{limit}"] = 1.0
    low, high = min(first.start, trigger.start), max(second.end, trigger.end)
    index = event.sentence.index
    others = {org(a.entity) for a in state.actors[index] if low <= a.start < high} - idents
    out["between"] = min(len(others), 3) / 3
    rivals = sum(
        c.group == "trigger" and c.label not in ("deal", trigger.label) and low <= c.start < high
        for c in state.cues[index]
    )
    out["rivals"] = min(rivals, 3) / 3
    out["one_group"] = float(first.group == second.group and first.sentence == second.sentence)
    for actor in (first, second):
        out[f"marked={actor.case}"] = 1.0
        if actor.meant:
            out["meant" if actor.end > actor.start else "assumed"] = 1.0
    out[f"marked={first.case}+{second.case}"] = 1.0
    return out


def _kinds(state: State, draft: Draft, deal: FoundDeal) -> dict[str, float]:
    """What the companies are: whether one that sells such things stands on the selling side."""
    goods = frames()[RANKS.get(deal.type, "sells")]
    money = frames()["gives"]
    high: list[float] = []
    low: list[float] = []
    table = money if deal.type in ("investment", "financing", "grant") else goods
    for party in deal.parties:
        rank = float(table.get(party.entity.kind, table[""]))
        if party.role in ("supplier", "investor", "lender", "grantor"):
            high.append(rank)
        elif party.role in ("customer", "investee", "borrower", "grantee"):
            low.append(rank)
    out = {"kinds_known": float(all(p.entity.kind for p in deal.parties))}
    for party in deal.parties:
        out[f"{deal.type}:{party.role}:{party.entity.kind}"] = 1.0
    if any(_kin(a.entity, b.entity) for a in deal.parties for b in deal.parties if a is not b):
        out["kin"] = out[f"kin,{deal.type}"] = 1.0
    if high and low:
        gap = sum(high) / len(high) - sum(low) / len(low)
        out["kinds_fit" if gap > 0.5 else "kinds_clash" if gap < -0.5 else "kinds_even"] = 1.0
    if best(draft.types) == "acquisition":
        out["target"] = float(any(p.role == "target" for p in deal.parties))
        out["acquirer"] = float(any(p.role == "acquirer" for p in deal.parties))
    return out


def _kin(one: Entity, other: Entity) -> bool:
    """Whether two companies belong to one group: a parent seldom deals with its arm."""
    return bool(one.group) and one.group in (other.key, other.group)


def vendors_of(draft: Draft, state: State) -> frozenset[str]:
    """The organisations whose chips a draft names."""
    makers = {c.group for c in draft.chips if c.group}
    return frozenset(
        i for i in draft.sides if (e := state.first[i]).key in makers or (e.group and e.group in makers)
    )


def party_features(
    draft: Draft, ident: str, kind: str, deal_type: str, order: int, makers: frozenset[str] = frozenset()
) -> dict[str, float]:
    """What speaks for an organisation of a draft being a party, and not only named beside the deal. ``makers``: the
    organisations whose chips it names."""
    votes = draft.sides[ident]
    total = {i: sum(v.values()) for i, v in draft.sides.items()}
    inside = [e for e in draft.events if ident in e.sides]
    actors = [e.sides[ident][2] for e in inside]
    most = max(total.values())
    return {
        "bias": 1.0,
        "surest": max(votes.values()),
        "share": total[ident] / most,
        "events": len(inside) / len(draft.events),
        "parties": min(len(draft.sides), 6) / 6,
        "two": float(len(draft.sides) <= 2),
        "rank": min(sum(t > total[ident] for t in total.values()), 4) / 4,
        "vendor_only": float(all(a.case == "vendor" for a in actors)),
        "vendor": float(any(a.case == "vendor" for a in actors)),
        "meant_only": float(all(a.meant for a in actors)),
        "assumed": float(all(a.start == a.end for a in actors)),
        "split": float(len(votes) > 1),
        "first": float(order == 0),
        "unknown": float(not kind),
        "doubt": min(_doubt(a.entity) for a in actors),
        f"kind={kind}": 1.0,
        f"type={deal_type}": 1.0,
        f"kind={kind},type={deal_type}": 1.0,
        "maker": float(ident in makers),
        f"maker,{deal_type}": float(ident in makers),
        "maker_not_vendor": float(ident in makers and not any(a.case == "vendor" for a in actors)),
        **{f"case={case}": 1.0 for case in {a.case for a in actors}},
    }


def side_features(
    draft: Draft,
    ident: str,
    kinds: dict[str, str],
    deal_type: str,
    order: int,
    makers: frozenset[str] = frozenset(),
) -> dict[str, float]:
    """What speaks for an organisation standing on the giving end (supplier, investor, lender, grantor; acquirer)."""
    takeover = deal_type == "acquisition"
    high = {"buyer", "giver"} if takeover or deal_type == "investment" else {"seller", "giver"}
    low = {"target", "taker"} if takeover else {"buyer", "taker", "target"}
    if deal_type == "investment":
        low = {"taker", "target", "seller"}  # who sells new shares gets the money
    votes = draft.sides[ident]
    up = sum(w for s, w in votes.items() if s in high)
    down = sum(w for s, w in votes.items() if s in low)
    table = frames()["gives" if deal_type in ("investment", "financing", "grant") or takeover else "sells"]
    if deal_type in RANKS:
        table = frames()[RANKS[deal_type]]
    rank = {i: float(table.get(kinds.get(i, ""), table[""])) for i in draft.sides}
    others = [r for i, r in rank.items() if i != ident]
    gap = (rank[ident] - sum(others) / len(others)) / 5 if others else 0.0
    known = bool(kinds.get(ident)) and any(kinds.get(i) for i in draft.sides if i != ident)
    sort = "gap" if known else "gap_unknown"
    family = (
        "takeover" if takeover else "money" if deal_type in ("investment", "financing", "grant") else "goods"
    )
    vote = (up - down) / (up + down) if up + down else 0.0
    strong = max(up, down, 0.0)
    rivals = sum(
        (sum(w for s, w in v.items() if s in high) - sum(w for s, w in v.items() if s in low))
        / (sum(v.values()) or 1)
        for i, v in draft.sides.items()
        if i != ident
    )
    return {
        "bias": 1.0,
        f"family={family}": 1.0,
        f"type={deal_type}": 1.0,
        "vote": vote,
        "vote_strong": vote * min(strong, 2.0),
        "rivals": rivals / max(len(others), 1),
        f"{sort},{family}": gap,
        f"{sort},{deal_type}": gap,
        f"kind={kinds.get(ident, '')},{family}": 1.0,
        f"first,{family}": float(order == 0),
        f"first,{deal_type}": float(order == 0),
        f"maker,{deal_type}": float(ident in makers),
        f"other_maker,{deal_type}": float(bool(makers - {ident}) and ident not in makers),
        **_standing(draft, ident, family),
        **_said(draft, ident, family, high, low),
    }


def _said(draft: Draft, ident: str, family: str, high: set[str], low: set[str]) -> dict[str, float]:
    """On which end each trigger puts an organisation, 1 or -1, and whether it names both ends outright."""
    out: dict[str, float] = {}
    for event in draft.events:
        if ident not in event.sides:
            continue
        side, sure, actor = event.sides[ident]
        end = 1.0 if side in high else -1.0 if side in low else 0.0
        if not end:
            continue
        name = f"said:{event.trigger.label}"
        out[name] = out.get(name, 0.0) + end * min(sure, 1.0)
        opposite = low if end > 0 else high
        if (
            sure >= SURELY
            and event.trigger.label not in frames()["symmetric"]
            and not actor.meant
            and not event.weak
            and any(
                other in opposite and how >= SURELY and not who.meant
                for i, (other, how, who) in event.sides.items()
                if i != ident
            )
        ):
            out["outright"] = end
            out[f"outright,{family}"] = end
    return {name: max(-1.0, min(1.0, value)) for name, value in out.items()}


def _standing(draft: Draft, ident: str, family: str) -> dict[str, float]:
    """How an organisation stands to each trigger: before or behind it, marked by which case."""
    out: dict[str, float] = {}
    for event in draft.events:
        if ident not in event.sides:
            continue
        _, sure, actor = event.sides[ident]
        trigger = event.trigger
        place = "before" if actor.end <= trigger.start else "behind"
        place = place if actor.end > actor.start else "unsaid"
        form = "passive" if event.passive else trigger.form[:1]
        for name in (
            f"{place}.{form},{family}",
            f"{place}.{actor.case},{family}",
            f"{trigger.label}.{form}.{place}",
            f"{trigger.label}.{actor.case}.{place}",
        ):
            out[name] = max(out.get(name, 0.0), min(sure, 1.0))
    return out
