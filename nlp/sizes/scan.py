"""Text to tokens, once per text, in one pass of one expression per language.

Every digit is folded to ASCII and full-width signs to their narrow forms, character by character, so that offsets hold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from nlp.sizes.lexicon import Lexicon, lexicon
from nlp.sizes.phrases import ELIDED

_FOLD = {ord("０") + i: ord("0") + i for i in range(10)}
_FOLD |= {0xFF01 + i: 0x21 + i for i in range(94) if chr(0xFF01 + i) not in "，．：；！？（）"}
_FOLD |= {ord("．"): ord("."), ord("’"): ord("'"), ord("‐"): ord("-"), ord("‑"): ord("-"), ord("〜"): ord("~"), ord("−"): ord("-"), ord("∼"): ord("~")}
_FOLD |= {ord("٠") + i: ord("0") + i for i in range(10)}

_THIN = "\u00a0\u202f\u2009\u2007"
STOPS = frozenset(",;:!?()。，、；：！？（）\n“”\"«»「」『』…・|•*[].")


@dataclass(slots=True)
class Tokens:
    """The tokens of a text: parallel lists. ``words`` are lower case; ``source`` is the folded text."""

    source: str
    words: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    anchors: list[int] = field(default_factory=list)

    def raw(self, at: int) -> str:
        """A token as printed."""
        return self.source[self.starts[at] : self.ends[at]]

    def joined(self, at: int) -> bool:
        """Whether token ``at`` touches the one before."""
        return at > 0 and self.starts[at] == self.ends[at - 1]


def _signs(lex: Lexicon) -> str:
    """Currency signs: those that end in a sign anywhere, those of letters only beside a number."""
    signs, letters = [], []
    for sign in lex.symbols:
        (letters if sign[-1].isalpha() or sign[-1] == "." else signs).append(sign)
    signs.sort(key=len, reverse=True)
    letters.sort(key=len, reverse=True)
    first = "|".join(f"(?<![^\\W\\d_]){re.escape(s)}" if s[0].isalpha() else re.escape(s) for s in signs)
    return f"{first}|(?<![^\\W\\d_])(?:{'|'.join(map(re.escape, letters))})(?=[ {_THIN}]?\\d)"


@lru_cache(maxsize=16)
def _scanner(lang: str) -> tuple[re.Pattern[str], frozenset[str]]:
    lex = lexicon(lang)
    plain = " " if lex.space_groups else ""
    number = f"\\d{{1,3}}(?:[{plain}{_THIN}']\\d{{3}})+(?!\\d)(?:[.,]\\d+)?|\\d+(?:[.,]\\d+)*"
    model = r"[A-Za-z]+\d[A-Za-z\d]*"
    abbreviated = "".join(re.escape(a) + "|" for a in lex.abbreviated)
    if lex.cjk:
        before = [v for v in lex.vocabulary if re.search(r"\d", v)]
        vocabulary = [v for v in lex.vocabulary if v not in before]
        first = "".join(f"(?<!\\d){re.escape(v)}|" for v in before)
        inside = "|".join(re.escape(v) + ("(?![A-Za-z])" if v[-1].isascii() and v[-1].isalnum() else "") for v in vocabulary)
        words = f"{model}|{inside}|[A-Za-zÀ-ɏ]+"
        if lex.lang == "ko":
            words = f"(?<![가-힣])[일이삼사오육칠팔구](?=[십백천만억조])|(?<![가-힣\\d])[십백천](?=[십백천만억조])|{words}"
        pattern = f"(?i:{first}(?:{_signs(lex)})|{number}|{words})|[^\\w\\s]|\\n"
    else:
        elided = ELIDED if lex.lang in {"fr", "it", "pt", "es"} else r"'s\b"
        pattern = (
            f"{_signs(lex)}|{number}|{model}|(?:[^\\W\\d_]\\.){{2,}}|(?i:{abbreviated}{elided})|"
            r"[^\W\d_]+|[^\w\s]|\n"
        )
    anchors = set(lex.words) | set(lex.vague_scales) | set(lex.vague) | set(lex.fractions) | set(lex.bare)
    anchors |= set(lex.digits) | set(lex.small) | {w for w in lex.power if len(w) > 1}
    if not lex.cjk:
        anchors |= {w for w in lex.scales if lex.scales[w] >= 1_000_000}
    return re.compile(pattern), frozenset(anchors)


def scan(text: str, lang: str) -> Tokens:
    """The tokens of a text. ``anchors`` are those where an amount may begin."""
    pattern, anchors = _scanner(lang)
    lex = lexicon(lang)
    tokens = Tokens(text.translate(_FOLD))
    words, starts, ends, found = tokens.words, tokens.starts, tokens.ends, tokens.anchors
    compound, compounds = lex.compound, lex.compounds
    for hit in pattern.finditer(tokens.source):
        start, end = hit.span()
        word = hit.group().lower()
        if word in anchors or "0" <= word[0] <= "9" or word.startswith("multi"):
            found.append(len(words))
        elif compound is not None and word[:2] in _heads(lang) and len(word) < 60 and compound.fullmatch(word):
            if word not in compounds:
                found.append(len(words))
        words.append(word)
        starts.append(start)
        ends.append(end)
    return tokens


@lru_cache(maxsize=16)
def _heads(lang: str) -> frozenset[str]:
    return frozenset(part[:2] for part in lexicon(lang).compounds)
