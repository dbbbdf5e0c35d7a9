"""Organisations that no list has, in Chinese, Japanese and Korean: by endings, tickers, titles."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nlp.companies.candidates import Covered
from nlp.companies.merge import SURE_NAME
from nlp.companies.unknown import mentions_of
from nlp.companies.words import names_of
from nlp.mentions import Entity


def find_unknown_cjk(text: str, lang: str, known: Iterable[Entity]) -> list[Entity]:
    """As ``find_unknown``, by the ``name_patterns`` of the language: each has one group, the name."""
    names = names_of(lang)
    taken = [(entity.start, entity.end) for entity in known]
    covered = Covered(taken)
    generic = names.pattern(r"(?:{generic_names})")
    accepted: dict[str, float] = {}
    for written in names.words("name_patterns"):
        for match in re.finditer(names.fill(written), text):
            name = match[1]
            if len(name) < 2 or covered.overlaps(*match.span(1)) or generic.search(name):
                continue
            accepted[name] = SURE_NAME
    return mentions_of_cjk(text, accepted, taken) if accepted else []


def mentions_of_cjk(text: str, accepted: dict[str, float], taken: list[tuple[int, int]]) -> list[Entity]:
    """Every mention of the accepted names; these scripts have no word boundaries to ask for."""
    if all(name.isascii() for name in accepted):
        return mentions_of(text, accepted, taken)
    covered = Covered(taken)
    pattern = "|".join(re.escape(name) for name in sorted(accepted, key=len, reverse=True))
    return [
        Entity(m.start(), m.end(), m.group(), m.group(), None, confidence=accepted[m.group()])
        for m in re.finditer(pattern, text)
        if not covered.overlaps(m.start(), m.end())
    ]
