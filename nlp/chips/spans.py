"""Hits in a text, before it is settled which of them are chips, and the folding that keeps offsets."""

from __future__ import annotations

from dataclasses import dataclass

_SIGNS = {
    ord(sign): plain
    for plain, signs in {
        " ": "\n\t\r\u00a0\u2007\u2009\u202f\u3000\u200b",
        "-": "\u2010\u2011\u2012\u2013\u2212\uff0d",
        "'": "\u2018\u2019\u02bc",
    }.items()
    for sign in signs
}
_SIGNS |= {wide: chr(wide - 0xFEE0).lower() for wide in range(0xFF01, 0xFF5F) if wide != 0xFF0D}
_NO_WORD = 0x0530
"""From this code point on, scripts of our languages write no spaces between a chip's name and other words."""


@dataclass(slots=True, eq=False)
class Hit:
    """A form where it stands. ``key`` of the chip, "" where a pattern or a cue found it."""

    start: int
    end: int
    key: str
    name: str
    vendor: str
    kind: str
    family: str
    rule: str = ""
    accepted: bool = False
    blocked: bool = False
    confidence: float = 1.0
    parts: tuple[str, ...] = ()


def fold(text: str) -> str:
    """Lower case with plain spaces, hyphens and widths, every character at its old place."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(small if len(small := c.lower()) == 1 else c for c in text)
    return low.translate(_SIGNS)


def is_word(text: str, at: int) -> bool:
    """Whether a letter of an alphabet or a digit stands at the place; outside of the text there is none."""
    if not 0 <= at < len(text):
        return False
    c = text[at]
    return c.isalnum() and ord(c) < _NO_WORD
