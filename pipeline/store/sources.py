"""Sources and the validators of their feeds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from psycopg.rows import class_row

from pipeline.store.db import Connection, Db, clean, clean_or_none
from pipeline.store.rows import FeedState, SourceRow

Rows = list[SourceRow]


def ensure_source(conn: Connection, source: str) -> None:
    """A row for a source that has no file: what backfill names."""
    conn.execute(
        "INSERT INTO source (id, name, kind, url) VALUES (%s, %s, 'backfill', '') ON CONFLICT DO NOTHING",
        [source, source],
    )


class Sources:
    """``store.sources``."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def upsert(self, rows: Iterable[SourceRow]) -> int:
        """Store what the source files say; returns how many were new or changed."""
        changed = 0
        with self._db.transaction() as conn:
            for row in sorted(rows, key=lambda row: row.id):
                changed += conn.execute(
                    """
                    INSERT INTO source
                        (id, name, kind, url, language, country, expected_per_day, enabled, verified, timezone,
                         expected_fields)
                    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
                    ON CONFLICT (id) DO UPDATE SET
                        name = excluded.name, kind = excluded.kind, url = excluded.url,
                        language = excluded.language, country = excluded.country,
                        expected_per_day = excluded.expected_per_day,
                        enabled = excluded.enabled, verified = excluded.verified,
                        timezone = excluded.timezone, expected_fields = excluded.expected_fields,
                        updated_at = now()
                    WHERE (source.name, source.kind, source.url, source.language, source.country,
                           source.expected_per_day, source.enabled, source.verified, source.timezone,
                           source.expected_fields)
                        IS DISTINCT FROM
                          (excluded.name, excluded.kind, excluded.url, excluded.language, excluded.country,
                           excluded.expected_per_day, excluded.enabled, excluded.verified, excluded.timezone,
                           excluded.expected_fields)
                    """,
                    [
                        row.id, clean(row.name), row.kind, clean(row.url), row.language, row.country,
                        row.expected_per_day, row.enabled, row.verified, row.timezone,
                        [*row.expected_fields],
                    ],
                ).rowcount  # fmt: skip
        return changed

    def get(self, source: str) -> SourceRow | None:
        """One source; None: no such."""
        return next((row for row in self._select([source])), None)

    def list(self) -> Rows:
        """All sources, by id."""
        return self._select(None)

    def _select(self, ids: Sequence[str] | None) -> Rows:
        with self._db.transaction() as conn, conn.cursor(row_factory=class_row(SourceRow)) as cursor:
            rows = cursor.execute(
                """
                SELECT id, name, kind, url, language, country, expected_per_day, enabled, verified, timezone,
                    expected_fields
                FROM source WHERE %(ids)s::text[] IS NULL OR id = ANY(%(ids)s) ORDER BY id
                """,
                {"ids": None if ids is None else [*ids]},
            ).fetchall()
        return [replace(row, expected_fields=tuple(row.expected_fields)) for row in rows]

    def feeds(self, source: str) -> dict[str, FeedState]:
        """What is known of the source's feeds, by their URL."""
        with self._db.transaction() as conn, conn.cursor(row_factory=class_row(FeedState)) as cursor:
            rows = cursor.execute(
                """
                SELECT url, etag, last_modified, digest, fetched_at, changed_at FROM feed WHERE source_id = %s
                """,
                [source],
            ).fetchall()
        return {row.url: row for row in rows}

    def save_feeds(self, source: str, feeds: Iterable[FeedState]) -> None:
        """Store validators for the next request. Call only when all that these feeds list is recorded."""
        with self._db.transaction() as conn:
            ensure_source(conn, source)
            for feed in sorted(feeds, key=lambda feed: feed.url):
                conn.execute(
                    """
                    INSERT INTO feed (source_id, url, etag, last_modified, digest, fetched_at, changed_at)
                    VALUES (%s, %s, %s, %s, %s, %s, %s)
                    ON CONFLICT (source_id, url) DO UPDATE SET
                        etag = excluded.etag, last_modified = excluded.last_modified,
                        digest = excluded.digest, fetched_at = excluded.fetched_at,
                        changed_at = coalesce(excluded.changed_at, feed.changed_at)
                    """,
                    [
                        source, clean(feed.url), clean_or_none(feed.etag), clean_or_none(feed.last_modified),
                        feed.digest, feed.fetched_at, feed.changed_at,
                    ],
                )  # fmt: skip
