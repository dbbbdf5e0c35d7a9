"""What the class, id and role of an element say about it."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources

import yaml
from lxml import etree

FURNITURE_TAGS = frozenset("nav footer aside form figcaption menu address".split())
_ROLES = frozenset("navigation complementary search banner contentinfo dialog".split())
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_POST = re.compile(r"(?:^|\s)(?:hentry|type-post|h-entry|single-post|post-type-\w+)(?:\s|$)")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_WORD = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=1)
def _names() -> dict[str, frozenset[str]]:
    data = yaml.safe_load(resources.files("spiders.extract").joinpath("data/classes.yml").read_text("utf-8"))
    return {key: frozenset(names) for key, names in data.items()}


@lru_cache(maxsize=20_000)
def judge_name(name: str) -> tuple[int, bool]:
    """How surely a class or id attribute speaks of furniture (0, 1, 2), whether of the article's body."""
    names = _names()
    furniture = 0
    if _POST.search(name):
        return 0, False
    for part in name[:1_000].split():
        low = part.lower()
        if low in names["body_names"]:
            return 0, True
        if low in names["furniture_names"]:
            furniture = 2
            continue
        for word in _NOT_WORD.split(_CAMEL.sub("-", part).lower()):
            if word in names["furniture"]:
                furniture = 2
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
    """How surely an element is furniture (0, 1, 2), and whether it is named as the article's body."""
    if not element.attrib:
        return (2 if tag in FURNITURE_TAGS else 0), False
    if element.get("itemprop") == "articleBody" or element.get("property") == "articleBody":
        return 0, True
    if tag in FURNITURE_TAGS or element.get("role") in _ROLES:
        return 2, False
    if tag in ("main", "body", "tbody", "tr"):
        return 0, False
    name = element.get("class") or ""
    if identifier := element.get("id"):
        name = f"{name} {identifier}"
    furniture, body = judge_name(name) if name else (0, False)
    return furniture or int(hidden(element)), body
