"""Lines that are not of an article, by the words they use."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources

import yaml

MAX_PROMPT = 200
"""Longest block in characters that can be left out for its words."""

MAX_END = 80
MAX_CREDIT = 200


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    data = yaml.safe_load(resources.files("spiders.extract").joinpath("data/phrases.yml").read_text("utf-8"))
    drop = "|".join(f"(?:{pattern})" for patterns in data["drop"].values() for pattern in patterns)
    end = "|".join(f"(?:{pattern})" for pattern in data["end"])
    return re.compile(drop, re.IGNORECASE), re.compile(end, re.IGNORECASE), re.compile(data["credits"], re.IGNORECASE)


def is_prompt(text: str) -> bool:
    """Whether the line asks, advertises, credits or labels instead of telling."""
    return len(text) <= MAX_PROMPT and _patterns()[0].search(text) is not None


def is_credit(text: str) -> bool:
    """Whether the line is the caption or credit of a picture."""
    return len(text) <= MAX_CREDIT and _patterns()[2].search(text) is not None


def is_end(text: str) -> bool:
    """Whether the line is the heading of what follows articles: related links, comments, the author."""
    return len(text) <= MAX_END and _patterns()[1].search(text) is not None
