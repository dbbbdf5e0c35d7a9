# ruff: noqa: E501
"""Checking sources and finding feeds, over HTTP on loopback."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from badserver import BadServer, page, redirect
from crawl_help import test_settings

from spiders.check import check_source, discover, draft, mark_verified
from spiders.entry import ListingError
from spiders.fetch import fetch_pages
from spiders.source import Source, load_source, parse_source

WORDS = "The company said that it would buy many more accelerators for its new data centre in the north"


def dated_feed(base: str, hours: range) -> bytes:
    now = datetime.now(UTC)
    items = "".join(
        f"<item><title>{WORDS} {n}</title><link>{base}/news/{n}</link><pubDate>{format_datetime(now - timedelta(hours=n))}</pubDate></item>"
        for n in hours
    )
    return f"<rss version='2.0'><channel><title>Example News</title>{items}</channel></rss>".encode()


def test_discover_finds_feeds_sitemaps_and_listings(tmp_path: Path) -> None:
    with BadServer() as server:
        stories = "".join(f'<a href="/2026/11/story-about-chips-{n}">{WORDS} {n}</a>' for n in range(12))
        server.routes |= {
            "/": f'<html><head><link rel="alternate" type="application/rss+xml" href="/the-feed"></head><body>{stories}<a href="/tags/x">{WORDS}</a>'.encode(),
            "/the-feed": dated_feed(server.url, range(0, 48, 4)),
            "/comments/feed": dated_feed(server.url, range(0, 48, 4)),
            "/robots.txt": f"User-agent: *\nDisallow: /nothing\nSitemap: {server.url}/hidden-map.xml\n".encode(),
            "/hidden-map.xml": f"<urlset><url><loc>{server.url}/a</loc></url></urlset>".encode(),
            "/sitemap.xml": page("not a sitemap"),
        }
        found = discover(server.url, settings=test_settings(tmp_path, allow_private=(server.netloc,)))
        assert [(one.kind, one.url.removeprefix(server.url)) for one in found] == [
            ("feed", "/the-feed"), ("sitemap", "/hidden-map.xml"), ("listing", "/"),
        ]  # fmt: skip
        assert found[0].per_day == pytest.approx(6, rel=0.2)
        assert (found[0].title, found[0].language) == ("Example News", "en")
        source = parse_source(draft(found[0], id="example"), "example.yml", id="example")
        assert source.verified == "never"
        listing = parse_source(draft(found[2], id="listed"), "listed.yml", id="listed")
        assert listing.covers(f"{server.url}/2026/11/story-about-chips-99")
        report = check_source(listing, settings=test_settings(tmp_path, allow_private=(server.netloc,)))
        assert report.feeds[0].fitting == 12


def test_check_says_what_is_wrong(tmp_path: Path) -> None:
    with BadServer({"*": page()}) as server:
        server.routes |= {
            "/robots.txt": b"", "/good": dated_feed(server.url, range(0, 48, 4)), "/html": page("moved"), "/old": dated_feed(server.url, range(5000, 5048, 4)),
            "/down": lambda call: call.answer(b"", 500), "/away": redirect("http://10.1.1.1/"), "/nothing": b"<rss version='2.0'><channel/></rss>",
        }  # fmt: skip
        settings = test_settings(tmp_path, allow_private=(server.netloc,))

        def report(path: str, **given: object) -> str:
            source = Source(
                id="s",
                name="s",
                language="en",
                kind="feed",
                urls=(server.url + path,),
                expect={"articles_per_day": 6},
                **given,
            )
            return "\n".join(check_source(source, settings=settings).problems)

        assert report("/good") == ""
        assert "HTML instead of a feed" in report("/html")
        assert "seems to have moved" in report("/old")
        assert "HTTP 500" in report("/down")
        assert "not a public address" in report("/away")
        assert "lists nothing" in report("/nothing")
        assert "look at `allow`" in report("/good", allow=("/never/",))
        with pytest.raises(ListingError, match="HTTP 500"):
            discover(f"{server.url}/down", settings=settings)


def test_fetch_pages_keeps_the_order_and_names_what_fails(tmp_path: Path) -> None:
    with BadServer({"/a": page("a"), "/b": lambda call: call.answer(b"", 404)}) as server:
        urls = [f"{server.url}/b", "file:///etc/passwd", f"{server.url}/a", "http://127.0.0.1:1/"]
        got = fetch_pages(urls, settings=test_settings(tmp_path, allow_private=(server.netloc,)))
        assert [(one.url, one.outcome) for one in got] == list(
            zip(urls, ["gone", "bad_url", "fetched", "private_address"], strict=True)
        )
        assert got[2].page is not None
        assert b"<title>a" in got[2].page.body


def test_mark_verified_changes_that_line_only(tmp_path: Path) -> None:
    path = tmp_path / "s.yml"
    text = "id: s\nname: S  # a comment\nlanguage: en\nkind: feed\nurls: [https://s.example/f]\nverified: never\nnotes: verified\n"
    path.write_text(text)
    mark_verified(path, date(2026, 11, 23))
    assert path.read_text() == text.replace("verified: never", "verified: 2026-11-23")
    assert load_source(path).verified == date(2026, 11, 23)
