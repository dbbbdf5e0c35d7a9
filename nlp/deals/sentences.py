"""Sentences and paragraphs of an article, by punctuation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_END_LATIN = re.compile(
    r"""(?P<stop>[.!?…])["”»’')\]]*\s+(?=["“«‘„(\[*•–—-]*[A-ZÀ-ÞŒ0-9¿¡$€£•À-ÿ가-힣])|;\s+""",
)
_END_CJK = re.compile(r"；|[。！？!?]+[」』”’）)]*|(?<=[가-힣])\.[”’\"']*\s+")
CLAUSE = 40
"""Characters that a clause before or behind a semicolon has at least, to be read as a sentence of its own."""
_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "inc",
        "corp",
        "co",
        "ltd",
        "llc",
        "plc",
        "vs",
        "no",
        "nos",
        "jr",
        "sr",
        "u.s",
        "u.k",
        "u.n",
        "e.u",
        "d.c",
        "u.s.a",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "mrd",
        "mio",
        "bzw",
        "ca",
        "z.b",
        "d.h",
        "u.a",
        "e.v",
        "art",
        "fig",
        "approx",
        "est",
        "gen",
        "gov",
        "sen",
        "rep",
        "col",
        "bros",
        "sra",
        "srta",
        "sres",
        "dra",
        "ud",
        "uds",
        "ee.uu",
        "ee",
        "núm",
        "av",
        "cía",
        "s.a",
        "c.v",
        "m",
        "mm",
        "mme",
        "mlle",
        "env",
        "sig",
        "sigg",
        "dott",
        "ing",
        "mln",
        "mld",
        "tel",
        "pag",
        "a.m",
        "p.m",
        "i.e",
        "e.g",
        "cf",
        "nr",
        "rd",
        "al",
        "etc",
    ]
)
LONGEST = 1_200
"""Characters of a sentence; no writer's is longer."""
_MONTHS = frozenset(
    (
        "jan",
        "feb",
        "mär",
        "mar",
        "apr",
        "mai",
        "may",
        "jun",
        "jul",
        "aug",
        "sep",
        "okt",
        "oct",
        "nov",
        "dez",
        "dec",
    )
)
_BREAK = re.compile(r"\n[ \t]*(?:\n|(?=[-•*·▪■◆●→◇▼☞►‣▶○★①-⑳]|\d{1,2}[.)]\s))\s*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the doc. ``paragraph`` counts from 0 (the title, where there is one)."""

    index: int
    start: int
    end: int
    paragraph: int


def split_sentences(text: str, lang: str) -> list[Sentence]:
    """The sentences of a text, in order, none empty; a line that begins with a bullet is a paragraph."""
    sentences: list[Sentence] = []
    position = 0
    paragraph = 0
    for match in [*_BREAK.finditer(text), None]:
        end = match.start() if match else len(text)
        if text[position:end].strip():
            for start, stop in _split_paragraph(text, position, end, lang):
                sentences.append(Sentence(len(sentences), start, stop, paragraph))
            paragraph += 1
        position = match.end() if match else end
    return sentences


def _split_paragraph(text: str, start: int, end: int, lang: str) -> list[tuple[int, int]]:
    pieces: list[tuple[int, int]] = []
    pattern = _END_CJK if lang in ("zh", "ja", "ko") else _END_LATIN
    begin = start
    for match in pattern.finditer(text, start, end):
        if match[0][0] in ";；":
            if match.start() - begin < CLAUSE or end - match.end() < CLAUSE:
                continue
        elif pattern is _END_LATIN and match["stop"] == "." and _is_abbreviation(text, begin, match.start()):
            continue
        _add(pieces, text, begin, match.end())
        begin = match.end()
    _add(pieces, text, begin, end)
    return pieces


def _is_abbreviation(text: str, begin: int, dot: int) -> bool:
    word_start = max(text.rfind(" ", begin, dot), text.rfind("\n", begin, dot), begin - 1) + 1
    word = text[word_start:dot].strip("(\"“«'’").lower()
    if word.isdigit() and len(word) <= 2 and text[dot + 1 : dot + 12].strip()[:3].lower() in _MONTHS:
        return True  # "13. Mai", "3. September"
    if word.isdigit() and len(word) <= 2 and word_start == begin:
        return True  # the number of an item: "3. Nebius has ordered"
    return word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha())


def _add(pieces: list[tuple[int, int]], text: str, begin: int, end: int) -> None:
    while begin < end:
        while begin < end and text[begin].isspace():
            begin += 1
        stop = min(end, begin + LONGEST)
        if stop < end:
            # a text without stops is cut where a word ends, so that no work grows with the square of it
            stop = (
                max(text.rfind(" ", begin + LONGEST // 2, stop), text.rfind("，", begin + LONGEST // 2, stop))
                + 1
                or stop
            )
        last = stop
        while last > begin and text[last - 1].isspace():
            last -= 1
        if begin < last:
            pieces.append((begin, last))
        begin = stop


def by_sentence(items: list[Any], sentences: list[Sentence]) -> list[list[Any]]:
    """Items with a ``start``, sorted by it, dealt out to the sentences that they begin in."""
    split: list[list[Any]] = [[] for _ in sentences]
    at = 0
    for item in items:
        while at < len(sentences) - 1 and item.start >= sentences[at].end:
            at += 1
        if sentences[at].start <= item.start < sentences[at].end:
            split[at].append(item)
    return split
