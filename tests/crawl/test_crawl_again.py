# ruff: noqa: E501
"""Crawling again: nothing twice, nothing lost, edits seen; after a kill, with the database gone, with lying
name servers.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from badserver import BadServer, Call, feed, page
from crawl_help import Crawl, archived, outcome, test_settings

import spiders.crawl
from pipeline.store import Store, embedded, open_store
from pipeline.urls import canonical_url
from spiders.archive import Archive
from spiders.crawl import crawl_source
from spiders.source import Source


def age(store: Store, url: str, hours: float) -> None:
    """Make the pages and feeds of a server older."""
    with psycopg.connect(store.url, options="-c search_path=chipwire") as conn:
        conn.execute(
            "UPDATE page SET first_seen = first_seen - %(h)s * interval '1 hour', last_fetched = last_fetched - %(h)s * interval '1 hour', "
            "waiting = false, outcome = CASE WHEN waiting THEN 'new' ELSE outcome END WHERE url LIKE %(url)s || '%%'",
            {"h": hours, "url": url},
        )
        conn.execute(
            "UPDATE feed SET fetched_at = fetched_at - %(h)s * interval '1 hour', changed_at = changed_at - %(h)s * interval '1 hour' "
            "WHERE url LIKE %(url)s || '%%'", {"h": hours, "url": url},
        )  # fmt: skip


def test_known_pages_are_left_alone_and_young_ones_looked_at_for_edits(
    crawl: Crawl, crawl_store: Store, tmp_path: Path
) -> None:
    def tagged(call: Call) -> None:
        if call.headers.get("if-none-match") == '"v1"':
            call.answer(status=304, ETag='"v1"')
        else:
            call.answer(page("tagged"), ETag='"v1"')

    with BadServer({"/same": page("same"), "/edited": page("before"), "/tagged": tagged}) as server:
        allow = (server.netloc,)
        server.routes["/feed"] = feed(["/same", "/edited", "/tagged"])
        assert crawl(f"{server.url}/feed", allow=allow).outcomes == {"fetched": 3}

        again = crawl(f"{server.url}/feed", allow=allow)
        assert (again.feeds[0].outcome, again.listed) == ("not_modified", 0)

        server.routes["/feed"] = feed(["/same", "/edited", "/tagged", "/new"], ETag='"other"')
        server.routes["/new"] = page("new")
        more = crawl(f"{server.url}/feed", allow=allow)
        assert more.outcomes == {"known": 3, "fetched": 1}
        assert server.hits["/same"] == 1

        age(crawl_store, server.url, 5)
        server.routes["/edited"] = page("after")
        edits = crawl(f"{server.url}/feed", allow=allow)
        assert edits.outcomes == {"unchanged": 2, "not_modified": 1, "fetched": 1}
        assert outcome(crawl_store, f"{server.url}/edited") == "fetched"

        age(crawl_store, server.url, 24 * 10)
        server.routes["/feed"] = feed(["/same", "/edited", "/tagged", "/new", "/newest"], ETag='"last"')
        old = crawl(f"{server.url}/feed", allow=allow)
        assert old.outcomes == {"known": 4, "gone": 1}

        archive = Archive(tmp_path / "archive")
        for path, body in (
            ("/same", b"same"),
            ("/edited", b"after"),
            ("/tagged", b"tagged"),
            ("/new", b"new"),
        ):
            assert b"<title>" + body in archive.read(str(archived(crawl_store, server.url + path))).body


def test_above_the_limit_of_a_run_the_rest_comes_next_time(crawl: Crawl, crawl_store: Store) -> None:
    with BadServer({"*": page()}) as server:
        server.routes["/feed"] = feed([f"/{n}" for n in range(25)])
        rounds = [crawl(f"{server.url}/feed", allow=(server.netloc,), limits={"pages": 10}) for _ in range(4)]
        assert [one.outcomes.get("fetched", 0) for one in rounds] == [10, 10, 5, 0]
        assert rounds[0].outcomes["too_many"] == 15
        assert rounds[3].feeds[0].outcome == "not_modified", "only once all is recorded"
        assert max(server.hits[f"/{n}"] for n in range(25)) == 1


def test_listing_pages_are_followed_while_they_hold_news_and_no_further(crawl: Crawl) -> None:
    def listing(call: Call) -> None:
        n = int(call.path.partition("=")[2] or 1)
        links = "".join(f'<a href="/story/{n * 10 + k}?sid=abcdef0123456789{n}{k}">S</a>' for k in range(5))
        call.answer(
            f'<body>{links}<a href="/calendar?day={n + 1}">more</a><a rel="next" href="/news?p={n + 1}">next</a>'.encode()
        )

    with BadServer({"*": page(), "/news": listing}) as server:

        def run() -> spiders.crawl.CrawlResult:
            return crawl(
                f"{server.url}/news", kind="listing", allow=(server.netloc,), allow_=(r"/story/\d+", r"/calendar"), deny=(r"/calendar",),
                limits={"listing_pages": 4, "retries": 0}, id="listing-site",
            )  # fmt: skip

        first = run()
        assert first.outcomes == {"fetched": 20}
        assert sum(path.startswith("/news") for path in server.hits) == 4
        second = run()
        assert second.outcomes.get("fetched", 0) == 0
        assert not any(path.startswith("/calendar") for path in server.hits)


def test_pages_that_only_lead_on(crawl: Crawl, crawl_store: Store) -> None:
    with BadServer(
        {
            "/filing-1-index.htm": b'<a href="/doc/8k.htm">8-K</a><a href="/about">about</a><a href="/filing-2-index.htm">x</a>',
            "/doc/8k.htm": page(),
        }
    ) as server:
        server.routes["/feed"] = feed(["/filing-1-index.htm"])
        result = crawl(
            f"{server.url}/feed", allow=(server.netloc,), through=(r"-index\.htm$",), allow_=(r"/doc/",)
        )
        assert result.outcomes == {"no_text": 1, "fetched": 1}
        assert "leads on to 1" in str(_detail(crawl_store, f"{server.url}/filing-1-index.htm"))


def _detail(store: Store, url: str) -> object:
    with psycopg.connect(store.url, options="-c search_path=chipwire") as conn:
        return conn.execute(
            "SELECT detail FROM page WHERE canonical_url = %s", [canonical_url(url)]
        ).fetchone()


def test_killed_in_the_middle_and_run_again(crawl: Crawl, crawl_store: Store) -> None:
    def slow(call: Call) -> None:
        time.sleep(0.15)
        call.answer(page(call.path))

    with BadServer({"*": slow, "/robots.txt": lambda call: call.answer(b"", 404)}) as server:
        paths = [f"/{n}" for n in range(40)]
        server.routes["/feed"] = feed(paths)

        def kill() -> None:
            while len(server.calls) < 15:
                time.sleep(0.01)
            for child in psutil.Process().children():
                if "spiders.worker" in child.cmdline():
                    child.kill()

        killer = threading.Thread(target=kill)
        killer.start()
        dead = crawl_without_checks(crawl_store, f"{server.url}/feed", server.netloc)
        killer.join()
        assert dead.state == "failed"
        assert "died by signal 9" in (dead.error or "")
        recorded = {path for path in paths if outcome(crawl_store, server.url + path) == "fetched"}
        assert len(recorded) < 40

        again = crawl(f"{server.url}/feed", allow=(server.netloc,), id="killed")
        assert again.ok
        assert {outcome(crawl_store, server.url + path) for path in paths} == {"fetched"}
        assert again.outcomes.get("fetched") == 40 - len(recorded)
        assert all(server.hits[path] == 1 for path in recorded), "what was recorded is not fetched again"


def crawl_without_checks(store: Store, url: str, netloc: str, **settings: Any) -> spiders.crawl.CrawlResult:
    source = Source(id="killed", name="killed", language="en", kind="feed", urls=(url,))
    own = test_settings(Path("/nonexistent"), allow_private=(netloc,), concurrent_per_host=2, **settings)
    own = own.model_copy(update={"archive_url": "memory://killed"})
    return crawl_source(source, store=store, run_id=store.runs.start("ingest"), settings=own)


def test_begun_again_in_the_same_run(crawl_store: Store, tmp_path: Path) -> None:
    with BadServer({"/1": page("1"), "/2": page("2")}) as server:
        server.routes["/feed"] = feed(["/1", "/2"])
        source = Source(
            id="twice",
            name="s",
            language="en",
            kind="feed",
            urls=(f"{server.url}/feed", f"{server.url}/other"),
        )
        settings = test_settings(tmp_path, allow_private=(server.netloc,))
        run_id = crawl_store.runs.start("ingest")
        first = crawl_source(source, store=crawl_store, run_id=run_id, settings=settings)
        assert (first.state, first.outcomes) == ("failed", {"fetched": 2})
        server.routes |= {
            "/other": feed(["/1", "/3"]),
            "/feed": feed(["/1", "/2"], ETag='"new"'),
            "/3": page("3"),
        }
        second = crawl_source(source, store=crawl_store, run_id=run_id, settings=settings)
        assert (second.state, second.outcomes, second.listed) == ("ok", {"fetched": 3}, 3)
        assert crawl_store.runs.crawls(run_id)[0].attempts == 2


def test_time_is_up(crawl: Crawl) -> None:
    def slow(call: Call) -> None:
        time.sleep(0.3)
        call.answer(page())

    with BadServer({"*": slow}) as server:
        server.routes["/feed"] = feed([f"/{n}" for n in range(60)])
        result = crawl(
            f"{server.url}/feed",
            allow=(server.netloc,),
            settings={"crawl_timeout": 3.0, "concurrent_per_host": 1, "concurrent_requests": 8},
        )
        assert result.state == "failed"
        assert "time is up" in (result.error or "")
        assert result.outcomes["fetched"] > 0
        assert result.outcomes["fetched"] + result.outcomes["too_many"] == result.listed == 60


def test_the_database_restarts_or_stays_away(tmp_path: Path) -> None:
    folder = tmp_path / "pg"
    url = embedded.start(folder, durable=False)
    try:
        with BadServer({"*": page()}) as server, open_store(url, max_connections=2) as store:
            gone = threading.Event()

            def pull(call: Call) -> None:
                embedded.stop(folder, at_once=True)
                gone.set()
                if call.path == "/restart":
                    embedded.start(folder, durable=False)
                call.answer(page("pulled"))

            server.routes |= {"/restart": pull, "/feed": feed(["/1", "/2", "/restart", "/3"])}
            source = Source(id="s", name="s", language="en", kind="feed", urls=(f"{server.url}/feed",))
            settings = test_settings(
                tmp_path, allow_private=(server.netloc,), concurrent_per_host=1, database_timeout=5
            )
            result = crawl_source(source, store=store, run_id=store.runs.start("ingest"), settings=settings)
            assert gone.is_set()
            assert result.ok, result.error
            assert result.outcomes == {"fetched": 4}

            run_id = store.runs.start("ingest")
            embedded.stop(folder, at_once=True)
            job = {
                "source": source.model_dump(mode="json"),
                "run_id": run_id,
                "database_url": url,
                "settings": settings.model_dump(mode="json"),
            }
            dead = spiders.crawl.run_worker("s", job, 60, print)
            assert isinstance(dead, str)
            assert "Cannot reach the database" in dead
    finally:
        embedded.stop(folder, at_once=True)


def test_names_that_resolve_to_private_addresses(
    crawl: Crawl, crawl_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = [
        "127.0.0.1",
        "::1",
        "10.0.0.7",
        "169.254.169.254",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "100.64.0.1",
        "fd00::1",
    ]
    with BadServer({"*": b"secret"}) as secret, BadServer({"*": page()}) as server:
        names = {f"n{n}.example.com": [[address]] for n, address in enumerate(private)}
        names["both.example.com"] = [["169.254.169.254", "127.0.0.1"]]
        # Changes its mind: refused at first, then ours, then private again.
        names["rebind.example.com"] = [["10.0.0.1"], ["127.0.0.1"]]
        monkeypatch.setenv("CHIPWIRE_TEST_NAMES", json.dumps(names))
        worker = Path(__file__).with_name("fake_names_worker.py")
        monkeypatch.setattr(spiders.crawl, "WORKER", (sys.executable, str(worker)))
        urls = [f"http://{name}:{secret.port}/" for name in names]
        result = crawl(*urls, f"{server.url}/fine", kind="pages", allow=(server.netloc,))
        assert {url: outcome(crawl_store, url) for url in urls} == dict.fromkeys(urls, "private_address")
        assert secret.calls == []
        assert result.outcomes == {"private_address": len(urls), "fetched": 1}


def test_a_link_back_to_newer_entries_does_not_end_the_paging(crawl: Crawl) -> None:
    def listing(call: Call) -> None:
        n = int(call.path.partition("=")[2] or 1)
        turns = "".join(f'<a href="/list?p={m}">turn</a>' for m in (n - 1, n + 1) if m)
        call.answer(f'<body>{turns}<a href="/story/{n}">a story</a></body>'.encode())

    with BadServer({"*": page(), "/list": listing}) as server:
        crawl(
            f"{server.url}/list?p=1", kind="listing", allow=(server.netloc,), allow_=(r"/story/\d+",), next=r"[?]p=",
            limits={"listing_pages": 4, "retries": 0}, id="turning-site",
        )  # fmt: skip
        asked = sorted(path for path in server.hits if path.startswith("/list"))
        assert asked == [f"/list?p={n}" for n in range(1, 5)]


def test_what_a_sitemaps_index_led_to_and_was_left_over_comes_next_time(crawl: Crawl) -> None:
    with BadServer({"*": page()}) as server:

        def entries(child: int) -> bytes:
            locs = "".join(f"<url><loc>{server.url}/story/{child}-{n}</loc></url>" for n in range(10))
            return f"<urlset>{locs}</urlset>".encode()

        maps = "".join(f"<sitemap><loc>{server.url}/map/{n}.xml</loc></sitemap>" for n in range(3))
        server.routes |= {f"/map/{n}.xml": entries(n) for n in range(3)}
        server.routes["/index.xml"] = f"<sitemapindex>{maps}</sitemapindex>".encode()
        rounds = [
            crawl(f"{server.url}/index.xml", kind="sitemap", allow=(server.netloc,), id="index", limits={"pages": 12, "retries": 0})
            for _ in range(4)
        ]  # fmt: skip
        assert [one.outcomes.get("fetched", 0) for one in rounds] == [12, 12, 6, 0]
        assert max(n for path, n in server.hits.items() if path.startswith("/story/")) == 1
        assert [one.outcome for one in rounds[3].feeds] == ["unchanged"]
