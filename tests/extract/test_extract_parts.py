"""The parts that the extractor is made of: dates, stated data, titles, page objects, fixtures, language, the measure."""

from __future__ import annotations

import importlib.util
import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from web_poet import WebPage, handle_urls
from web_poet.exceptions import Retry, UseFallback

from pipeline.language import detect
from pipeline.text import clean, paragraphs
from pipeline.types import RawPage
from spiders.extract import NotAnArticle, article_from_html, extract_article, load_fixture, save_fixture
from spiders.extract.dates import parse_date
from spiders.extract.fixtures import read_output
from spiders.extract.objects import bound
from spiders.extract.structured import read_json
from spiders.pages import PageArticle

FETCHED = datetime(2026, 11, 23, 12, tzinfo=UTC)
PROSE = (
    "Halvor Systems said on Tuesday that it would supply forty thousand accelerators to the operator Brightmoor, "
    "in an order that both companies value at about $1.8 billion, including racks and a service contract."
)


def page(html: str, url: str = "https://news.example.com/a", status: int = 200) -> RawPage:
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    return RawPage(url, url, FETCHED, status, headers, html.encode(), "sample")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-03T09:30:00+01:00", "2026-03-03T09:30:00+01:00"),
        ("2026-03-03T09:30:00.123Z", "2026-03-03T09:30:00+00:00"),
        ("2026-03-03 09:30:00 +0530", "2026-03-03T09:30:00+05:30"),
        ("20260303T0930", "2026-03-03T09:30:00+00:00"),
        ("1772530200", "2026-03-03T09:30:00+00:00"),
        ("1772530200000", "2026-03-03T09:30:00+00:00"),
        ("Tue, 03 Mar 2026 09:30:00 GMT", "2026-03-03T09:30:00+00:00"),
        ("March 3rd, 2026 at 6:05 p.m. EST", "2026-03-03T18:05:00-05:00"),
        ("3 March 2026", "2026-03-03T00:00:00+00:00"),
        ("Sept. 9, 2025", "2025-09-09T00:00:00+00:00"),
        ("3. März 2026, 14:30 Uhr", "2026-03-03T14:30:00+00:00"),
        ("le 1er août 2026 à 08h15", "2026-08-01T08:15:00+00:00"),
        ("3 de março de 2026 às 8h05", "2026-03-03T08:05:00+00:00"),
        ("3 de diciembre de 2025", "2025-12-03T00:00:00+00:00"),
        ("3 dicembre 2025", "2025-12-03T00:00:00+00:00"),
        ("2026年3月3日 午後2時30分", "2026-03-03T14:30:00+00:00"),
        ("令和8年3月3日", "2026-03-03T00:00:00+00:00"),
        ("2026年3月3日 上午10:20", "2026-03-03T10:20:00+00:00"),
        ("2026.03.03. 오후 2:30", "2026-03-03T14:30:00+00:00"),
        ("2026년 3월 3일", "2026-03-03T00:00:00+00:00"),
        ("03/04/2026", "2026-04-03T00:00:00+00:00"),
        ("31.12.2025", "2025-12-31T00:00:00+00:00"),
    ],
)
def test_dates_as_pages_write_them(text: str, expected: str) -> None:
    found = parse_date(text)
    assert found is not None
    assert found.at.isoformat() == expected


@pytest.mark.parametrize(
    "text", ["", "no date", "99/99/2026", "2026-13-45", "version 1.2.3.4", "30 February 2026"]
)
def test_no_date(text: str) -> None:
    assert parse_date(text) is None


@given(st.text(max_size=80))
@settings(deadline=None)
def test_any_text_is_a_date_or_none(text: str) -> None:
    found = parse_date(text)
    assert found is None or found.at.tzinfo is not None


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2031-01-01T00:00:00Z", None),
        ("2026-11-23T20:00:00", FETCHED),
        ("2026-11-23T20:00:00Z", None),
        ("1970-01-01T00:00:00Z", None),
        ("2026-11-23T13:30:00+09:00", datetime(2026, 11, 23, 4, 30, tzinfo=UTC)),
    ],
)
def test_clocks_ahead_are_refused(stated: str, expected: datetime | None) -> None:
    html = f'<title>A headline for a test</title><meta property="article:published_time" content="{stated}"><p>{PROSE}</p>'
    assert extract_article(page(html)).published_at == expected


def test_a_time_without_zone_takes_it_from_elsewhere_on_the_page() -> None:
    stated = '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2026-03-03T09:30:00"}</script>'
    zoned = '<meta property="article:published_time" content="2026-03-03T09:30:00-05:00">'
    found = extract_article(page(f"<title>A headline</title>{stated}{zoned}<p>{PROSE}</p>"))
    assert found.published_at == datetime(2026, 3, 3, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1,}',
        '<!-- {"a": 1} -->',
        '/*<![CDATA[*/{"a": 1}/*]]>*/',
        '{"a": 1};',
        '{"a": 1',
        "{&quot;a&quot;: 1}",
        '{"a": 1, "b": "x\ny"}',
        '{"a": 1, "b": "say "yes" to it", "c": 2}',
        '{"a": 1, "b": "C:\\dir"}',
    ],
)
def test_broken_json_is_repaired(text: str) -> None:
    assert read_json(text)[0]["a"] == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null, null",
        "[" * 100_000,
        '{"a": "' + '":"x' * 24_000,
        '{"a": "' + ': "b" ' * 16_000,
        '{"a":' * 50_000,
    ],
)
def test_hopeless_json_is_left_out(text: str) -> None:
    assert all(isinstance(value, dict | list | type(None)) for value in read_json(text))


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Halvor wins an order | Sample Wire", "Halvor wins an order"),
        ("Sample Wire: Halvor wins an order", "Halvor wins an order"),
        ("Halvor wins an order - Chips - Sample Wire", "Halvor wins an order - Chips"),
        ("Halvor – what next? – Sample Wire", "Halvor – what next?"),
        ("Halvor-Brightmoor order grows", "Halvor-Brightmoor order grows"),
    ],
)
def test_site_names_leave_the_title(title: str, expected: str) -> None:
    html = f'<title>{title}</title><meta property="og:site_name" content="Sample Wire"><p>{PROSE}</p>'
    assert article_from_html(html, "https://news.example.com/a").title == expected


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("https://www.example.com/story", "https://www.example.com/story"),
        ("https://other.example.net/story", "https://news.example.com/x/a"),
        ("https://news.example.com/", "https://news.example.com/x/a"),
        ("https://news.example.com/x", "https://news.example.com/x/a"),
        ("javascript:void(0)", "https://news.example.com/x/a"),
    ],
)
def test_only_sane_canonical_links_are_believed(href: str, expected: str) -> None:
    html = f'<title>A headline for a test</title><link rel="canonical" href="{href}"><p>{PROSE}</p>'
    assert article_from_html(html, "https://news.example.com/x/a").canonical_url == expected


@handle_urls("layouts.example.com", to_return=PageArticle)
class NewLayout(WebPage[PageArticle]):
    LAYOUT = date(2026, 1, 1)

    async def to_item(self) -> PageArticle:
        if self.css(".again"):
            raise Retry("half a page")
        if not self.css(".new"):
            raise UseFallback("older")
        return PageArticle(title="By the new one")


@handle_urls("layouts.example.com", to_return=PageArticle)
class OldLayout(WebPage[PageArticle]):
    LAYOUT = date(2020, 1, 1)

    async def to_item(self) -> PageArticle:
        if not self.css(".old"):
            raise UseFallback("older still")
        return PageArticle(title="By the old one", authors=("Ida Lund",))


@pytest.mark.parametrize(
    ("mark", "title", "extractor"),
    [
        ("new", "By the new one", "NewLayout"),
        ("old", "By the old one", "OldLayout"),
        ("none", "A headline for a test", "generic"),
    ],
)
def test_page_objects_newest_layout_first(mark: str, title: str, extractor: str) -> None:
    bound.__globals__["_rules"].cache_clear()
    html = f'<title>A headline for a test</title><div class="{mark}"><p>{PROSE}</p></div>'
    found = extract_article(page(html, "https://layouts.example.com/1"))
    assert (found.title, found.extractor.rpartition(".")[2], found.text) == (title, extractor, PROSE)


def test_a_page_object_may_ask_for_the_page_again() -> None:
    bound.__globals__["_rules"].cache_clear()
    with pytest.raises(NotAnArticle, match="fetch the page again") as caught:
        extract_article(page(f'<div class="again"><p>{PROSE}</p></div>', "https://layouts.example.com/1"))
    assert caught.value.outcome == "broken"


def test_fixtures_come_back_as_they_were_saved(tmp_path: Path) -> None:
    saved = page(f"<title>A headline for a test</title><h1>A headline for a test</h1><p>{PROSE}</p>")
    place = save_fixture(saved, tmp_path)
    loaded, expected = load_fixture(place)
    assert loaded == saved
    assert read_output(loaded) == expected == json.loads((place / "output.json").read_text("utf-8"))
    assert expected["text"] == [PROSE]


@pytest.mark.parametrize(
    ("text", "hint", "expected"),
    [
        (
            "Das Unternehmen wird nach Angaben der Behörde im Frühjahr mit dem Bau der Anlage beginnen.",
            "en",
            "de",
        ),
        ("A empresa anunciou que o contrato com a operadora não será renovado até o fim do ano.", "es", "pt"),
        ("台积电将为客户代工新一代芯片，量产时间未定。", "en", "zh"),
        ("工場の建設を始めると発表した。", "zh", "ja"),
        ("공장을 짓는다고 밝혔다.", None, "ko"),
        ("Nvidia", "it", "it"),
        ("", None, "en"),
        ("", "pt_BR", "pt"),
    ],
)
def test_language_is_read_from_the_text(text: str, hint: str | None, expected: str) -> None:
    assert detect(text, hint) == expected


@given(st.text(max_size=300))
@settings(deadline=None)
def test_clean_is_idempotent_and_encodable(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    once.encode("utf-8")
    assert "\x00" not in once
    assert all(part and part == clean(part) for part in paragraphs(text))


def test_the_measure() -> None:
    path = Path(__file__).parents[2] / "bench" / "pages.py"
    spec = importlib.util.spec_from_file_location("bench_pages", path)
    assert spec is not None
    assert spec.loader is not None
    bench = importlib.util.module_from_spec(spec)
    sys.modules["bench_pages"] = bench
    spec.loader.exec_module(bench)
    match, score = bench.match, bench.score
    assert match("a b c d e", "a b c d x") == (1, 1, 1)
    assert match("a b", "a b") == (1, 0, 0)
    assert match("a b c d", "") == (0, 0, 1)
    result = score([(1, 1, 0), (0, 0, 1)])
    assert (result["precision"], result["recall"]) == (0.5, 0.5)
