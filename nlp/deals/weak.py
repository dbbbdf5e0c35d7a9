"""Weak candidates: companies that stand beside a trigger in ways no rule of case or order explains.

The rules place what they understand. What is left over, two companies of one sentence with a trigger near them that
no deal in the making has together, is proposed here with little weight; the learned scoring decides.
"""

from __future__ import annotations

from nlp.deals.actors import OUTSIDE, Actor
from nlp.deals.cues import Cue
from nlp.deals.drafts import Draft, best, family
from nlp.deals.events import Event, frames
from nlp.deals.leanings import type_scores
from nlp.deals.roundup import apart
from nlp.deals.state import State, org

SURE = 0.2
REACH = 170
ACROSS = 2
FULL = 0.7
PER_SENTENCE = 3
"""Pairs proposed of one sentence at most: lists of names would else propose every two of them."""


def weak_events(state: State, events: list[Event], drafts: list[Draft]) -> list[Event]:
    """Events for pairs of one sentence that no draft has together, the nearest to a trigger first."""
    known = {frozenset((a, b)) for d in drafts for a in d.sides for b in d.sides if a != b}
    known |= _on_one_side(events)
    full = {id(e.trigger) for e in events if _is_full(e)}
    found: list[Event] = []
    for sentence in state.sentences:
        index = sentence.index
        triggers = [e.trigger for e in events if e.sentence is sentence]
        actors = _actors(state, index)
        if len({org(a.entity) for a in actors}) < 2:
            continue
        bare = not triggers
        if bare and index > 1 and not _speaks_of_goods(state, index):
            continue
        ranked = [
            (_cost(trigger, first, second), trigger, first, second)
            for n, first in enumerate(actors)
            for second in actors[n + 1 :]
            for trigger in (triggers or [_silent(first)])
            if org(first.entity) != org(second.entity)
            and not (first.case == "vendor" and second.case == "vendor")
        ]
        ranked.sort(key=lambda row: row[0])
        made = 0
        for cost, trigger, first, second in ranked:
            pair = frozenset((org(first.entity), org(second.entity)))
            if cost > REACH or made >= PER_SENTENCE:
                break
            if pair in known or (id(trigger) in full and {first.case, second.case} & OUTSIDE):
                continue  # "borrowed from A against its shares in B": what A and B are to each other is told
            known.add(pair)
            made += 1
            found.append(_event(state, index, triggers, trigger, first, second))
    return found + _across(state, events, known)


def _is_full(event: Event) -> bool:
    """Whether a trigger has companies on both ends, surely."""
    return len({side for side, sure, _ in event.sides.values() if sure >= FULL}) > 1


def _on_one_side(events: list[Event]) -> set[frozenset[str]]:
    """Pairs that a sentence surely has on one side, a third company on the other: two sellers to one buyer."""
    sides: dict[int, dict[str, set[str]]] = {}
    for event in events:
        for ident, (side, sure, _) in event.sides.items():
            if side != "partner" and sure >= 0.7:
                sides.setdefault(event.sentence.index, {}).setdefault(side, set()).add(ident)
    return {
        frozenset((a, b))
        for of_sentence in sides.values()
        for members in of_sentence.values()
        if any(others - members for others in of_sentence.values())
        for a in members
        for b in members
        if a != b
    }


def second_deals(drafts: list[Draft]) -> None:
    """Adds a draft for what the events of one may tell beside it: another type, or another sum of another time."""
    for draft in list(drafts):
        full = [e for e in draft.events if len(e.sides) > 1]
        if len(full) < 2:
            continue
        told = family(best(draft.types))
        rest = [e for e in full if family(best(e.types)) not in (told, "")]
        if not rest and draft.sums:
            rest = [
                e
                for e in full[1:]
                if e.sums and not e.sums & full[0].sums and e.sentence is not full[0].sentence
            ]
        if not rest:
            continue
        second = Draft(split=True)
        for event in rest:
            second.add(event)
            second.status.update(draft.status)
        if len(second.sides) > 1:
            drafts.append(second)


def _across(state: State, events: list[Event], known: set[frozenset[str]]) -> list[Event]:
    """Events that have one company, each with the companies that the sentences before speak of."""
    found: list[Event] = []
    main = next((t for t in state.topics if t is not None), None)
    for event in events:
        index = event.sentence.index
        triggers = [e.trigger for e in events if e.sentence is event.sentence]
        near = [
            a.entity
            for back in (1, 2)
            if index >= back and not apart(state.items, index - back, index)
            for a in state.actors[index - back]
        ]
        here = {org(a.entity) for a in state.actors[index]}
        alone = len(event.sides) == 1
        others = [org(main)] if main and not state.items[index] else []
        others += [org(e) for e in near] if alone else []
        sides = sorted(event.sides.values(), key=lambda held: -held[1])
        made = 0
        for other in dict.fromkeys(others):
            if other in here or made >= ACROSS:
                continue
            for _, _, actor in sides[:1] if alone else sides[:2]:
                pair = frozenset((org(actor.entity), other))
                if len(pair) < 2 or pair in known or actor.case == "vendor":
                    continue
                known.add(pair)
                made += 1
                place = event.trigger.start
                meant = Actor(place, place, state.first[other], meant=True, sentence=index)
                found.append(_event(state, index, triggers, event.trigger, actor, meant))
    return found


def _speaks_of_goods(state: State, index: int) -> bool:
    """Whether a sentence without a trigger names what deals are about: a sum, a chip, a thing bought."""
    if any(c.group in ("wish", "sizes_not") for c in state.cues[index]):
        return False
    return bool(
        state.chips[index]
        or any(a.kind in ("money", "power", "units", "stake") for a in state.amounts[index])
        or sum(c.group == "objects" and c.label != "soft" for c in state.cues[index]) > 1
    )


def _silent(first: Actor) -> Cue:
    """Where a trigger would stand in a sentence that has none."""
    return Cue(first.end, first.end, "trigger", "deal", "silent")


def _actors(state: State, index: int) -> list[Actor]:
    """One actor an organisation and place, names before what only means them."""
    return [a for a in state.actors[index] if a.end > a.start and a.case != "owner"]


def _cost(trigger: Cue, first: Actor, second: Actor) -> int:
    """How far a pair stands from a trigger: characters, those behind it and coordinated ones dearer."""

    def gap(actor: Actor) -> int:
        return max(actor.start - trigger.end, trigger.start - actor.end, 0)

    cost = gap(first) + gap(second)
    if first.group == second.group:
        cost += 60
    if {*OUTSIDE, "at"} & {first.case, second.case}:
        cost += 30
    return cost


def _event(state: State, index: int, triggers: list[Cue], trigger: Cue, first: Actor, second: Actor) -> Event:
    event = Event(trigger, state.sentences[index], weak=True)
    frame = frames()["triggers"][trigger.label]
    subject, other = frame["subject"], frame.get("object", frame["subject"])
    event.put(org(first.entity), subject, SURE, first)
    event.put(org(second.entity), other if other != subject else subject, SURE, second)
    event.types = type_scores(event, triggers, state.cues[index], state.amounts[index], state.kinds)
    event.past = any(c.group == "past" for c in state.cues[index])
    return event
