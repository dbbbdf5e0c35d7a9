"""Near-duplicates: reprints and light rewrites of one text are one story, and which voice a story has.

Pure functions. The store keeps ``signature(text)`` and indexes ``bands(signature)``; two articles that share
a band are candidates, and one story where ``similar`` of their signatures reaches ``SAME_STORY``.

    sig = signature(article.title + "\\n\\n" + article.text)
    matches = store.stories.similar(bands(sig))
    same_as = [m.article_id for m in matches if similar(sig, m.signature) >= SAME_STORY]
    origin = origin_of(article.text, article.language, first_source)

Forty reprints are one voice, and so are ten articles that all cite the same wire.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import yaml
from datasketch import MinHash

PERMUTATIONS = 128
BANDS = 32
ROWS = PERMUTATIONS // BANDS
SAME_STORY = 0.5
"""From this similarity on two texts are one story."""

_WORDS = 3
_CHARS = 5
_MAX_CHARS = 60_000
_SEED = 20_251
_WIRES = Path(__file__).parent / "data" / "wires.yml"
_CJK = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7a3"
_PIECE = re.compile(rf"[{_CJK}]+|[^\W{_CJK}_]+")
_LEAD = 400
_TAIL = 250
_ATTRIBUTED_WITHIN = 2_000


def signature(text: str) -> bytes:
    """The MinHash signature of a text: 4 bytes a permutation, ``PERMUTATIONS`` of them.

    Words (three in a row) for languages that space them, characters (five in a row) for Chinese, Japanese
    and Korean; case, accents, punctuation and spacing do not count. A text without words has the empty
    signature ``b""``, which is similar to nothing. Only the first 60,000 characters are looked at.
    """
    shingles = {s.encode("utf-8", "replace") for s in _shingles(text[:_MAX_CHARS])}
    if not shingles:
        return b""
    sketch = MinHash(num_perm=PERMUTATIONS, seed=_SEED)
    sketch.update_batch(sorted(shingles))
    return np.asarray(sketch.hashvalues).astype(">u4").tobytes()


def bands(signature: bytes) -> list[int]:
    """Keys to find near-duplicates by: one signed 64-bit integer a band, as Postgres' bigint takes them.

    Texts of similarity 0.5 share at least one band nine times in ten, those of 0.1 one in three hundred.
    """
    width = len(signature) // BANDS
    return (
        [_key(number, signature[number * width : (number + 1) * width]) for number in range(BANDS)]
        if width
        else []
    )


def similar(a: bytes, b: bytes) -> float:
    """Estimated share of common shingles of two signatures' texts (Jaccard), 0 to 1.

    Raises ValueError where a signature is not one of ``signature``'s.
    """
    for one in (a, b):
        if len(one) not in (0, PERMUTATIONS * 4):
            raise ValueError(f"A signature has {PERMUTATIONS * 4} bytes, not {len(one)}: compute it again.")
    if not a or not b:
        return 0.0
    return float(np.mean(np.frombuffer(a, ">u4") == np.frombuffer(b, ">u4")))


def credited_wire(text: str, lang: str | None = None) -> str | None:
    """The news or press-release wire that the text credits ("Reuters", "dpa" …), None where none.

    A dateline or credit line at the head or the end counts first, then "according to Bloomberg" and the
    like early in the text. ``lang`` is an ISO 639-1 code; None tries the attributions of all languages.
    """
    rules = _rules()
    head, tail = text[:_LEAD], text[-_TAIL:]
    found = _first(rules.credits, head) or _first(rules.credits, tail)
    if found:
        return found
    chosen = rules.attributions.get(lang or "", "")
    patterns = [chosen] if chosen else list(rules.attributions.values())
    hits = [hit for pattern in patterns for hit in [_search(pattern, text[:_ATTRIBUTED_WITHIN])] if hit]
    return min(hits)[1] if hits else None


def origin_of(text: str, lang: str | None, first_source: str) -> str:
    """The independent voice of a story: the wire that its text credits, else the source that had it first."""
    wire = credited_wire(text, lang)
    return f"wire:{wire}" if wire else first_source


@dataclass(frozen=True, slots=True)
class _Rules:
    credits: str
    attributions: dict[str, str]
    names: dict[str, str]


def _key(number: int, piece: bytes) -> int:
    # FNV-1a over the band's number and bytes: stable between versions of Python and machines.
    value = 0xCBF29CE484222325
    for byte in bytes((number,)) + piece:
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value - (1 << 64) if value >= 1 << 63 else value


def _shingles(text: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = unicodedata.normalize("NFC", "".join(c for c in plain if not unicodedata.combining(c)))
    words: list[str] = []
    for piece in _PIECE.findall(plain):
        if re.match(rf"[{_CJK}]", piece):
            words.extend(piece)
        else:
            words.append(piece)
    cjk = sum(1 for word in words if re.match(rf"[{_CJK}]", word))
    width = _CHARS if cjk * 2 > len(words) else _WORDS
    if len(words) < width:
        if words:
            yield " ".join(words)
        return
    for at in range(len(words) - width + 1):
        yield " ".join(words[at : at + width])


def _search(pattern: str, text: str) -> tuple[int, str] | None:
    match = re.search(pattern, text, re.IGNORECASE)
    if match is None:
        return None
    name = next(group for group in match.groups() if group)
    return match.start(), _rules().names[_plain(name)]


def _first(pattern: str, text: str) -> str | None:
    hit = _search(pattern, text)
    return hit[1] if hit else None


def _plain(name: str) -> str:
    return re.sub(r"\s+", " ", name).casefold()


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    data = yaml.safe_load(_WIRES.read_text(encoding="utf-8"))
    names = {_plain(alias): wire for wire, aliases in data["wires"].items() for alias in (wire, *aliases)}
    written = {alias for wire, aliases in data["wires"].items() for alias in (wire, *aliases)}
    group = f"({'|'.join(_form(name) for name in sorted(written, key=len, reverse=True))})"
    return _Rules(
        credits=_joined(data["credits"], group),
        attributions={lang: _joined(templates, group) for lang, templates in data["attributions"].items()},
        names=names,
    )


def _form(name: str) -> str:
    # A Latin name stands as a word of its own; names of other scripts have no word borders. Short ones keep
    # their capitals, since in small letters they are words ("apa").
    form = re.escape(name).replace(r"\ ", r"\s+")
    if not name.isascii():
        return form
    word = rf"(?<![A-Za-z]){form}(?![A-Za-z])"
    return f"(?-i:{word})" if len(name) <= 4 else word


def _joined(templates: list[str], group: str) -> str:
    return "|".join(f"(?:{template.replace('{wire}', group)})" for template in templates)
