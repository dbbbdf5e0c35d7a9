"""Years against the year of the article."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_help import read

from nlp.deals.cues import Cue
from nlp.deals.times import month_tense, months_in, tense, told_of_the_past, years_in


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("Nvidia bought Mellanox in 2019 and Arm in 2020.", [2019, 2020]),
        ("엔비디아는 2023년에 1억달러를 넣었다", [2023]),
        ("2,024 chips, 2026.5 and 12026", []),
        ("a plant of 2030 MW", []),
        ("in 1971", []),
    ],
)
def test_years_are_found(text: str, years: list[int]) -> None:
    assert [year for _, year in years_in(text, 0, len(text))] == years


@given(
    st.integers(1980, 2049),
    st.text(alphabet=" abc年を,;", max_size=12),
    st.text(alphabet=" abc年を;", max_size=12),
)
def test_a_year_among_words_is_found_where_it_stands(year: int, before: str, after: str) -> None:
    text = f"{before.rstrip(',')} {year} {after}"
    assert years_in(text, 0, len(text)) == [(text.index(str(year)), year)]


def test_in_2028_is_the_past_only_later() -> None:
    text = "a plant in 2028"
    cue = Cue(8, 15, "past", "past", "")
    assert not told_of_the_past(cue, text, 2026)
    assert told_of_the_past(cue, text, 2030)
    assert told_of_the_past(cue, text, None)
    assert [tense(y, 2026) for y in (2019, 2026, 2028)] == ["past", "now", "future"]


def test_what_was_bought_years_ago_is_bought() -> None:
    (deal,) = read("In 2019 Nvidia bought Mellanox, a maker of network chips, for $6.9 billion.", "en").deals
    assert deal.status == "completed"


@pytest.mark.parametrize(
    ("lang", "text", "months"),
    [
        ("en", "In May it may sell what it bought on Oct 15, not in June 2024.", [5, 10]),
        ("pt", "em maio, e em 3 de março de 2024", [5]),
        ("fr", "Mistral, en mars, puis le 3 mai", [3, 5]),
        ("de", "im März und am 3. September 2025", [3]),
        ("ja", "9月に、2024年5月、3カ月、1月期", [9]),
        ("ko", "9월 30일, 2024년 5월, 3개월", [9]),
        ("zh", "9月宣布，2024年5月，三个月", [9]),
    ],
)
def test_months_without_a_year_are_found(lang: str, text: str, months: list[int]) -> None:
    assert [month for _, month in months_in(text, 0, len(text), lang)] == months


@given(st.integers(1, 12), st.integers(1, 12))
def test_a_month_lies_before_now_or_behind(month: int, now: int) -> None:
    when = month_tense(month, now)
    assert (when == "now") == (month == now)
    assert month_tense((now - 2) % 12 + 1, now) == "past"
    assert month_tense(now % 12 + 1, now) == "future"
