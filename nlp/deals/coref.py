"""Links "the chipmaker", "a startup", "it", "the ChatGPT maker", "Redmond's group" to the companies they mean.

Only to companies that the article names. What a product, a person or a town says of a company is data
(``knowledge/epithets.yml``); what "the chipmaker" can mean is decided by the kinds of the companies near.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import ahocorasick
import yaml

from nlp.deals.cues import Cue, load_cues, lowered
from nlp.mentions import Entity

ROLE_LABELS = frozenset({"buyer", "seller", "target"})
LABEL_KINDS: dict[str, frozenset[str]] = {
    "chipmaker": frozenset({"semiconductor", "ai_chip", "memory", "foundry", "eda_ip", "quantum"}),
    "startup": frozenset({"", "ai_chip", "ai_lab", "neocloud", "quantum", "robotics"}),
    "cloud": frozenset({"neocloud", "cloud"}),
    "lab": frozenset({"ai_lab"}),
    "foundry": frozenset({"foundry"}),
    "memory": frozenset({"memory"}),
    "bank": frozenset({"bank"}),
    "fund": frozenset({"investor", "fund"}),
    "miner": frozenset({"miner"}),
    "operator": frozenset({"datacenter", "power", "telecom", "real_estate"}),
    "software": frozenset({"software", "cloud", "internet"}),
    "government": frozenset({"government", "agency", "regulator"}),
}


@dataclass(frozen=True, slots=True)
class Meant:
    """Words that mean a company without naming it."""

    start: int
    end: int
    entity: Entity
    how: str


@lru_cache(maxsize=1)
def _epithets() -> ahocorasick.Automaton:
    path = Path(__file__).parent.parent / "knowledge" / "epithets.yml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    automaton = ahocorasick.Automaton()
    for kind, table in data.items():
        for key, words in table.items():
            for word in words:
                lower = str(word).lower()
                old = automaton.get(lower, ())
                automaton.add_word(lower, (*old, (len(lower), kind, key)))
    automaton.make_automaton()
    return automaton


def find_epithets(text: str, lang: str, by_key: dict[str, Entity]) -> list[Meant]:
    """Products, persons and towns that stand for a company the article names (``by_key``: its first mention).

    A product or a town needs a word like "maker" or "group" beside it; the words found reach over that one.
    """
    lower = lowered(text)
    found: list[Meant] = []
    for last, entries in _epithets().iter(lower):
        for length, kind, key in entries:
            entity = by_key.get(key)
            start, end = last + 1 - length, last + 1
            if entity is None or _inside_word(lower, start, end):
                continue
            held = _held(lower, start, end, lang)
            if held is None and kind != "person":
                continue
            start, end = held or (start, end)
            found.append(Meant(start, end, entity, kind))
    found.sort(key=lambda m: m.start)
    return found


@lru_cache(maxsize=16)
def _holder_patterns(lang: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = "|".join(re.escape(w) for w in load_cues(lang).data.get("holders", ()))
    if lang in ("zh", "ja", "ko"):
        return re.compile(r"(?!x)x"), re.compile(rf"[」』”\"']?\s?(?:の|的)?(?:{words})")
    article = r"(?:(?:the|a|o|la|le|el|il|die|der|das|den|dem|une?|l['’])\s?)?"
    of = r"(?:(?:of|behind|d[eoai]s?|del|della|d['’]|di|du|von|aus|in|from)\s?)?"
    before = rf"\b{article}(?:{words})s?\s{of}(?:l['’]|el |la |o |a |le |il )?$"
    return re.compile(before), re.compile(rf"['’]?s?[-\s](?:{words})\b")


def _held(lower: str, start: int, end: int, lang: str) -> tuple[int, int] | None:
    before, after = _holder_patterns(lang)
    match = before.search(lower[max(0, start - 40) : start])
    if match:
        return max(0, start - 40) + match.start(), end
    match = after.match(lower, end)
    if match:
        return start, match.end()
    return None


def _inside_word(lower: str, start: int, end: int) -> bool:
    if not lower[start].isascii():
        return False
    before = start > 0 and lower[start - 1].isascii() and lower[start - 1].isalnum()
    after = end < len(lower) and lower[end].isascii() and lower[end].isalnum()
    return before or after


def kind_matches(label: str, entity: Entity) -> bool:
    """Whether "the <label>" can mean this company."""
    if label.startswith("country_"):
        return entity.country == label.removeprefix("country_").upper()
    kinds = LABEL_KINDS.get(label)
    return kinds is not None and entity.kind in kinds


@lru_cache(maxsize=1)
def _demonyms() -> tuple[re.Pattern[str], dict[str, str]]:
    path = Path(__file__).parent.parent / "knowledge" / "demonyms.yml"
    of = {
        str(stem): str(code)
        for code, stems in yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader).items()
        for stem in stems
    }
    stems = "|".join(re.escape(stem) for stem in sorted(of, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])({stems})"), of


def country_said(words: str) -> str:
    """The country that a description names ("the Israeli company": IL), "" where it names none."""
    pattern, of = _demonyms()
    found = pattern.search(words)
    return of[found[1]] if found else ""


def resolve_description(
    cue: Cue, words: str, earlier: list[Entity], topics: list[Entity], here: set[str], ident: Any
) -> Entity | None:
    """Whom "the company", "the chipmaker", "l'americana" means. ``words``: the description, in lower case.

    ``earlier``: the companies named before, the latest last. ``topics``: whom the article was about last, the latest
    first. ``here``: those named in the same sentence, which a description seldom repeats.
    """
    country = country_said(words)
    if country:
        topics = [t for t in topics if t.country == country]
        earlier = [e for e in earlier if e.country == country]
        if cue.label == "generic":
            topics += [e for e in reversed(earlier) if e not in topics]
    if cue.label in ROLE_LABELS or cue.label == "generic":
        return next((t for t in topics if ident(t) not in here), topics[0] if topics else None)
    for same_sentence in (False, True):
        for entity in reversed(earlier):
            if (ident(entity) in here) == same_sentence and kind_matches(cue.label, entity):
                return entity
    if cue.label == "startup":
        for entity in reversed(earlier):
            if entity.key is None:
                return entity
    return None
