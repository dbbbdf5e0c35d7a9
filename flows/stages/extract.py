"""Extraction: pages that wait become articles, or end in the outcome that says why not."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from time import monotonic

from flows.pool import Pool, WorkerDied
from flows.progress import Tell, silent
from pipeline.settings import Settings
from pipeline.store import Store, worker_name
from pipeline.store.errors import StoreError
from pipeline.store.rows import LeasedPage, SourceRow
from pipeline.types import Article
from pipeline.zones import is_assumed
from spiders.archive import Archive

logger = logging.getLogger(__name__)

LEAST_HINT = 300
"""Characters from which on the text that a feed gave may stand in for a page that shows none."""

TOGETHER = 100
"""Pages that are stored in one transaction at most."""

PATIENCE = 1.0
"""Seconds after which those that are done are stored, however few."""

_OUTCOME = {"soft_404": "gone"}


@dataclass(frozen=True, slots=True)
class Job:
    """One page for a worker process. ``archive`` is the archive's root."""

    page: LeasedPage
    archive: str
    max_body: int
    language: str | None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Nothing:
    """A page that gave no article. ``outcome`` None: it failed and may be tried again."""

    outcome: str | None
    detail: str


Result = Article | Nothing | WorkerDied


def extract_waiting(
    store: Store, settings: Settings, pool: Pool, *, run_id: int | None = None, tell: Tell = silent
) -> Counter[str]:
    """Extract all pages that wait (``run_id``: of that run); counts by outcome. "failed" ones wait for
    another try.

    Raises RetryableStoreError where the database goes away; leased pages then come back by themselves.
    """
    worker = worker_name()
    sources = {row.id: row for row in store.sources.list()}
    nobody = SourceRow("", "", "", "")
    counts: Counter[str] = Counter()
    done, total = 0, store.pages.waiting()

    def leased() -> Iterator[Job]:
        while pages := store.pages.lease(worker, settings.batch_size, settings.lease_seconds, run_id=run_id):
            for page in pages:
                source = sources.get(page.source, nobody)
                yield Job(page, settings.archive, settings.max_page_bytes, source.language, source.timezone)

    before = -1
    while before < done:  # again, since a page that failed at the very end waits once more
        before = done
        for batch in _batches(pool.pairs(extract_page, leased())):
            counts.update(store_results(store, batch))
            done += len(batch)
            tell("extract", done, max(total, done))
    return counts


def _batches(pairs: Iterator[tuple[Job, Result]]) -> Iterator[list[tuple[LeasedPage, Result]]]:
    """Results as they are stored together: many in one commit, but none kept waiting for long."""
    batch: list[tuple[LeasedPage, Result]] = []
    since = monotonic()
    for job, result in pairs:
        batch.append((job.page, result))
        if len(batch) >= TOGETHER or monotonic() - since >= PATIENCE:
            yield batch
            batch, since = [], monotonic()
    if batch:
        yield batch


def extract_page(job: Job) -> Article | Nothing:
    """The article of one archived page. Runs in a worker process; raises nothing."""
    from pipeline.urls import UrlError
    from spiders.extract import NotAnArticle, extract_article
    from spiders.warc import WarcError

    page = job.page
    try:
        raw = _archive(job.archive).read(page.warc or "", max_body=max(job.max_body, 1))
        article = extract_article(raw, language_hint=job.language, zone=job.zone)
    except NotAnArticle as error:
        hinted = from_hint(page, job.language) if error.outcome in ("no_text", "wall") else None
        return hinted or Nothing(_OUTCOME.get(error.outcome, error.outcome), error.detail)
    except UrlError as error:
        return Nothing("bad_url", str(error))
    except (WarcError, OSError) as error:
        return Nothing(None, f"the archived page cannot be read: {error}")
    except Exception as error:
        logger.exception("%s", page.url)
        return Nothing(None, f"extraction failed: {type(error).__name__}: {error}")
    return replace(
        article,
        source=page.source,
        title=article.title or page.hint_title or "",
        published_at=published_of(article.published_at, page.published),
    )


def published_of(stated: datetime | None, listed: datetime | None) -> datetime | None:
    """The date of an article: the page's own (``stated``), or the feed's (``listed``); the feed's too where the
    page leaves out the zone of that time.
    """
    if stated is None or (listed is not None and is_assumed(stated) and _same_clock(stated, listed)):
        return listed
    return stated


def _same_clock(first: datetime, second: datetime) -> bool:
    """Whether two times differ by what two zones may differ by."""
    apart = abs(first - second)
    quarter = timedelta(minutes=15)
    return quarter <= apart <= timedelta(hours=14) and min(apart % quarter, -apart % quarter) <= timedelta(
        minutes=1
    )


def from_hint(page: LeasedPage, language: str | None) -> Article | None:
    """The article as the feed itself carried it, where that is enough text."""
    from pipeline.language import detect
    from spiders.extract import article_id

    if not page.hint_text or len(page.hint_text) < LEAST_HINT:
        return None
    return Article(
        id=article_id(page.canonical_url),
        url=page.url,
        canonical_url=page.canonical_url,
        source=page.source,
        title=page.hint_title or "",
        text=page.hint_text,
        published_at=page.published,
        language=detect(f"{page.hint_title or ''}\n{page.hint_text}", language),
        extractor="feed",
        extractor_version="1",
    )


@lru_cache(maxsize=4)
def _archive(root: str) -> Archive:
    return Archive(root)


def store_results(store: Store, batch: list[tuple[LeasedPage, Result]]) -> list[str]:
    """Store results in one transaction each for articles and for the others; the outcomes."""
    articles = [(page.id, result) for page, result in batch if isinstance(result, Article)]
    settled: dict[int, tuple[str, str | None]] = {}
    outcomes = []
    for page, result in batch:
        if isinstance(result, Article):
            continue
        nothing = Nothing(None, str(result)) if isinstance(result, WorkerDied) else result
        if nothing.outcome is None:
            logger.warning("%s: %s", page.url, nothing.detail)
            store.pages.release(page.id, nothing.detail)
        else:
            settled[page.id] = nothing.outcome, nothing.detail
        outcomes.append(nothing.outcome or "failed")
    if settled:
        store.pages.settle_many(settled)
    return outcomes + _saved(store, articles)


def _saved(store: Store, articles: list[tuple[int, Article]]) -> list[str]:
    """Store articles; where one of several can't be stored, each by itself, so that the others are."""
    try:
        return [saved.outcome for saved in store.articles.save_many(articles)] if articles else []
    except StoreError:
        raise
    except Exception as error:
        if len(articles) > 1:
            return [outcome for article in articles for outcome in _saved(store, [article])]
        logger.exception("article of page %d", articles[0][0])
        store.pages.release(articles[0][0], f"cannot be stored: {type(error).__name__}: {error}")
        return ["failed"]
