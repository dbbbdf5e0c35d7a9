"""What kind of organisation a name that no list has is: by the words of the name, and by what the text calls it."""

from __future__ import annotations

import re
from functools import lru_cache

import yaml

from nlp.companies.words import SHARED

_CJK = re.compile(r"[぀-ヿ㐀-鿿가-힣]")


@lru_cache(maxsize=1)
def _kinds() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Kinds with the pattern of their words, the most telling first."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    table = yaml.load((SHARED / "kinds.yml").read_text(encoding="utf-8"), Loader=loader)
    found = []
    for kind, words in table.items():
        latin = "|".join(re.escape(str(w)) for w in words if not _CJK.search(str(w)))
        east = "|".join(re.escape(str(w)) for w in words if _CJK.search(str(w)))
        parts = [rf"(?<!\w)(?:{latin})(?!\w)"] if latin else []
        found.append((kind, re.compile("|".join([*parts, *([east] if east else [])]), re.IGNORECASE)))
    return tuple(found)


@lru_cache(maxsize=4096)
def kind_of(name: str) -> str:
    """The kind that the words of a name tell ("Ostwind Capital": investor), "" where they tell none."""
    for kind, pattern in _kinds():
        match = pattern.search(name)
        if match and match.group() != name:
            return kind
    return ""
