"""What the class, id and role of an element say about it."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources

import yaml
from lxml import etree

FURNITURE_TAGS = {"nav": 4, "footer": 4, "menu": 4, "figcaption": 4, "address": 4, "aside": 3, "form": 2}
_ROLES = frozenset("navigation complementary search banner contentinfo dialog".split())
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_POST = re.compile(r"(?:^|\s)(?:hentry|type-post|h-entry|single-post|post-type-\w+)(?:\s|$)")
_TERM = re.compile(r"(?<!\S)\w*(?:tag|category|rating|topic|author|format|series|section|type|status)-\S+")
"""Which tags, categories … a WordPress post has: words of the subject, not of the page."""

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_WORD = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=1)
def _names() -> dict[str, frozenset[str]]:
    data = yaml.safe_load(resources.files("spiders.extract").joinpath("data/classes.yml").read_text("utf-8"))
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
def inline_hidden(name: str) -> bool:
    """Whether an inline element of this class is not part of the visible sentence."""
    return not _names()["inline_hidden"].isdisjoint(name[:1_000].lower().split())


@lru_cache(maxsize=20_000)
def quoted(name: str) -> bool:
    """Whether a block quote of this class is a post that the article quotes."""
    return not _names()["quoted"].isdisjoint(name[:1_000].lower().split())


def hidden(element: etree._Element) -> bool:
    """Whether the page itself hides the element."""
    style = element.get("style")
    return bool(style and _HIDDEN.search(style)) or element.get("hidden") is not None or element.get("aria-hidden") == "true"


def judge(element: etree._Element, tag: str) -> tuple[int, bool]:
    """How surely an element is furniture, and whether it is named as the article's body.

    0 not at all, 1 where it holds little prose, 2 and 3 by its name or role, 4 by its tag or a name that leaves no doubt.
    """
    if not element.attrib:
        return FURNITURE_TAGS.get(tag, 0), False
    if element.get("itemprop") == "articleBody" or element.get("property") == "articleBody":
        return 0, True
    if tag in FURNITURE_TAGS:
        return FURNITURE_TAGS[tag], False
    if element.get("role") in _ROLES:
        return 3, False
    if tag in ("main", "body", "tbody", "tr"):
        return 0, False
    name = element.get("class") or ""
    if identifier := element.get("id"):
        name = f"{name} {identifier}"
    furniture, body = judge_name(name) if name else (0, False)
    if tag == "article" and furniture == 2:
        furniture = 1
    return furniture or int(hidden(element)), body
