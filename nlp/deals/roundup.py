"""Round-ups: articles of several news items that have nothing to do with each other.

What an item leaves unsaid ("it paid $60 million") is said of a company of that item, never of the item before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.deals.sentences import Sentence
from nlp.mentions import Entity

ITEM = re.compile(
    r"\s*(?:[-•*·▪■◆●→◇▼☞►»‣▶○★☆▲△□◎✔◾▸]|\d{1,2}[.)º]|#\d|[①-⑳]|—|\[|【|〔|<|■|[A-ZÀ-Þ]{4,}[,.:])\s?"
)
FEWEST = 3
SHARE = 0.6
"""Of the items so many name a company at their head: a list of facts about one company does not."""
HEAD = 60
"""Characters of an item in which its company is looked for."""


def items_of(text: str, sentences: list[Sentence], companies: Sequence[Sequence[Entity]]) -> list[int]:
    """For each sentence the number of the item that it belongs to, from 1; nought outside round-ups.

    A title that names just one company says that the items are all about it: no round-up.
    """
    heads = [
        s
        for n, s in enumerate(sentences)
        if (n == 0 or s.paragraph != sentences[n - 1].paragraph) and s.paragraph
    ]
    marked = [s for s in heads if ITEM.match(text, s.start)]
    naming = sum(any(e.start - s.start < HEAD for e in companies[s.index]) for s in marked)
    titled = {e.key or e.text for e in companies[0]} if companies else set()
    if len(marked) < FEWEST or naming < SHARE * len(marked) or len(titled) == 1:
        return [0] * len(sentences)
    starts = {s.paragraph: n for n, s in enumerate(marked, 1)}
    numbers: list[int] = []
    for sentence in sentences:
        number = starts.get(sentence.paragraph, numbers[-1] if numbers else 0)
        numbers.append(number)
    return numbers


def apart(items: list[int], first: int, second: int) -> bool:
    """Whether two sentences belong to different items of a round-up."""
    return bool(items) and items[first] != items[second]
