"""Reports put together: candidates by shared blocks, then average linkage, so that no chain grows into a
giant."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations

from pipeline.resolve.blocks import blocks
from pipeline.resolve.items import Item
from pipeline.resolve.score import NEVER, score

_SLICE = 400
_SPEAKERS = 4
_REPRINT_DAYS = 4


def cluster(items: Iterable[Item]) -> list[list[Item]]:
    """The items of one deal each, earliest first. The order of the input does not matter."""
    ordered = sorted(items, key=lambda i: i.order)
    joined = [g for part in _components(_reprints(ordered)) for g in _linked(part)]
    return sorted((sorted(g, key=lambda i: i.order) for g in joined), key=lambda g: g[0].order)


class _Sets:
    """Union-find over integers."""

    def __init__(self, count: int) -> None:
        self._up = list(range(count))

    def root(self, one: int) -> int:
        while self._up[one] != one:
            self._up[one] = self._up[self._up[one]]
            one = self._up[one]
        return one

    def join(self, a: int, b: int) -> None:
        a, b = self.root(a), self.root(b)
        self._up[max(a, b)] = min(a, b)


def linked(a: Item, b: Item) -> bool:
    """Whether the two, sharing a block, pull each other into one clustering.

    ``cluster`` of any items that nothing outside of them is linked to gives the deals that it would give
    of them among all others.
    """
    return _said(a) == _said(b) or score(a, b) > 0


def _said(one: Item) -> object:
    return (
        frozenset((p.who.key, p.who.names, p.sides) for p in one.parties), one.types, one.statuses,
        one.sizes, one.chips, one.report.claim.primary, one.expands,
    )  # fmt: skip


def _reprints(items: list[Item]) -> list[list[Item]]:
    """Reports that say exactly the same within days: compared once, by their first. No article twice in
    one."""
    open_groups: dict[object, list[list[Item]]] = defaultdict(list)
    groups: list[list[Item]] = []
    for one in items:
        said = _said(one)
        for group in open_groups[said]:
            near = one.day is None or group[0].day is None or one.day - group[0].day <= _REPRINT_DAYS
            if (
                near
                and all(one.report.article_id != other.report.article_id for other in group)
                and _telling(one)
            ):
                group.append(one)
                break
        else:
            groups.append([one])
            open_groups[said].append(groups[-1])
    return groups


def _telling(one: Item) -> bool:
    """Whether saying the same means the same: two parties, or a size that is no round number."""
    return len(one.parties) > 1 or any(m.digits > 2 for m in one.sizes)


def _components(groups: list[list[Item]]) -> list[list[list[Item]]]:
    """Groups that are linked to each other, directly or through others."""
    holders: dict[int, list[int]] = defaultdict(list)
    for at, group in enumerate(groups):
        for block in blocks(group[0]):
            holders[block].append(at)
    sets, done = _Sets(len(groups)), set()
    for found in holders.values():
        for a, b in combinations(found, 2):
            # Once linked, more links change nothing here.
            if sets.root(a) != sets.root(b) and (a, b) not in done:
                done.add((a, b))
                if score(groups[a][0], groups[b][0]) > 0:
                    sets.join(a, b)
    parts: dict[int, list[list[Item]]] = defaultdict(list)
    for at, group in enumerate(groups):
        parts[sets.root(at)].append(group)
    return list(parts.values())


def _linked(groups: list[list[Item]]) -> list[list[Item]]:
    """Average linkage. Very many groups are first linked in slices of time, to keep the work bounded."""
    while len(groups) > _SLICE:
        sliced = [g for at in range(0, len(groups), _SLICE) for g in _average(groups[at : at + _SLICE])]
        if len(sliced) == len(groups):
            break
        groups = sorted(sliced, key=lambda g: g[0].order)
    return _average(groups)


def _average(groups: list[list[Item]]) -> list[list[Item]]:
    if len(groups) < 2:
        return groups
    alive = {at: list(group) for at, group in enumerate(groups)}
    size = dict.fromkeys(alive, 1)
    articles = {at: {i.report.article_id for i in group} for at, group in alive.items()}
    between: dict[int, dict[int, float]] = {at: {} for at in alive}
    heap: list[tuple[float, int, int]] = []
    speakers = {at: sorted(g, key=lambda i: i.said, reverse=True)[:_SPEAKERS] for at, g in alive.items()}
    for a, b in combinations(alive, 2):
        value = _mean(speakers[a], speakers[b])
        between[a][b] = between[b][a] = value
        if value > 0:
            heapq.heappush(heap, (-value, a, b))
    next_id = len(groups)
    while heap:
        value, a, b = heapq.heappop(heap)
        if a not in alive or b not in alive or articles[a] & articles[b]:
            continue
        new, next_id = next_id, next_id + 1
        alive[new] = alive.pop(a) + alive.pop(b)
        articles[new] = articles.pop(a) | articles.pop(b)
        size[new] = size[a] + size[b]
        between[new] = {}
        for other in alive:
            if other == new:
                continue
            mean = (between[a][other] * size[a] + between[b][other] * size[b]) / size[new]
            between[new][other] = between[other][new] = mean
            if mean > 0:
                heapq.heappush(heap, (-mean, other, new))
    return list(alive.values())


def _mean(a: list[Item], b: list[Item]) -> float:
    values = [score(x, y) for x in a for y in b]
    # Claims of one article never link by themselves; among others' links they only weigh.
    return sum(max(v, -8.0) for v in values) / len(values) if values else NEVER
