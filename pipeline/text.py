"""Text as it may be kept: no control, bidi or broken characters, one kind of white space, paragraphs by blank
lines.
"""

from __future__ import annotations

import re
import unicodedata

_DROPPED = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters, NUL among them
    "\u00ad\u200b\u2060-\u2064\ufeff"  # soft hyphen, zero-width space, word joiner, byte order mark
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # bidi marks, embeddings, overrides, isolates
    "\ufff9-\ufffc\ufffe\uffff"  # interlinear annotation, object placeholder, non-characters
    "\U000e0000-\U000e007f"  # invisible tags, a way to hide words from readers
)
_OBJECT = "\ufffc"
"""The only one of them that Python calls printable."""
_DROP = re.compile(f"[{_DROPPED}]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_PARAGRAPHS = re.compile(r"\n[^\S\n]*\n\s*")
_ANY_SPACE = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[\W_]+")
_WORD = re.compile(r"\w+")
_EASTERN = re.compile("[\u3040-\u9fff\uac00-\ud7af]+")


def clean(text: str) -> str:
    """``text`` in NFC without control, bidi, invisible and surrogate characters; line breaks are ``\\n``.

    Spaces and tabs of all kinds become one plain space, no line begins or ends with one. Halves of a
    surrogate pair that
    stand beside each other become their character, lonely ones vanish.
    """
    # what is printable holds none of them, and no space but the plain one
    if text.isprintable() and _OBJECT not in text:
        joined = " ".join(text.split())
        return joined if joined.isascii() else unicodedata.normalize("NFC", joined)
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    text = _BREAKS.sub("\n", text)
    text = _DROP.sub("", text)
    text = _SPACES.sub(" ", text).replace(" \n", "\n").replace("\n ", "\n").strip()
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def line(text: str) -> str:
    """``text`` cleaned, on one line."""
    return _ANY_SPACE.sub(" ", clean(text)).strip()


def paragraphs(text: str) -> list[str]:
    """The paragraphs of ``text`` (parted by blank lines), cleaned, none empty."""
    return [part for part in _PARAGRAPHS.split(clean(text)) if part]


def words(text: str) -> list[str]:
    """Words, casefolded, for comparing texts; runs of Chinese or Japanese count as one word."""
    return _WORD.findall(text.casefold())


def same_key(text: str) -> str:
    """What is left of ``text`` when case, accents, width, punctuation and spaces do not count."""
    folded = text.casefold()
    return _NOT_WORD.sub("", folded if folded.isascii() else unicodedata.normalize("NFKD", folded))


def cjk_share(text: str) -> float:
    """Share of the non-space characters that are Chinese, Japanese or Korean, 0 to 1."""
    if text.isascii():
        return 0.0
    total = sum(map(len, text.split()))
    seen = sum(map(len, _EASTERN.findall(text)))
    return seen / total if total else 0.0
