"""The relevance gate: is an article about computing hardware at all? Cheap, so that other news costs next to nothing.

Words and weights are data (``knowledge/gate.yml``); the names of companies that make or run hardware weigh too. A word
counts once, so that a page that repeats "chip" in its menu does not pass by that alone.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import ahocorasick
import yaml

from nlp.knowledge.chips import load_chips
from nlp.knowledge.companies import SAFE, load_companies

LONG = 7
"""A word this long may begin a compound ("Halbleiterfabrik")."""
PASS = 2
"""Weight that lets an article through: one strong word, or two weak ones."""


@lru_cache(maxsize=1)
def _words() -> ahocorasick.Automaton:
    data = yaml.safe_load((Path(__file__).parent / "knowledge" / "gate.yml").read_text(encoding="utf-8"))
    weights = {str(word): 1 for word in data["weak"]}
    for organisation in load_companies().values():
        if organisation.kind in data["kinds"]:
            weights.update(
                (f.text.lower(), 2) for f in organisation.forms if f.risk == SAFE and _tells(f.text)
            )
    for chip in load_chips().values():
        weights.update(
            (name.lower(), 2)
            for name in (chip.name, *chip.aliases)
            if len(name) > 4 and any(map(str.isdigit, name))
        )
    weights.update((str(word), 2) for word in data["strong"])
    automaton = ahocorasick.Automaton()
    for word, weight in weights.items():
        automaton.add_word(word, (word, weight, word.isascii()))
    automaton.make_automaton()
    return automaton


def _tells(name: str) -> bool:
    """Whether a name is long enough to be no other word: four letters, or two characters of a script without spaces."""
    return len(name) > 3 if name.isascii() else len(name) > 1


def is_relevant(text: str) -> bool:
    """Whether the words of computing hardware in ``text`` weigh enough to read it."""
    lower = text.lower()
    seen: set[str] = set()
    total = 0
    for end, (word, weight, latin) in _words().iter(lower):
        if word in seen:
            continue
        if latin:
            before = end - len(word)
            if before >= 0 and lower[before].isalnum() and lower[before].isascii():
                continue
            after = lower[end + 1 : end + 3]
            # A plural or a compound's hyphen may follow; another word may not.
            if len(word) < LONG and after[:1].isalpha() and after[:1].isascii() and after[:1] not in "sn":
                continue
        seen.add(word)
        total += weight
        if total >= PASS:
            return True
    return False
