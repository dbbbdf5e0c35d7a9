"""Deals of one article: events clause by clause, then merged over the article."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from nlp.deals.actors import OUTSIDE, Actor
from nlp.deals.cues import Cue, find_cues, load_cues
from nlp.deals.events import GOODS, Event, frames, is_passive, read_sides
from nlp.deals.figures import own_event
from nlp.deals.govern import govern
from nlp.deals.leanings import type_scores
from nlp.deals.merge import merge_events
from nlp.deals.model import FoundDeal
from nlp.deals.placing import place_actors
from nlp.deals.roundup import apart, items_of
from nlp.deals.sentences import by_sentence, split_sentences
from nlp.deals.state import State, org
from nlp.deals.status import hypothetical
from nlp.deals.times import months_in, told_of_the_past, years_in
from nlp.mentions import Amount, Entity

TOLD_OF_TOPIC = frozenset(
    {
        "order",
        "acquire",
        "lend",
        "raise",
        "grant",
        "license",
        "invest",
        "supply",
        "lease",
        "make",
        "lead",
        "deal",
        "partner",
    }
)
LED = 0.6
REJECTS = 40
"""Characters before a noun within which a word of rejecting has it for its object ("rejected the bid")."""
GUESS_REACH = 160
"""Characters from a trigger within which an unplaced company may be guessed to take part."""


def find_deals(
    text: str,
    lang: str,
    companies: list[Entity],
    chips: list[Entity],
    amounts: list[Amount],
    published: date | None = None,
) -> list[FoundDeal]:
    """The deals that an article states, main reports first.

    ``text`` is title, blank line and body; the other arguments are what the components before found in it,
    and the day on which it was ``published``, None where that is unknown.
    """
    sentences = split_sentences(text, lang)
    if not sentences or not companies:
        return []
    year = published.year if published else None
    state = State(
        text,
        lang,
        _title_end(text),
        sentences,
        cues=by_sentence([c for c in find_cues(text, lang) if told_of_the_past(c, text, year)], sentences),
        companies=by_sentence(companies, sentences),
        chips=by_sentence(chips, sentences),
        amounts=by_sentence(amounts, sentences),
        year=year,
        years=[years_in(text, s.start, s.end) for s in sentences],
        month=published.month if published else None,
        months=[months_in(text, s.start, s.end, lang) for s in sentences],
    )
    for entity in companies:
        state.know(entity)
    state.items = items_of(text, sentences, state.companies)
    place_actors(state)
    sections = _sections(state)
    events = [event for i in range(len(sentences)) for event in _events(state, i, sections[i])]
    events += _told_by_heading(state, sections, events)
    events.sort(key=lambda e: e.trigger.start)
    return merge_events(state, events)


def _title_end(text: str) -> int:
    end = text.find("\n\n")
    return end if 0 < end <= 400 else 0


def _sections(state: State) -> list[tuple[Entity, ...]]:
    """For each sentence the companies of the heading it stands under ("Nvidia – Intel.", "AMD.", "**IREN**")."""
    pairs: list[tuple[Entity, ...]] = []
    current: tuple[Entity, ...] = ()
    for sentence in state.sentences:
        words = state.text[sentence.start : sentence.end]
        named = list({org(e): e for e in state.companies[sentence.index]}.values())
        bare = len(words) - sum(len(e.text) for e in state.companies[sentence.index])
        if sentence.index and 1 <= len(named) <= 2 and bare <= 12 * len(named):
            main = state.topics[0] or (state.topics[1] if len(state.topics) > 1 else None)
            current = tuple(named)
            if len(named) == 1 and main is not None and org(main) != org(named[0]):
                current = (named[0], main)
        pairs.append(current)
    return pairs


def _told_by_heading(state: State, sections: list[tuple[Entity, ...]], events: list[Event]) -> list[Event]:
    """ "Nvidia – Intel. Five billion dollars for 4% of the capital.": a deal told by its heading alone."""
    told: list[Event] = []
    for i in range(1, len(sections)):
        pair = sections[i]
        if len(pair) != 2 or sections[i - 1] is not pair or (i > 1 and sections[i - 2] is pair):
            continue
        if not (state.amounts[i] or state.chips[i]):
            continue
        ids = {org(e) for e in pair}
        if any(sections[e.sentence.index] is pair and ids <= set(e.sides) for e in events):
            continue
        sentence = state.sentences[i]
        event = Event(Cue(sentence.start, sentence.start, "trigger", "deal", "nouns"), sentence)
        for entity, side in zip(pair, ("buyer", "seller"), strict=True):
            event.put(
                org(entity), side, 0.3, Actor(sentence.start, sentence.start, entity, meant=True, sentence=i)
            )
        event.types = type_scores(event, [event.trigger], state.cues[i], state.amounts[i], state.kinds)
        told.append(event)
    return told


def _fill_from_heading(state: State, event: Event, pair: tuple[Entity, ...]) -> None:
    """Under a heading, a trigger that lacks a party is said of the heading's companies."""
    if len(event.sides) > 1 or len(pair) < 2:
        return
    frame = frames()["triggers"][event.trigger.label]
    missing = [e for e in pair if org(e) not in event.sides]
    held = {side for side, _, _ in event.sides.values()}
    ranked = sorted(missing, key=lambda e: -float(frames()["sells"].get(e.kind, 2)))
    sides = [frame["subject"], frame.get("object", frame["subject"])]
    if frame["subject"] == "buyer" and len(missing) == 2:
        ranked.reverse()
    for entity in ranked:
        side = next((s for s in sides if s not in held), sides[0])
        held.add(side)
        event.put(org(entity), side, 0.3, Actor(event.trigger.start, event.trigger.start, entity, meant=True))


def _events(state: State, index: int, pair: tuple[Entity, ...]) -> list[Event]:
    """The events of one sentence, with sides, types and status."""
    sentence, cues, actors = state.sentences[index], state.cues[index], state.actors[index]
    triggers = _triggers(state, index)
    if not triggers:
        return []
    groups: list[list[Actor]] = []
    for actor in actors:
        if actor.case in OUTSIDE:
            continue
        if groups and groups[-1][0].group == actor.group:
            groups[-1].append(actor)
        else:
            groups.append([actor])
    events: list[Event] = []
    taken: set[int] = set()
    for n, trigger in enumerate(triggers):
        event = Event(trigger, sentence, passive=is_passive(trigger, cues, state.text, state.lang, groups))
        previous_end = triggers[n - 1].end if n else sentence.start
        following = [t for t in triggers[n + 1 :] if t.form != "nouns" and t.start - trigger.end > 14]
        next_start = following[0].start if following else sentence.end
        if hypothetical(trigger, cues, state.text, state.lang):
            continue
        rejected = any(c.group == "rejects" and 0 <= trigger.start - c.end < REJECTS for c in cues)
        read_sides(event, state.text, groups, org, state.lang, previous_end, next_start, taken, rejected)
        events.append(event)
    _leaders_give(events)
    for event in events:
        _fill_from_heading(state, event, pair)
        _guess_sides(event, groups)
        _assume_subject(state, event, index)
    events = [part for event in events for part in _parallel(state, event, index)]
    past = any(c.group == "past" for c in cues)
    for event in events:
        event.types = type_scores(event, triggers, cues, state.amounts[index], state.kinds)
        event.past = past
    for amount in state.amounts[index]:
        nearest = (
            own_event(state.text, amount, events)
            if amount.kind == "money" and amount.min == amount.max
            else None
        )
        if nearest is not None:
            nearest.sums.add((amount.unit, amount.min))
    return events


def _leaders_give(events: list[Event]) -> None:
    """ "A guidare il round è A": whom one verb has as leading the round does not raise it."""
    leaders = {
        ident
        for event in events
        if event.trigger.label in ("lead", "invest") and event.trigger.form != "nouns"
        for ident, (side, sure, _) in event.sides.items()
        if side == "giver" and sure >= LED
    }
    for event in events:
        if event.trigger.label == "raise" and event.trigger.form == "nouns":
            for ident, (side, _, actor) in list(event.sides.items()):
                if ident in leaders and side == "taker" and actor.case in ("", "subject"):
                    event.sides[ident] = ("giver", LED, actor)


def _parallel(state: State, event: Event, index: int) -> list[Event]:
    """ "$250 billion to A and $300 billion to B" are two events: as many sums as companies on one side, in turns."""
    by_side: dict[str, list[tuple[str, Actor]]] = {}
    for ident, (side, sure, actor) in event.sides.items():
        if sure >= 0.4 and actor.end > actor.start:
            by_side.setdefault(side, []).append((ident, actor))
    for side, members in by_side.items():
        if len(members) < 2 or len({actor.group for _, actor in members}) < len(members):
            continue
        members.sort(key=lambda m: m[1].start)
        sums = [a for a in state.amounts[index] if a.kind in ("money", "power", "units")]
        low = members[0][1].start
        turns = [a for a in sums if low - 60 < a.start < members[-1][1].end + 60]
        marks = sorted([(a.start, "sum") for a in turns] + [(actor.start, "org") for _, actor in members])
        if len(turns) != len(members) or len({a.kind for a in turns}) != 1:
            continue
        if any(marks[i][1] == marks[i + 1][1] for i in range(len(marks) - 1)):
            continue
        parts = []
        for ident, actor in members:
            cue = (
                event.trigger
                if ident == members[0][0]
                else replace(event.trigger, start=actor.start, end=actor.start)
            )
            part = Event(cue, event.sentence, passive=event.passive)
            part.sides = {i: held for i, held in event.sides.items() if i == ident or held[0] != side}
            parts.append(part)
        return parts
    return [event]


def _guess_sides(event: Event, groups: list[list[Actor]]) -> None:
    """Companies of the sentence that no rule has placed, where one side is empty: weak guesses by word order."""
    frame = frames()["triggers"][event.trigger.label]
    sides = {side for side, _, _ in event.sides.values()}
    if len(sides) > 1:
        return
    first, second = frame["subject"], frame.get("object", frame["subject"])
    if event.passive:
        first, second = second, first
    free = [
        group
        for group in groups
        if group[0].case != "at"
        and not any(org(a.entity) in event.sides for a in group)
        and abs(group[0].start - event.trigger.start) < GUESS_REACH
    ]
    free.sort(key=lambda g: abs(g[0].start - event.trigger.start))
    for group in free[: 2 - len(sides)]:
        if group[0].case == "vendor":
            if event.trigger.label not in GOODS:
                continue
            side = "seller"
        elif sides:
            side = second if first in sides else first
        else:
            side = first if group[0].start < event.trigger.start else second
        for actor in group:
            event.put(org(actor.entity), side, 0.25, actor)
        sides.add(side)


def _assume_subject(state: State, event: Event, index: int) -> None:
    """Who is meant but not named: "Will pay $3 billion in cash" is said of the topic, "an order from Meta" is the
    topic's order. Weak: the scoring of parties decides."""
    if not event.sides or (event.trigger.form == "nouns" and event.trigger.label not in TOLD_OF_TOPIC):
        return
    if len({(actor.group, actor.end > actor.start, side) for side, _, actor in event.sides.values()}) > 1:
        return
    frame = frames()["triggers"][event.trigger.label]
    subject, other = frame["subject"], frame.get("object", frame["subject"])
    if event.passive:
        subject, other = other, subject
    held = next(iter(event.sides.values()))[0]
    side = subject if held != subject or subject == other else other
    if side == held != "partner":
        return
    named = {org(a.entity) for a in state.actors[index] if a.case != "vendor"}
    speakers = [a.entity for a in state.actors[index] if a.case == "speaker"]
    topic = next((t for t in (*speakers, *_topics_before(state, index)) if org(t) not in event.sides), None)
    if topic is None or (org(topic) in named and index == 0 and topic not in speakers):
        return
    event.put(
        org(topic),
        side,
        0.35,
        Actor(event.trigger.start, event.trigger.start, topic, meant=True, sentence=index),
    )


def _topics_before(state: State, index: int) -> list[Entity]:
    before = state.topics[index - 1] if index and not apart(state.items, index - 1, index) else None
    main = next((t for t in state.topics if t is not None), None) if not state.items[index] else None
    return [t for t in (before, main) if t is not None]


def _triggers(state: State, index: int) -> list[Cue]:
    """The triggers of a sentence: one a place, the specific class before the general one, none inside a name or
    the words of a wish ("has asked for a licence").
    """
    names = [(e.start, e.end) for e in (*state.companies[index], *state.chips[index])]
    names += [(c.start, c.end) for c in state.cues[index] if c.group in ("coref", "wish")]
    found: list[Cue] = []
    for cue in state.cues[index]:
        if cue.group != "trigger" or any(start <= cue.start and cue.end <= end for start, end in names):
            continue
        if _is_title(state, cue, index):
            continue
        if found and cue.start < found[-1].end:
            last = found[-1]
            same = (cue.start, cue.end, cue.label) == (last.start, last.end, last.label)
            if (last.label == "deal" and cue.end >= last.end and not same) or (
                same and _reads_as(state, cue, last)
            ):
                found[-1] = cue
            continue
        found.append(cue)
    return govern(found, state.cues[index], state.text, state.lang, state.amounts[index])


def _is_title(state: State, cue: Cue, index: int) -> bool:
    """Whether a noun of part only says what the company right behind it is: "auto supplier ZF", "der Auftragsfertiger
    X"; "its supplier X" and "Tesla supplier X" say whose it is as well.
    """
    if cue.form != "nouns" or cue.label not in ("vendor", "client", "financier", "make"):
        return False
    if cue.label == "make" and not any(
        c.group == "objects" and c.label == "foundry" and c.start < cue.end and cue.start < c.end
        for c in state.cues[index]
    ):
        return False
    companies = state.companies[index]
    if not any(e.start == cue.end + 1 for e in companies) or any(
        cue.start - e.end in (1, 2, 3) for e in companies
    ):
        return False
    before = state.text[max(0, cue.start - 24) : cue.start].lower().split()
    return not set(before[-3:]) & set(frames()["owning"])


def _reads_as(state: State, cue: Cue, other: Cue) -> bool:
    """Of two forms of one word ("supply" the noun, the verb), whether ``cue`` is the one that stands here."""
    word = state.text[max(0, cue.start - 14) : cue.start].lower().split()
    noun = bool(word) and word[-1] in load_cues(state.lang).data.get("before_noun", ())
    rank = {"participles": 2, "nouns": 3 if noun else 0, "verbs": 1}
    return rank[cue.form] > rank[other.form]
