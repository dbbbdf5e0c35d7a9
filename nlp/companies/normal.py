"""One spelling for names and texts: lower case, no accents, hyphens as spaces, simplified characters.

Every character becomes exactly one character, so offsets in the normal form are offsets in the text.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

_VARIANTS = Path(__file__).parents[1] / "lang" / "zh" / "variants.txt"
_HYPHENS = "-‐‑‒–−・·&"
_QUOTES = "’‘`´"


class _Table(dict[int, int]):
    """A translation table that fills itself with the characters it meets."""

    def __missing__(self, code: int) -> int:
        self[code] = new = _normal_char(code)
        return new


def _normal_char(code: int) -> int:
    char = chr(code)
    if char in _HYPHENS or char.isspace():
        return ord(" ")
    if char in _QUOTES:
        return ord("'")
    if 0xAC00 <= code <= 0xD7A3 or 0x3040 <= code <= 0x30FF:  # decomposing would break Hangul and kana
        return code
    wide = unicodedata.normalize("NFKC", char)
    if len(wide) == 1:
        char = wide
    base = unicodedata.normalize("NFD", char)[0] if char.isalpha() else char
    lower = base.lower()
    return ord(lower) if len(lower) == 1 else ord(base)


@lru_cache(maxsize=1)
def _table() -> _Table:
    table = _Table()
    for line in _VARIANTS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            for pair in line.split():
                table[ord(pair[0])] = ord(pair[1])
    return table


def normal(text: str) -> str:
    """The normal form of a text or name, of the same length.

    >>> normal("Société Générale")
    'societe generale'
    """
    return text.translate(_table())
