"""Deals: resolution's side (batch, save) and the questions that people ask (list, get, history)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import psycopg

from pipeline.resolve.identity import Companies
from pipeline.store import queries
from pipeline.store.db import Db
from pipeline.store.deal_batch import knowledge_version, load_batch, load_companies, make_blocks
from pipeline.store.deal_save import save_deals
from pipeline.store.errors import unavailable
from pipeline.store.rows import DealChange, DealDetail, DealFilter, ResolveBatch, SaveResult
from pipeline.types import Deal

_RESOLVER = 4_714_208_114
Found = list[Deal]
History = list[DealChange]


class Deals:
    """``store.deals``."""

    def __init__(self, db: Db) -> None:
        self._db = db
        self._known: tuple[str, Companies] | None = None

    @contextmanager
    def resolving(self) -> Iterator[bool]:
        """Be the only resolver on all machines while inside; False: another is. Falls with its process."""
        try:
            # A connection of its own, so that the lock lives and dies with it and not with a pool.
            lock = psycopg.connect(
                self._db.url, autocommit=True, connect_timeout=30, application_name="chipwire resolver"
            )
        except psycopg.OperationalError as error:
            raise unavailable(self._db.url, error) from None
        try:
            row = lock.execute("SELECT pg_try_advisory_lock(%s)", [_RESOLVER]).fetchone()
            yield bool(row and row[0])
        finally:
            lock.close()

    def batch(self, limit: int = 500) -> ResolveBatch:
        """Reports to resolve, up to ``limit`` waiting ones with all their neighbours; falsy: nothing to do.

        Neighbours are the reports that may turn out to tell of one deal with a waiting one, directly or
        through others, whatever their date; every deal that one of them belongs to comes with all its
        reports. Resolving the batch gives the deals that resolving the whole store would give, as long as
        it is not cut short (``pipeline.resolve.reach.MOST``).
        """
        version, companies = self._knowledge()
        while True:
            with self._db.transaction() as conn:
                if not make_blocks(conn, version, companies):
                    return load_batch(conn, limit, companies)

    def _knowledge(self) -> tuple[str, Companies]:
        with self._db.transaction() as conn:
            version = knowledge_version(conn)
            if self._known is None or self._known[0] != version:
                self._known = version, load_companies(conn)
            return self._known

    def save(self, batch: ResolveBatch, deals: Iterable[Deal]) -> SaveResult:
        """Store what a batch was resolved to, all or nothing; the same again changes nothing.

        ``deals`` are all deals of the batch, each report in at most one. A deal whose reports all went to
        another one becomes merged into it, one that has none left withdrawn; neither is deleted. Raises
        ValueError for deals that do not fit the batch, RetryableStoreError where articles were read anew
        meanwhile.
        """
        with self._db.transaction() as conn:
            return save_deals(conn, batch, deals)

    def list(self, where: DealFilter = DealFilter()) -> Found:  # noqa: B008 - frozen
        """Deals that fit, largest first (in US dollars, then power, then latest), without their reports."""
        with self._db.transaction() as conn:
            return queries.list_deals(conn, where)

    def get(self, deal_id: str) -> DealDetail | None:
        """One deal with reports, evidence and history; a merged one gives the deal that it became part of."""
        with self._db.transaction() as conn:
            return queries.get_deal(conn, deal_id)

    def history(self, deal_id: str) -> History:
        """What changed when, oldest first."""
        with self._db.transaction() as conn:
            return queries.deal_history(conn, deal_id)
