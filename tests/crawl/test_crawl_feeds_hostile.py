# ruff: noqa: E501
"""Feeds, sitemaps, robots.txt and servers that misbehave: named in the result, the others unharmed."""

from __future__ import annotations

import datetime
import gzip
import itertools
import ssl
import time
from pathlib import Path

from badserver import BadServer, Call, feed, page, redirect, rss
from crawl_help import Crawl, outcome
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from pipeline.store import Store
from spiders.listings.feeds import read_feed

BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    + b"".join(b'<!ENTITY %c "%s">' % (99 + n, b"&%c;" % (98 + n) * 10) for n in range(10))
    + b'<!ENTITY file SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><title>&l;</title>'
    b"<item><title>&l;&file;</title><link>%s/bomb-item</link></item></channel></rss>"
)


def test_entities_are_neither_unfolded_nor_read_from_files() -> None:
    (entry,) = read_feed(BOMB % b"https://a.example", url="https://a.example/feed").entries
    assert entry.url == "https://a.example/bomb-item"
    assert len(entry.title or "") < 100
    assert "root:" not in str(entry)


def test_bad_feeds_are_named_and_good_ones_read(crawl: Crawl, crawl_store: Store) -> None:
    with BadServer({"*": page()}) as server, BadServer({"*": b"secret"}) as private:
        big = rss([f"/many/{n}" for n in range(10_000)], base=server.url)
        ill = (
            b"<rss><channel><title>&nbsp;<item><title>R&D <b>bold</title><link>%s/ill</link></item><item><link>%s/ill2"
            % ((server.url.encode(),) * 2)
        )
        bad = {
            "/html": (page("We are down"), "broken"),
            "/nothing": (b"", "broken"),
            "/json": (b'{"error": "no"}', "broken"),
            "/binary": (bytes(range(256)) * 20, "broken"),
            "/five-hundred": (lambda call: call.answer(b"", 500), "http_error"),
            "/gone": (lambda call: call.answer(b"", 410), "gone"),
            "/too-large": (lambda call: call.answer(b" " * 3_000_000), "too_large"),
            "/bomb-gzip": (
                lambda call: call.answer(gzip.compress(bytes(30_000_000)), Content_Encoding="gzip"),
                "too_large",
            ),
            "/to-private": (redirect(f"{private.url}/"), "private_address"),
            "/reset": (
                lambda call: call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<rss>"),
                "connection_error",
            ),
        }
        good = {
            "/good": rss(["/from-good"], base=server.url),
            "/ten-thousand": big,
            "/entities": BOMB % server.url.encode(),
            "/ill-formed": ill,
            "/wrong-charset": rss(["/from-latin"], base=server.url)
            .replace(b'"1.0"?', b'"1.0" encoding="utf-8"?')
            .replace(b"Feed", "Größe".encode("latin-1")),
            "/json-feed": b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": "%s/from-json"}, {"id": 7}, 5]}'
            % server.url.encode(),
            "/atom": b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>x</title><link href="/from-atom"/><updated>2026-11-20T01:02:03</updated></entry></feed>',
            "/rdf": b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><item><link>%s/from-rdf</link></item></rdf:RDF>'
            % server.url.encode(),
        }
        server.routes |= {path: route for path, (route, _) in bad.items()} | good
        server.routes["/robots.txt"] = lambda call: call.answer(b"", 404)
        urls = [server.url + path for path in (*bad, *good)]

        result = crawl(
            *urls,
            allow=(server.netloc,),
            limits={"retries": 0, "pages": 50},
            settings={"max_feed_bytes": 2_000_000},
            domains=["127.0.0.1"],
        )

        assert {one.url.removeprefix(server.url): one.outcome for one in result.feeds if not one.ok} == {
            path: word for path, (_, word) in bad.items()
        }
        assert {one.url.removeprefix(server.url) for one in result.feeds if one.ok} == set(good)
        assert result.state == "failed"
        assert all(server.url + path in (result.error or "") for path in bad)
        for path in (
            "/from-good",
            "/bomb-item",
            "/ill",
            "/from-latin",
            "/from-json",
            "/from-atom",
            "/from-rdf",
        ):
            assert outcome(crawl_store, server.url + path) in ("fetched", None), path
        assert result.outcomes["fetched"] == 50
        assert result.outcomes["too_many"] == result.listed - 50 > 9_900
        assert private.calls == []


def test_sitemaps_of_any_size_and_kind(crawl: Crawl, crawl_store: Store) -> None:
    head = b'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
    with BadServer({"*": page()}) as server:
        base = server.url.encode()
        entry = b"<url><loc>%s/story/%%d</loc><lastmod>2026-11-20</lastmod></url>" % base
        # Ten million entries as a gzip file of many members: small to send, endless to read.
        block = gzip.compress(b"".join(entry % n for n in range(20_000)), 1)
        endless = gzip.compress(head) + block * 500
        news = (
            head
            + b"<url><loc>%s/news/1?a=1&b=2</loc><news:news><news:title>T</news:title><news:publication_date>2026-11-22T10:00:00+09:00</news:publication_date></news:news></url></urlset>"
            % base
        )
        server.routes |= {
            "/robots.txt": lambda call: call.answer(b"", 404),
            "/endless.xml.gz": lambda call: call.answer(endless, kind="application/gzip"),
            "/news.xml": lambda call: call.answer(news, kind="text/xml"),
            "/list.txt": lambda call: call.answer(b"%s/plain/1\n%s/plain/2\n" % (base, base), kind="text/plain"),
            "/torn.xml": lambda call: call.answer(head + b"<url><loc>%s/torn/1</loc></url><url><loc>%s/torn/2" % (base, base), kind="text/xml"),
            "/index.xml": lambda call: call.answer(
                b"<sitemapindex>" + b"".join(b"<sitemap><loc>%s/child/%d.xml</loc></sitemap>" % (base, n) for n in range(30)) + b"</sitemapindex>"
            ),
            **{f"/child/{n}.xml": head + b"<url><loc>%s/child-story/%d</loc></url></urlset>" % (base, n) for n in range(30)},
        }  # fmt: skip
        paths = ("/endless.xml.gz", "/news.xml", "/list.txt", "/torn.xml", "/index.xml")

        began = time.process_time()
        result = crawl(
            *(server.url + path for path in paths), kind="sitemap", allow=(server.netloc,),
            limits={"retries": 0, "entries": 15_000, "pages": 40, "sitemaps": 5},
        )  # fmt: skip

        assert result.ok, result.error
        by_path = {one.url.removeprefix(server.url): one for one in result.feeds}
        assert by_path["/endless.xml.gz"].entries == 15_000
        assert "more than 15000" in (by_path["/endless.xml.gz"].detail or "")
        assert sum(path.startswith("/child/") for path in by_path) == 5, (
            "an index leads to as many as allowed"
        )
        assert by_path["/torn.xml"].entries >= 1
        assert result.outcomes["fetched"] == 40
        assert result.outcomes["fetched"] + result.outcomes["too_many"] == result.listed
        assert time.process_time() - began < 60


def test_robots_txt_as_it_is_found(crawl: Crawl, crawl_store: Store) -> None:
    def huge(call: Call) -> None:
        call.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nUser-agent: *\nDisallow: /private/\n")
        for _ in range(1_600):
            call.send(b"Disallow: /x/\n" * 4_700)

    robots: dict[str, tuple[object, str, str]] = {
        "forbids": (b"User-agent: *\nDisallow: /private/\n", "fetched", "blocked"),
        "names us": (b"User-agent: chipwire\nDisallow: /\n", "blocked", "blocked"),
        "names another": (b"User-agent: otherbot\nDisallow: /\n", "fetched", "fetched"),
        "HTML": (b"<html>Disallow: /\nUser-agent: *\nDisallow: /\n</html>", "fetched", "fetched"),
        "100 MB": (huge, "fetched", "blocked"),
        "not found": (lambda call: call.answer(b"Disallow: /", 404), "fetched", "fetched"),
        "broken": (lambda call: call.answer(b"", 503, Retry_After="0"), "http_error", "http_error"),
        "cut off": (lambda call: call.sock.close(), "connection_error", "connection_error"),
        "bomb": (
            lambda call: call.answer(gzip.compress(bytes(50_000_000)), Content_Encoding="gzip"),
            "too_large",
            "too_large",
        ),
    }
    servers = {name: BadServer({"*": page(), "/robots.txt": route}) for name, (route, _, _) in robots.items()}  # type: ignore[dict-item]
    try:
        urls = [f"{server.url}/{path}/page" for server in servers.values() for path in ("open", "private")]
        result = crawl(*urls, kind="pages", allow=tuple(server.netloc for server in servers.values()))
        for name, (_, is_open, is_private) in robots.items():
            found = [outcome(crawl_store, f"{servers[name].url}/{path}/page") for path in ("open", "private")]
            assert found == [is_open, is_private], name
        assert result.listed == len(urls)
    finally:
        for server in servers.values():
            server.close()


def test_crawl_delay_and_retry_after(crawl: Crawl, crawl_store: Store) -> None:
    first = {"/busy": True}

    def busy(call: Call) -> None:
        if first.pop("/busy", None):
            call.answer(b"", 429, Retry_After="1")
        else:
            call.answer(page())

    with (
        BadServer({"*": page(), "/busy": busy}) as slow,
        BadServer({"*": page(), "/robots.txt": lambda call: call.answer(b"", 404)}) as stern,
    ):
        slow.routes["/robots.txt"] = b"User-agent: *\nCrawl-delay: 0.5\n"
        stern.routes["/1"] = lambda call: call.answer(b"", 503, Retry_After="7200")
        urls = [f"{slow.url}/{name}" for name in ("1", "2", "3", "busy")] + [
            f"{stern.url}/{n}" for n in range(1, 20)
        ]
        result = crawl(
            *urls,
            kind="pages",
            allow=(slow.netloc, stern.netloc),
            limits={"retries": 1},
            settings={"concurrent_per_host": 1},
        )
        times = sorted(call.at for call in slow.calls if call.path != "/robots.txt")
        assert min(later - sooner for sooner, later in itertools.pairwise(times)) > 0.4
        assert outcome(crawl_store, f"{slow.url}/busy") == "fetched"
        assert 7000 < result.waits[stern.netloc] <= 7200
        assert outcome(crawl_store, f"{stern.url}/1") == "http_error"
        assert len([call for call in stern.calls if call.path != "/robots.txt"]) < 19, (
            "left alone once it asked for it"
        )
        assert result.outcomes["too_many"] > 0


def test_tls_and_servers_that_are_not_there(crawl: Crawl, crawl_store: Store, tmp_path: Path) -> None:
    with (
        BadServer({"*": page()}, tls=self_signed(tmp_path)) as tls,
        BadServer() as plain,
        BadServer() as gone,
    ):
        gone.close()
        wrong = f"https://{plain.netloc}/no-tls"
        urls = [f"{tls.url}/self-signed", wrong, f"{gone.url}/refused", "https://does-not-exist.invalid/x"]
        crawl(*urls, kind="pages", allow=(tls.netloc, plain.netloc, gone.netloc))
        assert [outcome(crawl_store, url) for url in urls] == [
            "tls_error",
            "tls_error",
            "connection_error",
            "dns_error",
        ]
        assert tls.calls == []


def test_a_source_that_is_down_fails_by_name_and_comes_back(crawl: Crawl, crawl_store: Store) -> None:
    with BadServer({f"/{n}": page() for n in range(3)}) as server:
        server.routes["/feed"] = lambda call: call.answer(b"", 500)
        down = crawl(f"{server.url}/feed", allow=(server.netloc,))
        assert (down.state, down.listed) == ("failed", 0)
        assert f"{server.url}/feed: http_error: HTTP 500" in (down.error or "")
        server.routes["/feed"] = feed(["/0", "/1", "/2"])
        back = crawl(f"{server.url}/feed", allow=(server.netloc,))
        assert back.ok
        assert back.outcomes == {"fetched": 3}


def self_signed(folder: Path) -> ssl.SSLContext:
    """A server context with a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    cert = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1)).sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + cert.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
