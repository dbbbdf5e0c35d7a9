"""What only the text around an amount decides: which ¥ or kr, whether a percentage is a stake."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.sizes.lexicon import Lexicon
from nlp.sizes.phrases import Trie, match
from nlp.sizes.scan import Tokens

_COUNTRIES = {
    "JPY": re.compile(r"(?i)\byen\b|japan|giappon|\bjap[oó]n|japon|円|日本|일본"),
    "CNY": re.compile(r"(?i)yuan|renminbi|\brmb\b|\bchin|人民币|中国|위안|중국"),
    "SEK": re.compile(r"(?i)swed|schwed|su[eé]c|svez|stockholm|スウェーデン|瑞典|스웨덴"),
    "NOK": re.compile(r"(?i)norw|norweg|norv[eè]g|norueg|oslo|ノルウェー|挪威|노르웨이"),
    "DKK": re.compile(
        r"(?i)danish|denmark|dänisch|dänem|dinamar|danois|danes|danimarca|copenhag|デンマーク|丹麦|덴마크"
    ),
    "TWD": re.compile(r"臺|台"),
    "HKD": re.compile(r"香港|港交所|港股"),
}
_TRADITIONAL = re.compile(r"[億萬與為個這億電體導發]")
_REACH = 400
BEFORE, AFTER = 70, 40
"""Characters in which words decide whether a percentage is a stake."""
SENTENCE = frozenset(".。!！?？\n;；")


class Context:
    """One text, asked about the surroundings of an amount. Answers look at a bounded window."""

    def __init__(self, tokens: Tokens, lex: Lexicon) -> None:
        self.tokens, self.lex = tokens, lex
        self._first_seen: dict[str, int] | None = None

    def currency(self, codes: Sequence[str], at: int) -> str:
        """Which of the currencies of one sign is meant at a token.

        The language's own where it is among them, else that whose country is named most often near, else the
        first.
        """
        if len(codes) == 1:
            return codes[0]
        own = {"zh": "CNY", "ja": "JPY"}.get(self.lex.lang)
        if own in codes and "TWD" not in codes:
            return str(own)
        here = self.tokens.starts[at]
        window = self.tokens.source[max(0, here - _REACH) : here + _REACH]
        if "TWD" in codes:
            if not _TRADITIONAL.search(window):
                return "CNY"
            return (
                "HKD"
                if len(_COUNTRIES["HKD"].findall(window)) > len(_COUNTRIES["TWD"].findall(window))
                else "TWD"
            )
        counts = {code: len(_COUNTRIES[code].findall(window)) for code in codes if code in _COUNTRIES}
        best = max(codes, key=lambda code: counts.get(code, 0))
        return best

    def seen(self, unit: str, before: int) -> bool:
        """Whether a noun of this unit stands anywhere before a character."""
        if self._first_seen is None:
            self._first_seen = {}
            for at in range(len(self.tokens.words)):
                found = match(self.lex.units, self.tokens.words, at)
                if found:
                    self._first_seen.setdefault(found[0], self.tokens.starts[at])
        return self._first_seen.get(unit, before) < before

    def is_stake(self, start: int, end: int, previous: tuple[int, bool] | None) -> bool:
        """Whether the percentage at tokens [start, end) is a share in a company.

        ``previous``: the end of the percentage before in the text and whether it was one; a list goes on
        as it began.
        """
        stake_after = self._nearest(self.lex.stake, end, 1, AFTER)
        stake_before = self._nearest(self.lex.stake, start - 1, -1, BEFORE)
        against_after = self._nearest(self.lex.against, end, 1, AFTER)
        against_before = self._nearest(self.lex.against, start - 1, -1, BEFORE)
        stake = min(stake_after, stake_before)
        against = min(against_after, against_before)
        if stake < 1000 and stake <= against:
            return True
        if against < 1000:
            return False
        if self._of_a_name(end):
            return True
        if previous and previous[1]:
            between = self.tokens.words[previous[0] : start]
            return len(between) < 25 and not any(word in SENTENCE for word in between)
        return False

    def _of_a_name(self, end: int) -> bool:
        words = self.tokens.words
        if self.lex.cjk or end + 1 >= len(words) or words[end] not in self.lex.links:
            return False
        return words[end] in self.lex.stake_of and self.tokens.raw(end + 1)[0].isupper()

    def _nearest(self, trie: Trie, at: int, step: int, reach: int) -> int:
        """Characters to the nearest phrase of ``trie`` in the same sentence, 1000 where there is none."""
        tokens = self.tokens
        origin = (
            tokens.starts[at]
            if step > 0 and at < len(tokens.words)
            else tokens.ends[at]
            if 0 <= at < len(tokens.words)
            else 0
        )
        while 0 <= at < len(tokens.words):
            away = tokens.starts[at] - origin if step > 0 else origin - tokens.ends[at]
            if away > reach or tokens.words[at] in SENTENCE:
                return 1000
            if match(trie, tokens.words, at):
                return away
            at += step
        return 1000
