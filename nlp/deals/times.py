"""Years that an article names, set against the year in which it came out: what was bought in 2019 is bought."""

from __future__ import annotations

import re

from nlp.deals.cues import Cue

YEAR = re.compile(r"(?<![\d.,])(?:19[89]\d|20[0-4]\d)(?![\d,.]\d|\d|[-–]Megawatt|\s?(?:MW|GW|kW))")


def years_in(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Each year named between two places, with where it stands."""
    return [(m.start(), int(m[0])) for m in YEAR.finditer(text, start, end)]


def tense(year: int, now: int) -> str:
    """Where a year lies, seen from ``now``: "past", "now" or "future"."""
    return "past" if year < now else "future" if year > now else "now"


def told_of_the_past(cue: Cue, text: str, now: int | None) -> bool:
    """Whether a word of earlier days is one: "in 2028" is not, where the article is of 2026."""
    if cue.group != "past" or now is None:
        return True
    years = years_in(text, cue.start, cue.end)
    return all(year < now for _, year in years)
