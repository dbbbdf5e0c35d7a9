# ruff: noqa: E501
"""The parts of a crawl that are plain functions: listings, decisions, dates, the guard's lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy.core.downloader import Slot
from scrapy.http import Response
from twisted.internet.address import IPv4Address, IPv6Address

import spiders.guard
from pipeline.settings import Settings
from pipeline.store.outcomes import OUTCOMES
from spiders.entry import Candidate, Entry, ListingError, decide, sane_date, select
from spiders.guard import Policy, PublicResolver, Refused
from spiders.listings.feeds import parse_date, plain_text, read_feed
from spiders.listings.links import read_listing
from spiders.listings.sitemaps import read_sitemap
from spiders.outcomes import TRANSIENT
from spiders.politeness import PoliteThrottle, retry_after
from spiders.settings import scrapy_settings
from spiders.source import Source

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FEED = (
    b'<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>T</title><item><title>A &amp; B</title>'
    b"<link>/x?a=1&amp;b=2</link><pubDate>Mon, 23 Nov 2026 05:00:00 +0900</pubDate><content:encoded><![CDATA[<p>%s</p><p>two</p>]]></content:encoded></item></channel></rss>"
)


def test_a_feed_entry_with_its_text() -> None:
    (entry,) = read_feed(FEED % (b"word " * 200), url="https://a.example/feed").entries
    assert entry.url == "https://a.example/x?a=1&b=2"
    assert entry.title == "A & B"
    assert entry.published == datetime(2026, 11, 22, 20, tzinfo=UTC)
    assert entry.text is not None
    assert entry.text.endswith("word\n\ntwo")


@settings(deadline=None)
@given(st.binary(max_size=500), st.integers(0, 600))
def test_any_bytes_are_a_listing_or_refused(noise: bytes, at: int) -> None:
    feed = FEED % b"x"
    sitemap = (
        b'<urlset xmlns="x"><url><loc>https://a.example/1</loc><lastmod>2026-01-01</lastmod></url></urlset>'
    )
    for body in (noise, feed[:at] + noise + feed[at:], sitemap[: at // 6] + noise + sitemap[at // 6 :]):
        for read in (
            lambda body: read_feed(body, url="https://a.example/"),
            lambda body: read_sitemap(body, max_bytes=10_000),
            lambda body: read_listing(body, url="https://a.example/"),
        ):
            try:
                assert all(isinstance(entry.url, str) and entry.url for entry in read(body).entries)
            except ListingError as error:
                assert str(error)


def test_feeds_never_open_files(tmp_path: object) -> None:
    with pytest.raises(ListingError):
        read_feed(b"/etc/hostname", url="https://a.example/")


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2026-11-23", datetime(2026, 11, 23)), ("2026-11-23T05:06:07Z", datetime(2026, 11, 23, 5, 6, 7, tzinfo=UTC)),
        ("2026-11-23T05:06+09:00", datetime(2026, 11, 22, 20, 6, tzinfo=UTC)), ("2026-11", datetime(2026, 11, 1, tzinfo=UTC)),
        ("23 November 2026", datetime(2026, 11, 23, tzinfo=UTC)), ("2026年11月23日", datetime(2026, 11, 23, tzinfo=UTC)),
        ("yesterday's news", None), ("", None), ("9999999999999999-01-01", None), ("2026-13-45", None),
    ],
)  # fmt: skip
def test_dates(text: str, when: datetime | None) -> None:
    assert sane_date(parse_date(text), NOW) == sane_date(when, NOW)


def test_dates_of_wrong_clocks_are_none() -> None:
    assert sane_date(NOW + timedelta(days=3), NOW) is None
    assert sane_date(NOW + timedelta(hours=20), NOW) is not None
    assert sane_date(datetime(1970, 1, 1, tzinfo=UTC), NOW) is None
    assert sane_date(datetime.max.replace(tzinfo=UTC), NOW) is None


def test_sitemaps_with_bare_ampersands_across_chunks() -> None:
    entry = b"<url><loc>https://a.example/%d?a=1&b=2&amp;c=3&nbsp;</loc></url>"
    listing = read_sitemap(
        b"<urlset>" + b"".join(entry % n for n in range(5_000)) + b"</urlset>", max_bytes=10_000_000
    )
    assert [one.url for one in listing.entries] == [
        f"https://a.example/{n}?a=1&b=2&c=3&nbsp;" for n in range(5_000)
    ]


def test_sitemaps_are_cut_by_bytes_and_say_so() -> None:
    body = b"<urlset>" + b"<url><loc>https://a.example/x</loc></url>" * 1_000 + b"</urlset>"
    listing = read_sitemap(body, max_bytes=5_000)
    assert 50 < len(listing.entries) < 200
    assert "larger than 5000" in (listing.cut or "")


def test_plain_text_of_markup() -> None:
    assert (
        plain_text("<p>One<br>two</p><script>x()</script><ul><li>a</li><li>b&amp;c</li></ul>")
        == "One\n\ntwo\n\na\n\nb&c"
    )
    assert plain_text("no markup & more < less") == "no markup & more < less" or "<" not in plain_text("x")


def source(**given: object) -> Source:
    return Source(id="s", name="s", language="en", kind="feed", urls=("https://s.example/feed",), **given)  # type: ignore[arg-type]


def test_which_entries_are_the_sources() -> None:
    found = select(
        source(rewrite={r"/amp/": "/"}), Entry("https://www.s.example/amp/x?utm_source=y"), "f", now=NOW
    )
    assert isinstance(found, Candidate)
    assert (found.url, found.canonical) == ("https://www.s.example/x?utm_source=y", "https://www.s.example/x")
    assert select(source(), Entry("https://other.example/"), "f", now=NOW) == "off_site"
    assert select(source(), Entry("ftp://s.example/"), "f", now=NOW) == "bad_url"
    assert select(source(allow=("/news/",)), Entry("https://s.example/x"), "f", now=NOW) is None
    assert select(source(deny=("/x",)), Entry("https://s.example/x"), "f", now=NOW) is None
    old = Entry("https://s.example/x", NOW - timedelta(days=9))
    assert select(source(limits={"age_days": 7}), old, "f", now=NOW) is None
    assert isinstance(select(source(limits={"age_days": 10}), old, "f", now=NOW), Candidate)


@dataclass
class Page:
    outcome: str
    first_seen: datetime
    last_fetched: datetime | None
    failures: int = 0


def step(outcome: str, age: timedelta, since: timedelta, failures: int = 0) -> str:
    page = Page(outcome, NOW - age, NOW - since, failures)
    return decide(page, now=NOW, edit_days=3, max_attempts=5)


def test_what_to_do_about_a_known_page() -> None:
    hour, day, minute = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
    assert decide(None, now=NOW, edit_days=3, max_attempts=5) == "fetch"
    assert step("new", 10 * minute, 10 * minute) == "known"
    assert step("new", 2 * hour, 2 * hour) == "again"
    assert step("new", 2 * day, 2 * hour) == "known"
    assert step("new", 2 * day, day) == "again"
    assert step("new", 4 * day, 3 * day) == "known"
    assert step("fetched", 2 * hour, 2 * hour) == "known"
    assert step("timeout", hour, minute, 1) == "fetch"
    assert step("timeout", hour, minute, 2) == "later"
    assert step("timeout", hour, 6 * minute, 2) == "fetch"
    assert step("wall", day, hour, 5) == "known"
    assert step("gone", 2 * hour, 2 * hour, 1) == "known"
    assert set(OUTCOMES) > TRANSIENT


def test_retry_after_in_both_forms() -> None:
    def ask(text: str) -> float | None:
        return retry_after(Response("http://a.example/", headers={"Retry-After": text}), NOW)

    assert ask("120") == 120
    assert ask("Mon, 23 Nov 2026 12:01:00 GMT") == 60
    assert ask("Mon, 23 Nov 2026 11:00:00 GMT") == 0
    assert ask("soon") is None
    assert ask("") is None
    assert ask("9" * 400) is None


class Resolver:
    """A name server that gives what it is told to."""

    def __init__(self, *answers: str) -> None:
        self.answers = answers

    def resolveHostName(
        self, receiver: object, host: str, port: int, types: object, semantics: object
    ) -> None:
        receiver.resolutionBegan(SimpleNamespace(name=host))  # type: ignore[attr-defined]
        for answer in self.answers:
            receiver.addressResolved((IPv6Address if ":" in answer else IPv4Address)("TCP", answer, port))  # type: ignore[attr-defined]
        receiver.resolutionComplete()  # type: ignore[attr-defined]


def resolved(*answers: str, host: str = "a.example") -> list[str]:
    kept: list[str] = []
    receiver = SimpleNamespace(
        resolutionBegan=lambda _: None,
        addressResolved=lambda found: kept.append(found.host),
        resolutionComplete=lambda: None,
    )
    PublicResolver(Resolver(*answers)).resolveHostName(receiver, host, 80)  # type: ignore[arg-type]
    return kept


def test_only_public_addresses_are_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spiders.guard, "policy", Policy())
    assert resolved("127.0.0.1", "8.8.8.8", "::ffff:10.0.0.1", "2606:4700::1111") == [
        "8.8.8.8",
        "2606:4700::1111",
    ]
    assert resolved("10.0.0.1") == []
    assert spiders.guard.policy.refused == {"a.example": "10.0.0.1"}
    monkeypatch.setattr(spiders.guard, "policy", Policy(["a.example:80", "10.0.0.1:81"]))
    assert resolved("10.0.0.1") == ["10.0.0.1"]
    assert resolved("10.0.0.1", host="b.example") == []


def test_the_peer_is_looked_at_before_a_byte_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    from twisted.internet.testing import StringTransport
    from twisted.web.http_headers import Headers

    monkeypatch.setattr(spiders.guard, "policy", Policy())
    protocol = spiders.guard._GuardedFactory(lambda _: None, SimpleNamespace()).buildProtocol(None)
    transport = StringTransport(peerAddress=IPv4Address("TCP", "169.254.169.254", 80))
    protocol.makeConnection(transport)
    with pytest.raises(Refused) as error:
        protocol.request(SimpleNamespace(headers=Headers({"host": ["rebind.example"]})))
    assert error.value.outcome == "private_address"
    assert transport.value() == b""


def test_delays_throttle_and_never_go_below_a_crawl_delay(tmp_path: Path) -> None:
    own = scrapy_settings(source(delay=2), Settings(data_dir=tmp_path))  # type: ignore[call-arg]
    assert (own["DOWNLOAD_DELAY"], own["AUTOTHROTTLE_ENABLED"]) == (2, True)
    assert scrapy_settings(source(), Settings(data_dir=tmp_path))["AUTOTHROTTLE_START_DELAY"] == 1.0  # type: ignore[call-arg]
    slots = {"asks.example": Slot(1, 5.0), "quick.example": Slot(2, 5.0)}
    downloader = SimpleNamespace(per_slot_settings={"asks.example": {"delay": 5.0}}, slots=slots)
    throttle = PoliteThrottle.__new__(PoliteThrottle)
    throttle.crawler = SimpleNamespace(engine=SimpleNamespace(downloader=downloader))  # type: ignore[assignment]
    throttle.mindelay, throttle.maxdelay, throttle.target_concurrency = 0.5, 60.0, 2.0
    for _ in range(9):
        for slot in slots.values():
            throttle._adjust_delay(slot, 0.2, Response("http://x.example/"))
    assert slots["asks.example"].delay == 5.0
    assert slots["quick.example"].delay < 1
    for slot in slots.values():
        throttle._adjust_delay(slot, 30.0, Response("http://x.example/"))
    assert min(slot.delay for slot in slots.values()) > 7, "a site that struggles is asked more slowly"
