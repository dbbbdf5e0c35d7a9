"""A tree to its blocks of text (paragraphs, headings, list items, table rows), each with what is needed to
judge it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from pipeline.text import clean
from spiders.extract.dom import text_of
from spiders.extract.names import inline_hidden, judge

SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "iframe",
        "object",
        "embed",
        "canvas",
        "map",
        "select",
        "option",
        "textarea",
        "input",
        "button",
        "video",
        "audio",
        "head",
        "title",
        "link",
        "meta",
        "math",
        "applet",
        "frame",
        "frameset",
        "noframes",
        "dialog",
        "datalist",
        "progress",
        "rp",
        "rt",
    ]
)
_SKIPPED_TOO = SKIPPED | {"nav", "footer", "menu", "figcaption"}
INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "nobr",
        "q",
        "ruby",
        "rb",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "del",
        "img",
        "picture",
        "source",
    ]
)
_STRONG = frozenset(("b", "strong", "em", "i"))
_BREAKS = frozenset(("br", "hr"))
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_LEAVES = HEADINGS | {"p", "li", "td", "blockquote"}
_CELL_BLOCKS = frozenset(
    [
        "p",
        "div",
        "table",
        "ul",
        "ol",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "form",
        "section",
        "article",
    ]
)
MAX_BLOCKS = 20_000
SLIGHT = 30
"""Fewer elements than this hold no article."""

MAX_ROW = 400
"""Longest row of a table in characters that is one block."""

_BREAK = "\x1d"
"""Stands for <br>: control characters are gone before a page is parsed."""


@dataclass(slots=True, eq=False)
class Node:
    """An element that may hold blocks; ``end`` is past its last block.

    ``furniture``: 0 none, 1 weakly so (only where it holds little prose), 2 by its name or tag. ``weight`` is
    its prose
    in characters, that of furniture within counted at a fifth, ``raw`` in full, ``noise`` the characters of
    the rest.
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
    children: list[Node] | tuple[()] = ()

    def __post_init__(self) -> None:
        if self.parent is not None:
            if isinstance(self.parent.children, list):
                self.parent.children.append(self)
            else:
                self.parent.children = [self]


@dataclass(slots=True, eq=False)
class Block:
    """A run of text without a block boundary. ``linked`` characters of it lie in ``links`` links, ``strong``
    in bold or
    italics; ``pictured``: a picture stands in it or right before it."""

    text: str
    node: Node
    tag: str
    linked: int
    links: int
    strong: int = 0
    pictured: bool = False
    weight: float = 0.0


class _Buffer:
    """The text since the last block boundary, and what is known of it."""

    __slots__ = ("blocks", "broken", "in_link", "in_strong", "linked", "links", "parts", "pictured", "strong")

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.parts: list[str] = []
        self.broken = self.pictured = False
        self.linked = self.links = self.strong = 0
        self.in_link = self.in_strong = 0

    def add(self, text: str) -> None:
        self.parts.append(text)
        if self.in_link:
            self.linked += len(text.strip())
        if self.in_strong:
            self.strong += len(text.strip())

    def flush(self, node: Node) -> None:
        text = "".join(self.parts)
        self.parts.clear()
        if text and not text.isspace():
            self._make(text, node)
        self.broken = False
        self.linked = self.links = self.strong = 0

    def _make(self, text: str, node: Node) -> None:
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


def read_blocks(body: etree._Element, *, whole: bool = True) -> tuple[list[Block], Node]:
    """All blocks below ``body`` in order, and the tree of nodes that hold them. Not recursive.

    Not ``whole``: menus, footers and small elements named as furniture are passed over.
    """
    skipped = SKIPPED if whole else _SKIPPED_TOO
    root = node = Node(body, None, "body")
    buffer = _Buffer()
    blocks, parts, add = buffer.blocks, buffer.parts, buffer.add
    walk = etree.iterwalk(body, events=("start", "end"))
    next(walk)
    if body.text:
        add(body.text)
    for event, element in walk:
        tag = element.tag
        if event == "end":
            if element is node.element:
                if parts or buffer.links:
                    buffer.flush(node)
                node.end = len(blocks)
                if node.parent is None:
                    break
                node = node.parent
            elif tag == "a":
                buffer.in_link -= 1
            elif tag in _STRONG:
                buffer.in_strong -= 1
            # White space before a block's first word says nothing; most of a page's texts are that.
            if (tail := element.tail) and (parts or not tail.isspace()):
                add(tail)
            continue
        if tag in INLINE or (node.tag in _LEAVES and "-" in tag):
            if tag == "a":
                buffer.in_link += 1
                buffer.links += 1
            elif tag in _STRONG:
                buffer.in_strong += 1
            elif tag == "img":
                buffer.pictured = True
            if (attributes := element.items()) and inline_hidden(attributes):
                walk.skip_subtree()
                continue
        elif tag in skipped:
            walk.skip_subtree()
            continue
        elif tag in _BREAKS:
            if tag == "hr":
                buffer.flush(node)
            else:
                buffer.broken = True
                parts.append(_BREAK)
        else:
            if parts or buffer.links:
                buffer.flush(node)
            furniture, is_body = judge(tag, element.items())
            if furniture > 1 and not whole and _is_slight(element):
                walk.skip_subtree()
                continue
            node = Node(element, node, tag, furniture, is_body, len(blocks))
            if tag == "tr" and (row := _row(element)):
                links = list(element.iter("a"))
                linked = sum(len(text_of(link).strip()) for link in links)
                blocks.append(Block(row, node, "tr", linked, len(links)))
                walk.skip_subtree()
                continue
        if (text := element.text) and (parts or not text.isspace()):
            add(text)
    return blocks, root


def _is_slight(element: etree._Element) -> bool:
    """Whether an element named as furniture is surely not wrapped around an article: few paragraphs, few
    others or many links.
    """
    if next(islice(element.iter("p"), 4, None), None) is not None:
        return False
    if next(islice(element.iter(), SLIGHT, None), None) is None:
        return True
    return sum(1 for _ in element.iter("a")) > 0.25 * sum(1 for _ in element.iter())


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
        value = clean(" ".join(text_of(cell).split()))
        total += len(value)
        if total > MAX_ROW:
            return None
        cells.append(value)
    return " | ".join(cell for cell in cells if cell) if len(cells) > 1 else None
