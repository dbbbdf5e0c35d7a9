"""Who supplies whom: a layered directed graph, from the makers on the left to the users on the right.

Companies are boxes in columns, so that every label can be read however many there are. Chips and capacity go
along full lines, money along dashed ones; a line is as wide as its deals are large.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pipeline.report.layers import Layout, lay_out
from pipeline.report.view import DealView
from pipeline.report.words import short, usd, watts, width

MOST_COMPANIES = 48
_MONEY = frozenset({"investment", "financing", "acquisition", "grant"})
_ROW, _BOX, _CHAR, _GAP, _PAD = 38, 26, 7.4, 100, 12
_NAME = 26


@dataclass(frozen=True, slots=True)
class Box:
    """A company."""

    name: str
    label: str
    x: float
    y: float
    width: float
    height: float
    number: int


@dataclass(frozen=True, slots=True)
class Line:
    """The deals of one kind from one company to another. ``arrow``: points of its head, "" for partners."""

    path: str
    width: float
    kind: str
    label: str
    deal: str
    ends: tuple[int, int]
    arrow: str


@dataclass(frozen=True, slots=True)
class Graph:
    """The drawing, and in ``left_out`` how many companies of small deals it does not show."""

    boxes: list[Box]
    lines: list[Line]
    width: float
    height: float
    left_out: int


@dataclass
class _Edge:
    deals: list[DealView] = field(default_factory=list)

    @property
    def usd(self) -> float:
        return sum(d.usd for d in self.deals)

    @property
    def power(self) -> float:
        return sum(d.power for d in self.deals)

    @property
    def weight(self) -> float:
        """Dollars, or what the power would roughly cost, for ranking and width only."""
        return max(self.usd, self.power * 10, 1e8)


def drawn(deals: Sequence[DealView]) -> Graph | None:
    """The graph of all deals that are sure enough and not cancelled; None where no deal has two sides."""
    edges: dict[tuple[str, str, str], _Edge] = defaultdict(_Edge)
    names: dict[str, str] = {}
    for deal in deals:
        if deal.status == "cancelled" or not deal.sure:
            continue
        for giver, taker, kind in _pairs(deal):
            a, b = giver.casefold(), taker.casefold()
            if a != b:
                names.setdefault(a, giver)
                names.setdefault(b, taker)
                edges[a, b, kind].deals.append(deal)
    if not edges:
        return None
    shown = _largest(edges)
    edges = {key: edge for key, edge in edges.items() if key[0] in shown and key[1] in shown}
    flows = {(a, b): sum(e.weight for (x, y, _), e in edges.items() if (x, y) == (a, b)) for a, b, _ in edges}
    goods = {(a, b) for a, b, kind in edges if kind == "goods"}
    layout = lay_out(sorted(shown), flows, goods)
    return _draw(layout, edges, names, len(names) - len(shown))


def _pairs(deal: DealView) -> list[tuple[str, str, str]]:
    kind = "money" if deal.type in _MONEY else "goods"
    found = [(giver, taker, kind) for giver in deal.givers for taker in deal.takers]
    if not found:
        partners = [name for name, role in deal.others if role == "partner"]
        # An alliance has no direction: each partner once with the first one named.
        hub = [*deal.givers, *deal.takers, *partners]
        found = [(hub[0], other, "together") for other in hub[1:]]
    return found


def _largest(edges: dict[tuple[str, str, str], _Edge]) -> set[str]:
    """The companies to show: those of the largest lines, as many as are legible."""
    shown: set[str] = set()
    for (a, b, _), _edge in sorted(edges.items(), key=lambda e: (-e[1].weight, e[0])):
        if len(shown | {a, b}) <= MOST_COMPANIES:
            shown |= {a, b}
    return shown


@dataclass
class _Places:
    """Where everything stands; ``center`` is left end, middle height and right end of a box or bend."""

    layout: Layout
    names: dict[str, str]
    center: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)


def _draw(
    layout: Layout, edges: dict[tuple[str, str, str], _Edge], names: dict[str, str], left_out: int
) -> Graph:
    places = _Places(layout, names)
    tallest = max(len(column) for column in layout.columns)
    boxes: list[Box] = []
    x = float(_PAD)
    for column in layout.columns:
        labels = {node: short(names[node], _NAME) for node in column if node in names}
        wide = max((width(label) * _CHAR + 22 for label in labels.values()), default=40.0)
        # Shorter columns are spread, so that the drawing is not one block in the middle.
        row = min(_ROW * 2.2, _ROW * tallest / len(column))
        for at, node in enumerate(column):
            y = _PAD + (at + 0.5) * row + (tallest * _ROW - row * len(column)) / 2
            places.center[node] = (x, y, x + wide)
            if node in labels:
                number = places.numbers[node] = len(places.numbers)
                box = (round(x, 1), round(y - _BOX / 2, 1), round(wide, 1), float(_BOX))
                boxes.append(Box(names[node], labels[node], *box, number))
        x += wide + _GAP
    ranked = sorted(edges.items(), key=lambda e: (-e[1].weight, e[0]))
    lines = [_line(key, edge, places) for key, edge in ranked]
    # The lines that swing out of the last column need room.
    return Graph(boxes, lines, round(x + _PAD - _GAP * 0.3, 1), tallest * _ROW + 2 * _PAD, left_out)


def _line(key: tuple[str, str, str], edge: _Edge, places: _Places) -> Line:
    a, b, kind = key
    thick = round(1.2 + 1.9 * max(0.0, math.log10(edge.weight / 1e8)), 1)
    head = 5 + thick * 0.9 if kind != "together" else 0.0
    path, tip, to_right = _route(places, a, b, {"goods": 0.0, "money": 5.0, "together": -5.0}[kind], head)
    return Line(
        path=path,
        width=thick,
        kind=kind,
        label=_label(edge, places.names[a], places.names[b], kind),
        deal=max(edge.deals, key=lambda d: (d.usd, d.power, d.id)).id,
        ends=(places.numbers[a], places.numbers[b]),
        arrow="" if kind == "together" else _arrow(tip, to_right, head),
    )


def _label(edge: _Edge, a: str, b: str, kind: str) -> str:
    verb = {"goods": "to", "money": "funds", "together": "with"}[kind]
    count = f"{len(edge.deals)} deal{'' if len(edge.deals) == 1 else 's'}"
    amounts = [usd(edge.usd)] * bool(edge.usd) + [watts(edge.power)] * bool(edge.power)
    types = ", ".join(sorted({d.type for d in edge.deals}))
    return ", ".join([f"{a} {verb} {b}: {count} ({types})", *amounts])


def _route(
    places: _Places, a: str, b: str, shift: float, head: float
) -> tuple[str, tuple[float, float], int]:
    """The path from box to box, the point where it ends, and if it ends going right (1) or left (-1)."""
    (a_left, ay, a_right), (b_left, by, b_right) = places.center[a], places.center[b]
    ahead = places.layout.column_of[b] - places.layout.column_of[a]
    ay, by = ay + shift, by + shift
    if ahead > 0:
        bends = [_through(places.center[d]) for d in places.layout.bends.get((a, b), ())]
        return _smooth([(a_right, ay), *bends, (b_left - head, by)]), (b_left, by), 1
    if ahead < 0:
        bends = [_through(places.center[d]) for d in places.layout.bends.get((b, a), ())][::-1]
        return _smooth([(a_left, ay), *bends, (b_right + head, by)]), (b_right, by), -1
    out = max(a_right, b_right) + _bow(ay, by)
    end = b_right + head
    return (
        f"M{a_right:.1f},{ay:.1f} C{out:.1f},{ay:.1f} {out:.1f},{by:.1f} {end:.1f},{by:.1f}",
        (b_right, by),
        -1,
    )


def _bow(ay: float, by: float) -> float:
    """How far a line between two boxes of one column swings out."""
    return min(26 + 10 * math.log2(1 + abs(by - ay) / _ROW), _GAP * 0.8)


def _through(place: tuple[float, float, float]) -> tuple[float, float]:
    return ((place[0] + place[2]) / 2, place[1])


def _smooth(stops: list[tuple[float, float]]) -> str:
    parts = [f"M{stops[0][0]:.1f},{stops[0][1]:.1f}"]
    for (x1, y1), (x2, y2) in pairwise(stops):
        half = (x2 - x1) / 2
        parts.append(f"C{x1 + half:.1f},{y1:.1f} {x2 - half:.1f},{y2:.1f} {x2:.1f},{y2:.1f}")
    return " ".join(parts)


def _arrow(tip: tuple[float, float], to_right: int, head: float) -> str:
    x, y = tip
    back = x - head * to_right
    return f"{x:.1f},{y:.1f} {back:.1f},{y - head * 0.6:.1f} {back:.1f},{y + head * 0.6:.1f}"
