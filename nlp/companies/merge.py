"""Which mentions are one organisation: by key, cloud arms and brands with the group that they belong to."""

from __future__ import annotations

from collections.abc import Iterable

from nlp.knowledge.companies import load_companies
from nlp.mentions import Entity


def identity(entity: Entity) -> str:
    """What a mention counts as: the key, the group's key where the knowledge says ``merge``, or the name."""
    if entity.key is None:
        return entity.name.casefold()
    organisation = load_companies().get(entity.key)
    if organisation is not None and organisation.merges and organisation.group:
        return organisation.group
    return entity.key


SURE_NAME = 0.85
"""From this belief up a name that no list has is told as a company, also where it is no party of a deal."""


def told(entities: Iterable[Entity], parties: Iterable[Entity]) -> list[Entity]:
    """The mentions worth telling: of the knowledge, sure by their syntax, or party of a told deal."""
    named = {identity(party) for party in parties}
    return [e for e in entities if e.key is not None or e.confidence >= SURE_NAME or identity(e) in named]


def organisations(entities: Iterable[Entity]) -> list[list[Entity]]:
    """The mentions of each organisation, in the order of first appearance."""
    found: dict[str, list[Entity]] = {}
    for entity in entities:
        found.setdefault(identity(entity), []).append(entity)
    return list(found.values())
