"""What happened to a deal, and which rules hear of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from alert_deals import report, revision

from pipeline.alerts import Rule, events, matches
from pipeline.resolve import Companies
from pipeline.resolve.changes import Change
from pipeline.store.rows import CompanyRow, DealChange
from pipeline.store.rows import DealRevision as StoredRevision

FIRST = report("a", 6)


def rule(**fields):
    return Rule(name="r", channels=("desk",), **fields)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([], [FIRST], {"new"}),
        ([], [report("a", 6, status="cancelled")], {"new", "fell_through"}),
        ([], [report("a", 6, primary=False)], set()),
        ([FIRST], [report("b", 7)], set()),
        ([FIRST], [report("b", 7, usd="5.04e9")], set()),
        ([FIRST], [report("b", 7, usd="5.5e9")], {"grew"}),
        ([report("a", 6, usd="")], [report("b", 7)], {"grew"}),
        ([report("a", 6, status="rumored")], [report("b", 7)], {"firm"}),
        ([FIRST], [report("b", 7, status="completed")], {"firm"}),
        ([FIRST], [report("b", 7, status="cancelled")], {"fell_through"}),
        ([FIRST], [report("b", 7, status="rumored")], set()),
        ([FIRST], [report("b", 7, status="cancelled"), report("c", 8)], set()),
        (
            [report("a", 6, status="rumored")],
            [report("b", 7), report("c", 8, status="cancelled")],
            {"fell_through"},
        ),
        ([FIRST, report("b", 7, status="cancelled")], [report("c", 9)], {"firm"}),
    ],
)
def test_events(before, after, expected):
    assert events(revision(before, after)) == expected


def test_corrections_are_no_event():
    deal = revision([], [FIRST])
    fixes = (
        "party_added",
        "party_removed",
        "chip_added",
        "type_changed",
        "size_changed",
        "shrunk",
        "report_removed",
    )
    assert events(replace(deal, changes=tuple(Change(kind, "x", "y") for kind in fixes))) == set()


@pytest.mark.parametrize("state", ["withdrawn", "merged"])
def test_a_deal_that_is_no_more_alerts_nobody(state):
    assert not matches(rule(), replace(revision([], [FIRST]), state=state))


def test_the_same_revision_is_judged_alike_as_the_store_gives_it():
    ours = revision([report("a", 6, status="rumored")], [report("b", 7)])
    now = datetime.now(UTC)
    lines = tuple(DealChange(ours.deal.id, 2, c.kind, c.old, c.new, c.article_id, now) for c in ours.changes)
    stored = StoredRevision(ours.deal, "active", 2, lines, now)
    assert events(stored) == events(ours) == {"firm"}
    assert matches(rule(when="firm"), stored)


COMPANIES = Companies.of(
    [
        CompanyRow("envision", "Envision", "chipmaker", "TW", parent="envision-group", aliases=("恩维",)),
        CompanyRow("envision-group", "Envision Group"),
    ]
)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, True),
        ({"when": "new"}, True),
        ({"when": ("grew", "firm")}, False),
        ({"company": "ENVISION Inc."}, True),
        ({"company": "envision"}, True),
        ({"company": "恩维"}, True),
        ({"company": "Envision Group"}, True),
        ({"company": "envision-group"}, True),
        ({"company": ("Wavelet", "OpenMind")}, True),
        ({"company": "Wavelet"}, False),
        ({"chip": "GB300"}, True),
        ({"chip": "GB30"}, False),
        ({"type": ("supply", "compute")}, True),
        ({"type": "grant"}, False),
        ({"status": "rumored"}, False),
        ({"country": "TW"}, True),
        ({"country": ("US", "JP")}, False),
        ({"min_usd": 5 * 10**9}, True),
        ({"min_usd": 6 * 10**9}, False),
        ({"min_confidence": 0.8}, True),
        ({"min_confidence": 0.81}, False),
        ({"min_origins": 2}, False),
    ],
)
def test_filters(fields, expected):
    assert matches(rule(**fields), revision([], [FIRST]), companies=COMPANIES) is expected


@pytest.mark.parametrize(
    ("fields", "before", "after"),
    [
        ({"min_origins": 2}, [FIRST], [report("b", 7)]),
        ({"min_confidence": 0.9}, [FIRST], [report("b", 7, confidence=0.9)]),
        ({"min_usd": 6 * 10**9, "when": "new"}, [FIRST], [report("b", 7, usd="6.5e9")]),
        ({"when": "new"}, [report("a", 6, primary=False)], [report("b", 7)]),
    ],
)
def test_a_rule_hears_once_of_a_deal_that_comes_to_pass_it(fields, before, after):
    once = revision(before, after)
    assert matches(rule(**fields), once)
    again = revision([*before, *after], [replace(after[-1], article_id="z", source="z")])
    assert not matches(rule(**fields), again)
    assert not matches(rule(**{**fields, "when": "fell_through"}), once)


def test_more_reports_alone_alert_nobody():
    assert not matches(rule(), revision([FIRST], [report("b", 7), report("c", 8)]))
