"""What an analyst adds up in bi is right: bounds, shares, families, and nothing that makes a view fail."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import psycopg
import pytest
from store_samples import claim, deal, read_article

from pipeline.store import Store
from pipeline.store.rows import ChipRow, CompanyRow
from pipeline.types import DealParty, DealSize


def size(
    low: str | None, high: str | None, unit: str = "USD", usd: str | None = "1", kind: str = "money"
) -> DealSize:
    values = [None if bound is None else Decimal(bound) for bound in (low, high)]
    dollars = [None if value is None or usd is None else value * Decimal(usd) for value in values]
    return DealSize(kind, unit, values[0], values[1], dollars[0], dollars[1])


def tell(store: Store, n: int, **fields: object) -> None:
    """Article ``n`` tells of a deal of its own, which is made as the fields say."""
    read_article(store, n, claim(f"Giver {n}", f"Taker {n}"))
    batch = store.deals.batch()
    store.deals.save(batch, [replace(deal(f"d{n}", *batch.reports), **fields)])  # type: ignore[arg-type]


def rows(database_url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(database_url) as conn:
        return conn.execute(query).fetchall()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sizes", "low", "high"),
    [
        ([size(None, "19.4"), size("17.4", "17.4")], "17.4", "19.4"),
        ([size("40", "40"), size("10", "10")], "40", "40"),
        ([size("10", None), size(None, "20")], "10", "20"),
        ([size("10", None), size("5", "5")], "10", None),
        ([size(None, "5")], None, "5"),
        ([size("10", "100"), size("15", "15")], "15", "100"),
        ([size("7", "7", "CNY", "0.5"), size("5", "5")], "5", "5"),
        ([size("9", "9", "TWD", None), size("5", "5")], "5", "5"),
    ],
)
def test_bounds(
    store: Store, database_url: str, sizes: list[DealSize], low: str | None, high: str | None
) -> None:
    tell(store, 1, sizes=tuple(sizes))
    [(amount_low, amount_high, usd_low, usd_high)] = rows(
        database_url, "SELECT amount_low, amount_high, usd_low, usd_high FROM bi.deals"
    )
    expected = tuple(None if bound is None else Decimal(bound) for bound in (low, high))
    assert (amount_low, amount_high) == (usd_low, usd_high) == expected


def test_shares_add_up_where_sums_count_twice(store: Store, database_url: str) -> None:
    tell(
        store,
        1,
        type="acquisition",
        parties=(
            DealParty("A", "acquirer", None), DealParty("B", "acquirer", None), DealParty("T", "target", None),
            DealParty("S", "seller", None),
        ),
        sizes=(size("90", "120"),),
    )  # fmt: skip
    tell(
        store,
        2,
        parties=(
            DealParty("V", "supplier", None), DealParty("X", "customer", None), DealParty("Y", "customer", None),
        ),
        chips=("B200", "B300", "Hopper"),
        sizes=(size("60", "60"),),
    )  # fmt: skip
    tell(store, 3, status="rumored", sizes=(size("1000", "1000"),))
    tell(store, 4, sizes=())

    def one(query: str) -> tuple[object, ...]:
        [found] = rows(database_url, query)
        return found

    totals = (Decimal(150), Decimal(180))
    sums = "SELECT sum(usd_share_low), sum(usd_share_high)"
    assert one(f"{sums} FROM bi.supply_graph") == totals
    assert one(f"{sums} FROM bi.company_exposure WHERE side = 'giver'") == totals
    assert one(f"{sums} FROM bi.company_exposure WHERE side = 'taker'") == totals
    assert one(f"{sums} FROM bi.chip_demand") == totals
    assert one("SELECT usd_low, usd_high FROM bi.company_exposure WHERE company = 'A'") == (90, 120)
    assert one("SELECT count(*), min(usd_high) FROM bi.chip_demand WHERE chip <> 'TPU'") == (6, 60)
    # d4 is a deal without a size, d3 is no agreed one
    assert one("SELECT sum(deals), sum(deals_with_usd) FROM bi.company_exposure WHERE side = 'giver'") == (
        5,
        3,
    )
    assert one("SELECT sum(deals), sum(deals_with_usd), sum(usd_high) FROM bi.deals_daily") == (4, 3, 1180)


def test_nobody_supplies_themselves_and_no_edge_counts_a_deal_twice(store: Store, database_url: str) -> None:
    tell(
        store,
        1,
        parties=(
            DealParty("Foo", "supplier", None), DealParty("FOO", "supplier", None), DealParty("Bar", "customer", None),
            DealParty("foo", "customer", None),
        ),
        sizes=(size("60", "60"),),
    )  # fmt: skip
    assert rows(database_url, "SELECT from_company, to_company, deals, usd_high FROM bi.supply_graph") == [
        ("Foo", "Bar", 1, Decimal(60))
    ]


def test_a_key_that_the_knowledge_lost_is_still_shown(store: Store, database_url: str) -> None:
    tell(store, 1)
    assert ("Google", "google") not in rows(
        database_url, "SELECT company, company_key FROM bi.company_exposure"
    )
    assert ("Giver 1", "giver 1") in rows(
        database_url, "SELECT company, company_key FROM bi.company_exposure"
    )


def test_families_are_named(store: Store, database_url: str) -> None:
    store.knowledge.sync(
        [CompanyRow("nvidia", "Nvidia")],
        [
            ChipRow("blackwell", "NVIDIA Blackwell", "nvidia"), ChipRow("b200", "NVIDIA B200", "nvidia", "blackwell"),
            ChipRow("bluefield", "NVIDIA BlueField", "nvidia"),
        ],
    )  # fmt: skip
    tell(store, 1, chips=("NVIDIA Blackwell", "NVIDIA B200", "NVIDIA BlueField"))
    expected = {
        ("NVIDIA Blackwell", "NVIDIA Blackwell"),
        ("NVIDIA B200", "NVIDIA Blackwell"),
        ("NVIDIA BlueField", None),
    }
    assert set(rows(database_url, "SELECT chip, family FROM bi.deal_chips")) == expected
    assert set(rows(database_url, "SELECT chip, family FROM bi.chip_demand")) == expected


def test_numbers_beyond_all_deals_break_no_view(store: Store, database_url: str) -> None:
    absurd = "1" + "0" * 60
    tell(
        store,
        1,
        sizes=(
            size(absurd, absurd), size("5", "5"), size(absurd, None, "W", None, "power"),
            size(None, absurd, "chip", None, "units"), size(absurd, absurd, "%", None, "stake"),
        ),
    )  # fmt: skip
    views = rows(database_url, "SELECT relname FROM pg_class WHERE relnamespace = 'bi'::regnamespace")
    for (view,) in views:
        rows(database_url, f"SELECT * FROM bi.{view}")
    assert rows(database_url, "SELECT usd_high, power_w_low, chips_high, stake_pct_high FROM bi.deals") == [
        (Decimal(5), None, None, None)
    ]
    assert len(store.deals.list()) == 1
