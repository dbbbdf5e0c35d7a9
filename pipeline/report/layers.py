"""Columns for a directed graph: who stands in which, and in which order, so that few lines cross."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

MOST_COLUMNS = 5
_SWEEPS = 12
Edge = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """``columns`` of nodes and bends, top to bottom; ``bends`` of an edge: its places in columns between."""

    columns: list[list[str]]
    column_of: dict[str, int]
    bends: dict[Edge, tuple[str, ...]]


def lay_out(nodes: list[str], flows: Mapping[Edge, float], goods: Iterable[Edge] = ()) -> Layout:
    """A layered layout. ``flows``: edge → weight; ``goods``: edges that lead to the right where possible."""
    strong = set(goods)
    kept = _acyclic(nodes, {e: w * (10 if e in strong else 1) for e, w in flows.items()})
    column_of = _columns(nodes, kept)
    columns: list[list[str]] = [[] for _ in range(max(column_of.values(), default=0) + 1)]
    for node in nodes:
        columns[column_of[node]].append(node)
    bends: dict[Edge, tuple[str, ...]] = {}
    links: dict[str, list[str]] = defaultdict(list)
    for a, b in sorted({(a, b) if column_of[a] <= column_of[b] else (b, a) for a, b in flows}):
        # The name of a bend cannot be that of a company: names have no line breaks.
        between = [f"\n{a}\n{b}\n{at}" for at in range(column_of[a] + 1, column_of[b])]
        for at, bend in enumerate(between):
            columns[column_of[a] + 1 + at].append(bend)
        bends[a, b] = tuple(between)
        chain = [a, *between, b]
        for x, y in pairwise(chain):
            links[x].append(y)
            links[y].append(x)
    return Layout(_ordered(columns, links), column_of, bends)


def _acyclic(nodes: list[str], weights: Mapping[Edge, float]) -> set[Edge]:
    """The heaviest edges that together have no cycle."""
    kept: set[Edge] = set()
    after: dict[str, set[str]] = {node: set() for node in nodes}

    def reaches(start: str, goal: str) -> bool:
        todo, seen = [start], {start}
        while todo:
            one = todo.pop()
            if one == goal:
                return True
            todo += [n for n in after[one] if n not in seen]
            seen |= after[one]
        return False

    for (a, b), _ in sorted(weights.items(), key=lambda e: (-e[1], e[0])):
        if not reaches(b, a):
            after[a].add(b)
            kept.add((a, b))
    return kept


def _columns(nodes: list[str], edges: set[Edge]) -> dict[str, int]:
    """Longest path from the left, then each node as far right as its customers let it."""
    before: dict[str, list[str]] = defaultdict(list)
    after: dict[str, list[str]] = defaultdict(list)
    for a, b in edges:
        after[a].append(b)
        before[b].append(a)
    column: dict[str, int] = {}

    def place(node: str) -> int:
        if node not in column:
            column[node] = min(MOST_COLUMNS - 1, max((place(b) + 1 for b in before[node]), default=0))
        return column[node]

    for node in nodes:
        place(node)
    for node in sorted(nodes, key=lambda n: -column[n]):
        if after[node] and not before[node]:
            column[node] = max(0, min(column[n] for n in after[node]) - 1)
    lowest = min(column.values(), default=0)
    return {node: at - lowest for node, at in column.items()}


def _ordered(columns: list[list[str]], links: Mapping[str, list[str]]) -> list[list[str]]:
    """Barycentre sweeps: each node to the middle of its neighbours in the columns beside it."""
    ordered = [list(column) for column in columns if column]
    for sweep in range(_SWEEPS):
        rank = {node: (at + 0.5) / len(column) for column in ordered for at, node in enumerate(column)}
        way = range(len(ordered)) if sweep % 2 == 0 else range(len(ordered) - 1, -1, -1)
        for at in way:
            column = ordered[at]
            middle = {
                n: sum(rank[m] for m in links[n]) / len(links[n]) if links.get(n) else rank[n] for n in column
            }
            column.sort(key=lambda n: (middle[n], n))
            rank.update({node: (place + 0.5) / len(column) for place, node in enumerate(column)})
    return ordered
