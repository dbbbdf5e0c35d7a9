"""Deals in the making: events of one article that tell the same deal, however often it is told, are put together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from nlp.deals.cues import Cue
from nlp.deals.events import Event, frames
from nlp.deals.state import State
from nlp.deals.status import status_of
from nlp.mentions import Amount, Entity

NEVER_ALONE = frozenset(
    {
        "use",
        "client",
        "vendor",
        "financier",
        "deal",
        "partner",
        "choose",
        "lead",
        "codevelop",
        "license",
        "merge",
    }
)
ALONE_AS_NOUN = frozenset({"raise", "grant", "order", "lend"})
NEAR_SENTENCES = 3


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
    sums: set[tuple[object, ...]] = field(default_factory=set)
    split: bool = False

    def family(self) -> str:
        """The family of the likeliest type, "" where nothing speaks for one."""
        return family(best(self.types))

    def likeliest_side(self, ident: str) -> str:
        """The side on which most speaks for an organisation."""
        votes = self.sides[ident]
        return max(votes, key=lambda side: (votes[side], side))

    def add(self, event: Event, weight: float = 1.0) -> None:
        """Takes an event in."""
        self.events.append(event)
        for ident, (side, sure, _) in event.sides.items():
            self.sides.setdefault(ident, Counter())[side] += sure * weight  # type: ignore[assignment]
        for deal_type, score in event.types.items():
            self.types[deal_type] += score * weight  # type: ignore[assignment]
        self.last = event.sentence.index
        self.sums |= event.sums
        if len(self.events) == 1:
            self.past = event.past


def best(types: dict[str, float] | Counter[str]) -> str:
    """The likeliest type, "" where nothing speaks for one."""
    return max(types, key=lambda t: (types[t], t)) if types and max(types.values()) > 0 else ""


def family(deal_type: str) -> str:
    """Types of one family may be told of the same deal."""
    for name, members in frames()["families"].items():
        if deal_type in members:
            return str(name)
    return ""


def make_drafts(
    state: State, events: list[Event]
) -> tuple[list[Draft], dict[int, list[tuple[Event, Draft]]]]:
    """The drafts of an article in order of appearance, and by sentence which event went into which."""
    drafts: list[Draft] = []
    by_sentence: dict[int, list[tuple[Event, Draft]]] = {}
    for event in _useful(state, events):
        draft = _place(state, drafts, event)
        if draft is None:
            continue
        _vote_status(state, draft, event)
        by_sentence.setdefault(event.sentence.index, []).append((event, draft))
    return drafts, by_sentence


def add_weak(
    state: State, events: list[Event], drafts: list[Draft], by_sentence: dict[int, list[tuple[Event, Draft]]]
) -> None:
    """Drafts of their own for weak events; the same pair again goes into the same draft."""
    of_pair: dict[frozenset[str], Draft] = {}
    for event in events:
        pair = frozenset(event.sides)
        draft = of_pair.get(pair)
        if draft is None:
            draft = of_pair[pair] = Draft()
            drafts.append(draft)
        draft.add(event)
        _vote_status(state, draft, event)
        by_sentence.setdefault(event.sentence.index, []).append((event, draft))


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
                if e is not event
                and e.sentence is event.sentence
                and e.trigger.label not in ("deal", "lead", "partner")
            ]
            if any(
                len(set(e.sides) & set(event.sides)) >= min(2, len(event.sides)) and len(e.sides) > 1
                for e in rivals
            ):
                continue
        kept.append(event)
    return kept


def _compatible(draft: Draft, event: Event) -> bool:
    """Whether an event may tell the draft's deal: types of one family, or types that each side also speaks for.

    Told of another time and of another sum, it is another deal of the same two.
    """
    here, there = best(event.types), best(draft.types)
    if draft.sums and event.sums and event.past != draft.past and not draft.sums & event.sums:
        return False
    if not here or not there or family(here) == family(there):
        return True
    if {family(here), family(there)} & {"public"}:
        return False
    crossing = {family(here), family(there)} == {"goods", "money"} or {family(here), family(there)} == {
        "goods",
        "takeover",
    }
    if crossing:
        return False
    return (
        event.types.get(there, 0) >= 0.5 * event.types[here]
        or draft.types.get(here, 0) >= 0.5 * draft.types[there]
    )


def _other_end(drafts: list[Draft], event: Event, sides: set[str]) -> Draft | None:
    """ "X raised $50m. Y and Z took part.": money got in one sentence, and those who gave it in the next."""
    if family(best(event.types)) != "money" or len(sides) != 1 or not sides <= {"giver", "taker"}:
        return None
    for draft in reversed(drafts):
        held = {max(votes, key=lambda s: votes[s]) for votes in draft.sides.values()}
        close = event.sentence.index - draft.last <= 2
        if (
            close
            and draft.family() == "money"
            and len(held) == 1
            and held <= {"giver", "taker"}
            and held != sides
        ):
            return draft
    return None


def _same_target(draft: Draft, event: Event) -> bool:
    """One company is taken over once: who buys and who sells it may be told apart, but not who else buys it."""
    if best(event.types) != "acquisition" or best(draft.types) != "acquisition":
        return False
    mine = {i for i, (side, sure, _) in event.sides.items() if side == "target" and sure >= 0.5}
    theirs = {i for i, votes in draft.sides.items() if max(votes, key=lambda s: votes[s]) == "target"}
    buyers = {i for i, (side, _, _) in event.sides.items() if side == "buyer"}
    known = {i for i, votes in draft.sides.items() if max(votes, key=lambda s: votes[s]) == "buyer"}
    return bool(mine & theirs) and (not buyers or not known or bool(buyers & known))


def _place(state: State, drafts: list[Draft], event: Event) -> Draft | None:
    orgs = set(event.sides)
    sides = {side for side, _, _ in event.sides.values()}
    full = len(orgs) >= 2 and (len(sides) >= 2 or "partner" in sides)
    if not full and orgs and (round_ := _other_end(drafts, event, sides)) is not None:
        round_.add(event, 0.8)
        return round_
    if full:
        fitting = [d for d in drafts if _compatible(d, event) and len(orgs & set(d.sides)) >= 2]
        if not fitting:
            fitting = [d for d in drafts if _same_target(d, event)]
        if not fitting:
            fitting = [
                d
                for d in drafts
                if len(d.sides) == 1
                and orgs & set(d.sides)
                and _compatible(d, event)
                and event.sentence.index - d.last <= 2
            ]
        draft = max(fitting, key=lambda d: (len(orgs & set(d.sides)), d.last)) if fitting else None
        if draft is None:
            draft = Draft()
            drafts.append(draft)
        draft.add(event)
        return draft
    near = [
        d
        for d in drafts
        if orgs & set(d.sides) and _compatible(d, event) and event.sentence.index - d.last <= NEAR_SENTENCES
    ]
    if near:
        draft = max(near, key=lambda d: d.last)
        draft.add(event, 0.4)
        return draft
    if (
        event.trigger.label not in NEVER_ALONE
        and (event.trigger.form != "nouns" or event.trigger.label in ALONE_AS_NOUN)
        and state.amounts[event.sentence.index]
    ):
        draft = Draft()
        draft.add(event, 0.8)
        drafts.append(draft)
        return draft
    return None


def _vote_status(state: State, draft: Draft, event: Event) -> None:
    index = event.sentence.index
    cues = state.cues[index]
    status, words = status_of(event.trigger, cues, event.past)
    weight = 2.0 if index <= 1 else 1.0
    weight *= {"cancelled": 1.8, "rumored": 1.4, "completed": 1.1, "announced": 1.0}[status]
    draft.status[status] += weight  # type: ignore[assignment]
    if words:
        draft.status_words.setdefault(status, words)
