"""Deals: resolved, told again, grown, merged, withdrawn; each with its history, and nothing written twice."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import psycopg
import pytest
from store_samples import DAY, claim, deal, read_article, reading, resolve_all

from pipeline.store import Store, open_store
from pipeline.store.errors import RetryableStoreError
from pipeline.store.rows import ChipRow, CompanyRow, DealFilter


def kinds(store: Store, deal_id: str) -> list[str]:
    return [change.kind for change in store.deals.history(deal_id)]


def test_new_deal_with_reports_evidence_and_history(store: Store) -> None:
    read_article(store, 1, claim(amount="5000"))
    batch = store.deals.batch()
    result = store.deals.save(batch, [deal("d1", *batch.reports)])
    assert result.new == ("d1",)
    detail = store.deals.get("d1")
    assert detail is not None
    assert detail.deal == deal("d1", *batch.reports)
    assert detail.deal.first_reported == DAY
    assert {(e.what, e.quote, e.start, e.end) for e in detail.evidence} == {
        (what, "Google", 0, 6) for what in ("deal", "status", "party", "chip", "size")
    }
    assert kinds(store, "d1") == ["new"]
    assert not store.deals.batch()


def test_same_input_twice_writes_nothing(store: Store, database_url: str) -> None:
    read_article(store, 1, claim())
    batch = store.deals.batch()
    store.deals.save(batch, [deal("d1", *batch.reports)])
    with psycopg.connect(database_url) as conn:
        before = conn.execute("SELECT xmin, * FROM chipwire.deal").fetchall()
        assert store.deals.save(batch, [deal("d1", *batch.reports)]).unchanged == ("d1",)
        assert conn.execute("SELECT xmin, * FROM chipwire.deal").fetchall() == before
    assert kinds(store, "d1") == ["new"]


def test_second_report_that_is_larger_and_firmer(store: Store) -> None:
    read_article(store, 1, claim(amount="1000", status="rumored"))
    resolve_all(store)
    read_article(store, 2, claim(amount="2000", status="announced"))
    batch = store.deals.batch()
    assert [r.article_id for r in batch.waiting] == ["wire-2"]
    assert [r.article_id for r in batch.neighbours] == ["wire-1"]
    assert batch.deal_ids == {("wire-1", 0): "d1"}
    reports = sorted(batch.reports, key=lambda r: r.article_id)
    assert store.deals.save(batch, [deal("d1", *reports)]).changed == ("d1",)
    history = store.deals.history("d1")
    assert [c.kind for c in history] == ["new", "status_changed", "grown", "report_added"]
    assert [(c.old, c.new) for c in history[1:3]] == [
        ("rumored", "announced"),
        ("up to USD 1,000", "up to USD 2,000"),
    ]
    assert {c.article_id for c in history[1:]} == {"wire-2"}
    assert {c.revision for c in history} == {1, 2}


def test_party_and_chip_changes_are_told(store: Store) -> None:
    read_article(store, 1, claim())
    resolve_all(store)
    read_article(store, 2, claim("Google", "Anthropic", chips=("TPU", "Ironwood")))
    batch = store.deals.batch()
    reports = sorted(batch.reports, key=lambda r: r.article_id, reverse=True)
    store.deals.save(batch, [deal("d1", *reports)])
    assert kinds(store, "d1")[1:] == ["chip_added", "report_added"]


def test_unrelated_reports_are_no_neighbours(store: Store) -> None:
    read_article(store, 1, claim("Broadcom", "OpenAI"))
    resolve_all(store, "other customer of nobody")
    read_article(store, 2, claim("Google", "Meta"))
    resolve_all(store, "another customer of the same supplier")
    read_article(store, 3, claim())
    assert [r.article_id for r in store.deals.batch().reports] == ["wire-3"]


def test_two_deals_that_turn_out_to_be_one_are_merged(store: Store) -> None:
    read_article(store, 1, claim())
    resolve_all(store, "d1")
    read_article(store, 2, claim())
    batch = store.deals.batch()
    store.deals.save(
        batch,
        [
            deal(id_, r)
            for id_, r in zip(("d1", "d2"), sorted(batch.reports, key=lambda r: r.article_id), strict=True)
        ],
    )
    read_article(store, 3, claim())
    batch = store.deals.batch()
    result = store.deals.save(batch, [deal("d1", *sorted(batch.reports, key=lambda r: r.article_id))])
    assert result.merged == ("d2",)
    assert kinds(store, "d2") == ["new", "merged"]
    merged = store.deals.get("d2")
    assert merged is not None and merged.deal.id == "d1" and len(merged.deal.reports) == 3
    assert [d.id for d in store.deals.list()] == ["d1"]


def test_a_deal_that_no_article_tells_any_more_is_withdrawn_and_may_return(store: Store) -> None:
    read_article(store, 1, claim())
    resolve_all(store)
    store.readings.save(reading("wire-1", version="r2"), revision=1)
    batch = store.deals.batch()
    assert batch and batch.dirty == ("d1",)
    assert store.deals.save(batch, []).withdrawn == ("d1",)
    assert not store.deals.batch()
    assert store.deals.list() == []
    assert [d.id for d in store.deals.list(DealFilter(include_withdrawn=True))] == ["d1"]
    store.readings.save(reading("wire-1", claim(), version="r3"), revision=1)
    resolve_all(store)
    assert kinds(store, "d1") == ["new", "withdrawn", "restored", "report_added"]


def test_read_again_slightly_differently_it_stays_the_same_deal(store: Store) -> None:
    read_article(store, 1, claim("Broadcom", "OpenAI"), claim(amount="1000"))
    batch = store.deals.batch()
    store.deals.save(batch, [deal(f"d{r.index}", r) for r in batch.reports])
    store.readings.save(reading("wire-1", claim(amount="2000"), version="r2"), revision=1)
    batch = store.deals.batch()
    assert batch.deal_ids == {("wire-1", 0): "d1"}
    result = store.deals.save(batch, [deal("d1", *batch.reports)])
    assert (result.changed, result.new) == (("d1",), ())
    assert kinds(store, "d1") == ["new", "grown"]
    assert kinds(store, "d0") == ["new", "withdrawn"]


def test_claims_read_anew_meanwhile_are_not_overwritten(store: Store) -> None:
    read_article(store, 1, claim())
    batch = store.deals.batch()
    store.readings.save(reading("wire-1", claim(amount="7"), version="r2"), revision=1)
    with pytest.raises(RetryableStoreError, match="new batch"):
        store.deals.save(batch, [deal("d1", *batch.reports)])
    assert store.deals.list() == []
    assert store.deals.batch()


def test_deals_that_do_not_fit_the_batch_are_refused(store: Store) -> None:
    read_article(store, 1, claim())
    batch = store.deals.batch()
    with pytest.raises(ValueError, match="two deals"):
        store.deals.save(batch, [deal("d1", *batch.reports), deal("d2", *batch.reports)])
    with pytest.raises(ValueError, match="same id"):
        read_article(store, 2, claim())
        batch = store.deals.batch()
        store.deals.save(batch, [deal("d1", report) for report in batch.reports])


def test_rates_of_the_reported_days_are_kept(store: Store, database_url: str) -> None:
    from dataclasses import replace

    euros = claim()
    euros = replace(euros, sizes=tuple(replace(size, unit="EUR") for size in euros.sizes))
    read_article(store, 1, euros)
    resolve_all(store)
    with psycopg.connect(database_url) as conn:
        rates = conn.execute("SELECT currency, day, origin FROM chipwire.fx_rate").fetchall()
    assert rates == [("EUR", DAY, "European Central Bank")]


def test_one_resolver_at_a_time(store: Store, database_url: str) -> None:
    with open_store(database_url, migrate=False) as other:
        with store.deals.resolving() as mine, other.deals.resolving() as theirs:
            assert (mine, theirs) == (True, False)
        with other.deals.resolving() as later:
            assert later


def test_questions_to_the_list(store: Store) -> None:
    store.knowledge.sync(
        [
            CompanyRow("google", "Google", "hyperscaler", "US", aliases=("谷歌",)),
            CompanyRow("anthropic", "Anthropic"),
        ],
        [ChipRow("tpu", "TPU", "google", "TPU", aliases=("Tensor Processing Unit",))],
    )
    read_article(
        store,
        1,
        claim(amount="1000"),
        claim("Broadcom", "Nestlé", amount="9000", status="rumored", chips=("XPU",)),
    )
    batch = store.deals.batch()
    store.deals.save(batch, [deal(f"d{r.index}", r) for r in batch.reports])

    def ids(**where: object) -> list[str]:
        return [found.id for found in store.deals.list(DealFilter(**where))]  # type: ignore[arg-type]

    assert ids() == ["d1", "d0"]
    assert ids(limit=1) == ["d1"]
    assert ids(company="GOOGLE") == ids(company="谷歌") == ids(company="google") == ["d0"]
    assert ids(company="nestle") == ["d1"]
    assert ids(company="%") == []
    assert ids(chip="tensor processing unit") == ids(chip="tpu") == ["d0"]
    assert ids(min_usd=Decimal(5000)) == ids(status="rumored") == ["d1"]
    assert ids(type="grant") == ids(since=DAY + timedelta(days=1)) == []
    assert ids(since=DAY, type="supply") == ["d1", "d0"]
    assert store.deals.get("nobody") is None


def test_analysts_find_the_deal_in_every_view(store: Store, database_url: str) -> None:
    store.knowledge.sync(
        [CompanyRow("google", "Google", "hyperscaler", "US")], [ChipRow("tpu", "TPU", "google", "TPU")]
    )
    read_article(store, 1, claim(amount="1000"))
    read_article(store, 2, claim(amount="1000"), source="other")
    resolve_all(store)
    with psycopg.connect(database_url) as conn:

        def one(query: str) -> tuple[object, ...] | None:
            rows = conn.execute(query).fetchall()  # type: ignore[arg-type]
            assert len(rows) == 1
            return rows[0]

        assert one(
            """
            SELECT givers, takers, chips, currency, amount_low, amount_high, usd_high, reports, sources
            FROM bi.deals
            """
        ) == ("Google", "Anthropic", "TPU", "USD", None, Decimal(1000), Decimal(1000), 2, 2)
        assert one("SELECT side, country FROM bi.deal_parties WHERE party = 'Google'") == ("giver", "US")
        assert one("SELECT vendor, family FROM bi.deal_chips") == ("Google", "TPU")
        assert one("SELECT bound, unit, high FROM bi.deal_sizes") == ("at most", "USD", Decimal(1000))
        quoted = one("SELECT quote, char_start, char_end FROM bi.deal_evidence WHERE what = 'size' LIMIT 1")
        assert quoted == ("Google", 0, 6)
        assert one("SELECT change_kind, revision FROM bi.deal_history") == ("new", 1)
        assert one("SELECT deals, usd_high FROM bi.company_exposure WHERE company = 'Google'") == (
            1,
            Decimal(1000),
        )
        assert one("SELECT chip, customer, vendor, usd_high FROM bi.chip_demand") == (
            "TPU", "Anthropic", "Google", Decimal(1000),
        )  # fmt: skip
        assert one("SELECT from_company, to_company, deals FROM bi.supply_graph") == (
            "Google",
            "Anthropic",
            1,
        )
        assert one("SELECT day, deals FROM bi.deals_daily") == (DAY, 1)
