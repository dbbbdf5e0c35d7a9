"""The Aho-Corasick automaton over every form of an organisation, built once a process for all languages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import ahocorasick

from nlp.companies.normal import normal
from nlp.companies.words import lower_case_names
from nlp.knowledge.companies import SAFE, Form, load_companies

LATIN, KANA, HANGUL, HAN = "latin", "kana", "hangul", "han"


@dataclass(frozen=True, slots=True)
class Entry:
    """The forms that share one normal form. ``lower``: lower case counts too ("nvidia" on a blog)."""

    length: int
    script: str
    forms: tuple[Form, ...]
    lower: bool


def script_of(text: str) -> str:
    """Which rules of word boundaries hold at the end of a form."""
    last = text[-1]
    if "぀" <= last <= "ヿ" or last == "ー":
        return KANA
    if "가" <= last <= "힣":
        return HANGUL
    return HAN if "一" <= last <= "鿿" else LATIN


@lru_cache(maxsize=1)
def automaton() -> Any:
    """Normal form → ``Entry``. Takes well under a second for some thousand organisations."""
    by_normal: dict[str, list[Form]] = {}
    for organisation in load_companies().values():
        for form in organisation.forms:
            same = by_normal.setdefault(normal(form.text), [])
            same.append(form)
    written_lower = lower_case_names()
    built = ahocorasick.Automaton()
    for text, forms in by_normal.items():
        plain = all(form.risk == SAFE and not form.exact for form in forms)
        lower = plain and text in written_lower
        for spelling in _spellings(text):
            if spelling == text or spelling not in by_normal:
                built.add_word(spelling, Entry(len(spelling), script_of(spelling), tuple(forms), lower))
    built.make_automaton()
    return built


def _spellings(text: str) -> set[str]:
    """The normal form, and without the middle dot's space that Japanese and Chinese texts may leave out."""
    found = {text}
    if " " in text and text[0] > "぀" and text[-1] > "぀":
        found.add(text.replace(" ", ""))
    return found
