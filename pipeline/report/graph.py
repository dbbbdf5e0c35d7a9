"""Who supplies whom: a layered directed graph, from the makers on the left to the users on the right.

Companies are boxes in columns, so that every label can be read however many there are. Chips and capacity flow along
full lines, money along dashed ones; a line is as wide as its deals are large.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.report.layers import Layout, lay_out
from pipeline.report.view import DealView
from pipeline.report.words import short, usd, watts, width

MOST_COMPANIES = 48
_MONEY = frozenset({"investment", "financing", "acquisition", "grant"})
_ROW, _BOX, _CHAR, _GAP, _PAD = 38, 26, 7.4, 120, 12
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
    """The deals of one kind from one company to another. ``arrow`` are the points of its head, "" for partners."""

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
    """The graph of all deals that were not cancelled; None where no deal has two sides."""
    edges: dict[tuple[str, str, str], _Edge] = defaultdict(_Edge)
    names: dict[str, str] = {}
    for deal in deals:
        if deal.status == "cancelled":
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


def _draw(
    layout: Layout, edges: dict[tuple[str, str, str], _Edge], names: dict[str, str], left_out: int
) -> Graph:
    labels = {node: short(names[node], _NAME) for node in names}
    columns = [
        max((width(labels[n]) * _CHAR + 22 for n in column if n in labels), default=40.0)
        for column in layout.columns
    ]
    tallest = max(len(column) for column in layout.columns)
    numbers: dict[str, int] = {}
    boxes: list[Box] = []
    center: dict[str, tuple[float, float, float]] = {}
    x = float(_PAD)
    for column, wide in zip(layout.columns, columns, strict=True):
        # Shorter columns are spread, so that the drawing is not one block in the middle.
        row = min(_ROW * 2.2, _ROW * tallest / len(column))
        for at, node in enumerate(column):
            y = _PAD + (at + 0.5) * row + (tallest * _ROW - row * len(column)) / 2
            center[node] = (x, y, x + wide)
            if node in labels:
                numbers[node] = len(numbers)
                box = Box(
                    names[node],
                    labels[node],
                    round(x, 1),
                    round(y - _BOX / 2, 1),
                    round(wide, 1),
                    _BOX,
                    numbers[node],
                )
                boxes.append(box)
        x += wide + _GAP
    lines = [
        _line(key, edge, layout, center, numbers, names)
        for key, edge in sorted(edges.items(), key=lambda e: (-e[1].weight, e[0]))
    ]
    return Graph(boxes, lines, round(x - _GAP + _PAD + 30, 1), tallest * _ROW + 2 * _PAD, left_out)


def _line(
    key: tuple[str, str, str],
    edge: _Edge,
    layout: Layout,
    center: dict[str, tuple[float, float, float]],
    numbers: dict[str, int],
    names: dict[str, str],
) -> Line:
    a, b, kind = key
    thick = round(1.2 + 1.9 * max(0.0, math.log10(edge.weight / 1e8)), 1)
    head = 5 + thick * 0.9
    ahead = layout.column_of[b] - layout.column_of[a]
    (_, ay, a_right), (b_left, by, b_right) = center[a], center[b]
    shift = {"goods": 0.0, "money": 5.0, "together": -5.0}[kind]
    if ahead > 0:
        stops = [
            (a_right, ay + shift),
            *(_through(center[d]) for d in layout.bends.get((a, b), ())),
            (b_left, by + shift),
        ]
        path, tip = _forward(stops, head), ((b_left, by + shift), 1)
    elif ahead == 0:
        bow = 26 + 10 * math.log2(1 + abs(by - ay) / _ROW)
        right = max(a_right, b_right)
        end = (b_right + head, by + shift)
        path = f"M{a_right:.1f},{ay + shift:.1f} C{right + bow:.1f},{ay:.1f} {right + bow:.1f},{by:.1f} {end[0]:.1f},{end[1]:.1f}"
        tip = ((b_right, by + shift), -1)
    else:
        bends = [_through(center[d]) for d in layout.bends.get((b, a), ())][::-1]
        path = _backward([(center[a][0], ay + shift), *bends, (b_right, by + shift)], head)
        tip = ((b_right, by + shift), -1)
    arrow = "" if kind == "together" else _arrow(*tip, head)
    deals = edge.deals
    amounts = ", ".join(
        words
        for words in (usd(edge.usd) if edge.usd else "", watts(edge.power) if edge.power else "")
        if words
    )
    verb = {"goods": "to", "money": "funds", "together": "with"}[kind]
    label = f"{names[a]} {verb} {names[b]}: {len(deals)} deal{'' if len(deals) == 1 else 's'} ({', '.join(sorted({d.type for d in deals}))})"
    largest = max(deals, key=lambda d: (d.usd, d.power, d.id))
    return Line(
        path,
        thick,
        kind,
        f"{label}{', ' + amounts if amounts else ''}",
        largest.id,
        (numbers[a], numbers[b]),
        arrow,
    )


def _through(place: tuple[float, float, float]) -> tuple[float, float]:
    return ((place[0] + place[2]) / 2, place[1])


def _forward(stops: list[tuple[float, float]], head: float) -> str:
    last = (stops[-1][0] - head, stops[-1][1])
    return _smooth([*stops[:-1], last])


def _backward(stops: list[tuple[float, float]], head: float) -> str:
    return _smooth([*stops[:-1], (stops[-1][0] + head, stops[-1][1])])


def _smooth(stops: list[tuple[float, float]]) -> str:
    parts = [f"M{stops[0][0]:.1f},{stops[0][1]:.1f}"]
    for (x1, y1), (x2, y2) in zip(stops, stops[1:], strict=False):
        half = (x2 - x1) / 2
        parts.append(f"C{x1 + half:.1f},{y1:.1f} {x2 - half:.1f},{y2:.1f} {x2:.1f},{y2:.1f}")
    return " ".join(parts)


def _arrow(tip: tuple[float, float], to_right: int, head: float) -> str:
    x, y = tip
    back = x - head * to_right
    return f"{x:.1f},{y:.1f} {back:.1f},{y - head * 0.6:.1f} {back:.1f},{y + head * 0.6:.1f}"
