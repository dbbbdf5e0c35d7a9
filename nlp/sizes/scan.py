"""Text to tokens, once per text, in one pass of one expression per language.

Every digit is folded to ASCII and full-width signs to their narrow forms, character by character, so that
offsets hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from nlp.sizes.lexicon import LONGEST_WORD, Lexicon, lexicon
from nlp.sizes.phrases import ELIDED

_FOLD = {ord("０") + i: ord("0") + i for i in range(10)}
_FOLD |= {0xFF01 + i: 0x21 + i for i in range(94) if chr(0xFF01 + i) not in "，．：；！？（）"}
_FOLD |= {
    ord("．"): ord("."),
    ord("’"): ord("'"),
    ord("‐"): ord("-"),
    ord("‑"): ord("-"),
    ord("〜"): ord("~"),
    ord("−"): ord("-"),
    ord("∼"): ord("~"),
}
_FOLD |= {ord("٠") + i: ord("0") + i for i in range(10)}

_THIN = "\u00a0\u202f\u2009\u2007"
BREAK = r"\n(?=[ \t]{0,8}(?:\n|[-*•–—·]|\d{1,2}[.)]\s))"
"""A new line that parts paragraphs or items; any other may stand within a sentence of a hard-wrapped text."""
BUCKET = 16
STOPS = frozenset(',;:!?()。，、；：！？（）\n“”"«»「」『』…・|•*[].')


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


def _either(strings: Iterable[str]) -> str:
    """One expression for any of the strings, the longest first."""
    return "|".join(map(re.escape, sorted(strings, key=len, reverse=True))) or r"(?!)"


def _signs(lex: Lexicon) -> tuple[str, str]:
    """Currency signs that begin with a letter ("US$", "Rs" before a number) and the others ("€")."""
    letters = {sign for sign in lex.symbols if sign[0].isalpha() and (sign[-1].isalpha() or sign[-1] == ".")}
    signs = set(lex.symbols) - letters
    beside = f"(?:{_either(letters)})(?=[ {_THIN}]?\\d)"
    return f"(?:{_either(s for s in signs if s[0].isalpha())}|{beside})", _either(
        s for s in signs if not s[0].isalpha()
    )


def _native(vocabulary: Iterable[str]) -> tuple[str, str]:
    """Words of a script without spaces, in buckets by their first character so that few are tried.

    The second value is all first characters, for a character class.
    """
    heads: dict[str, list[str]] = {}
    for word in vocabulary:
        heads.setdefault(word[0], []).append(word[1:])
    branches = {}
    for head, tails in heads.items():
        short = "" in tails
        longer = [tail for tail in tails if tail]
        after = f"(?:{_either(longer)}){'?' if short else ''}" if longer else ""
        branches[head] = re.escape(head) + after
    order = sorted(branches)
    buckets = []
    for at in range(0, len(order), BUCKET):
        chunk = order[at : at + BUCKET]
        buckets.append(
            f"(?=[{''.join(map(re.escape, chunk))}])(?:{'|'.join(branches[head] for head in chunk)})"
        )
    return "|".join(buckets), "".join(map(re.escape, order))


def _pattern(lex: Lexicon) -> str:
    """The expression of a language. The groups hold what is no token. Every character is matched, so
    that nothing is searched twice.
    """
    letter_signs, other_signs = _signs(lex)
    plain = " " if lex.space_groups else ""
    number = f"\\d{{1,3}}(?:[{plain}{_THIN}']\\d{{3}})+(?!\\d)(?:[.,]\\d+)?|\\d+(?:[.,]\\d+)*"
    model = r"[A-Za-z]+\d[A-Za-z\d]*"
    if not lex.cjk:
        elided = ELIDED if lex.lang in {"fr", "it", "pt", "es"} else r"(?!)"
        dotted = f"(?:[^\\W\\d_]\\.){{2,}}|(?i:{_either(lex.abbreviated)}|{elided})"
        letters = f"{letter_signs}|{model}|{dotted}|[^\\W\\d_]+"
        return (
            f"([ _\\t]+)|(?=[^\\W\\d_])(?:{letters})|{number}|'s\\b|{other_signs}|[^\\w\\s]|{BREAK}|((?s:.))"
        )
    numbered = [word for word in lex.vocabulary if word[0].isdigit()]
    mixed = [
        word for word in lex.vocabulary if word[0].isascii() and not word[0].isdigit() and not word.isascii()
    ]
    native = [word for word in lex.vocabulary if not word[0].isascii()]
    words, heads = _native(native)
    if lex.lang == "ko":
        large = "(?=[십백천만억조])"
        words = f"(?<![가-힣])[일이삼사오육칠팔구]{large}|(?<![가-힣\\d])[십백천]{large}|{words}"
        heads += "일이삼사오육칠팔구십백천"
    letters = f"{letter_signs}|(?i:{_either(mixed)})|(?!(?i:GPU|TPU|CPU|NPU)s?\\d){model}|[A-Za-zÀ-ɏ]+"
    marks = r"!-/:-@\[-`{-~\u00a1-\u00bf\u2010-\u20cf\u3001-\u301f\uff01-\uff0f\uff1a-\uff20\uffe0-\uffe6・…"
    gap = rf"[^{heads}\dA-Za-zÀ-ɏ\n{marks}]+"
    signed = _either(word for word in mixed if not word[0].isalpha())
    return (
        f"({gap})|(?=[A-Za-zÀ-ɏ])(?:{letters})|(?<!\\d)(?:{_either(numbered)})|{number}|{words}|(?i:{signed})"
        f"|{other_signs}|[^\\w\\s]|{BREAK}|((?s:.))"
    )


@lru_cache(maxsize=16)
def _scanner(lang: str) -> tuple[re.Pattern[str], frozenset[str]]:
    lex = lexicon(lang)
    pattern = _pattern(lex)
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
    compound, compounds, heads = lex.compound, lex.compounds, _heads(lang)
    for hit in pattern.finditer(tokens.source):
        if hit.lastindex:
            continue
        start, end = hit.span()
        word = hit.group().lower()
        if word in anchors or "0" <= word[0] <= "9" or word.startswith("multi"):
            found.append(len(words))
        elif word[:2] in heads and compound and len(word) <= LONGEST_WORD and word not in compounds:
            found += [len(words)] if compound.fullmatch(word) else []
        words.append(word)
        starts.append(start)
        ends.append(end)
    return tokens


@lru_cache(maxsize=16)
def _heads(lang: str) -> frozenset[str]:
    return frozenset(part[:2] for part in lexicon(lang).compounds)
