"""Lines that are not of an article, by the words they use."""

from __future__ import annotations

import re
from functools import lru_cache

from spiders.extract.tables import load

MAX_PROMPT = 200
"""Longest block in characters that can be left out for its words."""

MAX_END = 80
MAX_CREDIT = 200


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    data = load("phrases")
    drop = [pattern for patterns in data["drop"].values() for pattern in patterns]
    # Apart, since a pattern that may begin anywhere is tried everywhere.
    begins = [pattern[1:] for pattern in drop if pattern.startswith("^")]
    within = [pattern for pattern in drop if not pattern.startswith("^")]
    return _one_of(begins), _one_of(within), _one_of(data["end"]), re.compile(data["credits"], re.IGNORECASE)


def _one_of(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


def is_prompt(text: str) -> bool:
    """Whether the line asks, advertises, credits or labels instead of telling."""
    if len(text) > MAX_PROMPT:
        return False
    begins, within, _, _ = _patterns()
    return begins.match(text) is not None or within.search(text) is not None


def is_credit(text: str) -> bool:
    """Whether the line is the caption or credit of a picture."""
    return len(text) <= MAX_CREDIT and _patterns()[3].search(text[-60:]) is not None


def is_end(text: str) -> bool:
    """Whether the line is the heading of what follows articles: related links, comments, the author."""
    return len(text) <= MAX_END and _patterns()[2].match(text) is not None
