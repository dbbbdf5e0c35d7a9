# ruff: noqa: E501
"""Times without a zone: of the source's own, else UTC and marked; and clocks that are ahead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from badserver import BadServer
from crawl_help import test_settings

from flows.run import ingest
from pipeline.store import Store
from pipeline.types import RawPage
from pipeline.zones import is_assumed, placed
from spiders.extract import extract_article
from spiders.listings.feeds import read_feed
from spiders.listings.sitemaps import read_sitemap

TOKYO = "Asia/Tokyo"
FETCHED = datetime(2026, 11, 23, 12, tzinfo=UTC)
TEN = datetime(2026, 11, 20, 10, tzinfo=UTC)
ONE = datetime(2026, 11, 20, 1, tzinfo=UTC)
DAY = datetime(2026, 11, 20, tzinfo=UTC)
TEXT = "".join(
    f"<p>The chipmaker will build a further plant beside the one which opened there in spring, it said, number {n}.</p>"
    for n in range(8)
)


@pytest.mark.parametrize(
    ("date", "placed_there", "else_"),
    [
        ("Fri, 20 Nov 2026 10:00:00", ONE, TEN),
        ("Fri, 20 Nov 2026 10:00:00 +0900", ONE, ONE),
        ("Fri, 20 Nov 2026 10:00:00 GMT", TEN, TEN),
        ("2026-11-20T10:00:00", ONE, TEN),
        ("2026-11-20 10:00", ONE, TEN),
        ("2026-11-20T10:00:00Z", TEN, TEN),
        ("2026-11-20", DAY, DAY),
    ],
)
def test_listings(date: str, placed_there: datetime, else_: datetime) -> None:
    rss = f"<rss version='2.0'><channel><item><link>https://a.example/1</link><pubDate>{date}</pubDate></item></channel></rss>"
    json = f'{{"items": [{{"url": "https://a.example/1", "date_published": "{date}"}}]}}'
    sitemap = f"<urlset><url><loc>https://a.example/1</loc><lastmod>{date}</lastmod></url></urlset>"
    for zone, expected in ((TOKYO, placed_there), (None, else_)):
        found = [
            *(read_feed(body.encode(), url="https://a.example/", zone=zone) for body in (rss, json)),
            read_sitemap(sitemap.encode(), max_bytes=10_000, zone=zone),
        ]
        assert [listing.entries[0].published for listing in found] == [expected] * 3, zone


def dated(stated: str, zone: str | None, more: str = "") -> datetime | None:
    head = f'<meta property="article:published_time" content="{stated}">{more}' if stated else more
    html = f"<html><head><title>A plant</title>{head}</head><body><article><h1>A plant</h1>{TEXT}</article></body></html>"
    url = "https://paper.example/plant"
    return extract_article(RawPage(url, url, FETCHED, 200, (), html.encode(), "s"), zone=zone).published_at


def test_pages() -> None:
    assert dated("2026-11-20T10:00:00", TOKYO) == ONE
    assert not is_assumed(dated("2026-11-20T10:00:00", TOKYO))
    assert dated("2026-11-20T10:00:00", None) == TEN
    assert is_assumed(dated("2026-11-20T10:00:00", None))
    for zone in (TOKYO, None):
        assert dated("2026-11-20T10:00:00+01:00", zone) == TEN - timedelta(hours=1)
        assert dated("2026-11-20", zone) == DAY
        elsewhere = '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2026-11-20T10:00:00+09:00"}</script>'
        assert dated("2026-11-20T10:00:00", zone, elsewhere) == ONE
        assert not is_assumed(dated("2026-11-20T10:00:00", zone, elsewhere))


def test_zones_know_summer_time() -> None:
    assert placed(datetime(2026, 7, 1, 12), "Europe/Berlin") == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert placed(datetime(2026, 12, 1, 12), "Europe/Berlin") == datetime(2026, 12, 1, 11, tzinfo=UTC)


@pytest.mark.parametrize("zone", [TOKYO, None])
def test_clocks_in_the_future(zone: str | None) -> None:
    assert dated("2031-01-01T00:00:00", zone) is None
    assert dated("2031-01-01T00:00:00Z", zone) is None
    ahead = dated("2026-11-23T20:00:00", zone)
    assert ahead is not None
    assert ahead <= FETCHED


def test_from_the_site_to_the_store(store: Store, tmp_path: Path) -> None:
    def page(stated: str) -> bytes:
        return f'<html><head><title>A plant</title><meta property="article:published_time" content="{stated}"></head><body><article><h1>A plant</h1>{TEXT}</article></body></html>'.encode()

    now = datetime.now(UTC).replace(microsecond=0)
    today = now - timedelta(hours=20)
    naive = f"{today:%Y-%m-%dT%H:%M:%S}"
    rss = "<rss version='2.0'><channel>%s</channel></rss>"
    item = "<item><link>%s</link>%s</item>"
    with BadServer(
        {
            "/naive": page(naive),
            "/stated": page(f"{naive}Z"),
            "/by-feed": page(naive),
            "/future": page("2099-01-01T00:00:00Z"),
        }
    ) as server:
        plain = "".join(item % (f"{server.url}/{path}", "") for path in ("naive", "stated", "future"))
        zoned = f"<pubDate>{today - timedelta(hours=8):%d %b %Y %H:%M:%S} +0000</pubDate>"
        server.routes["/plain"] = (rss % (plain + item % (f"{server.url}/by-feed", zoned))).encode()
        server.routes["/tokyo"] = (rss % (item % (f"{server.url}/naive?edition=tokyo", ""))).encode()
        folder = tmp_path / "sources"
        folder.mkdir()
        for name, more in (("plain", ""), ("tokyo", f"timezone: {TOKYO}\n")):
            (folder / f"{name}.yml").write_text(
                f"id: {name}\nname: S\nlanguage: en\nkind: feed\nurls: [{server.url}/{name}]\n{more}"
            )
        settings = test_settings(tmp_path, sources_dir=folder, workers=1, allow_private=(server.netloc,))
        assert not ingest(store, settings).failed
        with psycopg.connect(store.url) as conn:
            rows = conn.execute(
                "SELECT canonical_url, published_at, zone_assumed FROM chipwire.article"
            ).fetchall()
        found = {str(url).removeprefix(server.url): (when, assumed) for url, when, assumed in rows}
        assert found == {
            "/naive": (today, True),
            "/stated": (today, False),
            "/by-feed": (today - timedelta(hours=8), False),
            "/future": (None, False),
            "/naive?edition=tokyo": (today - timedelta(hours=9), False),
        }
        health = {row.source: row for row in store.health.sources()}
        assert (health["plain"].zone_assumed_7d, health["tokyo"].zone_assumed_7d) == (1, 0)
