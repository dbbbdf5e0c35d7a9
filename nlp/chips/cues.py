"""Chips that no list and no pattern knows: "the chip, called Foo", "its X1 accelerator".

Only names that the text itself presents as a chip: called so, quoted beside a chip word, or a code of letters
and digits in apposition to one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

from nlp.chips.context import Scene
from nlp.chips.forms import load_forms
from nlp.chips.spans import Hit, is_word
from nlp.knowledge.companies import load_companies

_CODE = r"(?=[\w-]{2,12}(?![\w-]))(?=[\w-]*\d)(?=[\w-]*[A-Z])[A-Z][A-Za-z]{0,7}-?\d[A-Za-z0-9-]{0,6}"
_CODE_BEFORE = re.compile(
    rf"(?<![\w.@/-])({_CODE})['\"’”»]?[\s-](?:AI |KI-|IA |inference |training |server |custom )?$"
)
_CODE_AFTER = re.compile(rf"\s?[\"'“„«「‘]?({_CODE})(?![\w-])")
_ACRONYM = r"(?:[A-Z]{3,7}(?:-[A-Z0-9]{1,4})?|[a-z]{2,8}[A-Z]{2}[A-Za-z0-9]*|[A-Z][a-z]+[A-Z][A-Za-z0-9]*)"
_PROPER = r"[A-ZÀ-Þ][a-zß-ÿ][\w-]*(?:\s(?:[A-Z][a-z]+|\d\w*))?"
_ACRONYM_AFTER = re.compile(rf"\s[\"“«„]?({_ACRONYM})(?![\w-])")
_NAME = r"([^\W\d_a-z][\w-]*(?:\s(?:[A-Z][\w-]*|\d[\w-]*)){0,2})"
_LATIN_QUOTED = re.compile(r"\s?[\"“„«‘']\s?([A-Z][\w-]*(?:\s[A-Z0-9][\w-]*){0,2})\s?[\"”“»’']")
_EAST_QUOTED = re.compile(
    r"\s?[「『“\"‘'《]([A-Za-z][\w\- ]{0,18}|[ァ-ヴー・]{2,14}\d*|[가-힣]{1,8}\d*)[」』”\"’'》]"
)
_EAST_QUOTED_BEFORE = re.compile(
    r"[「『“\"‘'《]([A-Za-z][\w\- ]{0,18}\d[\w\- ]{0,6})[」』”\"’'》]\s?(?:AI)?$"
)
_NODE = re.compile(r"\d+(?:nm|bit|G|GB|TB|W|GHz)|[NASR]\d{1,2}[A-Z]?|(?:Q|H|FY|CY)\d+|\d{4}", re.IGNORECASE)
_FOLLOWING = re.compile(r"[\s-]([^\W\d_][\w'-]*)")
_EAST = ("zh", "ja", "ko")
_REACH = 40
_MAX_NAMES = 8
_CONFIDENCE = 0.6


@dataclass(frozen=True, slots=True)
class Cues:
    """``called``: "chip, called X"; ``owned``: "its X" before a chip word.

    ``owner``, ``owned_after``: what stands before and after the chip word in "son processeur X".
    """

    called: re.Pattern[str]
    owned: re.Pattern[str]
    owner: re.Pattern[str]
    owned_after: re.Pattern[str]


@lru_cache(maxsize=1)
def load_cues() -> Cues:
    """The patterns that are built of the words of ``data/blocks.csv``."""
    called, whose, middle = (_any(kind) for kind in ("called", "possessive", "middle"))
    name = rf"[\"“«„]?(?P<name>{_ACRONYM}|{_PROPER})[\"”»“]?"
    return Cues(
        re.compile(rf"s?,?\s(?:{called})\s[\"“„«‘']?{_NAME}"),
        re.compile(
            rf"(?:(?<!\w)(?:{whose})|['’]s?)\s(?:(?:{middle})\s)?{name}[\s-](?:(?:{middle})[\s-]){{0,2}}$"
        ),
        re.compile(rf"(?<!\w)(?:{whose})\s$"),
        re.compile(rf"s?\s{name}(?![\w-])"),
    )


def _any(kind: str) -> str:
    return "|".join(map(re.escape, sorted(load_forms().blocks[kind], key=len, reverse=True)))


@lru_cache(maxsize=1)
def company_words() -> frozenset[str]:
    """First words, in lower case, of the names of all known companies: never a chip by a cue alone."""
    forms = (form.text for organisation in load_companies().values() for form in organisation.forms)
    return frozenset(text.lower().split()[0] for text in forms if text.strip())


def cued(scene: Scene, lang: str, taken: list[Hit]) -> list[Hit]:
    """Hits of names that the text presents as chips, outside of the places in ``taken``, by place."""
    names: dict[str, None] = {}
    for start, end in scene.chips:
        if len(names) >= _MAX_NAMES:
            break
        name = name_beside(scene.text, start, end, lang)
        if name and not is_known_word(scene, name):
            names.setdefault(name)
    busy = sorted((h.start, h.end) for h in taken)
    hits = [
        Hit(m.start(), m.end(), "", name, "", "ASIC", "", accepted=True, confidence=_CONFIDENCE)
        for name in names
        for m in re.finditer(re.escape(name), scene.text)
        if not (is_word(scene.text, m.start() - 1) or is_word(scene.text, m.end()))
        and not is_busy(busy, m.start(), m.end())
    ]
    hits.sort(key=lambda h: h.start)
    return [
        hit for hit, before in zip(hits, [None, *hits], strict=False) if not before or hit.start >= before.end
    ]


def is_busy(busy: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether one of the places, which are sorted, overlaps the place from start to end."""
    at = bisect_left(busy, (end, 0))
    return any(s < end and start < e for s, e in busy[max(0, at - 4) : at])


def name_beside(text: str, start: int, end: int, lang: str) -> str | None:
    """The name that the chip word from start to end carries, or None."""
    before, after = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    if lang in _EAST:
        m = _EAST_QUOTED.match(after) or _EAST_QUOTED_BEFORE.search(before)
    else:
        m = load_cues().called.match(after) or _LATIN_QUOTED.match(after)
    if m:
        return m[1].strip()
    code = _CODE_BEFORE.search(before) or (_CODE_AFTER.match(after) if lang != "en" else None)
    if code and not _NODE.fullmatch(code[1]):
        return code[1]
    if lang in _EAST:
        return None
    cues = load_cues()
    following = _FOLLOWING.match(after)
    if following and following[1].lower() in load_forms().blocks["after head"]:
        return None
    owned = cues.owned.search(before)
    if not owned and lang != "en" and cues.owner.search(before):
        owned = cues.owned_after.match(after)
    if owned:
        return owned["name"]
    acronym = _ACRONYM_AFTER.match(after) if lang not in ("en", "de") else None
    return acronym[1] if acronym else None


def is_known_word(scene: Scene, name: str) -> bool:
    """Whether the name is a company, a chip that its context ruled out, or a code that is no chip."""
    forms = scene.forms
    first = name.split(maxsplit=1)[0].split("-", maxsplit=1)[0]
    barred = forms.blocks["no code"] | forms.blocks["no name"]
    if {name, first, name.removesuffix("s")} & barred or first.lower() in company_words():
        return True
    meanings = [m for word in (name, first) for m in forms.exact.get(word.lower(), ())]
    return any(m.what in ("vendor", "head") for m in meanings)
