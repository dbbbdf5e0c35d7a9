"""Which reports to resolve together."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from psycopg.rows import dict_row

from pipeline.store.codec import encode
from pipeline.store.db import Connection
from pipeline.store.deal_rows import REPORT_COLUMNS, REPORT_TABLES, report_of
from pipeline.store.rows import ResolveBatch
from pipeline.types import DealClaim

_NEIGHBOURS = f"""
    WITH mine AS (
        SELECT claim.article_id, claim.idx, coalesce(article.published_at, article.first_seen) AS day
        FROM claim JOIN article ON article.id = claim.article_id
        LEFT JOIN deal_report report USING (article_id, idx)
        WHERE (claim.article_id, claim.idx) IN (
                SELECT * FROM unnest(%(articles)s::text[], %(indexes)s::integer[])
            )
            OR report.deal_id = ANY(%(dirty)s)
    ), near AS (
        SELECT DISTINCT theirs.article_id, theirs.idx
        FROM mine
        JOIN claim_block ours ON ours.article_id = mine.article_id AND ours.idx = mine.idx
        JOIN claim_block theirs ON theirs.block = ours.block
        JOIN article ON article.id = theirs.article_id
        WHERE %(days)s::integer IS NULL
            OR coalesce(article.published_at, article.first_seen)
                BETWEEN mine.day - make_interval(days => %(days)s)
                    AND mine.day + make_interval(days => %(days)s)
    ), told AS (
        SELECT article_id, idx FROM mine UNION SELECT article_id, idx FROM near
    ), whole AS (
        -- a deal comes with all its reports, or resolving it would lose the others
        SELECT article_id, idx FROM told
        UNION
        SELECT article_id, idx FROM deal_report
        WHERE deal_id IN (SELECT deal_id FROM deal_report JOIN told USING (article_id, idx))
    )
    SELECT {REPORT_COLUMNS} FROM {REPORT_TABLES}
    JOIN whole ON whole.article_id = claim.article_id AND whole.idx = claim.idx
    ORDER BY published NULLS LAST, claim.article_id, claim.idx
"""


def load_batch(conn: Connection, limit: int, window_days: int | None) -> ResolveBatch:
    """Waiting reports, oldest first, with all that share a party with one of them within the window."""
    due = conn.execute(
        "SELECT article_id, idx FROM claim WHERE waiting ORDER BY waiting_since, article_id, idx LIMIT %s",
        [limit],
    ).fetchall()
    dirty = [
        row[0]
        for row in conn.execute("SELECT id FROM deal WHERE dirty ORDER BY id LIMIT %s", [limit]).fetchall()
    ]
    if not due and not dirty:
        return ResolveBatch((), (), {})
    with conn.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(
            _NEIGHBOURS,
            {
                "articles": [row[0] for row in due],
                "indexes": [row[1] for row in due],
                "dirty": dirty,
                "days": window_days,
            },
        ).fetchall()
    return ResolveBatch(
        waiting=tuple(report_of(row) for row in rows if row["waiting"]),
        neighbours=tuple(report_of(row) for row in rows if not row["waiting"]),
        deal_ids={
            (row["article_id"], row["idx"]): row["deal_id"] for row in rows if row["deal_id"] is not None
        },
        dirty=tuple(dirty),
    )


def digest(claim: DealClaim | Any) -> str:
    """A claim, or its stored payload, for comparison."""
    data = encode(claim) if isinstance(claim, DealClaim) else claim
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
