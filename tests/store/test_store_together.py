"""Pages and articles written together end as those that are written one by one."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from store_samples import NOON, article, page

from pipeline.store import Store
from pipeline.store.pages import RecordedPage


def of_run(store: Store, run: int) -> dict[str, int]:
    return {row.outcome: row.count for row in store.runs.outcomes(run) if row.count}


@pytest.mark.parametrize("seed", range(4))
def test_pages(store: Store, seed: int) -> None:
    found = {}
    for source in ("single", "batched"):
        chance = random.Random(seed)
        runs = [store.runs.start("ingest") for _ in range(3)]
        words: list[str] = []
        for run in runs:
            pages = [
                page(
                    chance.randint(1, 8),
                    source=source,
                    outcome=chance.choice(("fetched", "fetched", "http_error", "not_modified")),
                    digest=chance.choice(("one", "two")),
                )
                for _ in range(12)
            ]
            if source == "single":
                words += [store.pages.record(run, one).outcome for one in pages]
            else:
                words += [one.outcome for one in store.pages.record_many(run, pages)]
        urls = [page(n, source=source).canonical_url for n in range(1, 9)]
        known = {url[-1]: one for url, one in store.pages.known(urls).items()}
        kept = {n: (one.outcome, one.digest, one.failures, one.etag) for n, one in known.items()}
        found[source] = words, kept, [of_run(store, run) for run in runs]
    assert found["single"] == found["batched"]


def test_a_batch_holds_what_has_no_row(store: Store) -> None:
    run = store.runs.start("ingest")
    long = replace(page(1), canonical_url="https://wire.example/" + "x" * 3_000)
    first, second = store.pages.record_many(run, [long, page(2)])
    assert first == RecordedPage(0, "bad_url") and second.outcome == "fetched"
    assert of_run(store, run) == {"bad_url": 1, "fetched": 1}


@pytest.mark.parametrize("seed", range(4))
def test_articles(store: Store, seed: int) -> None:
    found = {}
    for source in ("single", "batched"):
        chance = random.Random(seed)
        run = store.runs.start("ingest")
        saved = []
        for _ in range(3):
            numbers = [chance.randint(1, 6) for _ in range(8)]
            ids = {n: store.pages.record(run, page(n, source=source)).id for n in numbers}
            batch = [
                (ids[n], article(n, source=source, text=chance.choice(("This.", "That.")))) for n in numbers
            ]
            # A batch is written in the order of its addresses.
            batch.sort(key=lambda one: one[1].canonical_url)
            if source == "single":
                answers = [store.articles.save(one, page_id=at) for at, one in batch]
            else:
                answers = store.articles.save_many(batch)
            saved += [(one.id[-1], one.revision, one.outcome) for one in answers]
        kept = (store.articles.get(f"{source}-{n}") for n in range(1, 7))
        texts = [one.text for one in kept if one is not None]
        found[source] = saved, texts, of_run(store, run)
    assert found["single"] == found["batched"]


def test_one_article_that_cannot_be_stored_keeps_all_from_being_stored(store: Store) -> None:
    run = store.runs.start("ingest")
    at = [one.id for one in store.pages.record_many(run, [page(1), page(2)])]
    long = replace(article(2), canonical_url="https://wire.example/" + "x" * 3_000)
    with pytest.raises(ValueError, match="characters"):
        store.articles.save_many([(at[0], article(1)), (at[1], long)])
    assert store.articles.get("wire-1") is None and store.pages.waiting() == 2


def test_pages_without_an_article_settle_together(store: Store) -> None:
    run = store.runs.start("ingest")
    at = [one.id for one in store.pages.record_many(run, [page(n) for n in (1, 2, 3)])]
    store.pages.settle_many({at[0]: ("wall", "a login\x00"), at[1]: ("no_text", None)})
    store.pages.settle_many({at[0]: ("no_text", None)})  # it does not wait any more
    assert of_run(store, run) == {"wall": 1, "no_text": 1, "fetched": 1}
    assert store.pages.known([page(1).canonical_url])[page(1).canonical_url].last_fetched == NOON
