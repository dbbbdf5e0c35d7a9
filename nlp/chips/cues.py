"""Chips that no list and no pattern knows, from the words around them: "the chip, called Foo", "its X1 accelerator".

Only names that the text itself presents as a chip: called so, quoted beside a chip word, or a code of letters
and digits in apposition to one.
"""

from __future__ import annotations

import re
from functools import lru_cache

from nlp.chips.context import Scene
from nlp.chips.forms import load_forms
from nlp.chips.spans import Hit, is_word

_CODE = r"(?=[\w-]{2,12}(?![\w-]))(?=[\w-]*\d)(?=[\w-]*[A-Z])[A-Z][A-Za-z]{0,7}-?\d[A-Za-z0-9-]{0,6}"
_CODE_BEFORE = re.compile(rf"(?<![\w.@/-])({_CODE})['\"’”»]?[\s-](?:AI |KI-|IA |inference |training |server |custom )?$")
_CODE_AFTER = re.compile(rf"\s?[\"'“„«「‘]?({_CODE})(?![\w-])")
_NAME = r"([^\W\d_a-z][\w-]*(?:\s(?:[A-Z][\w-]*|\d[\w-]*)){0,2})"
_LATIN_QUOTED = re.compile(r"\s?[\"“„«‘']\s?([A-Z][\w-]*(?:\s[A-Z0-9][\w-]*){0,2})\s?[\"”“»’']")
_EAST_QUOTED = re.compile(r"\s?[「『“\"‘'《]([A-Za-z][\w\- ]{0,18}|[ァ-ヴー・]{2,14}\d*|[가-힣]{1,8}\d*)[」』”\"’'》]")
_EAST_QUOTED_BEFORE = re.compile(r"[「『“\"‘'《]([A-Za-z][\w\- ]{0,18}\d[\w\- ]{0,6})[」』”\"’'》]\s?(?:AI)?$")
_NODE = re.compile(r"\d+(?:nm|bit|G|GB|TB|W|GHz)|[NASR]\d{1,2}[A-Z]?|(?:Q|H|FY|CY)\d+|\d{4}", re.IGNORECASE)
_EAST = ("zh", "ja", "ko")
_REACH = 40
_MAX_NAMES = 8
_CONFIDENCE = 0.6


@lru_cache(maxsize=1)
def _called() -> re.Pattern[str]:
    words = sorted(load_forms().blocks["called"], key=len, reverse=True)
    cue = "|".join(map(re.escape, words))
    return re.compile(rf"s?,?\s(?:{cue})\s[\"“„«‘']?{_NAME}")


def cued(scene: Scene, lang: str, taken: list[Hit]) -> list[Hit]:
    """Hits of names that the text presents as chips, outside of the places in ``taken``, in order of place."""
    names: dict[str, None] = {}
    for start, end in scene.chips:
        if len(names) >= _MAX_NAMES:
            break
        name = name_beside(scene.text, start, end, lang)
        if name and not is_known_word(scene, name):
            names.setdefault(name)
    busy = [(h.start, h.end) for h in taken]
    hits = [
        Hit(m.start(), m.end(), "", name, "", "ASIC", "", accepted=True, confidence=_CONFIDENCE)
        for name in names
        for m in re.finditer(re.escape(name), scene.text)
        if not (is_word(scene.text, m.start() - 1) or is_word(scene.text, m.end()))
        and not any(s < m.end() and m.start() < e for s, e in busy)
    ]
    return sorted(hits, key=lambda h: h.start)


def name_beside(text: str, start: int, end: int, lang: str) -> str | None:
    """The name that the chip word from start to end carries, or None."""
    before, after = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    if lang in _EAST:
        m = _EAST_QUOTED.match(after) or _EAST_QUOTED_BEFORE.search(before)
    else:
        m = _called().match(after) or _LATIN_QUOTED.match(after)
    if m:
        return m[1].strip()
    code = _CODE_BEFORE.search(before) or (_CODE_AFTER.match(after) if lang != "en" else None)
    return code[1] if code and not _NODE.fullmatch(code[1]) else None


def is_known_word(scene: Scene, name: str) -> bool:
    """Whether the name is a company, a chip that its context ruled out, or a code that is no chip."""
    forms = scene.forms
    first = name.split()[0]
    if name in forms.blocks["no code"] or first in forms.blocks["no code"]:
        return True
    meanings = [m for word in (name, first) for m in forms.exact.get(word.lower(), ())]
    return any(m.what in ("vendor", "head") for m in meanings)
