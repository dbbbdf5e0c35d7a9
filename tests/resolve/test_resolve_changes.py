"""What changed between two states of a deal."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from resolve_reports import report

from pipeline.resolve import changes, resolve
from pipeline.resolve.changes import KINDS, size_words, usd_of
from pipeline.types import DealSize

A = report("a", "2025-10-06 supply announced | supplier=Envision, customer=OpenMind | GB300 | USD 5e9")
(DEAL,) = resolve([A])


def money(low, high, unit="USD", usd=None):
    low, high = (None if v is None else Decimal(v) for v in (low, high))
    factor = Decimal(usd or 1)
    return DealSize("money", unit, low, high, low and low * factor, high and high * factor)


def kinds(**fields):
    return [change.kind for change in changes(DEAL, replace(DEAL, **fields))]


def test_nothing():
    assert changes(DEAL, DEAL) == []
    assert [c.kind for c in changes(None, DEAL)] == ["new"]


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([money("5.05e9", "5.05e9")], "size_changed"),
        ([money("5.06e9", "5.06e9")], "grown"),
        ([money("4e9", "4e9")], "shrunk"),
        ([money(None, "5e9")], "size_changed"),
        ([], "size_removed"),
        ([money("5e9", "5e9"), money("4.6e9", "4.6e9", "EUR", "1.3")], "size_changed"),
    ],
)
def test_size(sizes, expected):
    assert kinds(sizes=tuple(sizes)) == [expected]


def test_rates_of_exchange_make_nothing_grow():
    before = replace(DEAL, sizes=(money("5e9", "5e9", "EUR", "1.0"),))
    after = replace(DEAL, sizes=(money("5e9", "5e9", "EUR", "1.2"),))
    assert changes(before, after) == []
    more = replace(DEAL, sizes=(money("5.01e9", "5.01e9", "EUR", "1.2"),))
    assert [c.kind for c in changes(before, more)] == ["size_changed"]


def test_another_kind_of_size_is_added():
    power = DealSize("power", "W", Decimal("1e9"), None)
    (change,) = changes(DEAL, replace(DEAL, sizes=(*DEAL.sizes, power)))
    assert (change.kind, change.old, change.new) == ("size_added", None, "at least 1 GW")


def test_status_names_the_article_that_brought_it():
    b = report("b", "2025-12-06 supply completed | supplier=Envision, customer=OpenMind | GB300 | USD 5e9")
    (later,) = resolve([A, b], {("a", 0): DEAL.id})
    found = {change.kind: change for change in changes(DEAL, later)}
    assert (found["status_changed"].old, found["status_changed"].new, found["status_changed"].article_id) == (
        "announced", "completed", "b",
    )  # fmt: skip
    assert found["report_added"].article_id == "b"
    assert set(found) <= set(KINDS)


def test_parties_and_chips():
    other = replace(DEAL, parties=DEAL.parties[:1], chips=("GB300", "B200"))
    assert [(c.kind, c.old, c.new) for c in changes(DEAL, other)] == [
        ("party_removed", "OpenMind (customer)", None),
        ("chip_added", None, "B200"),
    ]


def test_a_range_that_says_little_counts_by_its_lower_end():
    assert usd_of(money("1e10", "1e11")) == Decimal("1e10")
    assert usd_of(money("1e10", "1.2e10")) == Decimal("1.2e10")
    assert usd_of(money(None, "7e9")) == Decimal("7e9")


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (money("1.4e9", "1.4e9", "EUR"), "EUR 1.4 billion"),
        (money("7e12", "7e12", "KRW"), "KRW 7 trillion"),
        (money("950", "950"), "USD 950"),
        (DealSize("units", "chip", None, Decimal("1e6")), "up to 1,000,000 chips"),
        (DealSize("stake", "%", Decimal("59.65"), Decimal("59.65")), "59.65%"),
        (DealSize("power", "W", Decimal("40e6"), Decimal("60e6")), "40 MW to 60 MW"),
    ],
)
def test_size_words(size, words):
    assert size_words(size) == words
