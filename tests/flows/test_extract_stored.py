"""Results of extraction are stored many at a time, and none for the fault of another."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from flows.pool import WorkerDied
from flows.stages.extract import Nothing, store_results
from pipeline.store import Store
from pipeline.store.rows import PageRecord
from pipeline.types import Article

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def article(n: int) -> Article:
    url = f"https://wire.example/{n}"
    return Article(
        id=f"wire-{n}",
        url=url,
        canonical_url=url,
        source="wire",
        title=f"Story {n}",
        text="Google buys TPUs.",
    )


def test_an_article_that_cannot_be_stored_takes_no_other_with_it(store: Store) -> None:
    run = store.runs.start("ingest")
    urls = [article(n).url for n in range(5)]
    store.pages.record_many(
        run,
        [PageRecord(source="wire", url=u, canonical_url=u, outcome="fetched", fetched_at=NOON) for u in urls],
    )
    pages = sorted(store.pages.lease("me", 9), key=lambda page: page.url)
    long = replace(article(1), canonical_url="https://wire.example/" + "x" * 3_000)
    results = [article(0), long, article(2), Nothing("wall", "a login"), WorkerDied("it died")]
    counts = store_results(store, list(zip(pages, results, strict=True)))
    assert sorted(counts) == ["failed", "failed", "new", "new", "wall"]
    assert {row.outcome: row.count for row in store.runs.outcomes(run) if row.count} == {
        "new": 2,
        "wall": 1,
        "fetched": 2,  # both wait for another try
    }
    assert {page.url for page in store.pages.lease("me", 9)} == {urls[1], urls[4]}
