"""Cue words of a language, found all at once.

``lang/<xx>/deals.yml`` holds the words by class; one Aho-Corasick automaton a language finds them in lower-cased
text. A form ending in ``*`` stands for every word that begins so; forms of Latin script match whole words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import ahocorasick
import yaml

LANG = Path(__file__).parent.parent / "lang"
SPACELESS = frozenset({"zh", "ja"})


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue where it stands. ``group`` is the top class of deals.yml, ``label`` the class inside it, ``form`` the
    list inside a trigger (verbs, participles, nouns)."""

    start: int
    end: int
    group: str
    label: str
    form: str


@dataclass(frozen=True, slots=True)
class CueData:
    """The cues of one language: the automaton, and the raw data for what is no cue word."""

    automaton: Any
    data: dict[str, Any]
    described: re.Pattern[str] | None
    labels: dict[str, str]


def _entries(data: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    for label, forms in data.get("triggers", {}).items():
        for form, words in forms.items():
            for word in words or ():
                yield word, "trigger", label, form
    for group in ("objects", "status", "sizes_not", "coref"):
        for label, words in data.get(group, {}).items():
            for word in words or ():
                yield word, group, label, ""
    for group in (
        "hypothesis",
        "negation",
        "past",
        "dealref",
        "pronouns",
        "passive",
        "ignore",
        "several",
        "wish",
        "opinion",
        "rejects",
    ):
        for word in data.get(group, ()):
            yield word, group, group, ""


@lru_cache(maxsize=16)
def load_cues(lang: str) -> CueData:
    """The cues of a language; read once."""
    data = yaml.load((LANG / lang / "deals.yml").read_text(encoding="utf-8"), yaml.BaseLoader)
    forms: dict[str, set[tuple[str, str, str]]] = {}
    for word, group, label, form in _entries(data):
        forms.setdefault(str(word).lower(), set()).add((group, label, form))
    automaton = ahocorasick.Automaton()
    for word, labels in forms.items():
        plain = word.rstrip("*")
        latin = plain[0].isalnum() and ord(plain[0]) < 0x2E80, plain[-1].isalnum() and ord(plain[-1]) < 0x2E80
        old = automaton.get(plain, ())
        entry = (len(plain), word.endswith("*"), latin[0], latin[1], tuple(sorted(labels)))
        automaton.add_word(plain, (*old, entry))
    automaton.make_automaton()
    return CueData(automaton, data, *_descriptions(data, lang))


def _descriptions(data: dict[str, Any], lang: str) -> tuple[re.Pattern[str] | None, dict[str, str]]:
    """ "the chipmaker" as "the" + up to two words + "chipmaker": the epithets between are beyond any list."""
    if lang in SPACELESS or lang == "ko":
        return None, {}
    determiners: set[str] = set()
    heads: dict[str, str] = {}
    for label, phrases in data.get("coref", {}).items():
        for phrase in phrases if label != "both" else ():
            parts = re.match(r"(l'|\S+ )(.+)$", phrase.lower())
            if parts:
                determiners.add(parts[1].strip())
                heads.setdefault(parts[2], label)
    tail = r"(?:e?s|e?n)?" if lang == "de" else ""
    article = "|".join(
        re.escape(d) + ("" if d.endswith("'") else r"\s") for d in sorted(determiners, key=len, reverse=True)
    )
    head = "|".join(re.escape(h) for h in sorted(heads, key=len, reverse=True))
    links = {str(w) for words in data.get("cases", {}).values() for w in words if " " not in str(w)}
    link = "|".join(re.escape(w) for w in sorted(links, key=len, reverse=True))
    word = rf"(?!(?:{link})\s)[^\s,.;:()\"“”«»]{{1,30}}\s"  # "the acquisition of chipmaker X" is no chipmaker
    pattern = rf"(?<!\w)(?:{article})(?:{word}){{0,2}}?({head}){tail}(?!\w)"
    return re.compile(pattern), heads


def lowered(text: str) -> str:
    """Lower case with every offset kept (a few characters lower to two)."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := c.lower()) == 1 else c for c in text)


SPARED = frozenset({"sizes_not", "coref"})
"""What a phrase to ignore does not hide: "capital spending" tells no deal, but whose sum it is."""


def find_cues(text: str, lang: str) -> list[Cue]:
    """All cues of ``text``, sorted by start; inside one group only the longest at a place."""
    lower = lowered(text).replace("’", "'")
    spaced = lang not in SPACELESS and lang != "ko"
    size = len(lower)
    found: list[Cue] = []
    grown: list[Cue] = []
    for last, entries in load_cues(lang).automaton.iter(lower):
        for length, prefix, latin_start, latin_end, labels in entries:
            start, end = last + 1 - length, last + 1
            if (
                latin_start
                and start
                and lower[start - 1].isalnum()
                and (spaced or lower[start - 1].isascii())
            ):
                continue
            if latin_end and end < size and lower[end].isalnum() and (spaced or lower[end].isascii()):
                if not prefix:
                    continue
                while end < size and lower[end].isalpha():
                    end += 1
                grown.extend(Cue(start, end, *label) for label in labels)
                continue
            found.extend(Cue(start, end, *label) for label in labels)
    # "finanzier*" says nothing of "Finanzierungsrunde", which is a form of its own
    whole = {(cue.start, cue.end, cue.group) for cue in found}
    found.extend(cue for cue in grown if (cue.start, cue.end, cue.group) not in whole)
    cues = load_cues(lang)
    if cues.described:
        found.extend(
            Cue(m.start(), m.end(), "coref", cues.labels[m[1]], "") for m in cues.described.finditer(lower)
        )
    return _longest(found)


def _longest(found: list[Cue]) -> list[Cue]:
    """Drops a cue that lies inside a longer one of its group, or inside a phrase to ignore."""
    idle = [(c.start, c.end) for c in found if c.group == "ignore"]
    if idle:
        found = [
            c
            for c in found
            if c.group in SPARED or not any(start <= c.start and c.end <= end for start, end in idle)
        ]
    found.sort(key=lambda c: (c.start, -c.end))
    kept: list[Cue] = []
    reach: dict[str, tuple[int, int]] = {}
    for cue in found:
        start, end = reach.get(cue.group, (-1, -1))
        if cue.end <= end and (cue.start, cue.end) != (start, end):
            continue
        if cue.end > end:
            reach[cue.group] = (cue.start, cue.end)
        kept.append(cue)
    return kept
