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


def organisations(entities: Iterable[Entity]) -> list[list[Entity]]:
    """The mentions of each organisation, in the order of first appearance."""
    found: dict[str, list[Entity]] = {}
    for entity in entities:
        found.setdefault(identity(entity), []).append(entity)
    return list(found.values())
