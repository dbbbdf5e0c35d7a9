"""Numbers in words and digits: one number that begins at a token, with its scale words.

A number is an interval, since "tens of billions" is one. The product of its scale words is kept as
``factor``, so that the two ends of a range can share it ("3 to 4 billion").
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from nlp.sizes import digits
from nlp.sizes.lexicon import LONGEST_WORD, Lexicon
from nlp.sizes.phrases import SKIPPED, match
from nlp.sizes.scan import Tokens

ZERO, ONE, HUNDRED, THOUSAND = Decimal(0), Decimal(1), Decimal(100), Decimal(1000)
MILLION = Decimal(1_000_000)
LARGEST = Decimal(10) ** 21


@dataclass(frozen=True, slots=True)
class Number:
    """``low`` to ``high`` (None: open) read from tokens [start, end).

    ``factor``: the product of its scale words;

    ``grouped``: thousands are parted by a sign; ``over``: printed as "more than" in itself (40余);
    ``article``: "a million"; ``adjective``: "multibillion".
    """

    low: Decimal
    high: Decimal | None
    start: int
    end: int
    factor: Decimal = ONE
    grouped: bool = False
    digits: bool = False
    vague: bool = False
    over: bool = False
    article: bool = False
    needs_scale: bool = False
    adjective: bool = False

    def scaled(self, factor: Decimal) -> Number:
        """The same number with the scale of another."""
        high = None if self.high is None else self.high * factor
        return replace(self, low=self.low * factor, high=high, factor=self.factor * factor)


def read(tokens: Tokens, at: int, lex: Lexicon, money: bool) -> Number | None:
    """The number that begins at ``at``. ``money``: a currency stands before it, so "5m" is five million."""
    if lex.cjk:
        from nlp.sizes.numerals_cjk import read_cjk

        number = read_cjk(tokens, at, lex)
        if number is None or not number.digits or number.factor != ONE:
            return number
        return _abbreviated(tokens, number, lex, money)
    return _Spelling(tokens, lex, money).read(at)


def _abbreviated(tokens: Tokens, number: Number, lex: Lexicon, money: bool) -> Number:
    scale = abbreviation(tokens, number.end, lex, money)
    return replace(number.scaled(scale), end=number.end + 1) if scale else number


def abbreviation(tokens: Tokens, at: int, lex: Lexicon, money: bool) -> Decimal | None:
    """The scale that a short form at ``at``, after digits, stands for."""
    words = tokens.words
    if at >= len(words):
        return None
    word = words[at]
    if word in lex.abbreviations:
        return lex.abbreviations[word]
    if word not in lex.money_abbreviations:
        return None
    sign_follows = at + 1 < len(words) and tokens.raw(at + 1) in lex.symbols
    return lex.money_abbreviations[word] if money or sign_follows else None


def _units_follow(tens: Decimal, value: Decimal) -> bool:
    return tens >= 20 and tens % 10 == 0 and value < 10


def _french(tens: Decimal, value: Decimal) -> bool:
    """Whether a number below twenty may follow: soixante-quinze, quatre-vingt-dix, dix-sept,
    soixante-dix-neuf.
    """
    if tens in {60, 80}:
        return 10 <= value < 20
    return tens in {10, 70, 90} and 7 <= value < 10


class _Spelling:
    """Reads one number of a language that parts words by spaces."""

    def __init__(self, tokens: Tokens, lex: Lexicon, money: bool) -> None:
        self.tokens, self.words, self.lex, self.money = tokens, tokens.words, lex, money

    def word(self, at: int) -> str:
        return self.words[at] if at < len(self.words) else "\n"

    def skip(self, at: int) -> int:
        """Past a hyphen that joins two words of a number."""
        return (
            at + 1 if self.word(at) in SKIPPED and self.tokens.joined(at) and at + 1 < len(self.words) else at
        )

    def read(self, at: int) -> Number | None:
        vague = match(self.lex.vague, self.words, at)
        if vague:
            (low, high), end = vague
            return self.scales(at, end, low, high, vague=low != high, opened=True)
        word = self.word(at)
        if word.startswith("multi"):
            return self.multiple(at)
        if "0" <= word[0] <= "9":
            found = digits.value(word, self.lex.decimal, self.lex.group_either)
            if found is None:
                return None
            number = self.scales(at, at + 1, found[0], found[0], digit=True)
            return replace(number, digits=True, grouped=found[1]) if number else None
        small = self.small(at)
        if small:
            value, end = small
            return self.scales(at, end, value, value)
        return self.bare(at)

    def multiple(self, at: int) -> Number | None:
        """ "multibillion", "multi-billion": at least one of that unit."""
        rest, end = self.word(at)[5:], at + 1
        if not rest:
            after = self.skip(end)
            rest, end = self.word(after), after + 1
        scale = self.lex.vague_scales.get(rest) or self.lex.scales.get(rest)
        if scale and scale >= MILLION:
            return Number(scale, None, at, end, scale, vague=True, adjective=True)
        if rest in self.lex.power:
            return Number(ONE, None, at, end - 1 if end - 1 > at else at, vague=True)
        return None

    def bare(self, at: int) -> Number | None:
        """A scale word without a number: "billions" (at least one), "mil millones" (exactly a thousand)."""
        word = self.word(at)
        if word in self.lex.vague_scales:
            scale = self.lex.vague_scales[word]
            end = at + 1
            after = end + 1 if self.word(end) in self.lex.links else end
            if self.word(after) in self.lex.scales and self.lex.scales[self.word(after)] >= scale >= THOUSAND:
                scale, end = scale * self.lex.scales[self.word(after)], after + 1
            return Number(scale, None, at, end, scale, vague=True, adjective=word in self.lex.adjectives)
        if word in self.lex.bare:
            return self.scales(at, at, ONE, ONE, opened=True)
        if (
            self.lex.scales.get(word, ZERO) >= MILLION
            and self.word(at - 1 if at else 0) not in self.lex.scales
        ):
            if at and self.word(at - 1) in self.lex.one:
                scale = self.lex.scales[word]
                number = self.scales(at, at, ONE, ONE, opened=True)
                return replace(number, article=True) if number else None
            if self.word(at + 1) in SKIPPED:
                return Number(self.lex.scales[word], None, at, at + 1, self.lex.scales[word], vague=True)
        return None

    def small(self, at: int) -> tuple[Decimal, int] | None:
        """A number below a thousand, or a word written together ("fünfhunderttausend")."""
        total: Decimal | None = None
        end = at
        while True:
            here = self.skip(end) if total is not None else end
            word = self.word(here)
            if total is not None and word in self.lex.ands and self.word(here + 1) in self.lex.words:
                here += 1
                word = self.word(here)
            value = self.lex.words.get(word)
            if value is None:
                value = self.compound(word)
                if value is None or total is not None:
                    return None if total is None else (total, end)
                return value, here + 1
            if total is None:
                total = value
            elif total == 4 and value == 20 and self.lex.lang == "fr":  # quatre-vingt
                total = Decimal(80)
            elif (
                (total and total % HUNDRED == 0 and value < HUNDRED)
                or _units_follow(total % HUNDRED, value)
                or (self.lex.lang == "fr" and _french(total % HUNDRED, value))
            ):
                total += value
            else:
                return total, end
            end = here + 1

    def compound(self, word: str) -> Decimal | None:
        lex = self.lex
        if lex.compound is None or len(word) > LONGEST_WORD or not lex.compound.fullmatch(word):
            return None
        total, group, half = ZERO, ZERO, ZERO
        at = 0
        while at < len(word):
            for size in range(min(len(word) - at, 14), 0, -1):
                value = lex.compounds.get(word[at : at + size])
                if value is not None:
                    break
            else:
                return None
            at += size
            if value == THOUSAND:
                total += (group + half or ONE) * THOUSAND
                group = half = ZERO
            elif value == HUNDRED:
                group = (group or ONE) * HUNDRED
            elif value == Decimal("0.5"):
                half = value
            else:
                group += value
        return total + group + half

    def scales(
        self,
        start: int,
        end: int,
        low: Decimal,
        high: Decimal,
        *,
        vague: bool = False,
        digit: bool = False,
        opened: bool = False,
    ) -> Number | None:
        """Scale words after a number, and smaller numbers after these ("two million five hundred")."""
        terms: list[tuple[Decimal, Decimal]] = []
        factor = ONE
        at, first = self.half(end, (low, high))
        if digit:
            scale = abbreviation(self.tokens, at, self.lex, self.money)
            if scale:
                return Number(first[0] * scale, first[1] * scale, start, at + 1, scale)
        group: tuple[Decimal, Decimal] | None = first
        done = (at, first, factor)
        while True:
            here = self.skip(at)
            word = self.word(here)
            scale = self.lex.scales.get(word)
            if (
                scale is None
                and opened
                and word in self.lex.links
                and self.word(here + 1) in self.lex.scales
                and vague
            ):
                here += 1
                scale = self.lex.scales[self.word(here)]
            if scale is not None:
                if group is None and scale == HUNDRED and terms:
                    group = (ONE, ONE)  # "mille cent"
                if group is None:
                    if not terms or terms[0][0] >= min(scale, MILLION):
                        break
                    group = (sum((t[0] for t in terms), ZERO), sum((t[1] for t in terms), ZERO))
                    terms = []
                elif terms and terms[-1][0] < scale:
                    if terms[0][0] >= MILLION:
                        break
                    group = (
                        group[0] + sum((t[0] for t in terms), ZERO),
                        group[1] + sum((t[1] for t in terms), ZERO),
                    )
                    terms = []
                term = (group[0] * scale, group[1] * scale)
                if (terms and term[0] >= terms[-1][0]) or term[0] > LARGEST:
                    break
                factor = factor * scale if not terms else factor
                at = here + 1
                if scale in {HUNDRED, 12}:
                    group = term
                    small = self.small(self.and_(at))
                    if small and small[0] < HUNDRED and small[1] > at and scale == HUNDRED and not vague:
                        group, at = (term[0] + small[0], term[1] + small[0]), small[1]
                else:
                    terms.append(term)
                    group = None
                    at, half = self.half(at, (ZERO, ZERO))
                    if half[0]:
                        terms[-1] = (term[0] + half[0] * scale, term[1] + half[0] * scale)
                rest = group or (ZERO, ZERO)
                done = (
                    at,
                    (sum((t[0] for t in terms), rest[0]), sum((t[1] for t in terms), rest[1])),
                    factor,
                )
                continue
            if group is None and not vague:
                here = self.and_(at)
                more = self.more(here, terms[-1][0])
                if more:
                    value, at = more
                    group = (value, value)
                    continue
            break
        # a small remainder without a scale of its own: "dos mil quinientos", "two thousand five hundred"
        if (
            group is not None
            and terms
            and not digit
            and (terms[-1][0] < MILLION or group[0] >= THOUSAND)
            and at > done[0]
        ):
            total = (done[1][0] + group[0], done[1][1] + group[1])
            return self.made(start, at, total, factor, vague)
        return self.made(start, done[0], done[1], done[2], vague)

    def made(
        self, start: int, end: int, value: tuple[Decimal, Decimal], factor: Decimal, vague: bool
    ) -> Number:
        return Number(value[0], value[1], start, end, factor, vague=vague)

    def and_(self, at: int) -> int:
        here = self.skip(at)
        return here + 1 if self.word(here) in self.lex.ands else here

    def more(self, at: int, below: Decimal) -> tuple[Decimal, int] | None:
        """A number that may continue one: words, or digits before a smaller scale ("1 millón 200 mil")."""
        word = self.word(at)
        if "0" <= word[0] <= "9":
            found = digits.value(word, self.lex.decimal, self.lex.group_either)
            scale = self.lex.scales.get(self.word(at + 1))
            if found and scale and THOUSAND <= scale < below and found[0] * scale < below:
                return found[0], at + 1
            return None
        return self.small(at)

    def half(self, at: int, group: tuple[Decimal, Decimal]) -> tuple[int, tuple[Decimal, Decimal]]:
        """Past "and a half", which is added to the group."""
        found = match(self.lex.halves_after, self.words, at)
        if not found:
            return at, group
        (low, high), end = found
        return end, (group[0] + low, group[1] + high)
