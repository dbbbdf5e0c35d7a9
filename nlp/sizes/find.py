"""All amounts of a text."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from nlp.mentions import Amount
from nlp.sizes.context import SENTENCE, Context
from nlp.sizes.drafts import Draft
from nlp.sizes.lexicon import Lexicon, lexicon
from nlp.sizes.phrases import match, match_back
from nlp.sizes.quantity import Quantities
from nlp.sizes.scan import Tokens, scan

HUNDRED_MILLION = Decimal(100_000_000)


def find_amounts(text: str, lang: str) -> list[Amount]:
    """The amounts of a text, sorted by start, none overlapping.

    ``text`` is a sentence or a whole article, ``lang`` one of the nine languages (ISO 639-1); ValueError
    for another. Offsets are character offsets into ``text``. Prices per unit, dates, versions and counts
    of other things are not returned. Takes time linear in the length of the text.
    """
    lex = lexicon(lang)
    tokens = scan(text, lang)
    if not tokens.anchors:
        return []
    context = Context(tokens, lex)
    quantities = Quantities(tokens, lex, context)
    amounts: list[Amount] = []
    floor = 0
    currency = ""
    percent: tuple[int, bool] | None = None
    bare: tuple[int, int] | None = None  # a bare number waiting for the currency that follows in its sentence
    for anchor in tokens.anchors:
        if anchor < floor or (lex.cjk and _inside(tokens, anchor, floor, lex)):
            continue
        draft = quantities.draft(anchor, floor) or _fraction(tokens, anchor, context, quantities, floor)
        if draft is None:
            continue
        floor = draft.done
        kind, unit, elided = draft.kind, draft.unit, False
        if kind == "drop":
            currency = unit if len(unit) == 3 else currency  # a price still says which currency is spoken of
            continue
        if kind == "percent":
            stake = context.is_stake(draft.start, draft.end, percent)
            percent = (draft.end, stake)
            kind = "stake" if stake else "percent"
        elif kind == "money":
            currency = unit
        elif not kind:
            elided = draft.scaled and bool(currency)
            kind, unit = ("money", currency) if elided else ("count", "")
        if kind == "money" and not elided and bare is not None:
            index, before = bare
            if draft.start - before < 30 and not any(
                w in SENTENCE for w in tokens.words[before : draft.start]
            ):
                amounts[index] = replace(amounts[index], kind="money", unit=unit, elided=True)
            bare = None
        if kind == "count" and draft.scaled and bare is None:
            bare = len(amounts), draft.end
        amounts.append(_amount(text, tokens, draft, kind, unit, elided=elided))
    return _late(amounts, len(text) if lex.cjk else max(0, text.find("\n\n")))


def _inside(tokens: Tokens, at: int, floor: int, lex: Lexicon) -> bool:
    """Whether a numeral stands within a run of numerals that was not readable from its beginning, or inside a
    Korean word (the 이 of 사들이기로)."""
    if lex.lang == "ko" and _inside_hangul(tokens, at, lex):
        return True
    if at <= floor or not tokens.joined(at) or tokens.words[at][0].isdigit():
        return False
    before = tokens.words[at - 1]
    return before in lex.small or before in lex.digits


def _inside_hangul(tokens: Tokens, at: int, lex: Lexicon) -> bool:
    """Whether a Hangul numeral touches Hangul before it that is neither part of a number nor a bound (총이천억)."""
    word, start = tokens.words[at], tokens.starts[at]
    if word not in lex.digits and word not in lex.small and word not in lex.scales and word not in lex.vague:
        return False
    if not start or not "가" <= tokens.source[start - 1] <= "힣":
        return False
    before = tokens.words[at - 1] if tokens.joined(at) else ""
    numeral = before in lex.digits or before in lex.small or before in lex.scales or before in lex.vague
    return not numeral and match_back(lex.before_back, tokens.words, at) is None


def _late(amounts: list[Amount], until: int) -> list[Amount]:
    """A bare number in a title, or a bare 亿 or 조, is money in the first currency that follows."""
    unit = ""
    for at in range(len(amounts) - 1, -1, -1):
        amount = amounts[at]
        if amount.kind == "money" and not amount.elided:
            unit = amount.unit
        elif (
            unit
            and amount.kind == "count"
            and amount.end <= until
            and max(amount.min or 0, amount.max or 0) >= HUNDRED_MILLION
        ):
            amounts[at] = replace(amount, kind="money", unit=unit, elided=True)
    return amounts


def _amount(text: str, tokens: Tokens, draft: Draft, kind: str, unit: str, *, elided: bool) -> Amount:
    start, end = tokens.starts[draft.start], tokens.ends[draft.end - 1]
    return Amount(start, end, text[start:end], kind, unit, _plain(draft.low), _plain(draft.high), elided)


def _plain(value: Decimal | None) -> Decimal | None:
    """The value without an exponent or trailing zeros, so that equal amounts print alike."""
    if value is None:
        return None
    whole = value.to_integral_value()
    return whole.quantize(Decimal(1)) if value == whole else value.normalize()


def _fraction(tokens: Tokens, at: int, context: Context, quantities: Quantities, floor: int) -> Draft | None:
    """A stake in words: "a third of the company"."""
    for start in (at - 1, at):
        found = match(quantities.lex.fractions, tokens.words, start) if start >= floor else None
        if found:
            (low, high), end = found
            if not context.is_stake(start, end, None):
                return None
            first, bound = quantities.bound_before(start, floor)
            lowest, highest = None if bound == "upper" else low, None if bound == "lower" else high
            return Draft(first, end, end, "percent", "%", lowest, highest)
    return None
