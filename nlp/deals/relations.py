"""Whose a company is, and whom it is measured against: named in an aside, and no party for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from nlp.deals.actors import OUTSIDE, Actor, case_before

LONGEST = 70
"""Characters that an aside has at most between a company and the one it belongs to."""
CLOSES = re.compile(r"(?:\s?\([^()]{1,24}\))?\s?(?:[,;:.)–—]|$)")
OPENS = re.compile(r"(?:\s?\([^()]{1,24}\))?\s?[,(–—]\s?")
OF = (
    "of|to|on|over|for|d[eou]|de los|dei?|del|della|dell['’]|d['’]|d[ao]s?|di|alla?|all['’]|à|au|aux|a|ao|n[ao]|em|sur"
    "|von|zu|gegenüber"
)
TOWARDS = r"(?:to|from|for|with|an|mit|à|au|aux|avec|a|al|ao|à|con|com|alla|all)\s"
"""What leads from a unit to somebody else: "sold its unit to A" says of no owner."""
LISTED = 2
"""Commas from which on a gap is a list and no aside."""
HOME = re.compile(r"\s(?:of|from|in|de|del|da|do|d['’]|aus|en|em|dell['’]|della|du|au)\s?", re.IGNORECASE)
OWNS = re.compile(r"['’]s?\s|\s?的|\s?の|의\s?")
IDLE = frozenset({*OUTSIDE, "vendor"})


@dataclass(frozen=True, slots=True)
class Relations:
    """The patterns of one language; None where it has none."""

    unit: re.Pattern[str] | None
    rival: re.Pattern[str] | None
    joined: re.Pattern[str] | None
    holder: tuple[re.Pattern[str], re.Pattern[str]] | None


@lru_cache(maxsize=16)
def relations(lang: str) -> Relations:
    """The nouns of relation of a language (relations.yml)."""
    path = Path(__file__).parent / "relations.yml"
    data = yaml.safe_load(path.read_text(encoding="utf-8")).get(lang, {})

    def words(name: str) -> str:
        return "|".join(re.escape(w) for w in sorted(data.get(name, ()), key=len, reverse=True))

    holder = data.get("holder")
    unit, rival, joined = words("unit"), words("rival"), "|".join(data.get("joined", ()))
    return Relations(
        re.compile(rf"\b(?:{unit})\b\s?(?:(?!{TOWARDS})\S+\s){{0,4}}(?:\S{{1,4}}['’])?$", re.IGNORECASE)
        if unit
        else None,
        re.compile(
            rf"\b(?:{rival})\s(?:{OF})(?:(?<=['’])|\s(?:\S{{1,12}}\s){{0,2}}(?:l['’])?)$", re.IGNORECASE
        )
        if rival
        else None,
        re.compile(joined) if joined else None,
        (re.compile(holder[0] + "$"), re.compile(holder[1])) if holder else None,
    )


def mark_relations(text: str, lang: str, actors: list[Actor]) -> None:
    """Marks as taking no part the owner in "A, a unit of B, …" or "B unit A", and whom "a rival of B" only compares."""
    known = relations(lang)
    for n, actor in enumerate(actors):
        if known.rival and known.rival.search(text, max(0, actor.start - 45), actor.start):
            actor.case = "owner"
        if not n:
            continue
        if known.holder and _holds(text, actor, known.holder):
            actor.case = "owner"
            continue
        before = actors[n - 1]
        gap = text[before.end : actor.start]
        if len(gap) > LONGEST:
            continue
        belongs = actor.entity.group is not None and actor.entity.group == before.entity.key
        joined = known.joined and known.joined.fullmatch(gap)
        if (joined or (belongs and OWNS.fullmatch(gap))) and before.case not in IDLE:
            case = case_before(text, max(0, before.start - 90), before.start, lang)
            actor.case = actor.case or case or before.case.replace("gen", "")
            before.case = "owner"
        elif actor.entity.kind == "government" and HOME.fullmatch(gap):
            actor.case = "owner"  # "Humain of Saudi Arabia": where it is at home
        elif (
            known.unit
            and OPENS.match(gap)
            and gap.count(",") < LISTED
            and known.unit.search(gap)
            and CLOSES.match(text, actor.end)
        ):
            actor.case = "owner"


def _holds(text: str, actor: Actor, around: tuple[re.Pattern[str], re.Pattern[str]]) -> bool:
    """ "A, in which B has a share": B owns a part of A."""
    before, behind = around
    return bool(
        before.search(text, max(0, actor.start - 40), actor.start)
        and behind.match(text, actor.end, actor.end + 60)
    )
