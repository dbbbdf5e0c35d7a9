"""The state of one article while it is read."""

from __future__ import annotations

from dataclasses import dataclass, field

from nlp.companies.merge import identity
from nlp.deals.actors import Actor
from nlp.deals.cues import Cue
from nlp.deals.sentences import Sentence
from nlp.mentions import Amount, Entity


@dataclass(slots=True)
class State:
    """What is known of an article, by sentence. ``first``: an organisation's first mention; ``topics``: whom each
    sentence is about; ``year``: in which the article came out, None where unknown; ``years``: those it names, with where
    they stand; ``month`` and ``months``: the same of months without a year;
    ``items``: which item of a round-up each sentence belongs to."""

    text: str
    lang: str
    title_end: int
    sentences: list[Sentence]
    cues: list[list[Cue]]
    companies: list[list[Entity]]
    chips: list[list[Entity]]
    amounts: list[list[Amount]]
    kinds: dict[str, str] = field(default_factory=dict)
    first: dict[str, Entity] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)
    actors: list[list[Actor]] = field(default_factory=list)
    topics: list[Entity | None] = field(default_factory=list)
    year: int | None = None
    years: list[list[tuple[int, int]]] = field(default_factory=list)
    month: int | None = None
    months: list[list[tuple[int, int]]] = field(default_factory=list)
    items: list[int] = field(default_factory=list)

    def know(self, entity: Entity) -> None:
        """Takes in a mention of an organisation."""
        ident = org(entity)
        self.first.setdefault(ident, entity)
        self.kinds.setdefault(ident, entity.kind)
        words = self.words.setdefault(ident, [])
        if entity.text not in words:
            words.append(entity.text)


def org(entity: Entity) -> str:
    """What makes two mentions the same party: the company, an arm that counts as its group, or a name."""
    return identity(entity)
