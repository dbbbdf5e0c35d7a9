"""When each source and each host may be asked again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from psycopg.rows import class_row

from pipeline.store.db import Db, clean
from pipeline.store.rows import PaceRow
from pipeline.store.sources import ensure_source


class Pace:
    """``store.pace``. The times are the caller's, so that one clock decides."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def save(self, row: PaceRow) -> None:
        """Note when a source is due; what is None of its rhythm stays as it was."""
        with self._db.transaction() as conn:
            ensure_source(conn, row.source)
            conn.execute(
                """
                INSERT INTO pace (source_id, due_at, gap, newest) VALUES (%s, %s, %s, %s)
                ON CONFLICT (source_id) DO UPDATE SET
                    due_at = excluded.due_at,
                    gap = coalesce(excluded.gap, pace.gap),
                    newest = greatest(excluded.newest, pace.newest)
                """,
                [row.source, row.due_at, row.gap, row.newest],
            )

    def get(self, sources: Iterable[str]) -> dict[str, PaceRow]:
        """By source; those that were never crawled are not in it."""
        with self._db.transaction() as conn, conn.cursor(row_factory=class_row(PaceRow)) as cursor:
            rows = cursor.execute(
                "SELECT source_id AS source, due_at, gap, newest FROM pace WHERE source_id = ANY(%s)",
                [[*sources]],
            ).fetchall()
        return {row.source: row for row in rows}

    def failures(self, source: str) -> int:
        """How many crawls of a source failed since the last that ended well."""
        with self._db.transaction() as conn:
            row = conn.execute(
                """
                SELECT count(*) FROM crawl WHERE source_id = %(source)s AND state = 'failed'
                    AND started_at > coalesce(
                        (SELECT max(started_at) FROM crawl WHERE source_id = %(source)s AND state = 'ok'),
                        '-infinity'
                    )
                """,
                {"source": source},
            ).fetchone()
        assert row is not None
        return int(row[0])

    def leave_alone(self, hosts: Mapping[str, datetime]) -> None:
        """Until when each host (with its port, where the URL has one) is not to be asked; the latest counts."""
        if not hosts:
            return
        with self._db.transaction() as conn:
            for host, until in sorted(hosts.items()):
                conn.execute(
                    """
                    INSERT INTO left_alone (host, until) VALUES (%s, %s)
                    ON CONFLICT (host) DO UPDATE SET until = greatest(excluded.until, left_alone.until)
                    """,
                    [clean(host), until],
                )

    def left_alone(self, now: datetime) -> dict[str, datetime]:
        """The hosts that are not to be asked at ``now``, until when; what is past is forgotten."""
        with self._db.transaction() as conn:
            rows = conn.execute("SELECT host, until FROM left_alone WHERE until > %s", [now]).fetchall()
            # Long past only: another machine's clock may be behind.
            conn.execute("DELETE FROM left_alone WHERE until < %s", [now - timedelta(days=1)])
        return {str(host): until for host, until in rows}
