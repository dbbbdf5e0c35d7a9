"""Which blocks of a page are the article's text."""

from __future__ import annotations

import re

from lxml import etree

from pipeline.text import cjk_share
from spiders.extract.blocks import HEADINGS, Block, Node, read_blocks

_SENTENCE = re.compile(r"[.!?…:;,](?:\s|[\"'”’»)]|$)|[。！？，、；：]")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def weigh(block: Block) -> float:
    """How much a block speaks for being an article's prose, in characters of prose."""
    length = len(block.text)
    factor = 2.0 if _CJK.search(block.text) else 1.0
    own = (length - block.linked) * factor
    if block.tag in HEADINGS or own <= 0 or block.linked > 0.5 * length:
        return 0.0
    if own < 40 or not _SENTENCE.search(block.text):
        return 0.1 * own
    return own if block.tag not in ("li", "td", "th", "dd", "dt") else 0.6 * own


def find_body(body: etree._Element) -> list[Block]:
    """The blocks of the article's text, in order; empty where there is none."""
    blocks, root = read_blocks(body)
    for block in blocks:
        block.weight = weigh(block)
    _sum(root, blocks)
    container = _container(root)
    if container.weight < 1:
        return []
    return [block for block in blocks[container.start : container.end] if _keeps(block, container)]


def _sum(root: Node, blocks: list[Block]) -> None:
    for block in blocks:
        weight = block.weight
        node: Node | None = block.node
        while node is not None:
            if node.furniture:
                weight *= 0.2
            node.weight += weight
            node = node.parent


def _container(root: Node) -> Node:
    node = root
    while node.children:
        best = max(node.children, key=lambda child: child.weight)
        if best.weight < 0.7 * node.weight or best.tag in ("p", "li", "blockquote", "td") and best.weight < 0.95 * node.weight:
            break
        node = best
    return node


def _keeps(block: Block, container: Node) -> bool:
    node: Node | None = block.node
    while node is not None and node is not container:
        if node.furniture:
            return False
        node = node.parent
    length = len(block.text)
    if block.linked > 0.6 * length and (block.tag == "li" or block.links > 1 or length < 200):
        return False
    return True
