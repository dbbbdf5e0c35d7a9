"""The stages after crawling, as plain functions: extract, stories, read, resolve. They run without Prefect and Scrapy.

Each takes a batch from the store by lease, does its work, writes the result and says how many it took; 0 means that
nothing waits. A killed worker's rows come back by themselves. What goes wrong with one row is that row's outcome.
"""

from __future__ import annotations

import logging
from dataclasses import replace

from nlp.reader import Reader
from nlp.version import READER_VERSION
from pipeline import stories as near
from pipeline.fx import to_usd
from pipeline.resolve import Companies, resolve
from pipeline.store import Store
from pipeline.store.errors import RetryableStoreError
from pipeline.store.rows import LeasedPage, SaveResult
from pipeline.types import Article
from pipeline.urls import UrlError
from spiders.archive import Archive
from spiders.extract import NotAnArticle, extract_article
from spiders.warc import WarcError

logger = logging.getLogger(__name__)

SETTLED = {"soft_404": "gone"}
"""Extraction's outcomes that the store counts under another name."""


def extract_batch(store: Store, archive: Archive, worker: str, *, limit: int = 50, run_id: int | None = None) -> int:
    """Turn up to ``limit`` waiting pages into articles or counted outcomes; returns how many were taken."""
    pages = store.pages.lease(worker, limit, run_id=run_id)
    for page in pages:
        _extract(store, archive, page)
    return len(pages)


def _extract(store: Store, archive: Archive, page: LeasedPage) -> None:
    if page.warc is None:
        store.pages.settle(page.id, "broken", "no archived record")
        return
    try:
        raw = archive.read(page.warc)
        article = extract_article(replace(raw, source=page.source))
    except NotAnArticle as error:
        store.pages.settle(page.id, SETTLED.get(error.outcome, error.outcome), error.detail)
    except (WarcError, UrlError) as error:
        store.pages.settle(page.id, "broken", str(error))
    except RetryableStoreError:
        raise
    except Exception as error:
        logger.exception("extraction of %s failed", page.url)
        store.pages.release(page.id, f"{type(error).__name__}: {error}")
    else:
        store.articles.save(_completed(article, page), page_id=page.id, run_id=page.run_id)


def _completed(article: Article, page: LeasedPage) -> Article:
    """The page's own title and date first; what the feed said where the page says nothing."""
    return replace(
        article,
        source=page.source,
        title=article.title or page.hint_title or "",
        published_at=article.published_at or page.published,
    )


def story_batch(store: Store, *, limit: int = 200) -> int:
    """Put articles that tell the same text into one story with one origin; returns how many were taken."""
    articles = store.stories.unassigned(limit)
    for article in articles:
        signature = near.signature(f"{article.title}\n\n{article.text}")
        bands = near.bands(signature)
        same = [
            match.article_id
            for match in store.stories.similar(bands)
            if near.similar(signature, match.signature) >= near.SAME_STORY
        ]
        origin = near.origin_of(article.text, article.language, article.source)
        store.stories.assign(article.id, signature=signature, bands=bands, origin=origin, same_as=same)
    return len(articles)


def read_batch(store: Store, reader: Reader, worker: str, *, limit: int = 50) -> int:
    """Read up to ``limit`` articles that this reader version has not read; returns how many were taken."""
    leased = store.articles.lease(worker, READER_VERSION, limit)
    for one in leased:
        try:
            reading = reader.read_one(one.article)
        except Exception as error:
            logger.exception("reading of %s failed", one.article.url)
            store.articles.release(one.article.id, f"{type(error).__name__}: {error}", reader_version=READER_VERSION)
            continue
        store.readings.save(reading, revision=one.revision)
    return len(leased)


def resolve_waiting(store: Store, companies: Companies, *, limit: int = 500) -> SaveResult | None:
    """Resolve all waiting reports with those that they may belong to; what changed, None while another worker does it."""
    total = SaveResult()
    with store.deals.resolving() as mine:
        if not mine:
            return None
        while batch := store.deals.batch(limit):
            saved = store.deals.save(
                batch, resolve(batch.reports, batch.deal_ids, companies=companies, to_usd=to_usd)
            )
            total = SaveResult(
                *(getattr(total, f) + getattr(saved, f) for f in ("new", "changed", "unchanged", "withdrawn", "merged"))
            )
    return total
