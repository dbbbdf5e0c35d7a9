"""Writes what was fetched: first the archive, then the row, in one thread beside the reactor.

Whatever waits is written together, so that a commit and an fsync serve many pages. A page counts as
recorded only once both hold it; a kill in between leaves at most an archive record that no row points to.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any

from pipeline.store.errors import RetryableStoreError
from pipeline.store.rows import PageRecord
from pipeline.types import RawPage
from spiders.archive import Archive

logger = logging.getLogger(__name__)

BATCH = 200
TRIES = 5


@dataclass(slots=True)
class _Work:
    record: PageRecord | None
    raw: RawPage | None
    kind: str
    done: Future[str | None]


class Recorder:
    """Takes pages from one crawl. Any thread may call ``record``; the counts are as the store counted."""

    def __init__(self, store: Any, archive: Archive, *, run_id: int, source: str, pause: float = 0.5) -> None:
        self._store, self._archive, self._run_id, self._source = store, archive, run_id, source
        self._pause = pause
        self._queue: queue.Queue[_Work | None] = queue.Queue()
        self._lock = threading.Lock()
        self.counts: Counter[str] = Counter()
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def record(
        self, record: PageRecord | None, raw: RawPage | None = None, *, kind: str = "page"
    ) -> Future[str | None]:
        """Archive ``raw`` and record ``record`` with the place; the future gives the outcome as counted,
        once both are durable.

        Without ``record`` (listings) the response is archived only.
        """
        work = _Work(record, raw, kind, Future())
        if self.error is not None:
            work.done.set_exception(self.error)
        else:
            self._queue.put(work)
        return work.done

    def count(self, outcomes: Mapping[str, int]) -> None:
        """Count URLs that have no page row."""
        found = {word: n for word, n in outcomes.items() if n}
        if found:
            self._again(lambda: self._store.runs.count(self._run_id, self._source, found))
            with self._lock:
                self.counts.update(found)

    def count_known(self, canonical_urls: Iterable[str]) -> None:
        """Count listed URLs that are not fetched again."""
        urls = list(canonical_urls)
        if not urls:
            return
        counted = int(self._again(lambda: self._store.pages.count_known(self._run_id, self._source, urls)))
        with self._lock:
            # The others were recorded by an earlier attempt of this very run, and are counted as what they
            # became.
            self.counts["known"] += counted

    def snapshot(self) -> dict[str, int]:
        """The counts so far."""
        with self._lock:
            return {word: count for word, count in self.counts.items() if count}

    def close(self) -> None:
        """Write what waits and stop. The first error, where there was one, is in ``error``."""
        self._queue.put(None)
        self._thread.join()
        self._archive.close()

    def _run(self) -> None:
        over = False
        while not over:
            works = [self._queue.get()]
            while len(works) < BATCH and not self._queue.empty():
                works.append(self._queue.get())
            over = None in works
            batch = [work for work in works if work is not None]
            if not batch:
                continue
            try:
                if self.error is not None:
                    raise self.error
                words = self._write(batch)
            except BaseException as error:
                self.error = self.error or error
                for work in batch:
                    work.done.set_exception(error)
            else:
                for work, word in zip(batch, words, strict=True):
                    work.done.set_result(word)

    def _write(self, batch: list[_Work]) -> list[str | None]:
        rows: list[PageRecord] = []
        for work in batch:
            ref = (
                self._archive.write(
                    work.raw, kind=work.kind, digest=work.record.digest if work.record else None
                )
                if work.raw
                else None
            )
            if work.record is not None:
                rows.append(
                    replace(work.record, warc=ref)
                    if work.kind == "page" and work.record.outcome == "fetched"
                    else work.record
                )
        self._archive.flush()
        recorded = iter(
            self._again(lambda: self._store.pages.record_many(self._run_id, rows)) if rows else []
        )
        words = [next(recorded).outcome if work.record is not None else None for work in batch]
        with self._lock:
            self.counts.update(word for word in words if word is not None)
        return words

    def _again(self, call: Callable[[], Any]) -> Any:
        """``call`` until it works, for as long as the database may be restarting."""
        for attempt in range(TRIES):
            try:
                return call()
            except RetryableStoreError as error:
                if attempt == TRIES - 1:
                    raise
                logger.warning("the database does not answer, trying again: %s", error)
                time.sleep(self._pause * 2**attempt)
        raise AssertionError("unreachable")
