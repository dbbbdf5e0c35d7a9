"""What counts as growth, from a saved deal through the unjudged changes to the rules."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from store_samples import claim, deal, read_article

from pipeline.alerts import Rule, matches
from pipeline.resolve import resolve
from pipeline.store import Store
from pipeline.types import Deal, DealSize

GREW = Rule(name="grew", when=("grew",), channels=("desk",))
ANY = Rule(name="any", channels=("desk",))


def money(amount: str, unit: str = "USD", usd: str = "1") -> DealSize:
    value = Decimal(amount)
    return DealSize("money", unit, value, value, value * Decimal(usd), value * Decimal(usd))


def save(store: Store, n: int, *sizes: DealSize) -> None:
    """Article ``n`` tells of the deal, which has these sizes now."""
    read_article(store, n, claim())
    batch = store.deals.batch()
    told: Deal = deal("d1", *sorted(batch.reports, key=lambda r: r.article_id))
    store.deals.save(batch, [replace(told, sizes=sizes)])


def alerted(store: Store) -> tuple[bool, bool]:
    """Whether the rules for growth and for anything hear of what is unjudged; judges it."""
    [news] = store.alerts.unjudged()
    store.alerts.judged(news.deal.id, news.revision, [])
    return matches(GREW, news), matches(ANY, news)


@pytest.mark.parametrize(
    ("before", "after", "grew"),
    [
        ([money("1000")], [money("1009")], False),
        ([money("1000")], [money("1010")], False),
        ([money("1000")], [money("1011")], True),
        ([money("1000")], [money("990")], False),
        ([money("1000", "EUR", "1.00")], [money("1000", "EUR", "1.25")], False),
        ([money("1000", "EUR", "1.00")], [money("1005", "EUR", "1.25")], False),
        ([money("1000", "EUR", "1.25")], [money("1100", "EUR", "1.00")], True),
        ([money("1000")], [money("1000"), money("920", "EUR", "1.3")], False),
        ([money("1000")], [money("7000", "CNY", "0.14")], False),
        ([money("1000")], [money("9000", "CNY", "0.14")], True),
    ],
    ids=str,
)
def test_growth(store: Store, before: list[DealSize], after: list[DealSize], grew: bool) -> None:
    save(store, 1, *before)
    assert alerted(store) == (False, True), "new"
    save(store, 2, *after)
    assert alerted(store) == (grew, grew)


def test_many_small_steps_never_alert(store: Store) -> None:
    save(store, 1, money("1000"))
    alerted(store)
    for n in range(2, 6):
        save(store, n, money(str(992 + 8 * n)))
        assert alerted(store) == (False, False)


def test_resolved_for_real(store: Store) -> None:
    def told(n: int, amount: str) -> tuple[bool, bool]:
        read_article(store, n, claim(amount=amount))
        batch = store.deals.batch()
        store.deals.save(batch, resolve(batch.reports, batch.deal_ids))
        assert len(store.deals.list()) == 1
        return alerted(store)

    assert told(1, "1740000000") == (False, True)
    assert told(2, "1750000000") == (False, False)
    assert told(3, "1740000000") == (False, False)
