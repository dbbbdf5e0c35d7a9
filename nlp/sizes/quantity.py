"""One amount around an anchor: number, what it counts, range, bounds."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from nlp.sizes.context import Context
from nlp.sizes.drafts import Draft, Part
from nlp.sizes.lexicon import Lexicon
from nlp.sizes.numerals import MILLION, ONE, THOUSAND, Number, read
from nlp.sizes.phrases import SKIPPED, match, match_back
from nlp.sizes.scan import STOPS, Tokens
from nlp.sizes.things import Thing, hardware

GAP = 3
"""How many characters may lie between a number and its unit where words are not parted by spaces."""


class Quantities:
    """Reads the amounts of one text. Every method looks at a bounded number of tokens."""

    def __init__(self, tokens: Tokens, lex: Lexicon, context: Context) -> None:
        self.tokens, self.words, self.lex, self.context = tokens, tokens.words, lex, context

    def near(self, at: int) -> bool:
        """Whether token ``at`` follows the one before closely enough to belong to it."""
        if at >= len(self.words) or at == 0:
            return False
        gap = self.tokens.source[self.tokens.ends[at - 1] : self.tokens.starts[at]]
        return len(gap) <= (1 if self.lex.cjk else GAP) and (not gap or gap.isspace())

    def draft(self, at: int, floor: int) -> Draft | None:
        """The amount whose number begins at ``at``; tokens before ``floor`` belong to others."""
        part = self.power_alone(at, floor) or self.part(at, floor)
        if part is None:
            return None
        low, high = part.number.low, part.number.high
        start, end, thing = part.start, part.end, part.thing
        number = part.number
        if number.over:
            high = None
        second = self.range_end(part, floor)
        if second is not None:
            first, last = second
            low, high, thing, end = first.low, last.number.high, last.thing or part.thing, last.end
            number = first
            if last.number.over:
                high = None
        start, bound = self.bound_before(start, floor)
        end, bound = self.bound_after(end, bound)
        if bound == "lower":
            high = None
        elif bound == "upper" and high is not None:
            return self.finish((start, end), thing, None, high, number)
        return self.finish((start, end), thing, low, high, number)

    def finish(
        self,
        place: tuple[int, int],
        thing: Thing | None,
        low: Decimal | None,
        high: Decimal | None,
        number: Number,
    ) -> Draft | None:
        start, end = place
        scaled, grouped = number.factor >= MILLION, number.grouped or number.factor >= THOUSAND
        if thing is None:
            if not self.free(end, number):
                return None
            return Draft(start, end, end, "", "", low, high, scaled, grouped)
        low = None if low is None else low * thing.factor
        high = None if high is None else high * thing.factor
        kind = thing.kind
        done = end
        if kind not in {"percent", "drop"}:
            price = self.price(start, end, kind)
            if price is not None:
                kind, done = "drop", price
        return Draft(start, end, done, kind, thing.unit, low, high, scaled, grouped)

    def price(self, start: int, end: int, kind: str) -> int | None:
        """The token after "a share", "per hour" and the like; None where the amount is no price per unit.

        Money a year is no price, and neither are wafers a month.
        """
        found = match(self.lex.per, self.words, end) if end < len(self.words) else None
        if found and (not self.lex.cjk or self.near(end)):
            allowed = self.lex.yearly if kind == "money" else self.lex.times
            return None if any(w in allowed for w in self.words[found[1] - 1 : found[1] + 1]) else found[1]
        if kind != "money" and self.lex.cjk:
            return None
        return end if start and match_back(self.lex.per_back, self.words, start) else None

    # -- one number with its unit

    def part(self, at: int, floor: int) -> Part | None:
        """The number at ``at`` with a currency before it and what it counts after it."""
        start, code, plain = at, "", False
        if at > floor and self.tokens.raw(at - 1) in self.lex.symbols and self.near(at):
            sign = self.tokens.raw(at - 1)
            code, start, plain = self.context.currency(self.lex.symbols[sign], at), at - 1, sign == "$"
        elif at > floor:
            found = match_back(self.lex.currency_before, self.words, at)
            if found and found[1] >= floor and self.near(at):
                code, start = found
        number = read(self.tokens, at, self.lex, bool(code))
        if number is None:
            return None
        if number.article:
            start -= 1
        if number.end < len(self.words) and self.words[number.end] == "+" and self.tokens.joined(number.end):
            number = replace(number, end=number.end + 1, over=True)
        thing = self.thing(number.end, number, bool(code))
        if code:
            end = number.end
            if thing is not None and thing.kind == "money":
                end = thing.end
                code = thing.unit if plain and thing.unit != "USD" else code
            return Part(number, Thing("money", code, end), start, end, prefix=True)
        if thing is None:
            return None if number.needs_scale else Part(number, None, start, number.end)
        return Part(number, thing, start, thing.end)

    def thing(self, at: int, number: Number, money: bool = False) -> Thing | None:
        """What the number counts, from the words after it."""
        if at >= len(self.words) or (self.lex.cjk and not self.near(at) and not self.counted(at)):
            return None
        joined = (
            self.words[at] in SKIPPED and self.tokens.joined(at) and self.tokens.joined(at + 1)
            if at + 1 < len(self.words)
            else False
        )
        here = at + 1 if joined else at
        found = self.currency_after(here, number)
        if found or money:
            return found
        percent = match(self.lex.percent, self.words, here)
        if percent and (not self.lex.cjk or self.near(here)):
            return Thing("percent", "%", percent[1], percent[0])
        power = self.power(here)
        if power:
            return power
        return hardware(self.tokens, here, number, self.lex, self.context)

    def counted(self, at: int) -> bool:
        gap = self.tokens.source[self.tokens.ends[at - 1] : self.tokens.starts[at]]
        return len(gap) <= 12 and not any(c in STOPS for c in gap)

    def currency_after(self, at: int, number: Number) -> Thing | None:
        for skip in range(3):
            here = at + skip
            if here >= len(self.words) or (self.lex.cjk and not self.near(here)):
                return None
            raw = self.tokens.raw(here)
            if raw in self.lex.symbols and not self.begins_number(here):
                return Thing("money", self.context.currency(self.lex.symbols[raw], here), here + 1)
            found = match(self.lex.currency, self.words, here)
            if found:
                code, end = found
                if self.words[here] in self.lex.needs_scale and end == here + 1 and number.factor < THOUSAND:
                    return None
                if "*" in code:  # "4,800 mdd": the word says the scale too
                    code, scale = code.split("*")
                    return Thing("money", code, end, Decimal(scale))
                if "|" in code:
                    code = self.context.currency(tuple(code.split("|")), here)
                return Thing("money", code, end)
            if self.words[here] not in self.lex.links:
                return None
        return None

    def begins_number(self, at: int) -> bool:
        after = at + 1
        return (
            after < len(self.words)
            and self.words[after][0].isdigit()
            and (self.tokens.joined(after) or not self.tokens.joined(at))
        )

    def power(self, at: int) -> Thing | None:
        for here in (at, at + 1):
            found = match(self.lex.power, self.words, here) if here < len(self.words) else None
            if found and (not self.lex.cjk or self.near(here)):
                factor, end = found
                if self.tokens.raw(here) in self.lex.not_power:
                    return None
                after = end + 1 if end < len(self.words) and self.words[end] in SKIPPED else end
                if (
                    after < len(self.words)
                    and self.words[after] in self.lex.energy
                    and (not self.lex.cjk or self.near(after))
                ):
                    return Thing("drop", "", after + 1)
                end = self.same_again(end, factor)
                return Thing("power", "W", end, factor)
            if here >= len(self.words) or self.words[here] not in self.lex.links or self.lex.cjk:
                return None
        return None

    def same_again(self, at: int, factor: Decimal) -> int:
        """Past a repeated unit in brackets: "300 megawatts (MW)"."""
        if at + 2 < len(self.words) and self.words[at] == "(" and self.words[at + 2] == ")":
            found = match(self.lex.power, self.words, at + 1)
            if found and found[0] == factor:
                return at + 3
        return at

    def power_alone(self, at: int, floor: int) -> Part | None:
        """A unit of power without a number: "a gigawatt", "gigawatt-scale", "gigawatts of capacity"."""
        found = match(self.lex.power, self.words, at)
        if not found or self.words[at] in self.lex.scales:
            return None
        factor, end = found
        before = self.words[at - 1] if at > floor else ""
        after = self.words[end] if end < len(self.words) else ""
        if after in SKIPPED and end + 1 < len(self.words):
            after = self.words[end + 1]
        if (
            after in self.lex.energy
            or (at and match_back(self.lex.per_back, self.words, at))
            or before in self.lex.each
        ):
            return None
        exact = before in self.lex.one or self.surpassed(at, floor)
        level = after in self.lex.level
        plural = self.words[at].endswith("s") and not exact and after in self.lex.links
        if not (exact or level or plural) or (self.lex.cjk and not level):
            return None
        number = Number(ONE, ONE if exact and not level else None, at, end, vague=True)
        start = at - 1 if exact else at
        if level:
            end += 2 if self.words[end] in SKIPPED else 1
        return Part(number, Thing("power", "W", end, factor), start, end)

    def surpassed(self, at: int, floor: int) -> bool:
        """ "dépassera le gigawatt": an article before the unit, a bound before the article."""
        if at - 1 <= floor or self.words[at - 1] not in self.lex.the:
            return False
        found = match_back(self.lex.before_back, self.words, at - 1) or match_back(
            self.lex.before_back, self.words, at
        )
        return bool(found and found[0] != "about")

    # -- ranges and bounds

    def range_end(self, part: Part, floor: int) -> tuple[Number, Part] | None:
        """The first number as the range means it, and the second part; None where no range follows."""
        at = part.end
        if at >= len(self.words) or part.number.high is None:
            return None
        between = part.start > floor and match_back(self.lex.between_back, self.words, part.start)
        opened = part.start > floor and match_back(self.lex.from_back, self.words, part.start)
        sep = (match(self.lex.ands_between, self.words, at) if between else None) or match(
            self.lex.to, self.words, at
        )
        if not sep or (self.lex.cjk and not self.near(at)):
            return None
        after = sep[1]
        if after < len(self.words) and self.tokens.raw(after) in self.lex.symbols:
            after += 1
        elif self.lex.cjk and self.lex.currency_before and after + 1 < len(self.words):
            found = match_back(self.lex.currency_before, self.words, after + 1)
            after += 1 if found and found[1] == after else 0
        if after >= len(self.words) or not self.may_begin(after):
            return None
        last = self.part(after, sep[1])
        if last is None or last.number.high is None:
            return None
        first, number, highest = part.number, last.number, last.number.high
        unit, other = part.thing, last.thing
        shares = first.factor == ONE and number.factor > ONE
        if opened and not between and unit and other and part.prefix == last.prefix and not shares:
            return None  # "from $5 billion to $7 billion" is a change, unless a verb of ranging opens it
        if unit and other and (unit.kind, unit.unit) != (other.kind, other.unit):
            return None
        if other is None and not (part.prefix or between) and unit is not None:
            return None
        if unit is None and other is None and number.factor == ONE and first.factor == ONE:
            return None
        if shares and first.low < highest / number.factor:
            first = first.scaled(number.factor)
        if unit and other and unit.factor != other.factor:
            ratio = unit.factor / other.factor
            first = first.scaled(ratio)
        if first.low >= highest:
            return None
        if other is None and unit is not None:
            last = Part(number, Thing(unit.kind, unit.unit, last.end, unit.factor), last.start, last.end)
        return first, last

    def may_begin(self, at: int) -> bool:
        word = self.words[at]
        return (
            word[0].isdigit()
            or word in self.lex.words
            or word in self.lex.digits
            or word in self.lex.compounds
        )

    def bound_before(self, start: int, floor: int) -> tuple[int, str]:
        """The first token of the bounds before an amount, and which bound they state."""
        bound = ""
        for _ in range(4):
            if start <= floor:
                break
            if self.lex.cjk and self.tokens.starts[start] - self.tokens.ends[start - 1] > 1:
                break
            found = match_back(self.lex.before_back, self.words, start)
            if found and found[1] >= floor:
                if self.instrument(found[1], floor):
                    break
                value, start = found
                risen = value == "upper" and start > 0 and self.words[start - 1] in self.lex.percent
                if value != "about" and not risen:
                    bound = bound or value
                continue
            opening = match_back(self.lex.between_back, self.words, start)
            if opening and opening[1] >= floor:
                start = opening[1]
                continue
            if self.words[start - 1] in self.lex.one and match_back(
                self.lex.before_back, self.words, start - 1
            ):
                start -= 1
                continue
            break
        return start, bound

    def instrument(self, at: int, floor: int) -> bool:
        """ "Kredit über 5 Millionen": after a noun of this kind the bound word states the amount itself."""
        return (
            at > floor
            and bool(self.lex.exact_after)
            and self.words[at] == self.lex.exact_word
            and self.words[at - 1].endswith(self.lex.exact_after)
        )

    def bound_after(self, end: int, bound: str) -> tuple[int, str]:
        for _ in range(2):
            if end >= len(self.words) or (self.lex.cjk and not self.near(end)):
                break
            found = match(self.lex.after, self.words, end)
            if not found:
                break
            value, end = found
            if value != "about":
                bound = bound or value
        return end, bound

    # -- numbers on their own

    def free(self, at: int, number: Number) -> bool:
        """Whether a number without a unit may be an ellipsis: nothing after it is a noun of its own."""
        low = number.low
        if number.adjective:
            return True
        if low < THOUSAND or not (number.grouped or number.factor >= THOUSAND):
            return False
        if at >= len(self.words):
            return not self.lex.cjk or self.closed(number.end)
        if self.lex.cjk:
            return self.closed(at)
        word = self.words[at]
        if word in STOPS or word in self.lex.neutral or word in {"–", "—", "'", "/"}:
            return True
        if word in self.lex.links:
            return at + 1 < len(self.words) and self.words[at + 1] in self.lex.pronouns
        if not word[0].isalpha():
            return False
        if self.lex.link_before_noun and number.factor >= MILLION:
            return True
        return self.lex.lower_is_neutral and self.tokens.raw(at)[0].islower()

    def closed(self, at: int) -> bool:
        """Whether what follows character by character is a stop or a particle (no spaces between words)."""
        end = self.tokens.ends[at - 1]
        rest = self.tokens.source[end : end + 4]
        return (
            not rest
            or rest[0] in STOPS
            or rest[0].isspace()
            or any(rest.startswith(n) for n in self.lex.neutral)
        )
