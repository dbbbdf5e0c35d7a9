"""From a read ``Doc`` to the values of ``pipeline.types``: offsets in the doc become offsets in title or text."""

from __future__ import annotations

from collections.abc import Iterable

from nlp.companies.merge import identity
from nlp.deals.model import FoundDeal
from nlp.mentions import Amount, Entity
from pipeline.types import Article, DealClaim, Mention, Party, Size, Span


class Placer:
    """Places doc offsets in one article's title and text (the doc is title, blank line, text)."""

    def __init__(self, article: Article) -> None:
        self._article = article
        self._text_start = len(article.title) + 2 if article.title else 0

    def span(self, start: int, end: int) -> Span:
        """The words between two doc offsets. A span never crosses from title into text."""
        if start < self._text_start:
            end = min(end, len(self._article.title))
            return Span(start, end, self._article.title[start:end], "title")
        start, end = start - self._text_start, end - self._text_start
        return Span(start, end, self._article.text[start:end], "text")

    def size(self, amount: Amount) -> Size:
        """An amount as a size."""
        span = self.span(amount.start, amount.end)
        return Size(amount.kind, amount.unit, amount.min, amount.max, span)

    def deal(self, deal: FoundDeal) -> DealClaim:
        """A found deal as a claim."""
        return DealClaim(
            primary=deal.primary,
            type=deal.type,
            status=deal.status,
            parties=tuple(
                Party(p.entity.name, p.role, p.entity.key, self.span(p.entity.start, p.entity.end), p.also)
                for p in deal.parties
            ),
            chips=mentions(deal.chips, self),
            sizes=tuple(self.size(a) for a in deal.sizes),
            confidence=round(deal.confidence, 3),
            evidence=tuple(self.span(start, end) for start, end in deal.evidence),
            status_span=self.span(*deal.status_words) if deal.status_words else None,
        )


def mentions(entities: Iterable[Entity], place: Placer) -> tuple[Mention, ...]:
    """One mention per organisation or product, with all the article's words for it, in order of appearance."""
    first: dict[str, Entity] = {}
    words: dict[str, list[str]] = {}
    for entity in entities:
        ident = identity(entity)
        first.setdefault(ident, entity)
        words.setdefault(ident, [])
        for word in (entity.text, *entity.also):
            if word not in words[ident] and word != entity.name:
                words[ident].append(word)
    return tuple(
        Mention(e.name, tuple(words[ident]), e.key, place.span(e.start, e.end)) for ident, e in first.items()
    )
