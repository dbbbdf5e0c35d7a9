"""Articles and readings: revisions, leases by reader version, the claims that stay and those that go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_samples import NOON, article, claim, page, read_article, reading

from pipeline.store import Store, open_store
from pipeline.store.codec import decode_reading, encode
from pipeline.store.db import clean
from pipeline.store.readings import fold


def test_saved_once_however_often(store: Store) -> None:
    first = store.articles.save(article(1))
    again = store.articles.save(article(1, id="another-id"))
    assert (first.outcome, again.outcome) == ("new", "unchanged")
    assert again.id == first.id == "wire-1"
    assert store.articles.get("wire-1") == article(1)
    assert store.articles.by_url(article(1).canonical_url) == article(1)


def test_changed_text_is_a_revision_of_the_same_article(store: Store) -> None:
    store.articles.save(article(1, text="First."))
    changed = store.articles.save(article(1, text="Second."))
    assert (changed.outcome, changed.revision) == ("changed", 2)
    found = store.articles.get("wire-1")
    assert found is not None and found.text == "Second."
    assert [(r.revision, r.text) for r in store.articles.revisions("wire-1")] == [(1, "First.")]


def test_ids_of_different_files_may_collide(store: Store) -> None:
    one = store.articles.save(article(1))
    two = store.articles.save(article(2, id="wire-1"))
    assert one.id != two.id
    assert store.articles.save(article(2, id="wire-1")).id == two.id


def test_backfilled_article_is_counted_and_known_to_the_crawl(store: Store) -> None:
    run = store.runs.start("backfill")
    for _ in range(2):
        store.articles.save(article(1, source="jsonl"), run_id=run)
    assert {row.outcome: row.count for row in store.runs.outcomes(run)} == {"unchanged": 1}
    known = store.pages.known([article(1, source="jsonl").canonical_url])
    assert [row.article_id for row in known.values()] == ["jsonl-1"]


def test_where_the_page_lies(store: Store) -> None:
    recorded = store.pages.record(None, page(1))
    store.articles.save(article(1), page_id=recorded.id)
    assert store.articles.page_warc("wire-1") == "a.warc.gz#1"


def test_leased_until_that_version_has_read_it(store: Store) -> None:
    store.articles.save(article(1))
    [leased] = store.articles.lease("w", "r1")
    assert (leased.article.id, leased.revision) == ("wire-1", 1)
    assert store.articles.lease("w", "r1") == []
    assert store.readings.save(reading("wire-1"), revision=1)
    assert store.articles.waiting("r1") == 0
    assert [row.article.id for row in store.articles.lease("w", "r2")] == ["wire-1"]
    assert [row.article.id for row in store.articles.lease("w", "r0")] == []


def test_reading_of_an_older_text_is_refused(store: Store) -> None:
    store.articles.save(article(1, text="First."))
    store.articles.save(article(1, text="Second."))
    assert not store.readings.save(reading("wire-1", claim()), revision=1)
    assert store.readings.get("wire-1") is None
    assert store.articles.waiting("r1") == 1


def test_reading_comes_back_as_it_was(store: Store) -> None:
    read_article(store, 1, claim(amount="1e10"), claim("Broadcom", "OpenAI", amount=None))
    assert store.readings.get("wire-1") == reading(
        "wire-1", claim(amount="1e10"), claim("Broadcom", "OpenAI", amount=None)
    )


def test_irrelevant_article_moves_the_count(store: Store) -> None:
    run = store.runs.start("ingest")
    recorded = store.pages.record(run, page(1))
    store.articles.save(article(1), page_id=recorded.id)
    for _ in range(2):
        store.readings.save(reading("wire-1", relevant=False), revision=1)
    assert {row.outcome: row.count for row in store.runs.outcomes(run)} == {"not_relevant": 1}


def test_article_that_fails_is_left_to_the_next_reader(database_url: str) -> None:
    with open_store(database_url, migrate=False, max_attempts=2) as store:
        run = store.runs.start("backfill")
        store.articles.save(article(1), run_id=run)
        for _ in range(2):
            [leased] = store.articles.lease("w", "r1")
            store.articles.release(leased.article.id, "fell over", reader_version="r1")
        assert store.articles.lease("w", "r1") == []
        assert {row.outcome: row.count for row in store.runs.outcomes(run)} == {"quarantined": 1}
        assert len(store.articles.lease("w", "r2")) == 1


def test_same_reading_again_keeps_nothing_waiting(store: Store) -> None:
    read_article(store, 1, claim())
    batch = store.deals.batch()
    assert len(batch.waiting) == 1
    store.deals.save(batch, [])
    assert store.readings.save(reading("wire-1", claim(), version="r2"), revision=1)
    assert not store.deals.batch()


def test_stories_join_and_stay(store: Store) -> None:
    for n in (1, 2, 3):
        store.articles.save(article(n))
    assert len(store.stories.unassigned()) == 3
    one = store.stories.assign("wire-1", signature=b"a", bands=[1, 2**63 - 1], origin="wire")
    two = store.stories.assign("wire-2", signature=b"b", bands=[-5], origin="other")
    assert [match.article_id for match in store.stories.similar([2**63 - 1, 77])] == ["wire-1"]
    for _ in range(2):
        joined = store.stories.assign(
            "wire-3", signature=b"c", bands=[1], origin="third", same_as=["wire-1", "wire-2"]
        )
    assert joined.id == one.id and joined.origin == "wire"
    assert set(joined.articles) == {"wire-1", "wire-2", "wire-3"}
    assert store.stories.get(two.id) is None
    assert store.stories.unassigned() == []


def test_joining_stories_changes_the_origin_of_their_reports(store: Store) -> None:
    for n in (1, 2):
        read_article(store, n, claim(), source=f"s{n}")
        store.stories.assign(f"s{n}-{n}", signature=b"", bands=[n], origin=f"s{n}")
    batch = store.deals.batch()
    assert {report.origin for report in batch.reports} == {"s1", "s2"}
    store.deals.save(batch, [])
    store.stories.assign("s2-2", signature=b"", bands=[2], origin="s2", same_as=["s1-1"])
    assert {report.origin for report in store.deals.batch().reports} == {"s1"}


@given(st.text())
def test_cleaned_text_keeps_its_length_and_can_be_stored(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned) == len(text)
    assert "\x00" not in cleaned
    cleaned.encode()


@given(st.floats(0, 1), st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**15))
def test_codec_loses_nothing(confidence: float, amount: object) -> None:
    from dataclasses import replace

    made = reading("a", replace(claim(amount=str(amount)), confidence=confidence))
    assert decode_reading(encode(made)) == made


@pytest.mark.parametrize(
    ("one", "other"),
    [("ＮＶＩＤＩＡ", "Nvidia"), ("Nestlé S.A.", "nestle s a"), ("SK hynix", "SK  Hynix"), ("삼성", "삼성")],
)
def test_folded_names_meet(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_time_comes_back_aware_and_utc(store: Store) -> None:
    store.articles.save(article(1))
    found = store.articles.get("wire-1")
    assert found is not None and found.published_at == NOON
    assert found.published_at is not None and found.published_at.utcoffset() is not None
