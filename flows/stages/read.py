"""Reading: articles that the present reader has not read become readings."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from flows.pool import Pool, WorkerDied
from flows.progress import Tell, silent
from pipeline.settings import Settings
from pipeline.store import Store, worker_name
from pipeline.store.rows import LeasedArticle
from pipeline.types import Reading

if TYPE_CHECKING:
    from nlp.reader import Reader

logger = logging.getLogger(__name__)


def read_waiting(store: Store, settings: Settings, pool: Pool, *, tell: Tell = silent) -> Counter[str]:
    """Read all articles that wait; counts: relevant, not_relevant, deals, failed, outdated.

    Raises RetryableStoreError where the database goes away; leased articles then come back by themselves.
    """
    from nlp.version import READER_VERSION

    worker = worker_name()
    counts: Counter[str] = Counter()
    done, total = 0, store.articles.waiting(READER_VERSION)

    def leased() -> Iterator[LeasedArticle]:
        while some := store.articles.lease(
            worker, READER_VERSION, settings.batch_size, settings.lease_seconds
        ):
            yield from some

    before = -1
    while before < done:  # again, since an article that failed at the very end waits once more
        before = done
        for one, reading in pool.pairs(read_article, leased()):
            done += 1
            tell("read", done, max(total, done))
            if isinstance(reading, WorkerDied | str):
                logger.warning("article %s (%s): %s", one.article.id, one.article.url, reading)
                store.articles.release(one.article.id, str(reading), reader_version=READER_VERSION)
                counts["failed"] += 1
            elif not store.readings.save(reading, revision=one.revision):
                counts["outdated"] += 1
            else:
                counts["relevant" if reading.relevant else "not_relevant"] += 1
                counts["deals"] += len(reading.deals)
    return counts


def read_article(leased: LeasedArticle) -> Reading | str:
    """The reading of one article, or why there is none. Runs in a worker process; raises nothing."""
    try:
        return next(reader().read([leased.article]))
    except Exception as error:
        logger.exception("article %s", leased.article.id)
        return f"reading failed: {type(error).__name__}: {error}"


@lru_cache(maxsize=1)
def reader() -> Reader:
    """This process's reader; languages are loaded as they come."""
    from nlp.reader import Reader

    return Reader()
