"""Runs of capitalised words in which a name may stand, trimmed of what is no part of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from nlp.companies.words import SHARED, Names, names_of

UPPER = "A-ZÀ-ÖØ-Þ"
LETTER = "A-Za-z0-9À-ÖØ-öø-ɏ"
"""Latin letters and digits: Chinese and Japanese set Latin names without spaces among their characters."""
WORD = rf"(?:[{UPPER}][{LETTER}'’+.-]*[{LETTER}+]|[{UPPER}0-9]{{1,2}}(?=[ &])|[a-z]{{1,3}}[A-Z][{LETTER}]+)"
JOINTS = ("&", "of", "de", "do", "da", "di", "du", "et", "e", "y")
_RUN = re.compile(rf"(?<![{LETTER}_@#/.-]){WORD}(?: (?:& |of |de |do |da |di |du |et |e |y )?{WORD}){{0,5}}")
_LONG_JOINT = (
    r"(?:(?:of|for|and|the|de|del|la|los|las|el|para|do|da|dos|das|e|di|della|dello|delle|dei|per|du|des|et|pour|les"
    r"|für|und|der|d['’]|l['’]|dell['’]) ?){1,3}"
)
_TICKER = re.compile(r"[A-Z0-9]{1,6}(?:\.[A-Z]{1,3})?")
_TAIL = re.compile(r"['’]s?$|[.'’-]+$")
_INITIAL = re.compile(r"\b[A-Z]\.$")
_POSSESSIVE = re.compile(r"['’]s$")
_ADJECTIVE = re.compile(r"-(?:based|backed|owned|led|listed|born|run)$")
_PART = re.compile(r"(?:^| (?:&|of|de|do|da|di|du|et|e|y) )(.+?)(?= (?:&|of|de|do|da|di|du|et|e|y) |$)")
_LISTED = re.compile(r"(?:(?! (?:et|e|y) ).)+?(?=$| (?:et|e|y) )")


@dataclass(slots=True)
class Candidate:
    """A run of capitalised words, trimmed: offsets and words."""

    start: int
    end: int
    words: list[str]


class Covered:
    """Fast overlap test against spans."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._chars: set[int] = set()
        for start, end in spans:
            self._chars.update(range(start, end))

    def overlaps(self, start: int, end: int) -> bool:
        """Whether one of the spans shares a character with the place."""
        return not self._chars.isdisjoint(range(start, end))


@lru_cache(maxsize=1)
def not_names() -> frozenset[str]:
    """Capitalised words that are no organisations."""
    text = (SHARED / "not_names.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


@lru_cache(maxsize=16)
def starters(lang: str) -> frozenset[str]:
    """Words that only stand capitalised because a sentence begins with them."""
    return frozenset(names_of(lang).words("starters"))


@lru_cache(maxsize=16)
def _institution(lang: str) -> re.Pattern[str]:
    """ "Comisión para el Mercado Financiero": a word of institutions, then words joined by small ones."""
    return names_of(lang).pattern(
        rf"(?<![{LETTER}_@#/.-])(?:{{org_leads}})(?: (?:{_LONG_JOINT})?[{UPPER}][{LETTER}’-]*[{LETTER}]){{1,5}}"
    )


def candidates(text: str, lang: str, taken: list[tuple[int, int]]) -> Iterator[Candidate]:
    """Runs of capitalised words that are not wholly inside a known entity, without what begins a sentence."""
    covered, names = Covered(taken), names_of(lang)
    ends = {end for _, end in taken}
    long_until = -1
    longs = {m.start(): m for m in _institution(lang).finditer(text)}
    for match in _RUN.finditer(text):
        if match.start() < long_until:
            continue
        long = longs.get(match.start())
        if long is not None and long.end() > match.end() and not covered.overlaps(*long.span()):
            long_until = long.end()
            yield Candidate(long.start(), long.end(), long.group().split(" "))
            continue
        runs = [(match.start(), match.group())]
        parts = list(_LISTED.finditer(match.group()))
        if len(parts) > 1:  # "Norrsken y Mundi Ventures": two names
            runs = [(match.start() + part.start(), part.group()) for part in parts]
        if covered.overlaps(*match.span()):  # "Ostrelia e Intel": what is left beside the known name
            runs = [(match.start() + part.start(), part.group()) for part in _PART.finditer(match.group())]
        for at, run in runs:
            if _TICKER.fullmatch(run) and text[at - 1 : at] == "(" and ends & {at - 1, at - 2}:
                continue  # "Nvidia (NVDA)": the same company's ticker or initials
            candidate = _trimmed(text, lang, names, at, run)
            if candidate is not None and not covered.overlaps(candidate.start, candidate.end):
                yield candidate


def _trimmed(text: str, lang: str, names: Names, start: int, run: str) -> Candidate | None:
    """The run without what stands before and after the name."""
    words = run.split(" ")
    first = _name_begins(text, lang, names, words, start)
    start += sum(len(word) + 1 for word in words[:first])
    words = words[first:]
    end = start + len(" ".join(words))
    tail = _TAIL.search(text[start:end])
    if tail and not _INITIAL.search(text[start:end]):
        end -= len(tail.group())
    if end - start < 2 or "" in words:
        return None
    return Candidate(start, end, text[start:end].split(" "))


def _name_begins(text: str, lang: str, names: Names, words: list[str], start: int) -> int:
    """Index of the word with which a name can begin: after "The", "Head of", "Chiphersteller"."""
    begins, intro = starters(lang), names.pattern(r"^(?:{intro_before}|{role_words})$")
    first = 0
    opens = names.pattern(r"^(?i:{intro_before})$")
    if len(words) > 1 and not is_mid(text, start) and opens.match(words[0]):
        first = 1
    for i, word in enumerate(words):
        skip = word in begins or word in JOINTS if i == first else False
        last = i == len(words) - 1
        if last and _ADJECTIVE.search(word):
            return len(words)
        if skip or (not last and (intro.match(word) or _POSSESSIVE.search(word) or _ADJECTIVE.search(word))):
            first = i + 1
    return first


def is_mid(text: str, start: int) -> bool:
    """Whether the place is inside a sentence, where a capital means something."""
    ahead = text[max(0, start - 3) : start].rstrip(" ")
    return bool(ahead) and (ahead[-1].isalnum() or ahead[-1] in ",;’'")
