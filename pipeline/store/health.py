"""How the sources do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from psycopg.rows import class_row

from pipeline.store.db import Db


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How a source does. Counts are None where nothing was ever crawled: never a false zero."""

    source: str
    name: str
    enabled: bool
    verdict: str
    reason: str
    expected_per_day: Decimal | None
    articles_1d: int | None
    articles_7d: int | None
    last_attempt: datetime | None
    last_success: datetime | None
    last_article: datetime | None
    failures_in_a_row: int
    last_error: str | None
    walls_7d: int | None
    errors_7d: int | None
    empty_text_7d: int | None
    undated_7d: int | None
    expected_7d: Decimal | None
    untitled_7d: int | None
    unsigned_7d: int | None
    zone_assumed_7d: int | None
    next_look: datetime | None


class Health:
    """``store.health``."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def sources(self) -> list[SourceHealth]:
        """All sources, those in trouble first. The same as the view bi.source_health."""
        with self._db.transaction() as conn, conn.cursor(row_factory=class_row(SourceHealth)) as cursor:
            return cursor.execute(
                """
                SELECT source, source_name AS name, enabled, verdict, reason, expected_per_day, articles_1d,
                    articles_7d, last_attempt, last_success, last_article, failures_in_a_row, last_error,
                    walls_7d, errors_7d, empty_text_7d, undated_7d, expected_7d, untitled_7d, unsigned_7d,
                    zone_assumed_7d, next_look
                FROM bi.source_health ORDER BY verdict IN ('ok', 'paused'), source
                """
            ).fetchall()
