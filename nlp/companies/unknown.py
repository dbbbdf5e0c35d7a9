"""Organisations that no list has, in Latin script, from the syntax of names.

A name is a run of capitalised words (``candidates.py``). What its words are and what stands around it gives features
(``cues.py``, ``features.py``), and learned weights decide (``learned.py``). Once accepted, it counts wherever
the article repeats it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from nlp.companies.automaton import automaton
from nlp.companies.candidates import Candidate, Covered, candidates, not_names
from nlp.companies.cues import SURE, Looker
from nlp.companies.features import places
from nlp.companies.learned import MENTIONS, belief, features
from nlp.companies.merge import SURE_NAME
from nlp.companies.normal import normal
from nlp.companies.words import common_words, first_names, names_of
from nlp.knowledge.companies import PLACE, load_companies
from nlp.mentions import Entity

THRESHOLD = 0.5
"""A name is looked at as a party from this belief up; to be told as a company by itself it takes ``SURE_NAME``."""
MAX_NAMES = 300
"""More names without a row in the knowledge than this no article has; a hostile page might."""


def find_unknown(text: str, lang: str, known: Iterable[Entity]) -> list[Entity]:
    """Organisations that are not among the known ones; keys are None, confidence is at most 0.9."""
    taken = [(entity.start, entity.end) for entity in known]
    looker = Looker(text, lang, taken)
    accepted: dict[str, float] = {}
    legal = looker.names.pattern(r",? (?:{legal_after})\.?$")
    for name, mentions in grouped(looker).items():
        sure = next((SURE[cue] for m in mentions[:MENTIONS] for cue in looker.cues(m) if cue in SURE), 0.0)
        likely = sure or min(0.98, belief(features(looker, mentions)))
        # a name that the knowledge calls doubtful was looked at already, and found wanting
        doubtful = normal(name) in automaton()
        if likely >= (SURE_NAME if doubtful else THRESHOLD):
            accepted[legal.sub("", name)] = likely
    for short in [name for name in accepted if any(longer.startswith(f"{name} ") for longer in accepted)]:
        longer = next(longer for longer in accepted if longer.startswith(f"{short} "))
        accepted[longer] = max(accepted[longer], accepted.pop(short))
    return mentions_of(text, accepted, taken) if accepted else []


def grouped(looker: Looker) -> dict[str, list[Candidate]]:
    """The candidates that may be organisations, mentions of one name together."""
    found: dict[str, list[Candidate]] = {}
    for candidate in candidates(looker.text, looker.lang, looker.taken):
        name = looker.text[candidate.start : candidate.end]
        if looker.in_brackets(candidate):  # the ticker, or the short form of the name before it
            continue
        if name in found:
            found[name].append(candidate)
        elif len(found) < MAX_NAMES and name not in places() and not looker.excluded(candidate):
            found[name] = [candidate]
    return found


def mentions_of(text: str, accepted: dict[str, float], taken: list[tuple[int, int]]) -> list[Entity]:
    """Every mention of accepted names and of their clear short forms ("Nordlicht" of Nordlicht Photonics)."""
    forms = {name: name for name in accepted}
    generic = names_of("en").words("generic_first")
    for name in sorted(accepted, key=len):
        short = re.search(rf"{re.escape(name)} \(([A-Z][A-Za-z&]{{1,7}})\)", text)
        if short and " " in name:
            forms[short[1]] = name
        first = name.split(" ")[0]
        plain = normal(first) in common_words() or first in not_names() or first.casefold() in first_names()
        plain = plain or first in places()
        plain = plain or (
            first[1:].islower() and re.search(rf"\b{re.escape(first.lower())}\b", text) is not None
        )
        if " " in name and len(first) > 3 and not plain and first not in forms and first not in generic:
            forms[first] = name
    covered = Covered(taken)
    pattern = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    found = []
    for match in re.finditer(rf"(?<![A-Za-zÀ-ÿ0-9_@#.-])(?:{pattern})(?![A-Za-zÀ-ÿ0-9_@])", text):
        if covered.overlaps(match.start(), match.end()):
            continue
        found.append(_entity(match, forms[match.group()], accepted[forms[match.group()]]))
    return found


def _entity(match: re.Match[str], name: str, belief: float) -> Entity:
    """An entity without a key, or with one where the syntax confirms a doubtful form of the knowledge."""
    start, end, text = match.start(), match.end(), match.group()
    entry = automaton().get(normal(name), None)
    if (
        entry is not None
        and len(entry.forms) == 1
        and entry.forms[0].text == name
        and entry.forms[0].risk < PLACE
    ):
        known = load_companies()[entry.forms[0].key]
        return Entity(
            start,
            end,
            text,
            known.name,
            known.key,
            known.kind,
            known.country,
            known.group,
            belief,
            known.also,
        )
    return Entity(start, end, text, name, None, confidence=belief, also=(text,) if text != name else ())
