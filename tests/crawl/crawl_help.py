"""An embedded Postgres for the crawl tests, and one call that crawls a source in a real child process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.settings import Settings
from pipeline.store import Store, embedded, open_store
from pipeline.urls import canonical_url
from spiders.crawl import CrawlResult, crawl_source
from spiders.source import Source

Crawl = Callable[..., CrawlResult]


@pytest.fixture(scope="session")
def crawl_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("crawl-postgres")
    yield embedded.start(folder, durable=False)
    embedded.stop(folder, at_once=True)


@pytest.fixture
def crawl_store(crawl_database: str) -> Iterator[Store]:
    with open_store(crawl_database, max_connections=3) as store:
        yield store


def test_settings(folder: Path, **given: Any) -> Settings:
    """Settings for loopback: quick, small, nothing of the machine's own."""
    usual: dict[str, Any] = {
        "data_dir": folder,
        "host_delay": 0,
        "fetch_timeout": 3.0,
        "concurrent_per_host": 32,
        "concurrent_requests": 64,
    }
    return Settings(**(usual | given))


test_settings.__test__ = False  # type: ignore[attr-defined]


@pytest.fixture
def crawl(crawl_store: Store, tmp_path: Path) -> Crawl:
    """``crawl(*urls, allow=(netloc,), kind=…, settings={…}, **source)``: one crawl, a run of its own."""

    def run(
        *urls: str,
        allow: tuple[str, ...] = (),
        settings: dict[str, Any] | None = None,
        id: str = "site",
        kind: str = "feed",
        **given: Any,
    ) -> CrawlResult:
        given = {name.rstrip("_"): value for name, value in given.items()}
        source = Source(
            id=id, name=id, language="en", kind=kind, urls=urls, **({"limits": {"retries": 0}} | given)
        )
        own = test_settings(tmp_path, allow_private=allow, **(settings or {}))
        run_id = crawl_store.runs.start("ingest")
        result = crawl_source(source, store=crawl_store, run_id=run_id, settings=own)
        stored = {row.outcome: row.count for row in crawl_store.runs.outcomes(run_id) if row.source == id}
        assert sum(result.outcomes.values()) == result.listed, "counts must add up"
        assert stored == result.outcomes, "the store counts the same"
        assert {row.source: row.state for row in crawl_store.runs.crawls(run_id)}[id] == result.state
        return result

    return run


def outcome(store: Store, url: str) -> str | None:
    """The outcome that the store has of a URL."""
    known = store.pages.known([canonical_url(url)])
    return known[canonical_url(url)].outcome if known else None


def archived(store: Store, url: str) -> str | None:
    """Where the page of a URL lies in the archive."""
    with store._db.transaction() as conn:
        row = conn.execute("SELECT warc FROM page WHERE canonical_url = %s", [canonical_url(url)]).fetchone()
    return None if row is None else row[0]
