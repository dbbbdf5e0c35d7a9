"""Which blocks of a page are the article's text.

Every block is weighed as prose; the container is the element that holds most of it at the least cost of other
text;
from its blocks, furniture, prompts, credits, repeats and what follows the end are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from pipeline.text import same_key
from spiders.extract.blocks import HEADINGS, Block, Node, read_blocks
from spiders.extract.phrases import is_credit, is_end, is_prompt

_SENTENCE = re.compile(r"[.!?…:;,](?:\s|[\"'”’»)]|$)|[。！？，、；：]")
_FULL_STOP = re.compile(r"[.!?…。！？][\"'”’»)\]」』]*$")
TAIL = 8
"""Characters at a block's end among which its last full stop is: quotation marks and brackets may follow it."""

_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_DATE = re.compile(r"\b(?:19|20)\d\d\b")
_DAY = re.compile(
    r"\b\d{1,2}:\d\d\b|\b\d{1,2}\D{1,12}(?:19|20)\d\d\b|(?:19|20)\d\d\D{1,3}\d{1,2}\D{1,3}\d{1,2}",
    re.IGNORECASE,
)
SOON = 3
"""How many blocks after the first sentence a line may be nothing but the date."""

_LEAVES = frozenset(("p", "li", "blockquote", "td", "pre"))
LONELY = 250
ALIKE = 300
"""Blocks that begin with so many same characters are repeats of each other."""

WEAK_PROSE = 300
NOISE_COST = 0.5


def weigh(block: Block) -> float:
    """How much a block speaks for being an article's prose, in characters of prose."""
    length = len(block.text)
    own = float(length - block.linked)
    if block.tag in HEADINGS or own <= 0 or block.linked > 0.5 * length:
        return 0.0
    if not block.text.isascii() and _CJK.search(block.text):
        own *= 2.0
    if block.tag == "tr":
        return 0.5 * own
    if own < 40 or not _SENTENCE.search(block.text):
        return 0.1 * own
    return own if block.tag not in ("li", "td", "th", "dd", "dt") else 0.6 * own


@dataclass(frozen=True, slots=True)
class Body:
    """``kept``: the article's blocks in order, empty where there is none. ``every``: all blocks of the page,
    of which
    ``every[start:end]`` lie in the container."""

    kept: list[Block]
    every: list[Block]
    start: int = 0
    end: int = 0


def find_body(body: etree._Element, title: str = "") -> Body:
    """The article's text among all that the page shows. ``title`` tells where it begins."""
    found = _find(body, title, whole=False)
    if sum(block.weight for block in found.kept) < 2 * WEAK_PROSE:
        again = _find(body, title, whole=True)
        if sum(block.weight for block in again.kept) > sum(block.weight for block in found.kept):
            return again
    return found


def _find(body: etree._Element, title: str, *, whole: bool) -> Body:
    blocks, root = read_blocks(body, whole=whole)
    _weigh_all(blocks)
    _sum(root, blocks)
    container = _container(root)
    start, end = container.start, container.end
    _untie(root)
    if container.weight < 1:
        return Body([], blocks)
    inside = blocks[start:end]
    chosen = [block for block in inside[_start(inside, title) :] if _inside(block, container)]
    chosen = chosen[: _end(chosen)]
    kept = _tidy(_without_labels([block for block in chosen if _keeps(block)]), title)
    return Body(kept, blocks, start, end)


def _untie(root: Node) -> None:
    """Forget the children, so that no circle keeps a page's nodes alive until the garbage collector comes."""
    queue = [root]
    for node in queue:
        queue.extend(node.children)
        node.children = ()


def _weigh_all(blocks: list[Block]) -> None:
    weights = [weigh(block) for block in blocks]
    last = len(blocks) - 1
    for at, block in enumerate(blocks):
        weight = weights[at]
        if 0 < weight < LONELY and (at == 0 or weights[at - 1] < 20) and (at == last or weights[at + 1] < 20):
            weight *= 0.3
        block.weight = weight


def _sum(root: Node, blocks: list[Block]) -> None:
    """Add up what each node holds. Weak furniture with much prose is none."""
    for block in blocks:
        noise = max(0.0, len(block.text) - block.weight)
        node: Node | None = block.node
        while node is not None:
            node.raw += block.weight
            node.noise += noise
            node = node.parent
    enough = max(WEAK_PROSE, 0.2 * root.raw)
    nodes = [root]
    for node in nodes:
        if (node.furniture == 1 and node.raw >= enough) or (node.furniture and node.raw > 0.9 * root.raw):
            node.furniture = 0
        nodes.extend(node.children)
    _discount(blocks)
    if root.weight < 0.4 * root.raw:
        # Most of the prose lies in furniture: a name has misled.
        alike: dict[tuple[str, str | None], float] = {}
        for node in nodes:
            alike[_kind(node)] = alike.get(_kind(node), 0.0) + node.raw
        for node in nodes:
            share = alike[_kind(node)] / root.raw if node.furniture in (2, 3) else 0.0
            if share > (0.4 if node.furniture == 2 else 0.6):
                node.furniture = 0
            node.weight = 0.0
        _discount(blocks)


def _kind(node: Node) -> tuple[str, str | None]:
    return node.tag, node.element.get("class")


def _discount(blocks: list[Block]) -> None:
    for block in blocks:
        weight = block.weight
        node: Node | None = block.node
        while node is not None:
            if node.furniture:
                weight *= 0.2
            node.weight += weight
            node = node.parent


def _container(root: Node) -> Node:
    """Down from the root to the node that holds most of the prose, then up again to where most is gained."""
    node = root
    while node.children:
        best = max(node.children, key=lambda child: child.weight)
        if best.weight < 0.5 * node.weight or (best.tag in _LEAVES and best.weight < 0.95 * node.weight):
            break
        node = best
    best, best_net = node, _net(node)
    while node.parent is not None:
        node = node.parent
        if (net := _net(node)) > best_net * 1.02:
            best, best_net = node, net
    return best


def _net(node: Node) -> float:
    noise = node.noise
    queue = list(node.children)
    for child in queue:
        if child.furniture:
            noise -= child.noise
        else:
            queue.extend(child.children)
    return node.weight - NOISE_COST * noise


def _start(blocks: list[Block], title: str) -> int:
    """Past the headline and the short lines below it (date, author), where it stands before most of the
    prose.
    """
    key = same_key(title)
    heads = [block for block in blocks if block.tag == "h1"]
    total = sum(block.weight for block in blocks)
    before, found = 0.0, 0
    for at, block in enumerate(blocks):
        if before > 0.4 * total:
            break
        if (key and len(block.text) < 2 * len(title) + 20 and same_key(block.text) == key) or (
            heads == [block] and before < 0.1 * total
        ):
            found = at + 1
        before += block.weight
    return found


def _inside(block: Block, container: Node) -> bool:
    node: Node | None = block.node
    while node is not None and node is not container:
        if node.body:
            return True
        if node.furniture:
            return False
        node = node.parent
    return True


def _end(blocks: list[Block]) -> int:
    """Where the article ends: a line that says so with little prose after it."""
    total = sum(block.weight for block in blocks)
    before = 0.0
    for at, block in enumerate(blocks):
        if before > 0.5 * total and total - before < 0.3 * total and is_end(block.text) and block.weight < 40:
            rest = blocks[at + 1 :]
            if sum(other.weight for other in rest if other.tag != "li") < 0.12 * total:
                return at
        before += block.weight
    return len(blocks)


def _without_labels(blocks: list[Block]) -> list[Block]:
    """Without the short lines (date, author, section) before the first sentence, and dates soon after it."""
    first = next((at for at, block in enumerate(blocks) if _is_told(block)), 0)
    kept = [block for block in blocks[:first] if not _is_label(block)]
    return kept + [block for at, block in enumerate(blocks[first:]) if at > SOON or not _is_date(block)]


def _is_told(block: Block) -> bool:
    return (block.weight >= 40 and not _is_date(block)) or _FULL_STOP.search(block.text[-TAIL:]) is not None


def _is_date(block: Block) -> bool:
    text = block.text
    return (
        len(text) < 60
        and not _FULL_STOP.search(text)
        and _DATE.search(text) is not None
        and bool(_DAY.search(text))
    )


def _is_label(block: Block) -> bool:
    if block.tag in HEADINGS or len(block.text) >= 100:
        return False
    return len(block.text) < 30 or _DATE.search(block.text) is not None


def _keeps(block: Block) -> bool:
    text = block.text
    length = len(text)
    own = length - block.linked
    if (
        own < 60
        and not (length > 80 and block.tag != "li" and _FULL_STOP.search(text[-TAIL:]))
        and own < (0.4 if block.tag == "li" or block.links > 1 else 0.15) * length
    ):
        return False
    if is_prompt(text):
        return False
    told = _FULL_STOP.search(text[-TAIL:]) is not None
    if (block.pictured or not told) and is_credit(text):
        return False
    return told or not block.pictured or length >= 200 or block.tag in HEADINGS


def _tidy(blocks: list[Block], title: str) -> list[Block]:
    """Without repeats, without the headline, without headings that nothing follows."""
    seen: set[str] = {same_key(title[:ALIKE])}
    kept: list[Block] = []
    for block in blocks:
        key = same_key(block.text[:ALIKE])
        if not key or (key in seen and (block.weight > 100 or not kept)):
            continue
        seen.add(key)
        kept.append(block)
    while kept and kept[-1].tag in HEADINGS:
        kept.pop()
    return kept
