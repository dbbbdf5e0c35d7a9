"""The report as a page: what it says, and that it is one safe file."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, datetime

import lxml.html
import pytest
from report_deals import deals, told

from pipeline.report import render
from pipeline.types import Article

NOW = datetime(2025, 11, 23, 6, 30, tzinfo=UTC)


def page(*reports, **more):
    html = render(deals(*reports), title=more.pop("title", "Report"), generated_at=NOW, **more)
    return lxml.html.document_fromstring(html)


def words(node):
    return " ".join(node.text_content().split())


def test_everything_is_inside_and_nothing_is_fetched():
    html = render(deals(told("a", "Envision", "OpenMind")), title="Report", generated_at=NOW)
    tree = lxml.html.document_fromstring(html)
    assert not tree.xpath("//link | //img | //iframe | //script[@src] | //object | //embed")
    assert not re.search(r"url\(|@import|https?://(?!a\.example)", html)
    assert not tree.xpath("//@style | //@onclick | //@onload")


def test_the_policy_allows_exactly_its_own_script_and_style():
    tree = page(told("a", "Envision", "OpenMind"))
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    for tag in ("script", "style"):
        (node,) = tree.xpath(f"//{tag}")
        digest = base64.b64encode(hashlib.sha256(node.text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")


def test_the_values_of_a_sentence_are_marked():
    tree = page(told("a", "Envision", "OpenMind"))
    (quote,) = tree.xpath("//blockquote")
    assert words(quote) == "Envision and OpenMind have a deal on GB300 worth 5e9 dollars."
    marks = [(m.get("class"), m.get("title"), m.text) for m in quote.xpath("mark")]
    assert marks == [
        ("paid", "supplier", "Envision"),
        ("payer", "customer", "OpenMind"),
        ("status", "announced", "have a deal"),
        ("chip", "chip", "GB300"),
        ("size", "size", "5e9"),
    ]
    (link,) = tree.xpath("//div[@class='report']//a")
    assert (link.get("href"), link.text_content()) == ("https://a.example/1", "Title a")


def test_figures_table_history_and_confidence():
    tree = page(
        told("a", "Envision", "OpenMind", status="rumored"),
        told("b", "Envision", "OpenMind", day=3),
        told("c", "Core Science", "CoreLoom", usd="17.4e9"),
        told("d", "Wavelet", "Tesselate", usd="40e9", status="cancelled"),
        outcomes={"new": 4, "not_relevant": 2},
        notice="Sample articles.",
    )
    assert [words(t) for t in tree.xpath("//div[@class='tile']/strong")][:2] == ["3", "$22.4bn"]
    rows = [[words(c) for c in row] for row in tree.xpath("//tbody/tr")]
    assert [row[0] for row in rows] == [
        "Wavelet → Tesselate",
        "Core Science → CoreLoom",
        "Envision → OpenMind",
    ]
    assert rows[1][1:5] == ["supply", "announced", "$17.4bn", "USD 17.4 billion"]
    deal = tree.xpath("//article[.//h3[contains(., 'OpenMind')]]")[0]
    assert [words(s) for s in deal.xpath(".//ol/li")] == [
        "rumored 2025-10-06 a times",
        "announced 2025-10-09 b times",
    ]
    assert "0.88 from 2 independent sources, 2 reports" in words(deal)
    assert "4 new" in words(tree.xpath("//*[@id='run']")[0])
    assert "Sample articles." in words(tree.xpath("//*[@class='notice']")[0])


def test_unsure_deals_come_last_and_out_of_the_sums():
    unsure = told("z", "Wavelet", "Tesselate", usd="900e9", confidence=0.4)
    tree = page(told("a", "Envision", "OpenMind"), unsure)
    assert words(tree.xpath("//div[@class='tile']")[1]).startswith("$5bn stated in money")
    rows = [words(row[0]) for row in tree.xpath("//tbody/tr")]
    assert rows == ["Envision → OpenMind", "Wavelet → Tesselate unsure"]
    assert "Wavelet" not in words(tree.xpath("//svg[@class='graph']")[0])
    assert "0.40 from 1 independent source, 1 report" in words(tree.xpath("//article")[1])


def test_all_links_within_lead_somewhere():
    tree = page(told("a", "Envision", "OpenMind"), told("b", "Core Science", "CoreLoom"), outcomes={"new": 1})
    ids = set(tree.xpath("//@id"))
    targets = {href[1:] for href in tree.xpath("//@href") if href.startswith("#")}
    assert targets
    assert targets <= ids
    assert len(tree.xpath("//@id")) == len(ids)


HOSTILE = "</script><script>alert(1)</script>\u202e<img src=x onerror=alert(1)>\"'&"


def test_hostile_words_stay_words():
    bad = told(
        HOSTILE,
        HOSTILE + "A",
        HOSTILE + "B",
        chip=HOSTILE + "C",
        url="javascript:alert(1)",
        title=HOSTILE,
        lang='x" onclick="y',
    )
    html = render(deals(bad), title=HOSTILE, generated_at=NOW, outcomes={HOSTILE: 1}, notice=HOSTILE)
    tree = lxml.html.document_fromstring(html)
    assert len(tree.xpath("//script")) == 1
    assert not tree.xpath("//img | //@onerror | //@onclick")
    assert "javascript:" not in html
    assert "\u202e" not in html


@pytest.mark.parametrize("url", ["ftp://x/y", "data:text/html,x", "https://user:pw@host/", None])
def test_only_web_addresses_become_links(url):
    tree = page(told("a", "Envision", "OpenMind", url=url))
    assert not tree.xpath("//div[@class='report']//a")
    assert "Title a" in words(tree.xpath("//div[@class='report']")[0])


def test_articles_lend_title_and_address():
    article = Article("a", "https://lent.example/", "https://lent.example/", "s", "Lent title", "text")
    for given in ([article], {"a": article}):
        tree = page(told("a", "Envision", "OpenMind", title=None, url=None), articles=given)
        (link,) = tree.xpath("//div[@class='report']//a")
        assert (link.get("href"), link.text_content()) == ("https://lent.example/", "Lent title")


def test_no_deals():
    tree = page()
    assert "No deals yet" in words(tree)
    assert not tree.xpath("//table | //svg")


def test_many_reports_are_folded():
    tree = page(*(told(f"r{n}", "Envision", "OpenMind") for n in range(9)))
    assert len(tree.xpath("//div[@class='report']")) == 9
    assert words(tree.xpath("//article//summary")[0]) == "5 more reports"


def test_the_page_is_the_same_every_time():
    reports = [told("a", "Envision", "OpenMind"), told("b", "Core Science", "CoreLoom")]
    one = render(deals(*reports), title="T", generated_at=NOW)
    assert one == render(deals(*reports[::-1])[::-1], title="T", generated_at=NOW)
