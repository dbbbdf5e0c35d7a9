"""Years and months that an article names, set against when it came out: what was bought in 2019 is bought."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml

from nlp.deals.cues import Cue

YEAR = re.compile(r"(?<![\d.,])(?:19[89]\d|20[0-4]\d)(?![\d,.]\d|\d|[-–]Megawatt|\s?(?:MW|GW|kW))")


def years_in(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Each year named between two places, with where it stands."""
    return [(m.start(), int(m[0])) for m in YEAR.finditer(text, start, end)]


MONTHS = Path(__file__).parent / "months.yml"
BACK = 8
"""A month without a year is one of the last eight, or it is still to come: "in September", read in October."""


@lru_cache(maxsize=16)
def _months(lang: str) -> tuple[re.Pattern[str], dict[str, int]]:
    """What finds the months of a language, and the number of each name."""
    if lang in ("zh", "ja", "ko"):
        return re.compile(r"(?<![\d年년/.])(?<!년 )(1[0-2]|[1-9])\s?[月월](?!\s?(?:間|间|간|期|額|额))"), {}
    rows = yaml.safe_load(MONTHS.read_text(encoding="utf-8")).get(lang, [])
    number = {name: n for n, names in enumerate(rows, 1) for name in names.split("|")}
    names = "|".join(re.escape(name) for name in sorted(number, key=len, reverse=True))
    start = "[A-Z]" if lang in ("en", "de") else ""  # "may" the verb, "mars" the planet
    followed = r"(?!\w)(?!\.?,? (?:de |del |di )?(?:19|20)\d\d)"
    return re.compile(rf"(?<!\w)(?={start}\w)((?i:{names})){followed}" if names else r"(?!x)x"), number


def months_in(text: str, start: int, end: int, lang: str) -> list[tuple[int, int]]:
    """Each month named without its year between two places, 1 to 12, with where it stands."""
    pattern, number = _months(lang)
    return [(m.start(1), number.get(m[1].lower()) or int(m[1])) for m in pattern.finditer(text, start, end)]


def month_tense(month: int, now: int) -> str:
    """Where a month without a year lies, seen from the month ``now``: "past", "now" or "future"."""
    back = (now - month) % 12
    return "now" if not back else "past" if back <= BACK else "future"


def tense(year: int, now: int) -> str:
    """Where a year lies, seen from ``now``: "past", "now" or "future"."""
    return "past" if year < now else "future" if year > now else "now"


def told_of_the_past(cue: Cue, text: str, now: int | None) -> bool:
    """Whether a word of earlier days is one: "in 2028" is not, where the article is of 2026."""
    if cue.group != "past" or now is None:
        return True
    years = years_in(text, cue.start, cue.end)
    return all(year < now for _, year in years)
