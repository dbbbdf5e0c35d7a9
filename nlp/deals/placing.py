"""Actors of an article: companies named, and those meant by descriptions, epithets and pronouns, sentence by sentence."""

from __future__ import annotations

from collections import Counter

from nlp.deals.actors import Actor, case_words, coordinate, mark_case
from nlp.deals.coref import Meant, find_epithets, resolve_description
from nlp.deals.sentences import Sentence, by_sentence
from nlp.deals.state import State, org
from nlp.mentions import Entity

NO_PARTY = frozenset({"media", "analyst", "law", "rating", "association", "union", "sport", "consulting"})
VENDOR_LINKS = frozenset({"", "de", "da", "do", "di", "della", "von", "of", "d'", "du"})


def place_actors(state: State) -> None:
    """Actors of every sentence: companies named, and those meant by descriptions, epithets and pronouns."""
    by_key = {e.key: e for e in state.first.values() if e.key}
    epithets = by_sentence(find_epithets(state.text, state.lang, by_key), state.sentences)
    mentioned = Counter(org(e) for row in state.companies for e in row)
    earlier: list[Entity] = []
    topic: Entity | None = None
    main: Entity | None = None
    for sentence in state.sentences:
        i = sentence.index
        actors = [
            Actor(e.start, e.end, e, mark_case(state.text, sentence, e.start, e.end, state.lang), sentence=i)
            for e in state.companies[i]
            if e.kind not in NO_PARTY
        ]
        _mark_vendors(state, actors, state.chips[i])
        if topic is None and actors:
            topic = max((a.entity for a in actors), key=lambda e: mentioned[org(e)])
        if main is None and topic is not None:
            main = topic
        topics = _salient(state, i, topic, main)
        actors += _described(state, sentence, actors, epithets[i], earlier, topics)
        actors.sort(key=lambda a: a.start)
        coordinate(state.text, actors, state.lang)
        state.actors.append(actors)
        earlier.extend(a.entity for a in actors)
        for actor in actors:
            if actor.case in ("", "subject"):
                topic = actor.entity
                break
        state.topics.append(topic)


def _salient(state: State, index: int, topic: Entity | None, main: Entity | None) -> list[Entity]:
    """The companies that "it" or "the company" may mean in a sentence, the likeliest first."""
    weight: Counter[str] = Counter()
    entity_of: dict[str, Entity] = {}
    for back in (1, 2, 3):
        if index - back < 0 or index - back >= len(state.actors):
            continue
        for actor in state.actors[index - back]:
            ident = org(actor.entity)
            entity_of.setdefault(ident, actor.entity)
            weight[ident] += (1.0 if actor.case != "vendor" else 0.4) / back  # type: ignore[assignment]
    for entity, bonus in ((topic, 1.6), (main, 1.3)):
        if entity is not None:
            entity_of.setdefault(org(entity), entity)
            weight[org(entity)] += bonus  # type: ignore[assignment]
    return [entity_of[ident] for ident, _ in weight.most_common()]


def _mark_vendors(state: State, actors: list[Actor], chips: list[Entity]) -> None:
    """A company right beside a chip ("Nvidia GB200", "Google's TPUs", "GPU de Nvidia") names the vendor."""
    words = [
        (c.start, c.end)
        for a in actors[:1]
        for c in state.cues[a.sentence]
        if c.group == "objects" and c.label == "chips"
    ]
    things = [(c.start, c.end) for c in chips] + words
    for actor in actors:
        if actor.case not in ("", "gen", "from", "of"):
            continue
        if actor.case == "from" and state.lang in ("en", "zh", "ja", "ko"):
            continue
        if any(_beside(state, actor, start, end) for start, end in things):
            actor.case = "vendor"


def _beside(state: State, actor: Actor, start: int, end: int) -> bool:
    """Whether an actor stands in or right beside the words of a chip, with at most an epithet between."""
    if start <= actor.start and actor.end <= end:
        return True
    if end <= actor.start:
        return state.text[end : actor.start].strip().lower() in VENDOR_LINKS
    gap = state.text[actor.end : start].strip(" '’-") if start >= actor.end else "no"
    gap = gap.removeprefix("s ").removeprefix("の").removeprefix("的").removeprefix("의").strip()
    if gap in ("", "s"):
        return actor.case in ("", "gen")
    # one word more, such as "Nvidia Blackwell Ultra": no case word, no verb of a script without spaces
    return (
        actor.case == "gen"
        and " " not in gap
        and gap.isascii()
        and gap.isalpha()
        and len(gap) <= 12
        and gap.lower() not in case_words(state.lang).before
    )


def _described(
    state: State,
    sentence: Sentence,
    named: list[Actor],
    epithets: list[Meant],
    earlier: list[Entity],
    topics: list[Entity],
) -> list[Actor]:
    made: list[Actor] = []
    spans = [(a.start, a.end) for a in named]
    here: list[Entity] = []
    for cue in state.cues[sentence.index]:
        if cue.group not in ("coref", "pronouns") or any(s <= cue.start < e for s, e in spans):
            continue
        before = [a for a in named + made if a.end <= cue.start]
        here_ids = {org(a.entity) for a in named if a.case != "vendor"}
        if cue.group == "pronouns":
            subject = next((a for a in before if a.case in ("", "subject")), None)
            fresh = next((t for t in topics if org(t) not in here_ids), topics[0] if topics else None)
            who = subject.entity if subject else fresh
        else:
            last = [*earlier, *(a.entity for a in before)]
            who = resolve_description(cue, last, topics, here_ids, org)
        if cue.group == "coref" and cue.label == "both":
            recent = topics[:2] if len(topics) > 1 else _latest_two(earlier, before)
            case = mark_case(state.text, sentence, cue.start, cue.end, state.lang)
            made += [Actor(cue.start, cue.end, e, case, meant=True, sentence=sentence.index) for e in recent]
            spans.append((cue.start, cue.end))
            continue
        if who is None:
            continue
        case = mark_case(state.text, sentence, cue.start, cue.end, state.lang)
        if cue.group == "pronouns" and state.text[cue.start : cue.end].lower() in ("its", "their"):
            case = "gen"
        made.append(Actor(cue.start, cue.end, who, case, meant=True, sentence=sentence.index))
        spans.append((cue.start, cue.end))
        here.append(who)
    for meant in epithets:
        if any(s <= meant.start < e for s, e in spans):
            continue
        case = mark_case(state.text, sentence, meant.start, meant.end, state.lang)
        made.append(Actor(meant.start, meant.end, meant.entity, case, meant=True, sentence=sentence.index))
        spans.append((meant.start, meant.end))
    return made


def _latest_two(earlier: list[Entity], before: list[Actor]) -> list[Entity]:
    return list({org(e): e for e in [*earlier, *(a.entity for a in before)]}.values())[-2:]
