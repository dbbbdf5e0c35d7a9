"""Which reports have to be resolved together with some others. Opens nothing: the caller looks them up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from pipeline.resolve.blocks import blocks
from pipeline.resolve.cluster import linked
from pipeline.resolve.items import Item

Key = tuple[str, int]
"""Article id and index of a report."""

MOST = 3_000
"""Links of links are followed as long as no more than that many reports have to be looked at for it. Among
very many reports of one company that name nobody else, or a round sum, everything is linked to everything in
the end.
"""


def reach(
    start: Iterable[Key],
    load: Callable[[set[Key]], Iterable[Item]],
    sharing: Callable[[set[int]], set[Key]],
    deals: Callable[[set[Key]], set[Key]],
    *,
    most: int = MOST,
) -> set[Key]:
    """All reports that are linked to one of ``start``, directly or through others, with these themselves.

    Resolving them gives the deals that resolving all reports there are would give of them. Where more than
    ``most`` had to be looked at, what is linked to ``start`` itself is still all there, deals whole; a deal
    that is linked to those only may then be resolved without some of its neighbours.

    ``load`` gives the items of some keys, ``sharing`` the keys of all reports in one of some blocks,
    ``deals`` the keys of all reports whose deal has a report among some keys.
    """
    found = set(start)
    found |= deals(found)
    items: dict[Key, Item] = {}
    blocks_of: dict[Key, frozenset[int]] = {}

    def have(keys: set[Key]) -> None:
        for one in load(keys - items.keys()):
            key = (one.report.article_id, one.report.index)
            items[key], blocks_of[key] = one, blocks(one)

    fresh = set(found)
    followed = False
    while fresh:
        have(fresh)
        holders: dict[int, list[Item]] = defaultdict(list)
        for key in fresh & items.keys():
            for block in blocks_of[key]:
                holders[block].append(items[key])
        near = sharing(set(holders)) - found
        if followed and len(items.keys() | near) > most:
            break
        have(near)
        joined = {key for key in near & items.keys() if _is_linked(items[key], blocks_of[key], holders)}
        fresh = (joined | deals(joined)) - found
        found |= fresh
        followed = True
    return found


def _is_linked(one: Item, mine: frozenset[int], holders: dict[int, list[Item]]) -> bool:
    tried: set[int] = set()
    for block in mine:
        for other in holders.get(block, ()):
            if id(other) not in tried:
                tried.add(id(other))
                if linked(one, other):
                    return True
    return False
