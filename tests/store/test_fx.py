"""Dollars at a day's rate."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.fx import rate, to_usd

SUNDAY, FRIDAY = date(2025, 10, 19), date(2025, 10, 17)


def test_dollars_are_dollars() -> None:
    assert to_usd(Decimal("1e10"), "USD", SUNDAY) == Decimal(10**10)


def test_quoted_rate_of_a_known_day() -> None:
    """The bank's reference rates of 17 October 2025: a euro was 1.1681 dollars and 175.70 yen."""
    assert to_usd(Decimal(100), "EUR", FRIDAY) == Decimal("116.81")
    assert to_usd(Decimal(17_570), "JPY", FRIDAY) == Decimal("116.81")


def test_a_day_without_a_rate_takes_the_nearest_earlier_one() -> None:
    found = rate("BRL", SUNDAY)
    assert found is not None and found.day == FRIDAY
    assert found.usd == getattr(rate("BRL", FRIDAY), "usd", None)


def test_later_than_all_rates_takes_the_last() -> None:
    assert to_usd(Decimal(1), "GBP", date(2090, 1, 1)) is not None


@pytest.mark.parametrize("currency", ["ROL", "SIT"])
def test_currencies_of_the_past_have_no_rate_today(currency: str) -> None:
    assert to_usd(Decimal(1), currency, SUNDAY) is None
    assert to_usd(Decimal(1), currency, date(2004, 5, 3)) is not None


def test_before_all_rates_there_is_none() -> None:
    assert to_usd(Decimal(1), "JPY", date(1990, 1, 1)) is None


def test_pegs_and_averages() -> None:
    assert to_usd(Decimal("3.6725"), "AED", SUNDAY) == Decimal("1.00")
    assert to_usd(Decimal("3.75"), "SAR", SUNDAY) == Decimal("1.00")
    assert to_usd(Decimal("31.16"), "TWD", date(2023, 6, 1)) == Decimal("1.00")
    assert to_usd(Decimal(1), "TWD", date(2040, 1, 1)) is None, "an average does not last for ever"
    assert to_usd(Decimal("7.5345"), "HRK", FRIDAY) == to_usd(Decimal(1), "EUR", FRIDAY)
    assert "unverified" in getattr(rate("TWD", SUNDAY), "origin", "")


def test_unknown_currency() -> None:
    assert to_usd(Decimal(1), "XXX", SUNDAY) is None
    assert to_usd(Decimal(1), "", SUNDAY) is None


@given(
    st.sampled_from(["EUR", "JPY", "KRW", "CNY", "TWD", "AED", "BRL", "INR"]),
    st.dates(date(2016, 1, 1), date(2026, 10, 30)),
    st.decimals(0, 10**15, places=2),
)
def test_more_is_never_less(currency: str, day: date, amount: Decimal) -> None:
    less, more = to_usd(amount, currency, day), to_usd(amount + 1_000_000, currency, day)
    assert less is not None and more is not None and 0 <= less < more
