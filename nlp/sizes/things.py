"""What a number counts: the nouns of hardware after (and, in Chinese, Japanese and Korean, before) it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from nlp.sizes.context import Context
from nlp.sizes.lexicon import Lexicon
from nlp.sizes.numerals import ONE, Number
from nlp.sizes.phrases import SKIPPED, match
from nlp.sizes.scan import Tokens

REACH = 9
"""Tokens between a number and the noun that it counts, at most."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A unit: ``kind`` as in Amount or "drop"; ``end`` the token after it; ``factor`` to the base unit."""

    kind: str
    unit: str
    end: int
    factor: Decimal = ONE


def hardware(tokens: Tokens, at: int, number: Number, lex: Lexicon, context: Context) -> Thing | None:
    """The hardware that the number before token ``at`` counts; None where it counts something else."""
    if number.low != number.low.to_integral_value() or (
        number.vague and number.high is not None and number.high < 100
    ):
        return None
    if (
        number.digits
        and number.factor == ONE
        and not number.grouped
        and 1990 <= number.low <= 2039
        and number.low != 2000
    ):
        return None
    if number.low < 2 and not number.digits and not number.vague:
        return None  # "one chip" is an article rather than a count
    if lex.cjk:
        from nlp.sizes.things_cjk import hardware_cjk

        return hardware_cjk(tokens, at, number, lex, context)
    if _is_version(tokens, number, lex):
        return None
    return _noun(tokens, at, lex)


def _is_version(tokens: Tokens, number: Number, lex: Lexicon) -> bool:
    """ "Gaudi 3 accelerators" counts nothing."""
    before = number.start - 1
    if not number.digits or number.grouped or number.factor != ONE or before < 0 or number.low >= 10000:
        return False
    word = tokens.words[before]
    if word in SKIPPED and tokens.joined(before) and tokens.joined(number.start):
        return True
    if not tokens.raw(before)[0].isupper() or word in lex.neutral or word in lex.links:
        return False
    return before > 0 and tokens.words[before - 1] not in {".", "\n"} and not lex.lower_is_neutral


def _noun(tokens: Tokens, at: int, lex: Lexicon) -> Thing | None:
    words = tokens.words
    best: Thing | None = None
    names = 0
    stop = min(len(words), at + REACH)
    here = at
    while here < stop:
        word = words[here]
        found = match(lex.units, words, here)
        if found is None and lex.unit_suffixes:
            for suffix, unit in lex.unit_suffixes.items():
                if word.endswith(suffix):
                    found = (unit, here + 1)
                    break
        if found:
            best = Thing("units", found[0], found[1])
            here = found[1]
            if not lex.head_last:
                break
            continue
        if lex.model.fullmatch(tokens.raw(here)):
            best = best or Thing("units", "chip", here + 1)
        elif word in SKIPPED or word == "'s" or (words[here - 1] in SKIPPED and tokens.joined(here)):
            pass  # "eight CS-3 machines": what follows a hyphen belongs to the name before
        elif word in lex.links:
            if best is not None:
                break
        elif word in lex.modifiers:
            pass
        elif tokens.raw(here)[0].isupper() and not (
            best and lex.head_last and not lex.lower_is_neutral and names > 3
        ):
            names += 1
            if lex.lower_is_neutral and names > 1 and words[here - 1] not in SKIPPED:
                break
        else:
            break
        here += 1
    if (
        best
        and best.end + 1 < len(words)
        and words[best.end] in SKIPPED
        and tokens.joined(best.end)
        and tokens.joined(best.end + 1)
    ):
        return None  # "GPU-Stunde": the noun goes on
    return best
