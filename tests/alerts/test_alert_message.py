"""The words of an alert, also where strangers chose them."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from alert_deals import report, revision
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.alerts import Rule, message
from pipeline.alerts.message import MOST_BODY, MOST_TITLE
from pipeline.alerts.safe import link, plain

RULE = Rule(name="Large deals", channels=("desk",))


def test_what_happened_with_sentence_and_link():
    title, body = message(
        RULE, revision([], [report("a", 6, quote="Envision will supply OpenMind with racks.")])
    )
    assert title == "New: Envision supplies OpenMind, USD 5 billion"
    assert "“Envision will supply OpenMind with racks.”" in body
    assert "\nhttps://a.example/1\n" in body
    assert "announced; one source, confidence 80 of 100" in body
    assert "Envision (supplier), OpenMind (customer)" in body
    assert "Large deals" in body


def test_the_article_that_brought_the_change_is_quoted():
    title, body = message(
        RULE, revision([report("a", 6, status="rumored", quote="Old.")], [report("b", 7, quote="Signed.")])
    )
    assert title.startswith("Firm: ")
    assert "“Signed.”" in body
    assert "https://b.example/1" in body
    assert "Was: rumored, now: announced" in body


def test_growth_says_from_what_to_what():
    title, body = message(RULE, revision([report("a", 6)], [report("b", 7, usd="5.5e9")]))
    assert title.startswith("Larger: ")
    assert "USD 5 billion → USD 5.5 billion" in body


HOSTILE = "\u202eEvil\x1b[31m <b>@all</b> [x](http://evil.example) *hi* `rm` <!all> \u2066|http://e.example>"
HOSTILE += "\r\nStatus: fake"


def test_hostile_names_stay_names():
    hostile = revision([], [report("a", 6, customer=HOSTILE, quote=HOSTILE * 50, url="javascript:alert(1)")])
    title, body = message(RULE, hostile)
    for text in (title, body):
        assert not {"<", ">", "[", "`", "*", "@", "|", "\x1b", "\u202e", "\u2066", "\r"} & set(text)
        assert "://" not in text
    assert "\n" not in title
    assert not any(line.startswith("Status: fake") for line in body.split("\n"))
    assert "javascript" not in body


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400), st.text(max_size=900), st.text(max_size=80))
def test_any_words_give_short_clean_text(name, quote, url):
    given_ = revision([], [report("a", 6, customer=name or "x", quote=quote or "x", url=url)])
    title, body = message(RULE, given_)
    assert len(title) <= MOST_TITLE
    assert len(body) <= MOST_BODY
    bad = {unicodedata.category(c) for c in title + body.replace("\n", "")} & {"Cc", "Cf", "Cs", "Co", "Cn"}
    assert not bad


def test_a_deal_of_very_many_parties_is_cut_short():
    deal = revision([], [report("a", 6)])
    many = replace(deal.deal, parties=deal.deal.parties * 60, chips=("Chip " * 30,) * 50)
    title, body = message(RULE, replace(deal, deal=many))
    assert len(title) <= MOST_TITLE
    assert len(body) <= MOST_BODY
    assert "and 116 more" in body


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/x?y=1&z=ü", "https://a.example/x?y=1&z=%C3%BC"),
        ("https://a.example/(x) <y>", "https://a.example/%28x%29%20%3Cy%3E"),
        ("http://a.example/%C3%BC", "http://a.example/%C3%BC"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("https://user:secret@a.example/", None),
        ("https:///nohost", None),
        ("https://[bad", None),
        ("https://a.example/" + "x" * 3000, None),
        ("", None),
        (None, None),
    ],
)
def test_links(url, expected):
    assert link(url) == expected


def test_plain_keeps_ordinary_names():
    for name in ("L'Oréal & Cie", "삼성전자", "台积电(南京)", "AT+T", "Ümlaut GmbH"):
        assert plain(name, 60) == name.replace("&", "+")
