"""One entity per product of an article."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from nlp.knowledge.chips import lineage, load_chips
from nlp.mentions import Entity


def unique(entities: Iterable[Entity]) -> list[Entity]:
    """The first mention of each product, with the words of all its mentions in ``also``.

    ``entities`` come in order of place. Products are the same by key, or by name where no list has them. A
    family and its members stay apart, save where the family's bare name only shortens what came before:
    "Instinct MI250X … Instinct" is one product.
    """
    found: dict[str, Entity] = {}
    for entity in entities:
        product = entity.key or "".join(c for c in entity.name.casefold() if c.isalnum())
        if product not in found:
            product = shortened(entity, found) or product
        first = found.get(product)
        if first is None:
            found[product] = entity
            continue
        also = tuple(dict.fromkeys((*first.also, entity.text, *entity.also)))
        found[product] = replace(first, also=also, confidence=max(first.confidence, entity.confidence))
    return list(found.values())


def shortened(family: Entity, found: dict[str, Entity]) -> str | None:
    """The product whose printed name began with the family's; None where there is none."""
    chips = load_chips()
    for product, entity in found.items():
        if not family.key or family.key not in lineage(entity.key or "", chips)[1:]:
            continue
        for short in family.also:
            if any(f" {words}".find(f" {short} ") >= 0 for words in (entity.text, *entity.also)):
                name = chips[product].name.split()
                if short in name[:2]:
                    return product
    return None
