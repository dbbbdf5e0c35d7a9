"""One entity per product of an article."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from nlp.mentions import Entity


def unique(entities: Iterable[Entity]) -> list[Entity]:
    """The first mention of each product, with the words of all its mentions in ``also``.

    Products are the same by key, or by name where no list has them. A family and its members stay apart.
    """
    found: dict[str, Entity] = {}
    for entity in entities:
        product = entity.key or "".join(c for c in entity.name.casefold() if c.isalnum())
        first = found.get(product)
        if first is None:
            found[product] = entity
            continue
        also = tuple(dict.fromkeys((*first.also, *entity.also)))
        found[product] = replace(first, also=also, confidence=max(first.confidence, entity.confidence))
    return list(found.values())
