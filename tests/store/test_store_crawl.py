"""Runs, pages and their counts; leases that come back when a worker is killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal

import psycopg
import pytest
from store_samples import NOON, article, page

from pipeline.store import Store, open_store
from pipeline.store.rows import FeedState, PageRecord, SourceRow

LEASER = """
import sys, time
from pipeline.store import open_store
with open_store(sys.argv[1], migrate=False) as store:
    print(*[page.id for page in store.pages.lease("doomed", 2, float(sys.argv[2]))], flush=True)
    time.sleep(600)
"""


def counts(store: Store, run: int, source: str = "wire") -> dict[str, int]:
    return {row.outcome: row.count for row in store.runs.outcomes(run) if row.source == source}


def test_sources_are_upserted(store: Store) -> None:
    row = SourceRow("wire", "The Wire", "feed", "https://wire.example/", "en", "us", Decimal("2.5"))
    assert store.sources.upsert([row]) == 1
    assert store.sources.upsert([row]) == 0
    assert store.sources.get("wire") == row
    assert store.sources.list() == [row]
    assert store.sources.get("nobody") is None


def test_feed_validators_are_kept(store: Store) -> None:
    state = FeedState("https://wire.example/feed", '"e"', "Mon, 02 Mar 2026 12:00:00 GMT", "d", NOON, NOON)
    store.sources.save_feeds("wire", [state])
    store.sources.save_feeds("wire", [state])
    assert store.sources.feeds("wire") == {state.url: state}


def test_a_page_is_recorded_counted_and_known(store: Store) -> None:
    run = store.runs.start("ingest")
    store.runs.start_crawl(run, "wire")
    recorded = store.pages.record(run, page(1))
    assert recorded.outcome == "fetched"
    known = store.pages.known([page(1).canonical_url, "https://wire.example/unknown"])
    assert list(known) == [page(1).canonical_url]
    assert (known[page(1).canonical_url].etag, known[page(1).canonical_url].digest) == ('"v1"', "digest-1")
    assert counts(store, run) == {"fetched": 1}
    assert store.pages.waiting() == 1


def test_recorded_twice_in_a_run_counts_once(store: Store) -> None:
    run = store.runs.start("ingest")
    for _ in range(2):
        store.pages.record_many(run, [page(1), page(2, outcome="timeout")])
    assert counts(store, run) == {"fetched": 1, "timeout": 1}
    assert store.pages.waiting() == 1


def test_unchanged_page_does_not_wait_again(store: Store) -> None:
    first = store.runs.start("ingest")
    recorded = store.pages.record(first, page(1))
    store.pages.settle(recorded.id, "wall", "captcha")
    second = store.runs.start("ingest")
    assert store.pages.record(second, page(1)).outcome == "unchanged"
    assert store.pages.record(second, page(1, digest="other")).outcome == "fetched"
    assert counts(store, first) == {"wall": 1}
    assert counts(store, second) == {"fetched": 1}


def test_fetched_again_before_extraction_is_superseded(store: Store) -> None:
    first, second = store.runs.start("ingest"), store.runs.start("ingest")
    store.pages.record(first, page(1))
    store.pages.record(second, page(1, digest="newer"))
    assert counts(store, first) == {"superseded": 1}
    assert counts(store, second) == {"fetched": 1}
    assert store.pages.waiting() == 1


def test_failed_refetch_does_not_lose_the_waiting_page(store: Store) -> None:
    first, second = store.runs.start("ingest"), store.runs.start("ingest")
    store.pages.record(first, page(1))
    store.pages.record(second, page(1, outcome="timeout"))
    assert counts(store, second) == {"timeout": 1}
    [leased] = store.pages.lease("w")
    store.pages.settle(leased.id, "no_text")
    assert counts(store, first) == {"no_text": 1}


def test_failures_in_a_row_are_counted_and_end_with_success(store: Store) -> None:
    url = page(1).canonical_url
    for run_number in range(3):
        store.pages.record(store.runs.start("ingest"), page(1, outcome="http_error"))
        assert store.pages.known([url])[url].failures == run_number + 1
    store.pages.record(store.runs.start("ingest"), page(1))
    assert store.pages.known([url])[url].failures == 0


def test_crawl_begun_again_in_the_same_run_adds_up(store: Store) -> None:
    """Killed after two of three URLs and begun again: each URL is counted once."""
    old_run = store.runs.start("ingest")
    store.pages.record(old_run, page(9))
    run = store.runs.start("ingest")
    assert store.runs.start_crawl(run, "wire").attempts == 1
    store.pages.record(run, page(1))
    store.runs.count(run, "wire", {"too_many": 4})
    store.pages.count_known(run, "wire", [page(9).canonical_url])
    assert store.runs.start_crawl(run, "wire").attempts == 2
    listed = [page(n).canonical_url for n in (1, 2, 9)]
    known = store.pages.known(listed)
    store.pages.count_known(run, "wire", known)
    store.pages.record(run, page(2))
    store.runs.count(run, "wire", {"too_many": 4})
    assert counts(store, run) == {"fetched": 2, "known": 1, "too_many": 4}


def test_every_page_of_a_run_ends_in_one_outcome(store: Store) -> None:
    run = store.runs.start("ingest")
    store.pages.record_many(run, [page(n) for n in range(6)])
    for leased in store.pages.lease("w", 6):
        number = int(leased.canonical_url.rsplit("/", 1)[1])
        if number % 2:
            store.pages.settle(leased.id, "no_text")
        else:
            store.articles.save(article(number), page_id=leased.id)
    assert counts(store, run) == {"new": 3, "no_text": 3}
    assert store.pages.waiting() == 0


def test_settled_twice_counts_once(store: Store) -> None:
    run = store.runs.start("ingest")
    recorded = store.pages.record(run, page(1))
    store.pages.settle(recorded.id, "no_text")
    store.pages.settle(recorded.id, "wall")
    assert counts(store, run) == {"no_text": 1}


def test_two_workers_never_get_the_same_page(store: Store) -> None:
    store.pages.record_many(None, [page(n) for n in range(5)])
    one = {leased.id for leased in store.pages.lease("one", 3)}
    two = {leased.id for leased in store.pages.lease("two", 3)}
    assert (len(one), len(two)) == (3, 2)
    assert not one & two
    assert store.pages.lease("three", 3) == []


def test_pages_of_a_killed_worker_come_back(store: Store, database_url: str) -> None:
    store.pages.record_many(None, [page(n) for n in range(3)])
    worker = subprocess.Popen(
        [sys.executable, "-c", LEASER, database_url, "600"], stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout is not None
    taken = {int(word) for word in worker.stdout.readline().split()}
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert len(taken) == 2
    assert not taken & {leased.id for leased in store.pages.lease("me", 3)}, "the lease still holds"
    with psycopg.connect(database_url) as conn:  # let the time of the lease pass
        conn.execute(
            "UPDATE chipwire.page SET lease_until = now() - interval '1 second' WHERE lease_owner = 'doomed'"
        )
    again = store.pages.lease("me", 3)
    assert {leased.id for leased in again} == taken
    assert {leased.attempts for leased in again} == {2}


def test_a_killed_writer_leaves_nothing_half_written(store: Store, database_url: str) -> None:
    """A page whose transaction never ends is not there, and recording it anew works."""
    program = """
import sys
import psycopg
from store_samples import page
from pipeline.store import open_store
from pipeline.store.counts import Counts

def wait(self, conn):
    print("written", flush=True)
    sys.stdin.read()

Counts.write = wait  # it comes last in the transaction
open_store(sys.argv[1], migrate=False).pages.record(None, page(1))
"""
    writer = subprocess.Popen(
        [sys.executable, "-c", program, database_url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": str(__import__("pathlib").Path(__file__).parent), "PATH": "/usr/bin:/bin"},
    )
    assert writer.stdout is not None and writer.stdout.readline() == "written\n"
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    assert store.pages.known([page(1).canonical_url]) == {}
    store.pages.record(None, page(1))
    assert store.pages.waiting() == 1


def test_released_page_is_quarantined_after_the_last_attempt(database_url: str) -> None:
    with open_store(database_url, migrate=False, max_attempts=2) as store:
        run = store.runs.start("ingest")
        store.pages.record(run, page(1))
        for attempt in (1, 2):
            [leased] = store.pages.lease("w")
            assert leased.attempts == attempt
            store.pages.release(leased.id, "parser fell over")
        assert store.pages.lease("w") == []
        assert counts(store, run) == {"quarantined": 1}


def test_page_that_kills_its_workers_is_quarantined(database_url: str) -> None:
    with open_store(database_url, migrate=False, max_attempts=2) as store:
        run = store.runs.start("ingest")
        store.pages.record(run, page(1))
        for _ in range(2):
            assert len(store.pages.lease("w", seconds=-1)) == 1
        assert store.pages.lease("w") == []
        assert counts(store, run) == {"quarantined": 1}


def test_leases_of_a_dead_process_are_given_back(database_url: str) -> None:
    with open_store(database_url, migrate=False, max_attempts=2) as store:
        store.pages.record_many(None, [page(1), page(2)])
        assert len(store.pages.lease("dead", 1)) == len(store.pages.lease("alive", 1)) == 1
        assert store.leases.owners() == {"dead", "alive"}
        assert store.leases.give_back("dead") == 1
        assert [leased.attempts for leased in store.pages.lease("dead", 5)] == [2]
        assert store.leases.give_back("dead") == 1
        assert store.pages.lease("next", 5) == [], "what kills again and again is quarantined all the same"


def test_replay_queues_pages_of_other_versions_in_its_own_name(store: Store) -> None:
    run = store.runs.start("ingest")
    for n, version in ((1, "1"), (2, "2")):
        recorded = store.pages.record(run, page(n))
        store.articles.save(article(n, extractor_version=version), page_id=recorded.id)
    replay = store.runs.start("replay")
    assert store.pages.requeue(replay, version="2") == 1
    assert store.pages.requeue(replay, version="2") == 0
    [leased] = store.pages.lease("w")
    assert leased.canonical_url == page(1).canonical_url
    store.articles.save(article(1, extractor_version="2"), page_id=leased.id)
    assert counts(store, run) == {"new": 2}
    assert counts(store, replay) == {"unchanged": 1}


def test_monstrous_and_unprintable_values_are_survived(store: Store) -> None:
    run = store.runs.start("ingest")
    long = "https://wire.example/" + "a" * 1_000_000
    assert store.pages.record(run, PageRecord("wire", long, long, "fetched", NOON)).outcome == "bad_url"
    odd = "https://wire.example/\x00\ud800"
    assert (
        store.pages.record(run, PageRecord("wire", odd, odd, "broken", NOON, detail="\x00")).outcome
        == "broken"
    )
    assert counts(store, run) == {"bad_url": 1, "broken": 1}


def test_an_outcome_that_nobody_knows_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="no outcome"):
        store.pages.record(store.runs.start("ingest"), page(1, outcome="oops"))


def test_runs_and_crawls_end_as_they_are_told(store: Store) -> None:
    run = store.runs.start("ingest", "me")
    store.runs.start_crawl(run, "good")
    store.runs.finish_crawl(run, "good", "ok")
    store.runs.start_crawl(run, "bad")
    store.runs.finish_crawl(run, "bad", "failed", "feed.example: HTTP 500")
    store.runs.start_crawl(run, "killed")
    store.runs.finish(run, "failed", "1 of 3 sources failed")
    assert {c.source: (c.state, c.error is None) for c in store.runs.crawls(run)} == {
        "good": ("ok", True),
        "bad": ("failed", False),
        "killed": ("failed", False),
    }
    latest = store.runs.latest("ingest")
    assert latest is not None and (latest.id, latest.state) == (run, "failed")


def test_runs_of_killed_processes_are_closed(store: Store) -> None:
    run = store.runs.start("ingest")
    store.runs.start_crawl(run, "wire")
    assert store.runs.close_abandoned(timedelta(hours=1)) == []
    assert store.runs.close_abandoned(timedelta(seconds=-1)) == [run]
    found = store.runs.get(run)
    assert found is not None and found.state == "failed" and "killed" in (found.error or "")


def test_health_tells_silence_from_never_crawled(store: Store, database_url: str) -> None:
    for name in ("fine", "silent", "broken", "fresh"):
        store.sources.upsert(
            [SourceRow(name, name, "feed", "https://x.example/", expected_per_day=Decimal(5))]
        )
    run = store.runs.start("ingest")
    for name in ("fine", "silent"):
        store.runs.start_crawl(run, name)
        store.runs.finish_crawl(run, name, "ok")
    store.runs.start_crawl(run, "broken")
    store.runs.finish_crawl(run, "broken", "failed", "HTTP 500")
    for n in range(40):
        store.articles.save(article(n, source="fine"))
    with psycopg.connect(database_url) as conn:  # all that was a week ago
        conn.execute("UPDATE chipwire.crawl SET started_at = started_at - interval '7 days'")
    health = {row.source: row for row in store.health.sources()}
    assert {name: row.verdict for name, row in health.items()} == {
        "fine": "ok",
        "silent": "silent",
        "broken": "failing",
        "fresh": "never crawled",
    }
    assert health["fresh"].articles_7d is None and health["silent"].articles_7d == 0
    assert "HTTP 500" in health["broken"].reason
