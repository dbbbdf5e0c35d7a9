"""The reader as a whole: language, offsets of every quote, names, order, and what stands in no list."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from reading_help import article, read, reader, tell

from nlp.reader import MAX_CHARS
from pipeline.types import DEAL_TYPES, LANGUAGES, STATUSES, Article, Reading, Span

ROWS = yaml.safe_load((Path(__file__).parent / "clear.yml").read_text(encoding="utf-8"))
SENTENCES = {lang: [row["text"].strip() for row in ROWS if row["lang"] == lang] for lang in LANGUAGES}
FILLER = [
    "",
    " ",
    "\n\n",
    "\n- ",
    "…",
    "😀",
    "\u200b",
    "İ",
    "ß",
    "“",
    "”",
    "(",
    "）",
    "\u00a0",
    "\x00",
    "\u202e",
]


def spans(reading: Reading) -> Iterator[Span]:
    """Every span of a reading."""
    for mention in (*reading.companies, *reading.chips):
        yield mention.span
    for found in reading.sizes:
        yield found.span
    for deal in reading.deals:
        yield from deal.evidence
        for part in (*deal.parties, *deal.chips, *deal.sizes):
            yield part.span
        if deal.status_span:
            yield deal.status_span


def check(reading: Reading, source: Article) -> None:
    """What holds of every reading, whatever the article."""
    for span in spans(reading):
        held = getattr(source, span.field)
        assert held[span.start : span.end] == span.quote, (span, held)
        assert span.quote.strip(), span
    for deal in reading.deals:
        assert deal.type in DEAL_TYPES
        assert deal.status in STATUSES
        assert 0 <= deal.confidence <= 1
        assert deal.evidence
        assert deal.parties
        assert {party.role for party in deal.parties} <= set(DEAL_TYPES[deal.type])
        names = [party.name for party in deal.parties]
        assert len(names) == len(set(names)), names
        for found in deal.sizes:
            assert found.min is not None or found.max is not None
            assert isinstance(found.min, Decimal | None)
            assert found.min is None or found.max is None or found.min <= found.max
    for mention in (*reading.companies, *reading.chips):
        assert mention.name not in mention.also
        assert all("|" not in word for word in (mention.name,))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_quote_is_what_stands_at_its_offsets(lang: str) -> None:
    for i, text in enumerate(SENTENCES[lang]):
        title = SENTENCES[lang][i - 1]
        source = article(f"{text}\n\n{SENTENCES[lang][i - 2]}", lang, title)
        check(reader().read_one(source), source)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_quote_holds_in_any_splice(data: st.DataObject) -> None:
    lang = data.draw(st.sampled_from(LANGUAGES))
    pieces = st.sampled_from(SENTENCES[lang] + FILLER)
    cut = st.integers(0, 30)
    text = "".join(piece[data.draw(cut) :] for piece in data.draw(st.lists(pieces, min_size=1, max_size=8)))
    title = data.draw(st.sampled_from(["", "  ", "T", "Nvidia", *SENTENCES[lang], "两\n行", "AMD\n\nIntel"]))
    source = article(text, lang, title)
    check(reader().read_one(source), source)


@pytest.mark.parametrize("lie", ["en", "pt", "ja", "xx", "", None, "zh-Hant"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_language_is_that_of_the_text_not_the_one_declared(lang: str, lie: str | None) -> None:
    text = " ".join(SENTENCES[lang][:4]) if lang not in ("zh", "ja") else "".join(SENTENCES[lang][:4])
    assert read(text, lie).lang == lang


def test_other_languages_are_left_alone() -> None:
    text = (
        "Компания Nvidia продаст компании Oracle 10 тысяч ускорителей. Сделка оценивается в 4 млрд долларов."
    )
    reading = read(text)
    assert reading.lang == "ru"
    assert not reading.relevant
    assert not (reading.deals or reading.companies or reading.sizes)


def test_other_news_is_stopped_by_the_gate() -> None:
    reading = read("The striker scored twice and the visitors won the cup final after extra time.", "en")
    assert not reading.relevant
    assert not (reading.deals or reading.companies or reading.chips or reading.sizes)


def test_title_and_text_are_told_apart() -> None:
    title = "AMD buys ZT Systems, a maker of servers"
    text = "The chipmaker will pay $4.9 billion for the firm."
    reading = read(text, "en", title)
    by_name = {mention.name: mention.span for mention in reading.companies}
    assert by_name["AMD"] == Span(0, 3, "AMD", "title")
    assert [(s.span.field, s.span.quote) for s in reading.sizes] == [("text", "$4.9 billion")]


def test_an_article_may_be_empty_or_all_title() -> None:
    for title, text in (
        ("", ""),
        ("AMD acquires Xilinx for $35 billion, chips and all", ""),
        ("", "\n\n"),
        ("\n", "x"),
    ):
        source = article(text, "en", title)
        check(reader().read_one(source), source)


def test_one_mention_a_company_with_all_its_words() -> None:
    reading = read(
        "Taiwan Semiconductor Manufacturing Co. will build a fab. TSMC said the fab will make chips for Apple. TSMC rose.",
        "en",
    )
    (tsmc,) = [mention for mention in reading.companies if mention.name == "TSMC"]
    assert tsmc.key
    assert tsmc.span.start == 0
    assert any(word.startswith("Taiwan Semiconductor") for word in tsmc.also)


def test_articles_are_read_in_order_and_apart() -> None:
    texts = ["AMD makes chips.", "Cats sleep.", "Nvidia makes GPUs.", "AMD makes chips."]
    found = list(reader().read(article(text, "en", ident=str(i)) for i, text in enumerate(texts)))
    assert [r.article_id for r in found] == ["0", "1", "2", "3"]
    assert [[c.name for c in r.companies] for r in found] == [["AMD"], [], ["Nvidia"], ["AMD"]]


def test_reading_is_the_same_every_time() -> None:
    for lang in LANGUAGES:
        text = "\n\n".join(SENTENCES[lang])
        assert read(text, lang) == read(text, lang)


def test_what_lies_beyond_the_longest_article_is_not_read() -> None:
    text = (
        "Nvidia makes GPUs. "
        + "And so on it goes. " * (MAX_CHARS // 19)
        + " AMD acquired Xilinx for $49 billion."
    )
    assert [c.name for c in read(text, "en").companies] == ["Nvidia"]


def test_the_same_deal_told_three_times_is_one() -> None:
    reading = read(
        "AMD has agreed to acquire ZT Systems, a maker of servers, for $4.9 billion.\n\n"
        "The acquisition of ZT Systems will help AMD to sell whole racks of its chips.\n\n"
        "AMD will pay $4.9 billion for ZT Systems, three quarters of it in cash.",
        "en",
        "AMD to acquire ZT Systems for $4.9 billion",
    )
    assert len(reading.deals) == 1, tell(reading)
    (deal,) = reading.deals
    assert [(s.min, s.max) for s in deal.sizes if s.kind == "money"] == [(Decimal(4_900_000_000),) * 2]
    assert len(deal.evidence) >= 2
