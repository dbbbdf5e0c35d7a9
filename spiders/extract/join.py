"""What the page shows and what it states as its text, compared and joined.

``articleBody`` of JSON-LD is sometimes the whole text, sometimes its first lines, sometimes another page's.
It is
believed where the page shows the same words, and used by itself only where the page shows too little.
"""

from __future__ import annotations

import html
import re

from pipeline.text import paragraphs, words
from spiders.extract.blocks import HEADINGS, Block
from spiders.extract.structured import Structured, strings

_TAG = re.compile(
    r"<(?:/?(?:p|br|div|h[1-6]|li|ul|ol|blockquote|strong|em|a|span|b|i)\b[^>]*)>", re.IGNORECASE
)
_BLOCK_TAG = re.compile(r"</?(?:p|br|div|h[1-6]|li|ul|ol|blockquote)\b[^>]*>", re.IGNORECASE)
_SHINGLE = 4
_CJK_SHINGLE = 8
MIN_STATED = 200
"""Shortest articleBody in characters that is looked at."""

Grams = frozenset[tuple[str, ...] | str]


def grams(text: str) -> Grams:
    """The overlapping groups of words in ``text``; of characters where words are not parted by spaces."""
    found = words(text)
    if found and len(text) / len(found) > 12:
        joined = "".join(found)
        return frozenset(
            joined[at : at + _CJK_SHINGLE] for at in range(max(1, len(joined) - _CJK_SHINGLE + 1))
        )
    return (
        frozenset(tuple(found[at : at + _SHINGLE]) for at in range(max(1, len(found) - _SHINGLE + 1)))
        if found
        else frozenset()
    )


def stated_text(data: Structured) -> str:
    """The page's articleBody as paragraphs, without markup; "" where there is none worth looking at."""
    longest = (
        max(strings(data.article.get("articleBody"), "text"), key=len, default="") if data.article else ""
    )
    value = data.article.get("articleBody")
    raw = value if isinstance(value, str) else longest
    if len(raw) < MIN_STATED:
        return ""
    return plain(raw)


def plain(markup: str) -> str:
    """Text of a string that may hold HTML, entities or bare line breaks, as paragraphs."""
    text = html.unescape(markup)
    if "&lt;" in markup or _TAG.search(text):
        text = _TAG.sub("", _BLOCK_TAG.sub("\n\n", text))
    else:
        text = re.sub(r"\s*\n\s*", "\n\n", text.replace("\r", "\n"))
    return "\n\n".join(paragraphs(text))


def join(shown: list[Block], every: list[Block], stated: str) -> list[Block] | str:
    """The blocks to take for the text, or the stated text itself where the page does not show it.

    ``shown``: what was found to be the article; ``every``: all blocks of the page.
    """
    if not stated:
        return shown
    told = grams(stated)
    seen = grams(" ".join(block.text for block in shown))
    if not told:
        return shown
    common = len(told & seen)
    if common >= 0.6 * len(told):
        return _trimmed(shown, told) if len(told) >= 0.7 * len(seen) else shown
    if len(told) < 0.6 * len(seen):
        return shown
    aligned = [block for block in every if _share(block, told) > 0.6 and len(block.text) > 20]
    if sum(len(grams(block.text)) for block in aligned) >= 0.7 * len(told):
        return _with_headings(aligned, every)
    return shown if len(seen) > 1.5 * len(told) else stated


def _share(block: Block, told: Grams) -> float:
    own = grams(block.text)
    return len(own & told) / len(own) if own else 0.0


def _trimmed(shown: list[Block], told: Grams) -> list[Block]:
    """Without what stands before the first and after the last block that the stated text has, too."""
    inside = [at for at, block in enumerate(shown) if _share(block, told) > 0.5]
    if not inside:
        return shown
    first, last = inside[0], inside[-1]
    before = [block for block in shown[:first] if block.weight >= 40]
    lost = sum(block.weight for block in shown[last + 1 :])
    after = shown[last + 1 :] if lost > 0.1 * sum(block.weight for block in shown) else []
    return before + shown[first : last + 1] + after


def _with_headings(aligned: list[Block], every: list[Block]) -> list[Block]:
    chosen = {id(block) for block in aligned}
    places = [at for at, block in enumerate(every) if id(block) in chosen]
    first, last = places[0], places[-1]
    node = every[first].node.parent
    return [
        block
        for at, block in enumerate(every)
        if id(block) in chosen or (first < at < last and block.tag in HEADINGS and block.node.parent is node)
    ]
