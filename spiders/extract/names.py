"""What the class, id and role of an element say about it."""

from __future__ import annotations

import re
from functools import lru_cache

from spiders.extract.tables import load

FURNITURE_TAGS = {"nav": 4, "footer": 4, "menu": 4, "figcaption": 4, "address": 4, "aside": 3, "form": 2}
_ROLES = frozenset(["navigation", "complementary", "search", "banner", "contentinfo", "dialog"])
_BARE = frozenset(("main", "body", "tbody", "tr"))
_HIDING = frozenset(("style", "hidden", "aria-hidden"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_POST = re.compile(r"(?:^|\s)(?:hentry|type-post|h-entry|single-post|post-type-\w+)(?:\s|$)")
_TERM = re.compile(r"(?<!\S)\w*(?:tag|category|rating|topic|author|format|series|section|type|status)-\S+")
"""Which tags, categories … a WordPress post has: words of the subject, not of the page."""

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_WORD = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=1)
def _names() -> dict[str, frozenset[str]]:
    data = load("classes")
    return {key: frozenset(names) for key, names in data.items()}


@lru_cache(maxsize=20_000)
def judge_name(name: str) -> tuple[int, bool]:
    """How surely a class or id attribute speaks of furniture (0 to 4), whether of the article's body."""
    names = _names()
    furniture = 0
    if _POST.search(name):
        name = _TERM.sub(" ", name)
    for part in name[:1_000].split():
        low = part.lower()
        if low in names["body_names"]:
            return 0, True
        if low in names["furniture_names"]:
            furniture = max(furniture, 2)
            continue
        for word in _NOT_WORD.split(_CAMEL.sub("-", part).lower()):
            if word in names["sure"]:
                furniture = 4
            elif word in names["hard"]:
                furniture = max(furniture, 3)
            elif word in names["furniture"]:
                furniture = max(furniture, 2)
            elif word in names["weak"]:
                furniture = max(furniture, 1)
    return furniture, False


@lru_cache(maxsize=20_000)
def _has(kind: str, name: str) -> bool:
    return not _names()[kind].isdisjoint(name[:1_000].lower().split())


def inline_hidden(attributes: list[tuple[str, str]]) -> bool:
    """Whether an inline element with these attributes is not part of the visible sentence."""
    for key, value in attributes:
        if key == "class":
            if _has("inline_hidden", value):
                return True
        elif key in _HIDING and _hides(key, value):
            return True
    return False


def _hides(key: str, value: str) -> bool:
    if key == "style":
        return _HIDDEN.search(value) is not None
    return key == "hidden" or value == "true"


def judge(tag: str, attributes: list[tuple[str, str]]) -> tuple[int, bool]:
    """How surely an element is furniture, and whether it is named as the article's body.

    0 not at all, 1 where it holds little prose, 2 and 3 by its name or role, 4 by its tag or a name that
    leaves no doubt.
    """
    if tag in FURNITURE_TAGS:
        return FURNITURE_TAGS[tag], False
    # The name of a custom element says what others say by their class: <amp-consent>, <related-stories>.
    furniture = judge_name(tag)[0] if "-" in tag else 0
    hidden = False
    for key, value in attributes:
        if key in ("class", "id"):
            if tag in _BARE:
                continue
            if tag == "blockquote" and _has("quoted", value):
                return 0, True
            found, body = judge_name(value)
            if body:
                return 0, True
            furniture = max(furniture, found)
        elif key in ("itemprop", "property"):
            if value == "articleBody":
                return 0, True
        elif key == "role":
            if value in _ROLES:
                furniture = max(furniture, 3)
        elif key in _HIDING:
            hidden = hidden or _hides(key, value)
    if tag == "article" and furniture == 2:
        furniture = 1
    return furniture or int(hidden), False
