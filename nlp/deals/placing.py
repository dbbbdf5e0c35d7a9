"""Actors of an article: companies named, and those meant by descriptions, epithets and pronouns, sentence by sentence."""

from __future__ import annotations

import re
from collections import Counter

from nlp.deals.actors import Actor, case_words, coordinate, mark_case, opines
from nlp.deals.coref import Meant, find_epithets, resolve_description
from nlp.deals.cues import Cue, lowered
from nlp.deals.relations import mark_relations
from nlp.deals.roundup import apart
from nlp.deals.sentences import Sentence, by_sentence
from nlp.deals.state import State, org
from nlp.mentions import Entity

OPINION = frozenset({"bank", "investor", "fund"})
"""Kinds of companies that lend and invest, and write about others as well."""
NO_PARTY = frozenset(
    {"media", "analyst", "law", "rating", "association", "union", "sport", "consulting", "regulator"}
)
ROMANCE = frozenset({"pt", "es", "fr", "it"})
"""Languages whose adjectives stand behind ("la empresa israelí")."""
OBLIQUE = frozenset({"of", "in", "to", "from", "with", "for", "by"})
APPOSED = re.compile(r"(?:\s?\([^()]{1,24}\))?,\s")
APPOSED_ARTICLE = re.compile(
    APPOSED.pattern
    + r"(?:(?:the|an?|la|le|el|il|o|a|os|as|die|der|das|den|dem|eine?|une?|una?|uma?|l['’])\s?)?",
    re.IGNORECASE,
)
COPULAS = frozenset(
    "is was are were be remains became becomes é foi era es fue est était ist war bleibt wird è rimane".split()  # noqa: SIM905
)
FREQUENT = 0.5
"""How much each naming in the article adds to how likely "it" means a company; one in the sentence before adds 1."""
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
        if i and apart(state.items, i - 1, i):
            topic = main = None
            earlier.clear()
        actors = [
            Actor(e.start, e.end, e, mark_case(state.text, sentence, e.start, e.end, state.lang), sentence=i)
            for e in state.companies[i]
            if e.kind not in NO_PARTY
        ]
        for actor in actors:
            if actor.entity.kind in OPINION and opines(state.text, actor.end, state.lang):
                actor.case = "speaker"
        _mark_movers(state, i, actors)
        mark_relations(state.text, state.lang, actors)
        _free_subjects(state, actors)
        _mark_vendors(state, actors, state.chips[i])
        if topic is None and actors:
            topic = max((a.entity for a in actors), key=lambda e: mentioned[org(e)])
        if main is None and topic is not None:
            main = topic
        topics = _salient(state, i, topic, main, mentioned)
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


def _salient(
    state: State, index: int, topic: Entity | None, main: Entity | None, mentioned: Counter[str]
) -> list[Entity]:
    """The companies that "it" or "the company" may mean in a sentence, the likeliest first."""
    weight: Counter[str] = Counter()
    entity_of: dict[str, Entity] = {}
    for back in (1, 2, 3):
        if index - back < 0 or index - back >= len(state.actors) or apart(state.items, index - back, index):
            continue
        for actor in state.actors[index - back]:
            ident = org(actor.entity)
            entity_of.setdefault(ident, actor.entity)
            weight[ident] += (1.0 if actor.case != "vendor" else 0.4) / back  # type: ignore[assignment]
    for entity, bonus in ((topic, 1.6), (main, 1.3)):
        if entity is not None:
            entity_of.setdefault(org(entity), entity)
            weight[org(entity)] += bonus  # type: ignore[assignment]
    for ident in weight:
        weight[ident] += FREQUENT * min(mentioned[ident], 6)  # type: ignore[assignment]
    return [entity_of[ident] for ident, _ in weight.most_common()]


def _free_subjects(state: State, actors: list[Actor]) -> None:
    """ "after Washington took a stake": a conjunction, not a preposition, since the verb follows the name."""
    if state.lang in ("zh", "ja", "ko"):
        return
    for actor in actors:
        if actor.case not in ("other", "speaker"):
            continue
        for cue in state.cues[actor.sentence]:
            if (
                cue.group == "trigger"
                and 0 < actor.start - cue.end <= 1
                and " " in state.text[cue.start : cue.end]
            ):
                actor.case = ""  # "taking over Wolfspeed": the preposition is the verb's
                break
            if cue.group == "trigger" and cue.form != "nouns" and 0 < cue.start - actor.end <= 10:
                between = state.text[actor.end : cue.start]
                if not any(sign in between for sign in ",;:.()–—'’-"):
                    actor.case = ""
                    break


def _mark_movers(state: State, index: int, actors: list[Actor]) -> None:
    """ "ASML rises, Heineken falls": of two companies or more of which only the share price is told, none deals."""
    moves = {c.start for c in state.cues[index] if c.group == "sizes_not" and c.label == "shares_move"}
    moving = [a for a in actors if a.end + 1 in moves]
    if len(moving) > 1:
        for actor in moving:
            actor.case = "owner"


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
    epithets = [
        m for m in epithets if not any(APPOSED_ARTICLE.fullmatch(state.text, a.end, m.start) for a in named)
    ]
    meant_by = [(m.start, m.end) for m in epithets]  # "a companhia de Lisa Su" is AMD, whoever was named last
    for cue in state.cues[sentence.index]:
        if cue.group not in ("coref", "pronouns") or any(s <= cue.start < e for s, e in [*spans, *meant_by]):
            continue
        before = sorted((a for a in named + made if a.end <= cue.start), key=lambda a: a.start)
        if cue.group == "coref" and (
            _is_predicate(state, sentence, cue)
            or (before and APPOSED.fullmatch(state.text, before[-1].end, cue.start))
        ):
            continue
        here_ids = {org(a.entity) for a in named if a.case != "vendor"}
        case = mark_case(state.text, sentence, cue.start, cue.end, state.lang)
        oblique = case in OBLIQUE
        # what "it" repeats stands near; what "of it" can't be is whom the sentence is about
        bare = [a for a in before if a.case in ("", "subject")]
        subject = (bare[0] if oblique else bare[-1]) if bare else None
        if cue.label == "both":
            recent = topics[:2] if len(topics) > 1 else _latest_two(earlier, before)
            made += [Actor(cue.start, cue.end, e, case, meant=True, sentence=sentence.index) for e in recent]
            spans.append((cue.start, cue.end))
            continue
        if cue.group == "pronouns":
            if len(bare) > 1 and state.text[cue.start : cue.end].lower() == "their":
                continue  # of several: it means no one company
            if state.text[cue.start : cue.end].lower() in ("its", "their"):
                case, oblique = "gen", False
                if before and APPOSED.fullmatch(state.text, before[-1].end, cue.start):
                    # "Apple, its biggest client": of whom the text spoke before
                    here_ids = {org(before[-1].entity)}
                    subject = None
            if case == "" and _is_object(state, sentence, cue):  # "A led it": not A
                who: Entity | None = next((t for t in topics if org(t) not in here_ids), None)
            elif subject is not None and not oblique:
                who = subject.entity
            else:
                # "X said Y owes it": not who does it
                taken = {org(subject.entity)} if subject and oblique else here_ids
                others = [a.entity for a in reversed(before) if a.case != "vendor"] if oblique else []
                pool = [*others, *topics]
                who = next((t for t in pool if org(t) not in taken), topics[0] if topics else None)
        else:
            last = [*earlier, *(a.entity for a in before)]
            if subject is not None and oblique:
                here_ids = here_ids | {org(subject.entity)}
            behind = 16 if state.lang in ROMANCE else 0
            words = lowered(state.text[cue.start : cue.end + behind].split("\n", 1)[0])
            who = resolve_description(cue, words, last, topics, here_ids, org)
        if who is None:
            continue
        made.append(Actor(cue.start, cue.end, who, case, meant=True, sentence=sentence.index))
        spans.append((cue.start, cue.end))
    for meant in epithets:
        if any(s <= meant.start < e for s, e in spans):
            continue
        case = mark_case(state.text, sentence, meant.start, meant.end, state.lang)
        made.append(Actor(meant.start, meant.end, meant.entity, case, meant=True, sentence=sentence.index))
        spans.append((meant.start, meant.end))
    return made


def _is_predicate(state: State, sentence: Sentence, cue: Cue) -> bool:
    """Whether a description says what someone is ("Google is not the landlord"), and means nobody else."""
    ahead = state.text[max(sentence.start, cue.start - 14) : cue.start].lower().replace("n't", "").split()
    if ahead and ahead[-1] in (
        "not",
        "nicht",
        "pas",
        "just",
        "only",
        "also",
        "auch",
        "aussi",
        "também",
        "anche",
    ):
        ahead.pop()
    if ahead and ahead[-1] in ("not", "nicht", "pas"):
        ahead.pop()
    return bool(ahead) and ahead[-1] in COPULAS


def _is_object(state: State, sentence: Sentence, pronoun: Cue) -> bool:
    """Whether a pronoun stands right behind a verb, and so is no subject, in a language that puts its object there."""
    if state.lang not in ("en", "pt", "es", "fr", "it"):
        return False
    return any(
        c.group == "trigger" and c.form != "nouns" and 0 < pronoun.start - c.end <= 1
        for c in state.cues[sentence.index]
    )


def _latest_two(earlier: list[Entity], before: list[Actor]) -> list[Entity]:
    return list({org(e): e for e in [*earlier, *(a.entity for a in before)]}.values())[-2:]
