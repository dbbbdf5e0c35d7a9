"""Numbers of Chinese, Japanese and Korean: 17亿4000万, 1兆2000億, 8천억, 数十億, 40余亿, 三十亿, 十几亿."""

from __future__ import annotations

from decimal import Decimal

from nlp.sizes import digits
from nlp.sizes.lexicon import Lexicon
from nlp.sizes.numerals import LARGEST, ONE, ZERO, Number
from nlp.sizes.scan import Tokens

NEVER = Decimal(10) ** 30


def read_cjk(tokens: Tokens, at: int, lex: Lexicon) -> Number | None:
    """The number that begins at token ``at``; None where the tokens are none."""
    return _Reader(tokens, at, lex).read()


class _Reader:
    """One number: sections below 10,000 (digits or numerals), each closed by a large scale."""

    def __init__(self, tokens: Tokens, at: int, lex: Lexicon) -> None:
        self.tokens, self.start, self.lex = tokens, at, lex
        self.total = self.section = ZERO
        self.spread = ZERO  # high minus low, in units of the last place read
        self.group: Decimal | None = None
        self.last_small = self.last_large = NEVER
        self.factor = ONE
        self.over = self.vague = self.digits = self.grouped = False
        self.numerals = 0

    def read(self) -> Number | None:
        words, lex = self.tokens.words, self.lex
        at = self.start
        while at < len(words):
            if at > self.start and not self.tokens.joined(at) and not self.spaced(at):
                break
            word = words[at]
            if "0" <= word[0] <= "9":
                if not self.digit(word):
                    break
            elif word in lex.digits and self.numeral(lex.digits[word]):
                pass
            elif (
                word in lex.vague
                and self.total == 0 == self.section
                and self.group is None
                and not self.vague
            ):
                low, high = lex.vague[word][""]
                self.group, self.spread, self.vague = low, high - low, True
            elif word in lex.small:
                if not self.small(lex.small[word]):
                    break
            elif word in lex.scales:
                if not self.large(lex.scales[word]):
                    break
            elif (
                word in lex.over and (self.group is not None or self.section or self.total) and not self.over
            ):  # a second one ends the number
                if word in {"几", "幾"}:
                    if self.group is not None or not self.section:
                        break
                    self.group, self.spread, self.vague = ZERO, Decimal(10), True
                else:
                    if (
                        self.group is not None
                        and not self.digits
                        and self.group < 10
                        and self.section == 0
                        and self.total == 0
                    ):
                        break
                    self.over = not lex.over_is_about
            elif word in lex.level and self.factor != ONE:
                self.over = True
                at += 1
                break
            else:
                break
            at += 1
        return self.made(at)

    def spaced(self, at: int) -> bool:
        """Whether a space inside a number is allowed here: "2조 5천억", "5 億"."""
        words, lex = self.tokens.words, self.lex
        if (
            self.tokens.starts[at] - self.tokens.ends[at - 1] != 1
            or self.tokens.source[self.tokens.ends[at - 1]] in "\n"
        ):
            return False
        if words[at] in lex.scales:
            return "0" <= words[at - 1][0] <= "9"
        if lex.lang != "ko" or words[at - 1] not in lex.scales or not "0" <= words[at][0] <= "9":
            return False
        if (
            at + 1 < len(words)
            and self.tokens.joined(at + 1)
            and (words[at + 1] in lex.scales or words[at + 1] in lex.small)
        ):
            return True
        return len(words[at]) == 4 and self.last_large == Decimal(10000)

    def digit(self, word: str) -> bool:
        if self.group is not None:
            return False
        found = digits.value(word, ".")
        if found is None:
            return False
        self.group, self.grouped = found
        self.digits = True
        return True

    def numeral(self, value: int) -> bool:
        if value == 0 and self.group is None and (self.section or self.total):
            return True  # 一千零五十
        if self.group is None:
            self.group = Decimal(value)
            self.numerals = 1
            return True
        if self.digits or self.vague or self.numerals >= 12:
            return False
        self.group = self.group * 10 + value  # 二〇二六
        self.numerals += 1
        return True

    def small(self, scale: Decimal) -> bool:
        if scale >= self.last_small or (self.group is not None and self.numerals > 1):
            return False
        group = ONE if self.group is None else self.group
        if self.digits and group >= 10 and scale < 1000 and not self.vague:
            return False
        self.section += group * scale
        self.spread *= scale
        if self.vague and self.group is None:
            self.spread *= 1
        self.group, self.last_small = None, scale
        self.numerals = 0
        return True

    def large(self, scale: Decimal) -> bool:
        value = self.section + (self.group or ZERO)
        if value == 0:
            if self.total and self.last_large < scale and self.total * scale < LARGEST:  # 万亿
                self.total *= scale
                self.spread *= scale
                self.factor *= scale
                self.last_large = NEVER
                return True
            return False
        if scale >= self.last_large or value * scale > LARGEST:
            return False
        if not self.total:
            self.factor = scale
        self.total += value * scale
        self.spread *= scale
        self.section, self.group, self.last_small, self.last_large = ZERO, None, NEVER, scale
        self.numerals = 0
        return True

    def made(self, end: int) -> Number | None:
        if end == self.start:
            return None
        low = self.total + self.section + (self.group or ZERO)
        if low == 0 and not self.digits:
            return None
        high = None if self.over and not self.vague else low + self.spread
        return Number(
            low,
            high,
            self.start,
            end,
            self.factor,
            self.grouped,
            self.digits,
            vague=self.vague,
            over=self.over,
            needs_scale=not self.digits and self.section == 0 and self.factor == ONE,
        )
