"""Events of an article become its deals: one deal however often it is told, its sizes and chips given to it alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from nlp.deals.confidence import confidence
from nlp.deals.cues import Cue
from nlp.deals.events import Event, frames
from nlp.deals.figures import excluded, own_event
from nlp.deals.model import FoundDeal, FoundParty
from nlp.deals.state import State, org
from nlp.deals.status import status_of
from nlp.mentions import Amount, Entity

SINGLE_OK = frozenset({"raise", "buy", "order", "build", "grant", "borrow", "lend", "invest", "sell"})
NEAR_SENTENCES = 3
GOODS = frozenset({"compute", "supply", "manufacturing", "codevelopment", "datacenter", "licensing"})


@dataclass(slots=True)
class Draft:
    """A deal in the making. ``sides``: org id → side → weight."""

    events: list[Event] = field(default_factory=list)
    sides: dict[str, Counter[str]] = field(default_factory=dict)
    types: Counter[str] = field(default_factory=Counter)
    amounts: list[Amount] = field(default_factory=list)
    chips: list[Entity] = field(default_factory=list)
    status: Counter[str] = field(default_factory=Counter)
    status_words: dict[str, Cue] = field(default_factory=dict)
    last: int = 0
    past: bool = False

    def family(self) -> str:
        """The family of the likeliest type, "" where nothing speaks for one."""
        return family(best(self.types))

    def add(self, event: Event, weight: float = 1.0) -> None:
        """Takes an event in."""
        self.events.append(event)
        for ident, (side, sure, _) in event.sides.items():
            self.sides.setdefault(ident, Counter())[side] += sure * weight  # type: ignore[assignment]
        for deal_type, score in event.types.items():
            self.types[deal_type] += score * weight  # type: ignore[assignment]
        self.last = event.sentence.index


def best(types: dict[str, float] | Counter[str]) -> str:
    """The likeliest type, "" where nothing speaks for one."""
    return max(types, key=lambda t: (types[t], t)) if types and max(types.values()) > 0 else ""


def family(deal_type: str) -> str:
    """Types of one family may be told of the same deal."""
    for name, members in frames()["families"].items():
        if deal_type in members:
            return str(name)
    return ""


def merge_events(state: State, events: list[Event]) -> list[FoundDeal]:
    """The deals of an article from its events, in order of appearance."""
    drafts: list[Draft] = []
    by_sentence: dict[int, list[tuple[Event, Draft]]] = {}
    for event in _useful(state, events):
        draft = _place(state, drafts, event)
        if draft is None:
            continue
        _vote_status(state, draft, event)
        by_sentence.setdefault(event.sentence.index, []).append((event, draft))
    _give_amounts(state, drafts, by_sentence)
    _give_chips(state, by_sentence)
    found = [deal for draft in drafts if (deal := _finish(state, draft))]
    return found


def _useful(state: State, events: list[Event]) -> list[Event]:
    """Events that say something: general ones only where no specific one of the sentence has their companies."""
    kept: list[Event] = []
    for event in events:
        if not event.sides:
            continue
        if event.trigger.label in ("deal", "lead", "partner"):
            rivals = [
                e
                for e in events
                if e is not event and e.sentence is event.sentence and e.trigger.label not in ("deal", "lead", "partner")
            ]
            if any(len(set(e.sides) & set(event.sides)) >= min(2, len(event.sides)) and len(e.sides) > 1 for e in rivals):
                continue
        kept.append(event)
    return kept


def _compatible(draft: Draft, event: Event) -> bool:
    here, there = family(best(event.types)), draft.family()
    if not here or not there or here == there:
        return True
    return False


def _place(state: State, drafts: list[Draft], event: Event) -> Draft | None:
    orgs = set(event.sides)
    sides = {side for side, _, _ in event.sides.values()}
    full = len(orgs) >= 2 and (len(sides) >= 2 or "partner" in sides)
    if full:
        fitting = [d for d in drafts if _compatible(d, event) and len(orgs & set(d.sides)) >= 2]
        if not fitting:
            fitting = [
                d
                for d in drafts
                if len(d.sides) == 1 and orgs & set(d.sides) and _compatible(d, event) and event.sentence.index - d.last <= 2
            ]
        draft = max(fitting, key=lambda d: (len(orgs & set(d.sides)), d.last)) if fitting else None
        if draft is None:
            draft = Draft()
            drafts.append(draft)
        draft.add(event)
        return draft
    near = [
        d for d in drafts if orgs & set(d.sides) and _compatible(d, event) and event.sentence.index - d.last <= NEAR_SENTENCES
    ]
    if near:
        draft = max(near, key=lambda d: d.last)
        draft.add(event, 0.4)
        return draft
    if event.trigger.label in SINGLE_OK and event.trigger.form != "nouns" and state.amounts[event.sentence.index]:
        draft = Draft()
        draft.add(event, 0.8)
        drafts.append(draft)
        return draft
    return None


def _vote_status(state: State, draft: Draft, event: Event) -> None:
    index = event.sentence.index
    cues = state.cues[index]
    past = any(c.group == "past" for c in cues)
    draft.past = draft.past or past
    status, words = status_of(event.trigger, cues, past)
    weight = 2.0 if index <= 1 else 1.0
    weight *= {"cancelled": 1.8, "rumored": 1.4, "completed": 1.1, "announced": 1.0}[status]
    draft.status[status] += weight  # type: ignore[assignment]
    if words:
        draft.status_words.setdefault(status, words)


def _give_amounts(state: State, drafts: list[Draft], by_sentence: dict[int, list[tuple[Event, Draft]]]) -> None:
    current: Draft | None = None
    current_at = -9
    for sentence in state.sentences:
        i = sentence.index
        here = by_sentence.get(i, [])
        cues = state.cues[i]
        speaking = [c for c in cues if c.group in ("trigger", "dealref")]
        referring = any(c.group == "dealref" for c in cues)
        for amount in state.amounts[i]:
            if amount.kind in ("percent", "count"):
                continue
            if excluded(state.text, amount, sentence, cues, speaking):
                continue
            target: Draft | None = None
            if here:
                event = own_event(state.text, amount, [e for e, _ in here])
                target = next(d for e, d in here if e is event)
            elif current and (i - current_at <= 1 or (referring and i - current_at <= 4)):
                target = current
            if target and not any(_same_amount(a, amount) for a in target.amounts):
                target.amounts.append(amount)
        if here:
            current, current_at = here[0][1], i


def _same_amount(a: Amount, b: Amount) -> bool:
    return (a.kind, a.unit, a.min, a.max) == (b.kind, b.unit, b.min, b.max)


def _give_chips(state: State, by_sentence: dict[int, list[tuple[Event, Draft]]]) -> None:
    current: Draft | None = None
    current_at = -9
    for sentence in state.sentences:
        i = sentence.index
        here = [(e, d) for e, d in by_sentence.get(i, []) if d.family() in ("goods", "")]
        for chip in state.chips[i]:
            target = None
            if here:
                target = min(here, key=lambda pair: abs(pair[0].trigger.start - chip.start))[1]
            elif current and i - current_at <= 1 and not by_sentence.get(i):
                target = current
            if target and all(c.name != chip.name for c in target.chips):
                target.chips.append(chip)
        if here:
            current, current_at = here[0][1], i


def _finish(state: State, draft: Draft) -> FoundDeal | None:
    deal_type = best(draft.types)
    if not deal_type:
        return None
    roles: dict[str, Any] = frames()["roles"][deal_type]
    parties: list[FoundParty] = []
    for ident, votes in draft.sides.items():
        side = max(votes, key=lambda s: (votes[s], s))
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
    deal.confidence = confidence(deal, draft.types)
    return deal
