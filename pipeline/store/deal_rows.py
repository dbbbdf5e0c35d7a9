"""Loading reports and deals out of their tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from psycopg.rows import dict_row

from pipeline.store.codec import decode_claim
from pipeline.store.db import Connection
from pipeline.types import Deal, DealParty, DealSize, Report

REPORT_COLUMNS = """claim.article_id, claim.idx, claim.payload, claim.waiting, article.source_id, article.url,
    article.title, article.language, coalesce(story.origin, article.source_id) AS origin,
    (coalesce(article.published_at, page.published) AT TIME ZONE 'UTC')::date AS published, report.deal_id"""
REPORT_TABLES = """claim JOIN article ON article.id = claim.article_id
    LEFT JOIN page ON page.id = article.page_id LEFT JOIN story ON story.id = article.story_id
    LEFT JOIN deal_report report ON report.article_id = claim.article_id AND report.idx = claim.idx"""


@dataclass(frozen=True, slots=True)
class StoredDeal:
    """A deal with what only the store keeps of it."""

    deal: Deal
    state: str
    merged_into: str | None
    revision: int
    updated_at: datetime


def report_of(row: dict[str, Any]) -> Report:
    """The Report in a row of ``REPORT_COLUMNS``."""
    return Report(
        article_id=row["article_id"],
        index=row["idx"],
        source=row["source_id"],
        published=row["published"],
        claim=decode_claim(row["payload"]),
        url=row["url"],
        title=row["title"],
        lang=row["language"],
        origin=row["origin"],
    )


def load_deals(conn: Connection, ids: Iterable[str], *, reports: bool = True) -> dict[str, StoredDeal]:
    """The deals of these ids, in any state; ids without a deal are missing. Reports are sorted by date."""
    wanted = list(ids)
    if not wanted:
        return {}
    with conn.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute("SELECT * FROM deal WHERE id = ANY(%s) ORDER BY id", [wanted]).fetchall()
        parties = _by_deal(
            cursor,
            "SELECT deal_id, role, name, key FROM deal_party WHERE deal_id = ANY(%s) ORDER BY deal_id, seq",
            wanted,
        )
        chips = _by_deal(
            cursor,
            "SELECT deal_id, name FROM deal_chip WHERE deal_id = ANY(%s) ORDER BY deal_id, seq",
            wanted,
        )
        sizes = _by_deal(
            cursor, "SELECT * FROM deal_size WHERE deal_id = ANY(%s) ORDER BY deal_id, seq", wanted
        )
        told: dict[str, list[dict[str, Any]]] = {}
        if reports:
            told = _by_deal(
                cursor,
                f"""
                SELECT {REPORT_COLUMNS} FROM {REPORT_TABLES} WHERE report.deal_id = ANY(%s)
                ORDER BY published NULLS LAST, claim.article_id, claim.idx
                """,
                wanted,
            )
    return {
        row["id"]: StoredDeal(
            deal=Deal(
                id=row["id"],
                type=row["type"],
                status=row["status"],
                parties=tuple(DealParty(p["name"], p["role"], p["key"]) for p in parties.get(row["id"], ())),
                chips=tuple(chip["name"] for chip in chips.get(row["id"], ())),
                sizes=tuple(_size(size) for size in sizes.get(row["id"], ())),
                confidence=row["confidence"],
                first_reported=row["first_reported"],
                last_reported=row["last_reported"],
                origins=row["origins"],
                reports=tuple(report_of(report) for report in told.get(row["id"], ())),
            ),
            state=row["state"],
            merged_into=row["merged_into"],
            revision=row["revision"],
            updated_at=row["updated_at"],
        )
        for row in rows
    }


def without_reports(deal: Deal) -> Deal:
    """The deal, its reports left out: what two deals are compared by."""
    return replace(deal, reports=())


def _by_deal(cursor: Any, query: str, wanted: list[str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in cursor.execute(query, [wanted]).fetchall():
        found[row["deal_id"]].append(row)
    return found


def _size(row: dict[str, Any]) -> DealSize:
    return DealSize(
        row["kind"], row["unit"], row["low"], row["high"], row["usd_low"], row["usd_high"], row["words"]
    )
