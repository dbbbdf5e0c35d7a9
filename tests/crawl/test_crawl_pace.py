# ruff: noqa: E501
"""When a source is asked again: by how often it publishes, after failures, when its host asked for peace."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from badserver import BadServer, Call, feed, page
from crawl_help import test_settings

from flows.run import ingest
from flows.stages.crawl import crawl_all
from flows.summary import Summary
from pipeline.store import Store
from spiders.crawl import AlreadyCrawling, crawl_source
from spiders.pace import LONGEST_ALONE, after_failure, poll_after, rhythm_of
from spiders.source import Source

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
USUAL = timedelta(hours=1)


def poll(dates: list[datetime | None]) -> timedelta:
    return poll_after(rhythm_of(dates, NOW), now=NOW, usual=USUAL)


def test_poll_follows_how_often_a_source_publishes() -> None:
    assert poll([NOW - timedelta(hours=n) for n in range(20)]) == timedelta(minutes=20)
    assert poll([NOW - timedelta(minutes=n) for n in range(20)]) == timedelta(minutes=10)
    assert poll([NOW - timedelta(days=90 + n) for n in range(20)]) == timedelta(days=1)
    assert poll([None] * 5) == USUAL
    future = [NOW + timedelta(hours=n) for n in range(1, 9)]
    assert poll([*future, *(NOW - timedelta(hours=n) for n in range(20))]) == timedelta(minutes=20)


def test_after_failures_the_pauses_grow_and_stay_bounded() -> None:
    minutes = [after_failure(n).total_seconds() / 60 for n in (1, 2, 3, 4, 50, 10**9)]
    assert minutes == [10, 20, 40, 80, 360, 360]


class Site:
    """A feed whose newest entry is ``gap`` old, each older by the same; and the clock."""

    def __init__(self, server: BadServer, gap: timedelta) -> None:
        self.server, self.gap, self.now = server, gap, datetime.now(UTC)
        server.routes |= {
            "*": page("a story"),
            "/robots.txt": lambda call: call.answer(b"", 404),
            "/feed": self.feed,
        }
        self.fails: Callable[[Call], None] | None = None

    def feed(self, call: Call) -> None:
        if self.fails is not None:
            self.fails(call)
            return
        items = "".join(
            f"<item><title>S {n}</title><link>{self.server.url}/story/{n}</link><pubDate>{format_datetime(self.now - n * self.gap)}</pubDate></item>"
            for n in range(1, 6)
        )
        call.answer(
            f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>".encode(), kind="text/xml"
        )

    @property
    def asked(self) -> int:
        return self.server.hits["/feed"]


Run = Callable[..., Summary]


@pytest.fixture
def run(store: Store, tmp_path: Path) -> Run:
    """``run(site, …, when=…, after=timedelta)``: a whole run, with the clock moved on first."""
    clock = [datetime.now(UTC)]

    def do(
        *sites: Site, when: str = "due", after: timedelta = timedelta(0), urls: dict[str, str] | None = None
    ) -> Summary:
        clock[0] += after
        folder = tmp_path / "sources"
        folder.mkdir(exist_ok=True)
        for n, site in enumerate(sites):
            (folder / f"site-{n}.yml").write_text(
                f"id: site-{n}\nname: S\nlanguage: en\nkind: feed\nurls: [{site.server.url}/feed]\nlimits: {{retries: 0}}\n"
            )
        for name, url in (urls or {}).items():
            (folder / f"{name}.yml").write_text(
                f"id: {name}\nname: S\nlanguage: en\nkind: feed\nurls: [{url}]\n"
            )
        settings = test_settings(
            tmp_path, sources_dir=folder, workers=1, allow_private=tuple(site.server.netloc for site in sites)
        )
        return ingest(store, settings, when=when, clock=lambda: clock[0])  # type: ignore[arg-type]

    return do


def test_scheduled_runs_ask_each_source_in_its_own_rhythm(run: Run) -> None:
    with BadServer() as one, BadServer() as two:
        busy, rare = Site(one, timedelta(hours=1)), Site(two, timedelta(days=9))
        assert not run(busy, rare).not_due
        assert (busy.asked, rare.asked) == (1, 1)

        early = run(busy, rare, after=timedelta(minutes=10))
        assert early.not_due.keys() == {"site-0", "site-1"}
        assert not early.failed
        assert early.listed == 0
        assert "due at" in early.not_due["site-0"]
        assert "Not due: 2 sources" in early.to_markdown()
        assert early.to_json()["not_due"] == early.not_due

        assert run(busy, rare, after=timedelta(minutes=20)).not_due.keys() == {"site-1"}
        assert run(busy, rare, after=timedelta(hours=24)).not_due.keys() == set()
        assert (busy.asked, rare.asked) == (3, 2)


def test_people_are_not_kept_waiting(run: Run) -> None:
    with BadServer() as server:
        site = Site(server, timedelta(days=9))
        for n in range(1, 4):
            assert not run(site, when="any").not_due
            assert site.asked == n


def test_the_rhythm_is_remembered_while_nothing_changes(run: Run) -> None:
    with BadServer() as server:
        site = Site(server, timedelta(days=9))
        run(site)
        site.fails = lambda call: (
            call.answer(status=304)
            if call.headers.get("if-none-match")
            else call.answer(b"<rss version='2.0'><channel/></rss>")
        )
        run(site, after=timedelta(days=1))
        assert site.asked == 2
        assert run(site, after=timedelta(hours=2)).not_due, (
            "an hour is the pause of a source of unknown rhythm"
        )


def test_a_broken_source_is_asked_more_and_more_rarely_and_then_as_before(run: Run) -> None:
    with BadServer() as server:
        site = Site(server, timedelta(minutes=1))
        site.fails = lambda call: call.answer(b"", 500)
        for _ in range(40):
            run(site, after=timedelta(minutes=30))
        assert 5 <= site.asked <= 9, (
            "20 hours of half hours: after 10, 20, 40, 80, 160 minutes, then every 6 hours"
        )
        site.fails = None
        assert not run(site, after=timedelta(hours=6)).failed
        assert not run(site, after=timedelta(hours=4)).not_due


def test_a_host_that_asks_for_peace_gets_it_in_every_run_until_then(run: Run, store: Store) -> None:
    with BadServer() as server, BadServer() as other:
        site, fine = Site(server, timedelta(hours=1)), Site(other, timedelta(hours=1))
        site.fails = lambda call: call.answer(b"", 503, Retry_After="7200")
        first = run(site, fine)
        assert first.failed.keys() == {"site-0"}
        site.fails = None
        urls = {"same-host": f"{server.url}/other-feed"}

        for when in ("due", "any"):
            again = run(site, fine, when=when, after=timedelta(minutes=40), urls=urls)
            assert again.not_due.keys() == {"site-0", "same-host"}
            assert f"{server.netloc} asked to be left alone until" in again.not_due["site-0"]
            assert not again.failed
        assert sum(server.hits.values()) == 2, "robots.txt and the feed, of the first run"

        assert not run(site, fine, when="now", urls=urls).not_due
        assert site.asked == 2
        assert not run(site, fine, when="any", after=timedelta(minutes=41), urls=urls).not_due
        assert store.pace.left_alone(datetime.now(UTC) + timedelta(days=1)) == {}


def test_articles_on_a_host_that_asked_for_peace_are_counted_and_come_later(run: Run, store: Store) -> None:
    with BadServer() as server, BadServer() as other:
        site, stories = Site(server, timedelta(hours=1)), Site(other, timedelta(hours=1))
        store.pace.leave_alone({other.netloc: datetime.now(UTC) + timedelta(hours=1)})
        link = f"<item><link>{other.url}/story</link></item>"
        site.fails = lambda call: call.answer(f"<rss version='2.0'><channel>{link}</channel></rss>".encode())
        first = run(site, stories)
        assert first.outcomes == {"site-0": {"too_many": 1}}
        assert first.not_due.keys() == {"site-1"}
        assert not other.calls
        later = run(site, stories, after=timedelta(minutes=61))
        assert later.outcomes["site-0"].keys() <= {"new", "not_relevant", "no_text"}
        assert other.hits["/story"] == 1


def test_nobody_is_left_alone_for_years(run: Run, store: Store) -> None:
    with BadServer() as server:
        site = Site(server, timedelta(hours=1))
        site.fails = lambda call: call.answer(b"", 429, Retry_After="999999999")
        run(site)
        [until] = store.pace.left_alone(datetime.now(UTC)).values()
        assert until <= datetime.now(UTC) + LONGEST_ALONE


def test_two_crawls_of_a_source_at_once_are_refused_one_after_the_other_work(
    store: Store, tmp_path: Path
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(call: Call) -> None:
        begun.set()
        go_on.wait(20)
        call.answer(page("slow"))

    with BadServer() as server:
        site = Site(server, timedelta(hours=1))
        server.routes["/story/1"] = slow
        source = Source(id="s", name="s", language="en", kind="feed", urls=(f"{server.url}/feed",))
        settings = test_settings(tmp_path, allow_private=(server.netloc,), fetch_timeout=30)
        run_id = store.runs.start("ingest")
        results = []
        thread = threading.Thread(
            target=lambda: results.append(crawl_source(source, store=store, run_id=run_id, settings=settings))
        )
        thread.start()
        assert begun.wait(30)
        with pytest.raises(AlreadyCrawling, match="s is being crawled by this process already"):
            crawl_source(source, store=store, run_id=run_id, settings=settings)
        go_on.set()
        thread.join()
        assert results[0].outcomes == {"fetched": 5}
        second = crawl_source(source, store=store, run_id=run_id, settings=settings)
        assert (second.state, second.outcomes) == ("ok", {"fetched": 5}), "begun again: the same pages, once"
        third = crawl_source(source, store=store, run_id=store.runs.start("ingest"), settings=settings)
        assert third.ok
        assert site.asked == 3


def test_sources_on_one_host_are_one_guest(store: Store, tmp_path: Path) -> None:
    counting, now, most = threading.Lock(), 0, 0

    def slow(call: Call) -> None:
        nonlocal now, most
        with counting:
            now += 1
            most = max(most, now)
        time.sleep(0.05)
        with counting:
            now -= 1
        call.answer(page(call.path))

    with BadServer({"*": slow, "/robots.txt": lambda call: call.answer(b"", 404)}) as server:
        sources = []
        for name in ("a", "b", "c"):
            server.routes[f"/{name}.xml"] = feed([f"/{name}/{n}" for n in range(6)])
            urls = (f"{server.url}/{name}.xml",)
            sources.append(Source(id=name, name=name, language="en", kind="feed", urls=urls))
        settings = test_settings(tmp_path, allow_private=(server.netloc,), concurrent_per_host=1)
        results = crawl_all(store, sources, store.runs.start("ingest"), settings)
        assert [one.outcomes for one in results] == [{"fetched": 6}] * 3
        assert most == 1


def test_a_host_that_asks_one_source_for_peace_is_left_alone_by_the_next(
    store: Store, tmp_path: Path
) -> None:
    with BadServer({"*": lambda call: call.answer(b"", 429, Retry_After="3600")}) as server:
        server.routes["/robots.txt"] = lambda call: call.answer(b"", 404)
        sources = [
            Source(id=name, name=name, language="en", kind="feed", urls=(f"{server.url}/{name}.xml",))
            for name in ("a", "b")
        ]
        settings = test_settings(tmp_path, allow_private=(server.netloc,))
        results = crawl_all(store, sources, store.runs.start("ingest"), settings)
        assert sum(path.endswith(".xml") for path in server.hits) == 1
        assert sorted(feed.outcome for result in results for feed in result.feeds) == [
            "http_error",
            "left_alone",
        ]
