"""Counts of hardware where the noun may stand on either side: "GPU 26만장", 5000台服务器, 最新GPUを1万枚."""

from __future__ import annotations

from nlp.sizes.context import Context
from nlp.sizes.lexicon import Lexicon
from nlp.sizes.numerals import Number
from nlp.sizes.phrases import match
from nlp.sizes.scan import STOPS, Tokens
from nlp.sizes.things import Thing

AFTER, BEFORE = 14, 24
"""Characters in which a noun is looked for after and before a counter."""


def hardware_cjk(tokens: Tokens, at: int, number: Number, lex: Lexicon, context: Context) -> Thing | None:
    """The hardware that a number counts, by the noun right after it or by a counter and a noun near it."""
    words = tokens.words
    if at >= len(words):
        return None
    gap = tokens.source[tokens.ends[at - 1] : tokens.starts[at]]
    if gap.strip():
        return None
    found = match(lex.units, words, at)
    if found:
        return Thing("units", found[0], found[1])
    if lex.model.fullmatch(tokens.raw(at)):
        return Thing("units", "chip", at + 1)
    unit = lex.counters.get(words[at])
    if unit is None or (gap and not gap.isspace()):
        return None
    after = _after(tokens, at, lex)
    if after:
        return after
    noun = _before(tokens, number.start, lex)
    if noun:
        return Thing("units", noun, at + 1)
    if unit and number.low >= 1000 and context.seen(unit, tokens.starts[at]):
        return Thing("units", unit, at + 1)
    return None


def _after(tokens: Tokens, counter: int, lex: Lexicon) -> Thing | None:
    end = tokens.ends[counter]
    unit, last = None, counter + 1
    for here in range(counter + 1, min(len(tokens.words), counter + 9)):
        if (
            tokens.starts[here] - end > AFTER
            or _stopped(tokens, end, tokens.starts[here])
            or tokens.words[here] in STOPS
        ):
            break
        found = match(lex.units, tokens.words, here)
        if found and _whole(tokens, here, found[0]):
            unit = found[0]
            last = found[1] if last == here and tokens.joined(here) else last
        elif unit is None and lex.model.fullmatch(tokens.raw(here)):
            unit = "chip"
        elif tokens.words[here][0].isdigit():
            break
    return Thing("units", unit, last) if unit else None


def _before(tokens: Tokens, start: int, lex: Lexicon) -> str | None:
    begin = tokens.starts[start]
    for here in range(start - 1, max(-1, start - 9), -1):
        if begin - tokens.ends[here] > BEFORE or _stopped(tokens, tokens.ends[here], begin):
            return None
        if tokens.words[here] in STOPS and tokens.words[here] not in "()":
            return None
        found = match(lex.units, tokens.words, here)
        if found and _whole(tokens, here, found[0]):
            return str(found[0])
        if lex.model.fullmatch(tokens.raw(here)):
            return "chip"
    return None


def _whole(tokens: Tokens, at: int, unit: str) -> bool:
    """A share of one character (주, 股) is one only right after its number; else part of a word."""
    return unit != "share" or tokens.ends[at] - tokens.starts[at] > 1


def _stopped(tokens: Tokens, start: int, end: int) -> bool:
    return any(c in "。！？\n" for c in tokens.source[start:end])
