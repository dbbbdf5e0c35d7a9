"""Bytes of a page to its text, whatever it says about its charset."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from resiliparse.parse.encoding import detect_encoding
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, resolve_encoding

_SINGLE_BYTE = re.compile(r"cp125\d|iso8859|latin|koi8|mac|ascii", re.IGNORECASE)
_WIDER = {"gbk": "gb18030", "gb2312": "gb18030", "big5": "big5hkscs", "euc_kr": "cp949", "shift_jis": "cp932"}
SAMPLE = 10_000
_FEW = 0.01
"""Share of undecodable characters (of those beyond ASCII) up to which a declared charset is believed."""

# UTF-8 that was read as windows-1252 and saved as UTF-8 again: "â€™" for "’", "Ã©" for "é".
_HIGH = "".join(bytes([n]).decode("cp1252", "ignore") or chr(n) for n in range(0x80, 0xC0))
_MOJIBAKE = re.compile(f"[\u00c2-\u00df][{re.escape(_HIGH)}]|[\u00e0-\u00ef][{re.escape(_HIGH)}]{{2}}")
_MOJIBAKE_SIGNS = tuple(sign.encode() for sign in ("\u00e2\u20ac", "\u00c3", "\u00e3\u20ac"))
_CONTROLS = bytes([*range(9), 11, 12, *range(14, 32), 127])
_ESCAPES = (b"\x1b$", b"~{")
"""In ISO-2022 and HZ all bytes are ASCII, too."""

_BEYOND = re.compile("[^\x00-\x7f]")


def to_utf8(body: bytes, content_type: str | None = None) -> bytes:
    """The text of a page as UTF-8 without control characters; never raises.

    In this order: a byte order mark; UTF-8 where the bytes are valid UTF-8, whatever is declared; the charset
    of the
    HTTP header, of the page's meta, of detection: the first that fits the bytes. Twice-encoded UTF-8 is
    undone.
    """
    encoding, mark = read_bom(body[:8])
    if encoding and mark:
        body = body[len(mark) :].decode(encoding, "replace").encode("utf-8", "ignore")
    elif not _is_utf8(body):
        body = _decode(body, content_type).encode("utf-8", "ignore")
    middle = body[max(0, len(body) // 2 - SAMPLE) : len(body) // 2 + SAMPLE]
    if sum(map(middle.count, _MOJIBAKE_SIGNS)) >= 3:
        body = _undo_mojibake(body.decode("utf-8", "ignore")).encode("utf-8", "ignore")
    return body.translate(None, _CONTROLS)


def _is_utf8(body: bytes) -> bool:
    if body.isascii():
        return b"\0" in body or not any(escape in body for escape in _ESCAPES)
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decode(body: bytes, content_type: str | None) -> str:
    best: tuple[float, str] | None = None
    for encoding in _candidates(body, content_type):
        text = _attempt(body, encoding)
        if text is None:
            continue
        wrong = _wrong(text, body, encoding)
        if wrong <= _FEW:
            return text
        if best is None or wrong < best[0]:
            best = wrong, text
    return best[1] if best else body.decode("cp1252", "replace")


def _candidates(body: bytes, content_type: str | None) -> Iterator[str]:
    """Python codec names, the likeliest first, each once."""
    seen: set[str] = set()

    def fresh(name: str | None) -> Iterator[str]:
        resolved = resolve_encoding(name) if name else None
        resolved = _WIDER.get(resolved or "", resolved)
        if (
            resolved
            and resolved not in seen
            and not resolved.startswith(("utf_16", "utf-16", "utf_32", "utf-32"))
        ):
            seen.add(resolved)
            yield resolved

    yield from fresh(http_content_type_encoding(content_type) if content_type else None)
    yield from fresh(html_body_declared_encoding(body[:8192]))
    if _is_korean(body):
        yield from fresh("cp949")
    yield from fresh(detect_encoding(body[:200_000]))
    yield from fresh("utf-8")
    for name in ("cp932", "gb18030", "cp949", "big5hkscs", "euc_jp", "cp1252"):
        yield from fresh(name)


def _is_korean(body: bytes) -> bool:
    """Whether the bytes as EUC-KR are Hangul nearly throughout. Detectors say Chinese, of which half would be."""
    text = body[:100_000].decode("euc_kr", "replace")
    high = _BEYOND.findall(text)
    return bool(high) and sum("\uac00" <= char <= "\ud7a3" for char in high) > 0.9 * len(high)


def _attempt(body: bytes, encoding: str) -> str | None:
    try:
        codecs.lookup(encoding)
        return body.decode(encoding, "replace")
    except (LookupError, UnicodeError, ValueError):
        return None


def _wrong(text: str, body: bytes, encoding: str) -> float:
    """How badly the decoding fits, 0 to 1: undecodable characters, and letters that do not stand together."""
    high = _BEYOND.findall(text[:300_000])
    if not high:
        return 0.0
    # Big5 read as GB 18030 gives characters for private use: no page means these.
    lost: float = sum(
        char == "\ufffd" or "\x80" <= char <= "\x9f" or "\ue000" <= char <= "\uf8ff" for char in high
    ) / len(high)
    if _SINGLE_BYTE.search(encoding):
        # Western text has a letter beyond ASCII here and there; long runs of them are another charset.
        sample = text[:300_000]
        runs = sum(
            len(run) for run in re.findall("[\u0080-\u00ff\u0152-\u0192\u2013-\u203a\u20ac]{4,}", sample)
        )
        if "125" in encoding or "8859" in encoding or "latin" in encoding:
            lost = max(lost, runs / len(high) if runs > 0.3 * len(high) else 0.0)
    return lost


def _undo_mojibake(text: str) -> str:
    found = _MOJIBAKE.findall(text[:200_000])
    if len(found) < 3:
        return text
    beyond = len(_BEYOND.findall(text[:200_000]))
    if sum(map(len, found)) < 0.8 * beyond:
        return text

    def repaired(match: re.Match[str]) -> str:
        raw = b"".join(_byte(char) for char in match.group())
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return match.group()

    return _MOJIBAKE.sub(repaired, text)


def _byte(char: str) -> bytes:
    try:
        return char.encode("cp1252")
    except UnicodeEncodeError:
        return bytes([ord(char) & 0xFF])
