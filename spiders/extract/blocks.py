"""A tree to its blocks of text (paragraphs, headings, list items, table rows), each with what is needed to judge it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from pipeline.text import clean
from spiders.extract.names import hidden, inline_hidden, judge, quoted

SKIPPED = frozenset(
    "script style noscript template svg iframe object embed canvas map select option textarea input button video audio "
    "head title link meta math applet frame frameset noframes dialog datalist progress rp rt".split()
)
INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data dfn em font i ins kbd label mark nobr q ruby rb s samp small span strike "
    "strong sub sup time tt u var wbr del img picture source".split()
)
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_LEAVES = HEADINGS | {"p", "li", "td", "blockquote"}
_CELL_BLOCKS = frozenset("p div table ul ol h1 h2 h3 h4 h5 h6 blockquote form section article".split())
MAX_BLOCKS = 20_000
MAX_ROW = 400
"""Longest row of a table in characters that is one block."""

_BREAK = "\x1d"


@dataclass(slots=True, eq=False)
class Node:
    """An element that may hold blocks; ``end`` is past its last block.

    ``furniture``: 0 none, 1 weakly so (only where it holds little prose), 2 by its name or tag. ``weight`` is its prose
    in characters, that of furniture within counted at a fifth, ``raw`` in full, ``noise`` the characters of the rest.
    """

    element: etree._Element
    parent: Node | None
    tag: str
    furniture: int = 0
    body: bool = False
    start: int = 0
    end: int = 0
    weight: float = 0.0
    raw: float = 0.0
    noise: float = 0.0
    children: list[Node] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Block:
    """A run of text without a block boundary. ``linked`` characters of it lie in ``links`` links, ``strong`` in bold or
    italics; ``pictured``: a picture stands in it or right before it."""

    text: str
    node: Node
    tag: str
    linked: int
    links: int
    strong: int = 0
    pictured: bool = False
    weight: float = 0.0


class _Walk:
    """The text since the last block boundary."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.buffer: list[str] = []
        self.broken = self.pictured = False
        self.linked = self.links = self.strong = 0
        self.in_link = self.in_strong = 0

    def text(self, text: str | None) -> None:
        if text:
            self.buffer.append(text)
            if self.in_link or self.in_strong:
                length = len(text.strip())
                if self.in_link:
                    self.linked += length
                if self.in_strong:
                    self.strong += length

    def flush(self, node: Node) -> None:
        if not self.buffer:
            return
        text = "".join(self.buffer)
        self.buffer.clear()
        if not text.isspace():
            self._add(text, node)
        self.broken = False
        self.linked = self.links = self.strong = 0

    def _add(self, text: str, node: Node) -> None:
        if not self.broken:
            parts = [" ".join(text.split())]
        else:
            lines = [" ".join(part.split()) for part in text.split(_BREAK)]
            parts = re.sub(r"\n{2,}", "\n\n", "\n".join(lines)).strip().split("\n\n")
        whole = sum(map(len, parts)) or 1
        for part in parts:
            cleaned = part if part.isascii() and part.isprintable() else clean(part)
            if cleaned and len(self.blocks) < MAX_BLOCKS:
                share = len(part) / whole
                linked, strong = int(self.linked * share), int(self.strong * share)
                self.blocks.append(Block(cleaned, node, node.tag, linked, self.links, strong, self.pictured))
                self.pictured = False


def read_blocks(body: etree._Element) -> tuple[list[Block], Node]:
    """All blocks below ``body`` in order, and the tree of nodes that hold them. Not recursive."""
    root = Node(body, None, "body")
    walk = _Walk()
    text = walk.text
    text(_flat(body.text))
    node = root
    children: Iterator[etree._Element] = iter(body)
    levels: list[tuple[Iterator[etree._Element], Node | None, str, str | None]] = []
    while True:
        element = next(children, None)
        if element is None:
            if not levels:
                break
            children, parent, kind, tail = levels.pop()
            if parent is not None:
                walk.flush(node)
                node.end = len(walk.blocks)
                node = parent
            elif kind == "a":
                walk.in_link -= 1
            elif kind == "strong":
                walk.in_strong -= 1
            if tail:
                text(_flat(tail))
            continue
        tag = element.tag
        tail = element.tail
        if tag in INLINE or (node.tag in _LEAVES and isinstance(tag, str) and "-" in tag):
            kind = ""
            if tag == "img":
                walk.pictured = True
            elif element.attrib and (hidden(element) or ((name := element.get("class")) and inline_hidden(name))):
                text(_flat(tail))
                continue
            elif tag == "a":
                walk.in_link += 1
                walk.links += 1
                kind = "a"
            elif tag in ("b", "strong", "em", "i"):
                walk.in_strong += 1
                kind = "strong"
            levels.append((children, None, kind, tail))
        elif tag == "br":
            walk.broken = True
            text(_BREAK)
            text(_flat(tail))
            continue
        elif not isinstance(tag, str) or tag in SKIPPED or tag == "hr":
            if tag == "hr":
                walk.flush(node)
            text(_flat(tail))
            continue
        else:
            walk.flush(node)
            child = Node(element, node, tag, start=len(walk.blocks))
            child.furniture, child.body = judge(element, tag)
            if tag == "blockquote" and (name := element.get("class")) and quoted(name):
                child.body = True
            node.children.append(child)
            if tag == "tr" and (row := _row(element)):
                links = list(element.iter("a"))
                linked = sum(len("".join(link.itertext()).strip()) for link in links)
                walk.blocks.append(Block(row, child, "tr", linked, len(links)))
                child.end = len(walk.blocks)
                text(_flat(tail))
                continue
            levels.append((children, node, "", tail))
            node = child
        text(_flat(element.text))
        children = iter(element)
    walk.flush(root)
    root.end = len(walk.blocks)
    return walk.blocks, root


def _flat(text: str | None) -> str | None:
    return text.replace(_BREAK, " ") if text else None


def _row(element: etree._Element) -> str | None:
    """A row of a data table as one line, cells parted by " | "; None where the table is only layout."""
    cells: list[str] = []
    total = 0
    for cell in element:
        if cell.tag not in ("td", "th"):
            continue
        for inner in cell.iter():
            if inner.tag in _CELL_BLOCKS or inner.tag in SKIPPED:
                return None
        value = clean(" ".join("".join(cell.itertext()).split()))
        total += len(value)
        if total > MAX_ROW:
            return None
        cells.append(value)
    return " | ".join(cell for cell in cells if cell) if len(cells) > 1 else None
