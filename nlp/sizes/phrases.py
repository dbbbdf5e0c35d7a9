"""A small trie of word sequences, matched forwards or backwards on a token list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

Trie: TypeAlias = dict[str, Any]
"""Word → subtrie; the value of a phrase that ends here stands under VALUE."""

VALUE = ""
SKIPPED = frozenset({"-", "‐", "‑"})
ELIDED = r"(?:d|l|qu|un|dell|all|dall|nell|sull|jusqu|quell)'"
"""Romance words that lose their vowel before another; scan.py cuts after the apostrophe too."""
_SPLIT = re.compile(rf"(?:[^\W\d_]\.){{2,}}|\b{ELIDED}|[^\W_]+\.?|[^\w\s]")


def split(phrase: str, whole: bool = False) -> list[str]:
    """The tokens of a phrase from a data file, as scan.py would cut them (hyphens left out).

    ``whole``: the phrase is one token (languages without spaces), parted at spaces only.
    """
    phrase = phrase.lower().replace("’", "'")
    parts = phrase.split() if whole else _SPLIT.findall(phrase)
    return [part for part in parts if part not in SKIPPED] or [phrase]


def add(trie: Trie, words: Iterable[str], value: object) -> None:
    """Puts a word sequence with its value into the trie."""
    for word in words:
        trie = trie.setdefault(word, {})
    trie[VALUE] = value


def match(trie: Trie, words: Sequence[str], at: int) -> tuple[Any, int] | None:
    """The longest phrase at token ``at``: its value and the token after it. Hyphens are skipped."""
    best = None
    first, size = at, len(words)
    while at < size:
        node = trie.get(words[at])
        if node is None:
            if first < at < size - 1 and words[at] in SKIPPED and words[at + 1] in trie:
                at += 1
                continue
            break
        trie = node
        at += 1
        if VALUE in trie:
            best = (trie[VALUE], at)
    return best


def match_back(trie: Trie, words: Sequence[str], end: int) -> tuple[Any, int] | None:
    """The longest phrase that ends before token ``end``, in a trie of reversed phrases: value and its first
    token.
    """
    best = None
    at = end - 1
    while at >= 0:
        node = trie.get(words[at])
        if node is None:
            if 0 < at < end - 1 and words[at] in SKIPPED and words[at - 1] in trie:
                at -= 1
                continue
            break
        trie = node
        if VALUE in trie:
            best = (trie[VALUE], at)
        at -= 1
    return best
