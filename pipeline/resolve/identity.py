"""Who is who: whether two names, with their alternatives, mean one company."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import yaml

_WORDS = Path(__file__).parent / "data" / "names.yml"

SAME, GROUP, PART, OTHER = 1.0, 0.8, 0.7, 0.0
"""How alike two parties are: the same one, parent and child, one name within the other, not the same."""


class CompanyLike(Protocol):
    """A company of the knowledge, for example the store's CompanyRow."""

    @property
    def key(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def parent(self) -> str | None: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...
    @property
    def country(self) -> str: ...


@dataclass(frozen=True)
class Companies:
    """What is known of companies. Empty by default: resolution then goes by the names alone.

    ``keys`` normal name → key, ``parents`` key → parent's key, ``names`` key → name, ``countries`` key →
    ISO 3166 code.
    """

    keys: Mapping[str, str] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    countries: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[CompanyLike]) -> Companies:
        """From the rows of the knowledge. A name that two companies claim identifies neither."""
        keys: dict[str, str] = {}
        shared: set[str] = set()
        parents: dict[str, str] = {}
        names: dict[str, str] = {}
        countries: dict[str, str] = {}
        for row in rows:
            names[row.key] = row.name
            countries[row.key] = row.country.upper()
            if row.parent:
                parents[row.key] = row.parent
            for name in (row.name, *row.aliases):
                plain = normal(name)
                if plain and keys.setdefault(plain, row.key) != row.key:
                    shared.add(plain)
        for name in shared:
            del keys[name]
        return cls(keys, parents, names, countries)

    def line(self, key: str) -> list[str]:
        """The company's key and those of its parents, upwards."""
        found = [key]
        while (parent := self.parents.get(found[-1])) and parent not in found:
            found.append(parent)
        return found


@dataclass(frozen=True, slots=True)
class Who:
    """A company as resolution compares it: knowledge key and parents' keys where known, its normal names."""

    name: str
    key: str | None
    parents: frozenset[str]
    names: frozenset[str]

    @property
    def tokens(self) -> frozenset[str]:
        """What two parties that may be the same share at least one of: for looking up candidates."""
        out = {f"w:{_first_word(name)}" for name in self.names}
        out.update(f"k:{key}" for key in (self.key, *self.parents) if key)
        return frozenset(out)


def who(name: str, key: str | None, also: Iterable[str], companies: Companies) -> Who:
    """A party's identity. ``name`` may hold alternatives behind "|".

    Words like "the chipmaker" identify nobody.
    """
    written = [part.strip() for part in name.split("|")]
    plain = [normal(w) for w in (*written, *also) if not is_generic(w)]
    known = frozenset(p for p in plain if p)
    if key is None:
        key = next((companies.keys[p] for p in plain if p in companies.keys), None)
    return Who(
        name=companies.names.get(key, written[0]) if key else written[0],
        key=key,
        parents=frozenset(companies.line(key)[1:]) if key else frozenset(),
        names=known or frozenset({normal(written[0]) or written[0]}),
    )


def alike(a: Who, b: Who) -> float:
    """SAME, GROUP, PART or OTHER."""
    if a.key and b.key:
        if a.key == b.key:
            return SAME
        # Sisters are different companies, though one of them may be meant where the group is named.
        return GROUP if a.key in b.parents or b.key in a.parents else OTHER
    if a.names & b.names:
        return SAME
    return PART if any(_within(x, y) or _within(y, x) for x in a.names for y in b.names) else OTHER


@lru_cache(maxsize=65_536)
def normal(name: str) -> str:
    """A name for comparison: no case, accents, punctuation, legal form or the like.

    >>> normal("Société Générale S.A."), normal("SoftBank Group Corp.")
    ('societe generale', 'softbank')
    """
    text = _bare(name).replace("&", " and ")
    text = re.sub(r"(?<=\b\w)\.(?=\w\b)", "", text)
    words = re.sub(r"[^\w+]+|_", " ", text).split()
    cut = _cut_forms(words)
    plain = " ".join(cut)
    for ending in _data()["native_forms"]:
        if plain.endswith(ending) and len(plain) > len(ending) + 1:
            plain = plain[: -len(ending)].strip()
        if plain.startswith(ending) and len(plain) > len(ending) + 1:
            plain = plain[len(ending) :].strip()
    return plain


def is_generic(name: str) -> bool:
    """Whether the words are no name ("the company", "同社", "der Konzern")."""
    plain = " ".join(re.sub(r"[^\w]+|_", " ", name.casefold()).split())
    data = _data()
    if not plain or plain in data["generic"]:
        return True
    first, _, rest = plain.partition(" ")
    return bool(rest) and first in data["articles"] and name[:1].islower()


def vendors() -> frozenset[str]:
    """Words of makers' names that say nothing about which of their products is meant."""
    return _data()["vendors"]


def _bare(name: str) -> str:
    # Only letters that case have lose their accents: kana and Hangul would become other syllables.
    text = unicodedata.normalize("NFKC", name).casefold()
    return "".join(unicodedata.normalize("NFD", c)[0] if c.isalpha() and c < "\u2000" else c for c in text)


def _within(short: str, long: str) -> bool:
    """Whether all words of ``short`` begin ``long`` ("tower" and "tower semiconductor") and say enough."""
    if not long.startswith(short) or len(short) == len(long):
        return False
    if long[len(short)] == " ":
        return len(short) > 2 and short not in _data()["weak_starts"]
    # Scripts without spaces: 海光 begins 海光信息.
    return len(short) >= 2 and not short.isascii() and not long[len(short)].isascii()


def _first_word(name: str) -> str:
    word = name.split(" ", 1)[0]
    return word if word.isascii() else word[:2]


def _cut_forms(words: list[str]) -> list[str]:
    forms = _data()["legal_forms"]
    cut = list(words)
    while len(cut) > 1 and cut[-1] in forms:
        cut.pop()
    if len(cut) > 1 and cut[0] == "the":
        cut = cut[1:]
    return cut


@lru_cache(maxsize=1)
def _data() -> dict[str, frozenset[str]]:
    raw = yaml.safe_load(_WORDS.read_text(encoding="utf-8"))
    return {key: frozenset(str(value) for value in values) for key, values in raw.items()}
