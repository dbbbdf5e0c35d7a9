"""Titles of pages that say, with status 200, that nothing is there."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.text import same_key
from spiders.extract.tables import load


@lru_cache(maxsize=1)
def _titles() -> tuple[frozenset[str], re.Pattern[str]]:
    data = load("walls")
    words = "|".join(map(re.escape, data["error_words"]))
    return frozenset(map(same_key, data["gone_titles"])), re.compile(
        rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE
    )


def says_gone(title: str) -> bool:
    """Whether a title says nothing else than that there is no such page."""
    if len(title) > 100:
        return False
    titles, words = _titles()
    rest = same_key(words.sub(" ", title.replace("404", " ")))
    return rest in titles or (not rest and "404" in title)
