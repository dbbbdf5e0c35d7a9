"""A tree to its blocks of text (paragraphs, headings, list items …), each with what is needed to judge it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
import re

import yaml
from lxml import etree

from pipeline.text import clean

SKIPPED = frozenset(
    "script style noscript template svg iframe object embed canvas map select option textarea input button video audio "
    "head title link meta math applet frame frameset noframes dialog datalist progress rp rt".split()
)
INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data dfn em font i ins kbd label mark nobr q ruby rb s samp small span strike "
    "strong sub sup time tt u var wbr del img picture source".split()
)
FURNITURE_TAGS = frozenset("nav footer aside form figcaption menu address".split())
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
MAX_BLOCKS = 20_000


@dataclass(slots=True, eq=False)
class Node:
    """An element that may hold blocks. ``furniture`` 0 none, 1 by its class, 2 by its tag; ``end`` is past its last block."""

    element: etree._Element
    parent: Node | None
    tag: str
    furniture: int = 0
    body: bool = False
    start: int = 0
    end: int = 0
    weight: float = 0.0
    children: list[Node] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Block:
    """A run of text without a block boundary. ``linked`` characters of it lie in links."""

    text: str
    node: Node
    tag: str
    linked: int
    links: int
    emphasis: int = 0
    weight: float = 0.0


@lru_cache(maxsize=1)
def _names() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    data = yaml.safe_load(resources.files("spiders.extract").joinpath("data/classes.yml").read_text("utf-8"))
    return tuple(frozenset(data[key]) for key in ("furniture", "furniture_names", "body_names"))  # type: ignore[return-value]


@lru_cache(maxsize=20_000)
def judge_name(name: str) -> tuple[bool, bool]:
    """Whether a class or id attribute speaks of furniture, of the article's body."""
    words, whole, bodies = _names()
    furniture = body = False
    for part in name.split():
        low = part.lower()
        if low in bodies:
            body = True
        elif low in whole or any(word in words for word in _NOT_WORD.split(_CAMEL.sub("-", part).lower())):
            furniture = True
    return furniture and not body, body


class _Walk:
    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.buffer: list[str] = []
        self.linked = 0
        self.links = 0
        self.emphasis = 0
        self.in_link = 0
        self.in_emphasis = 0

    def text(self, text: str | None) -> None:
        if text:
            self.buffer.append(text)
            if self.in_link:
                self.linked += len(text.strip())
            if self.in_emphasis:
                self.emphasis += len(text.strip())

    def flush(self, node: Node) -> None:
        if not self.buffer:
            return
        text = "".join(self.buffer)
        if not text.isspace():
            text = clean(" ".join(text.split(" "))) if "\x1d" not in text else _with_breaks(text)
            for part in text.split("\n\n"):
                if part and len(self.blocks) < MAX_BLOCKS:
                    share = len(part) / max(1, len(text))
                    self.blocks.append(
                        Block(part, node, node.tag, int(self.linked * share), self.links, int(self.emphasis * share))
                    )
        self.buffer.clear()
        self.linked = self.links = self.emphasis = 0


def _with_breaks(text: str) -> str:
    lines = [" ".join(part.split()) for part in text.split("\x1d")]
    return re.sub(r"\n{2,}", "\n\n", clean("\n".join(lines)))


def read_blocks(body: etree._Element) -> tuple[list[Block], Node]:
    """All blocks below ``body`` in order, and the tree of nodes that hold them."""
    root = Node(body, None, "body")
    walk = _Walk()
    walk.text(_flat(body.text))
    stack: list[tuple[etree._Element, Node, bool]] = []
    node = root
    children = iter(body)
    levels: list[tuple[object, Node, str, str | None]] = []
    while True:
        element = next(children, None)  # type: ignore[call-overload]
        if element is None:
            if not levels:
                break
            children, parent, kind, tail = levels.pop()
            if kind == "block":
                walk.flush(node)
                node.end = len(walk.blocks)
            elif kind == "a":
                walk.in_link -= 1
            elif kind == "em":
                walk.in_emphasis -= 1
            node = parent
            walk.text(_flat(tail))
            continue
        tag = element.tag
        if not isinstance(tag, str) or tag in SKIPPED:
            walk.text(_flat(element.tail))
            continue
        if tag == "br":
            walk.text("\x1d")
            walk.text(_flat(element.tail))
            continue
        if tag == "hr":
            walk.flush(node)
            walk.text(_flat(element.tail))
            continue
        if tag in INLINE:
            if hidden(element):
                walk.text(_flat(element.tail))
                continue
            if tag == "a":
                walk.in_link += 1
                walk.links += 1
                kind = "a"
            elif tag in ("b", "strong", "em", "i"):
                walk.in_emphasis += 1
                kind = "em"
            else:
                kind = ""
            levels.append((children, node, kind, element.tail))
        else:
            walk.flush(node)
            child = Node(element, node, tag, start=len(walk.blocks))
            child.furniture, child.body = judge(element, tag)
            node.children.append(child)
            levels.append((children, node, "block", element.tail))
            node = child
        walk.text(_flat(element.text))
        children = iter(element)
    walk.flush(root)
    root.end = len(walk.blocks)
    return walk.blocks, root


def _flat(text: str | None) -> str | None:
    """Line breaks of the source are spaces."""
    return text.replace("\n", " ").replace("\r", " ").replace("\x1d", " ") if text else None


def hidden(element: etree._Element) -> bool:
    """Whether the page itself hides the element."""
    if not element.attrib:
        return False
    style = element.get("style")
    return bool(style and _HIDDEN.search(style)) or element.get("hidden") is not None or element.get("aria-hidden") == "true"


def judge(element: etree._Element, tag: str) -> tuple[int, bool]:
    """Furniture (0, 1 by name, 2 by tag or hidden) and whether it is named as the article's body."""
    if not element.attrib:
        return (2 if tag in FURNITURE_TAGS else 0), False
    if element.get("itemprop") == "articleBody" or element.get("property") == "articleBody":
        return 0, True
    if tag in FURNITURE_TAGS or hidden(element) or element.get("role") in ("navigation", "complementary", "search", "banner", "contentinfo", "dialog"):
        return 2, False
    name = element.get("class") or ""
    if identifier := element.get("id"):
        name = f"{name} {identifier}"
    if not name:
        return 0, False
    furniture, body = judge_name(name)
    return int(furniture), body
