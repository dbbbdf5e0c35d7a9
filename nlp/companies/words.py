"""The words of each language that the reading of names needs, from ``lang/<xx>/names.yml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from nlp.companies.normal import normal

LANG = Path(__file__).parents[1] / "lang"
SHARED = Path(__file__).parent / "data"


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader) or {}


def alternatives(words: list[str]) -> str:
    """A regular expression that matches any of the words, the longest first; never matches when empty."""
    return "|".join(sorted((str(word) for word in words), key=len, reverse=True)) or r"(?!)"


@dataclass(frozen=True)
class Names:
    """What one language says about names. The patterns are compiled from word lists that are data."""

    lang: str
    data: dict[str, Any]

    def words(self, *path: str) -> list[str]:
        """The word list under a heading (empty where the language has none)."""
        return list(self.data.get("_".join(path)) or [])

    @lru_cache(maxsize=64)  # noqa: B019  (a handful of languages, kept for the life of the process)
    def pattern(self, template: str) -> re.Pattern[str]:
        """A compiled template in which ``{heading}`` stands for the alternatives of that word list."""
        return re.compile(self.fill(template))

    def fill(self, template: str) -> str:
        """The template with its word lists put in."""
        return re.sub(r"\{([a-z_]+)\}", lambda m: f"(?:{alternatives(self.words(m[1]))})", template)

    def __hash__(self) -> int:
        return hash(self.lang)


@lru_cache(maxsize=16)
def names_of(lang: str) -> Names:
    """The name words of a language, those shared by all languages merged in."""
    shared, own = _read(SHARED / "names.yml"), _read(LANG / lang / "names.yml")
    merged = {key: [*shared.get(key, []), *own.get(key, [])] for key in {*shared, *own}}
    return Names(lang, merged)


@lru_cache(maxsize=16)
def common_in(lang: str) -> frozenset[str]:
    """The plain words of one language, in normal form."""
    return frozenset(normal(str(word)) for word in _read(LANG / lang / "names.yml").get("common", []))


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """Plain words of all languages, in normal form: a name spelled like one needs a mark in the knowledge."""
    found: set[str] = set()
    for path in sorted(LANG.glob("*/names.yml")):
        found |= common_in(path.parent.name)
    return frozenset(found)


@lru_cache(maxsize=1)
def first_names() -> frozenset[str]:
    """First names of persons, lower case."""
    text = (SHARED / "first_names.txt").read_text(encoding="utf-8")
    return frozenset(
        word.casefold() for line in text.splitlines() if not line.startswith("#") for word in line.split()
    )


@lru_cache(maxsize=1)
def lower_case_names() -> frozenset[str]:
    """Names, in normal form, that blogs write in lower case and that are no words otherwise."""
    text = (SHARED / "lower_case.txt").read_text(encoding="utf-8")
    return frozenset(normal(line) for line in text.splitlines() if line and not line.startswith("#"))


@lru_cache(maxsize=1)
def may_be_lower() -> frozenset[str]:
    """Words of names that texts also write in lower case: "governo do Ceará"."""
    return frozenset(_read(SHARED / "names.yml")["lower_words"])
