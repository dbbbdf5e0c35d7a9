"""Runs, the crawls of their sources, and what every URL ended in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from psycopg.rows import class_row

from pipeline.store.counts import Counts
from pipeline.store.db import Db, clean, clean_or_none, worker_name
from pipeline.store.rows import CrawlRow, OutcomeCount, RunRow
from pipeline.store.sources import ensure_source

_ABANDONED = "the process ended without saying so (killed?); run it again"


class Runs:
    """``store.runs``."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def start(self, kind: str, worker: str | None = None) -> int:
        """Begin a run; returns its id."""
        with self._db.transaction() as conn:
            row = conn.execute(
                "INSERT INTO run (kind, state, worker) VALUES (%s, 'running', %s) RETURNING id",
                [kind, clean(worker or worker_name())],
            ).fetchone()
        assert row is not None
        return int(row[0])

    def finish(self, run_id: int, state: Literal["ok", "failed"], error: str | None = None) -> None:
        """End a run. Crawls of it that never ended are failed."""
        with self._db.transaction() as conn:
            conn.execute(
                """
                UPDATE crawl SET
                    state = 'failed', finished_at = clock_timestamp(), error = coalesce(error, %s)
                WHERE run_id = %s AND state = 'running'
                """,
                [_ABANDONED, run_id],
            )
            conn.execute(
                "UPDATE run SET state = %s, error = %s, finished_at = clock_timestamp() WHERE id = %s",
                [state, clean_or_none(error), run_id],
            )

    def start_crawl(self, run_id: int, source: str) -> CrawlRow:
        """Begin a source's crawl. Again in the same run: what was counted without a page is forgotten."""
        with self._db.transaction() as conn:
            ensure_source(conn, source)
            with conn.cursor(row_factory=class_row(CrawlRow)) as cursor:
                crawl = cursor.execute(
                    """
                    INSERT INTO crawl (run_id, source_id, state, started_at)
                    VALUES (%s, %s, 'running', clock_timestamp())
                    ON CONFLICT (run_id, source_id) DO UPDATE SET
                        state = 'running', attempts = crawl.attempts + 1, finished_at = NULL, error = NULL
                    RETURNING run_id, source_id AS source, state, started_at, finished_at, attempts, error
                    """,
                    [run_id, source],
                ).fetchone()
            assert crawl is not None
            if crawl.attempts > 1:
                conn.execute(
                    "DELETE FROM crawl_outcome WHERE run_id = %s AND source_id = %s", [run_id, source]
                )
                conn.execute(
                    """
                    INSERT INTO crawl_outcome (run_id, source_id, outcome, count)
                    SELECT run_id, source_id, outcome, count(*) FROM page WHERE run_id = %s AND source_id = %s
                    GROUP BY run_id, source_id, outcome
                    """,
                    [run_id, source],
                )
            conn.execute("UPDATE run SET seen_at = clock_timestamp() WHERE id = %s", [run_id])
        return crawl

    def finish_crawl(
        self, run_id: int, source: str, state: Literal["ok", "failed"], error: str | None = None
    ) -> None:
        """End a source's crawl. ``error`` is what the operator reads."""
        with self._db.transaction() as conn:
            conn.execute(
                """
                UPDATE crawl SET state = %s, error = %s, finished_at = clock_timestamp()
                WHERE run_id = %s AND source_id = %s
                """,
                [state, clean_or_none(error), run_id, source],
            )
            conn.execute("UPDATE run SET seen_at = clock_timestamp() WHERE id = %s", [run_id])

    def count(self, run_id: int, source: str, outcomes: Mapping[str, int]) -> None:
        """Count URLs that get no page row (for known ones see ``store.pages.count_known``)."""
        counts = Counts()
        for outcome, n in outcomes.items():
            counts.add(run_id, source, outcome, n)
        with self._db.transaction() as conn:
            ensure_source(conn, source)
            counts.write(conn)

    def outcomes(self, run_id: int) -> list[OutcomeCount]:
        """The counts of a run, by source and outcome; none of zero."""
        with self._db.transaction() as conn, conn.cursor(row_factory=class_row(OutcomeCount)) as cursor:
            return cursor.execute(
                """
                SELECT run_id, source_id AS source, outcome, count FROM crawl_outcome
                WHERE run_id = %s AND count <> 0 ORDER BY source_id, outcome
                """,
                [run_id],
            ).fetchall()

    def crawls(self, run_id: int) -> list[CrawlRow]:
        """The crawls of a run, by source."""
        with self._db.transaction() as conn, conn.cursor(row_factory=class_row(CrawlRow)) as cursor:
            return cursor.execute(
                """
                SELECT run_id, source_id AS source, state, started_at, finished_at, attempts, error
                FROM crawl WHERE run_id = %s ORDER BY source_id
                """,
                [run_id],
            ).fetchall()

    def get(self, run_id: int) -> RunRow | None:
        """One run; None: no such."""
        with self._db.transaction() as conn, conn.cursor(row_factory=class_row(RunRow)) as cursor:
            return cursor.execute(
                "SELECT id, kind, state, started_at, finished_at, worker, error FROM run WHERE id = %s",
                [run_id],
            ).fetchone()

    def latest(self, kind: str | None = None) -> RunRow | None:
        """The run begun last, of that kind."""
        with self._db.transaction() as conn, conn.cursor(row_factory=class_row(RunRow)) as cursor:
            return cursor.execute(
                """
                SELECT id, kind, state, started_at, finished_at, worker, error FROM run
                WHERE %(kind)s::text IS NULL OR kind = %(kind)s ORDER BY id DESC LIMIT 1
                """,
                {"kind": kind},
            ).fetchone()

    def close_abandoned(self, silent_for: timedelta) -> list[int]:
        """Fail the runs that still claim to run and have stored nothing for that long; their ids."""
        with self._db.transaction() as conn:
            rows = conn.execute(
                """
                UPDATE run SET state = 'failed', finished_at = clock_timestamp(), error = %s
                WHERE state = 'running' AND seen_at < clock_timestamp() - %s RETURNING id
                """,
                [_ABANDONED, silent_for],
            ).fetchall()
            ids = sorted(int(row[0]) for row in rows)
            conn.execute(
                """
                UPDATE crawl SET state = 'failed', finished_at = clock_timestamp(), error = %s
                WHERE state = 'running' AND run_id = ANY(%s)
                """,
                [_ABANDONED, ids],
            )
        return ids
