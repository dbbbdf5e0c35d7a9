"""Deals resolved a few reports at a time are those of resolving all reports at once."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import psycopg
import pytest
from store_samples import NOON, article, claim, reading

from pipeline.resolve import Companies, resolve
from pipeline.store import Store
from pipeline.store.rows import CompanyRow
from pipeline.types import DealClaim, Party, Size, Span

FIRMS = [
    CompanyRow("envision", "Envision", aliases=("Envision Micro",)),
    CompanyRow("envision-cloud", "Envision Cloud", parent="envision"),
    CompanyRow("openmind", "OpenMind", aliases=("开放",)),
]
NAMES = [
    "Envision",
    "Envision Cloud",
    "OpenMind",
    "开放",
    "Tevulm",
    "Tevulm Systems",
    "Bracor",
    "Kelwyn Labs",
]
ROLES = {
    "supply": ("supplier", "customer"),
    "acquisition": ("acquirer", "target"),
    "grant": ("grantor", "grantee"),
}


def random_claim(chance: random.Random) -> DealClaim:
    kind = chance.choice(list(ROLES))
    names = chance.sample(NAMES, chance.choice((1, 2, 2, 2)))
    if chance.random() < 0.5:
        names[0] = "Envision"
    amount = chance.choice((None, "5e9", "5.1e9", "2e10"))
    return replace(
        claim(type=kind),
        primary=chance.random() < 0.8,
        status=chance.choice(("announced", "announced", "rumored", "completed")),
        parties=tuple(
            Party(name, role, None, Span(0, 1, "x")) for name, role in zip(names, ROLES[kind], strict=False)
        ),
        chips=(),
        sizes=(Size("money", "USD", Decimal(amount), Decimal(amount), Span(0, 1, "x")),) if amount else (),
    )


def groups(deals) -> set[frozenset[tuple[str, int]]]:
    return {frozenset((r.article_id, r.index) for r in deal.reports) for deal in deals}


def stored(store: Store) -> set[frozenset[tuple[str, int]]]:
    return groups(store.deals.get(deal.id).deal for deal in store.deals.list())  # type: ignore[union-attr]


@pytest.mark.parametrize("seed", range(3))
def test_a_few_at_a_time_as_all_at_once(store: Store, seed: int) -> None:
    store.knowledge.sync(FIRMS, [])
    companies = Companies.of(FIRMS)
    chance = random.Random(seed)
    told = {}
    for n in range(60):
        day = NOON - timedelta(days=chance.choice((0, 1, 3, 20, 400)))
        saved = store.articles.save(article(n, published_at=day))
        store.readings.save(
            reading(saved.id, *(random_claim(chance) for _ in range(chance.choice((1, 1, 2))))), revision=1
        )
        if chance.random() < 0.2:
            batch = store.deals.batch()
            told.update({(r.article_id, r.index): r for r in batch.reports})
            store.deals.save(batch, resolve(batch.reports, batch.deal_ids, companies=companies))
    while batch := store.deals.batch():
        told.update({(r.article_id, r.index): r for r in batch.reports})
        store.deals.save(batch, resolve(batch.reports, batch.deal_ids, companies=companies))
    assert stored(store) == groups(resolve(told.values(), companies=companies))


def test_new_knowledge_finds_old_reports(store: Store) -> None:
    def tell(n: int, supplier: str) -> None:
        claimed = claim(supplier)
        named = tuple(replace(party, key=None) for party in claimed.parties)
        saved = store.articles.save(article(n))
        store.readings.save(reading(saved.id, replace(claimed, parties=named)), revision=1)

    tell(1, "Envision")
    batch = store.deals.batch()
    store.deals.save(batch, resolve(batch.reports))
    tell(2, "远景")
    assert len(store.deals.batch().reports) == 1
    store.knowledge.sync([CompanyRow("envision", "Envision", aliases=("远景",))], [])
    assert len(store.deals.batch().reports) == 2


def test_claims_of_an_older_schema_get_their_blocks(store: Store, database_url: str) -> None:
    saved = store.articles.save(article(1))
    store.readings.save(reading(saved.id, claim()), revision=1)
    batch = store.deals.batch()
    store.deals.save(batch, resolve(batch.reports))
    with psycopg.connect(database_url) as conn:
        conn.execute("UPDATE chipwire.claim_blocks SET version = '', blocks = '{}'")
    saved = store.articles.save(article(2))
    store.readings.save(reading(saved.id, claim()), revision=1)
    assert len(store.deals.batch().reports) == 2
