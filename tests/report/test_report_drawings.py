"""The drawings: who supplies whom, and deals over time."""

from __future__ import annotations

import re
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st
from report_deals import deals, told

from pipeline.report import graph, timeline
from pipeline.report.layers import lay_out
from pipeline.report.marks import Piece, pieces
from pipeline.report.view import view
from pipeline.types import Span


def views(*reports):
    return [view(deal, {}) for deal in deals(*reports)]


def test_makers_stand_left_of_clouds_and_these_left_of_users():
    drawn = graph.drawn(
        views(
            told("a", "Envision", "CoreLoom"),
            told("b", "CoreLoom", "OpenMind"),
            told("c", "TSNC", "Envision"),
        )
    )
    x = {box.name: box.x for box in drawn.boxes}
    assert x["TSNC"] < x["Envision"] < x["CoreLoom"] < x["OpenMind"]


def test_lines_are_as_wide_as_their_deals_are_large_and_say_so():
    drawn = graph.drawn(
        views(
            told("a", "Envision", "OpenMind", usd="300e9"),
            told("b", "Wavelet", "OpenMind", usd="2e9", kind="investment"),
            told("c", "Core Science", "CoreLoom", kind="codevelopment"),
            told("d", "Dead", "Ended", status="cancelled"),
        )
    )
    lines = {line.label: line for line in drawn.lines}
    assert set(lines) == {
        "Envision to OpenMind: 1 deal (supply), $300bn",
        "Wavelet funds OpenMind: 1 deal (investment), $2bn",
        "Core Science with CoreLoom: 1 deal (codevelopment), $5bn",
    }
    widths = {line.kind: line.width for line in drawn.lines}
    assert widths["goods"] > widths["money"]
    assert {line.kind for line in drawn.lines if line.arrow} == {"goods", "money"}


def test_sixty_companies_stay_legible():
    reports = [told(f"r{n}", f"Maker {n % 7}", f"Customer {n}", usd=f"{n + 1}e9") for n in range(60)]
    drawn = graph.drawn(views(*reports))
    assert len(drawn.boxes) <= graph.MOST_COMPANIES
    assert drawn.left_out == 67 - len(drawn.boxes)
    for a, b in combinations(drawn.boxes, 2):
        apart = a.x + a.width <= b.x or b.x + b.width <= a.x or a.y + a.height <= b.y or b.y + b.height <= a.y
        assert apart, (a.name, b.name)
    for box in drawn.boxes:
        assert box.x >= 0 and box.x + box.width <= drawn.width
        assert box.y >= 0 and box.y + box.height <= drawn.height


@settings(max_examples=80, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")), st.floats(1, 9), max_size=20
    )
)
def test_any_graph_is_laid_out(flows):
    flows = {edge: weight for edge, weight in flows.items() if edge[0] != edge[1]}
    nodes = sorted({node for edge in flows for node in edge})
    layout = lay_out(nodes, flows)
    placed = [node for column in layout.columns for node in column if "\n" not in node]
    assert sorted(placed) == nodes
    assert all(0 <= at < len(layout.columns) for at in layout.column_of.values())


def test_two_that_supply_each_other_are_drawn():
    drawn = graph.drawn(
        views(told("a", "Envision", "CoreLoom"), told("b", "CoreLoom", "Envision", usd="6e9", chip="B200"))
    )
    assert len(drawn.lines) == 2
    numbers = re.findall(r"-?\d+\.\d+", " ".join(line.path for line in drawn.lines))
    assert all(-1 <= float(number) <= drawn.width for number in numbers)


def test_bars_stack_to_the_count_of_deals():
    drawn = timeline.drawn(
        views(
            told("a", "A1", "B1"),
            told("b", "A2", "B2", status="rumored"),
            told("c", "A3", "B3", day=2),
            told("d", "A4", "B4", status="cancelled"),
        )
    )
    assert drawn.step == "day"
    assert [label for _, label in drawn.ticks] == ["6 Oct", "7 Oct", "8 Oct"]
    first = [bar for bar in drawn.bars if bar.x == min(b.x for b in drawn.bars)]
    assert sorted(bar.status for bar in first) == ["announced", "cancelled", "rumored"]
    assert round(sum(bar.height for bar in drawn.bars if bar not in first), 1) == round(first[0].height, 1)
    assert "6 Oct 2025: 1 announced ($15bn in all)" in [bar.label for bar in drawn.bars]


def test_the_step_grows_with_the_time():
    steps = [
        timeline.drawn(views(told("a", "A1", "B1"), told("b", "A2", "B2", day=days))).step
        for days in (20, 100, 900, 4000)
    ]
    assert steps == ["day", "week", "month", "year"]


def test_nothing_to_draw():
    assert graph.drawn([]) is None
    assert timeline.drawn([]) is None


def test_overlapping_values_are_cut_once():
    sentence = Span(10, 30, "Super Mikro Computer!")
    sentence = Span(10, 10 + len(sentence.quote), sentence.quote)
    values = [
        (Span(10, 21, "Super Mikro"), "paid", "supplier"),
        (Span(16, 21, "Mikro"), "chip", "chip"),
        (Span(0, 5, "Super", "title"), "payer", "customer"),
        (Span(40, 45, "Other"), "size", "size"),
    ]
    assert pieces(sentence, values) == [Piece("Super Mikro", "paid", "supplier"), Piece(" Computer!")]
