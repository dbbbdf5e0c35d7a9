"""What the deals component finds, in doc offsets."""

from __future__ import annotations

from dataclasses import dataclass, field

from nlp.mentions import Amount, Entity


@dataclass(frozen=True, slots=True)
class FoundParty:
    """A party: its clearest mention, its role, and the article's other words for it."""

    entity: Entity
    role: str
    also: tuple[str, ...] = ()


@dataclass(slots=True)
class FoundDeal:
    """A deal of one article. ``evidence`` are doc offsets of the sentences it rests on."""

    type: str
    status: str
    primary: bool
    parties: list[FoundParty]
    chips: list[Entity] = field(default_factory=list)
    sizes: list[Amount] = field(default_factory=list)
    evidence: list[tuple[int, int]] = field(default_factory=list)
    status_words: tuple[int, int] | None = None
    confidence: float = 0.5
