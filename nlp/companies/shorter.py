"""Known organisations by the first word of their name: "Echelon" where the article names Echelon Data Centres."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nlp.companies.candidates import Covered, not_names
from nlp.companies.features import places
from nlp.companies.normal import normal
from nlp.companies.words import common_words, first_names, names_of
from nlp.mentions import Entity

SHORTEST = 4
MOST = 300
"""Names of known organisations that are compared; no article has more."""
SUFFIXES = frozenset(
    {"Group", "Holding", "Holdings", "Technologies", "Technology", "Systems", "International", "Corporation"}
)
OF_MONEY = frozenset(
    {"Capital", "Partners", "Management", "Asset Management", "Investments", "Equity", "Ventures"}
)
"""What a name is written with or without; the second only of investors ("Intel Capital" is not Intel)."""
BY_THEIR_NATURE = frozenset(
    {
        "university",
        "government",
        "agency",
        "regulator",
        "media",
        "association",
        "fund",
        "sport",
        "law",
        "union",
    }
)
"""Kinds whose names begin with what many others begin with (University, Ministry, Bank)."""


def name_shorter(text: str, lang: str, known: Sequence[Entity], unknown: Sequence[Entity]) -> list[Entity]:
    """All mentions, with those that are the first word of a known name given to it. A word that begins two known
    names of the article says neither.
    """
    if lang in ("zh", "ja", "ko"):
        return [*known, *unknown]
    longer: dict[str, dict[str, Entity]] = {}
    firsts = {first for e in known if (first := e.text.partition(" ")[0]) != e.text}
    speaking = {first for first in sorted(firsts)[:MOST] if _speaks(first, text)}
    for entity in known:
        first, _, rest = entity.text.partition(" ")
        if rest and (entity.kind not in BY_THEIR_NATURE or first.isupper()) and first in speaking:
            longer.setdefault(first, {})[entity.key or entity.name] = entity
    forms = {first: next(iter(whom.values())) for first, whom in longer.items() if len(whom) == 1}
    # an arm that the knowledge has no row for ("Aermont Capital") is found with the known, and has no key
    known, unknown = [e for e in known if e.key], [*unknown, *(e for e in known if not e.key)]
    ones = list({e.text: e for e in known}.values())[:MOST]
    means = {name: forms.get(name) or _same(name, ones) for name in {e.text for e in unknown}}
    kept = [_as(e, whom) if (whom := means[e.text]) else e for e in unknown]
    found = [*known, *kept]
    if not forms:
        return found
    covered = Covered([(e.start, e.end) for e in found])
    pattern = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    for match in re.finditer(
        rf"(?<![A-Za-zÀ-ÿ0-9_@#.-])(?:{pattern})(?![A-Za-zÀ-ÿ0-9_@])(?! [A-ZÀ-Þ])", text
    ):
        if not covered.overlaps(match.start(), match.end()):
            whom = forms[match.group()]
            found.append(_as(replace(whom, start=match.start(), end=match.end(), text=match.group()), whom))
    return found


def _same(name: str, known: Sequence[Entity]) -> Entity | None:
    """The known organisation of which a name that no list has is more or less: "National Silicon" of the National
    Silicon Industry Group, "Aermont Capital" for Aermont.
    """
    for entity in known:
        short, long = sorted((name, entity.text), key=len)
        if not long.startswith(f"{short} "):
            continue
        rest = long[len(short) + 1 :]
        if (
            rest in SUFFIXES
            or (long is entity.text and " " in short)
            or (rest in OF_MONEY and entity.kind == "investor")
        ):
            return entity
    return None


def _as(mention: Entity, whom: Entity) -> Entity:
    return replace(whom, start=mention.start, end=mention.end, text=mention.text)


def _speaks(first: str, text: str) -> bool:
    """Whether a word is a name by itself: no common word, place or first name, and nowhere in lower case."""
    if len(first) < SHORTEST or not first[0].isupper():
        return False
    if normal(first) in common_words() or first in not_names() or first in places():
        return False
    if first.casefold() in first_names() or first in names_of("en").words("generic_first"):
        return False
    return not (first[1:].islower() and re.search(rf"\b{re.escape(first.lower())}\b", text))
