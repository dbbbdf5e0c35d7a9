"""Words of strangers made safe for chats, mails and terminals."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, urlsplit

_MARKUP = str.maketrans(
    {
        "<": "‹", ">": "›", "&": "+", "`": "'", "*": "∗", "[": "(", "]": ")", "|": "¦", "\\": "/", "~": "∼",
        "@": "＠", "{": "(", "}": ")", "_": " ",
    }
)  # fmt: skip
"""Characters that channels read as markup, mentions or entities → harmless ones that look like them."""


def plain(text: str, most: int) -> str:
    """One line of at most ``most`` characters, without control, bidi or invisible characters and markup.

    >>> plain("Evil\\u202e <b>Corp</b>\\n@all", 40)
    'Evil ‹b›Corp‹/b› ＠all'
    """
    head = unicodedata.normalize("NFC", text[: most * 4])
    kept = "".join(_visible(char) for char in head)
    line = re.sub(r"\s+", " ", kept.translate(_MARKUP)).strip()
    line = re.sub(r"(?i)\b(https?|ftp|file|javascript|data)\s*:(?=\S)", r"\1: ", line).replace("://", ": //")
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def link(url: str | None, most: int = 1_000) -> str | None:
    """A web address that can only be an address; None where it is none (or longer than ``most``)."""
    if not url or len(url) > most:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password:
        return None
    safe = quote(url, safe=":/?#@!$&+,;=%~-._")
    return safe if len(safe) <= most else None


def _visible(char: str) -> str:
    kind = unicodedata.category(char)
    if char in "\n\r\t" or kind in ("Zs", "Zl", "Zp"):
        return " "
    # Cf holds bidi overrides and zero-width characters, M* stacked accents that run out of their line.
    if kind in ("Cc", "Cf", "Cs", "Co", "Cn", "Me"):
        return ""
    return char
