"""The questions that the command line, reports and alerts ask about deals."""

from __future__ import annotations

from psycopg.rows import class_row

from pipeline.store.db import Connection, clean
from pipeline.store.deal_rows import load_deals
from pipeline.store.rows import DealChange, DealDetail, DealFilter, Evidence
from pipeline.types import Deal


def list_deals(conn: Connection, where: DealFilter) -> list[Deal]:
    """Deals that fit ``where``, largest first, without reports."""
    rows = conn.execute(
        """
        SELECT deal.id
        FROM deal JOIN deal_main_size size ON size.deal_id = deal.id
        WHERE (state = 'active' OR (%(withdrawn)s AND state = 'withdrawn'))
            AND (%(since)s::date IS NULL OR last_reported >= %(since)s)
            AND (%(type)s::text IS NULL OR type = %(type)s)
            AND (%(status)s::text IS NULL OR status = %(status)s)
            AND (%(min_usd)s::numeric IS NULL OR greatest(size.usd_low, size.usd_high) >= %(min_usd)s)
            AND (%(company)s::text IS NULL OR EXISTS (
                SELECT FROM deal_party party WHERE party.deal_id = deal.id AND (
                    party.key = %(company)s
                    OR unaccent(party.name) ILIKE unaccent(%(company_like)s)
                    OR party.key IN (
                        SELECT company_key FROM company_alias
                        WHERE unaccent(lower(alias)) = unaccent(lower(%(company)s))
                    )
                )
            ))
            AND (%(chip)s::text IS NULL OR EXISTS (
                SELECT FROM deal_chip used WHERE used.deal_id = deal.id AND (
                    unaccent(used.name) ILIKE unaccent(%(chip_like)s)
                    OR used.name IN (
                        SELECT chip.name FROM chip LEFT JOIN chip_alias ON chip_alias.chip_key = chip.key
                        WHERE chip.key = %(chip)s OR lower(chip.family) = lower(%(chip)s)
                            OR unaccent(lower(alias)) = unaccent(lower(%(chip)s))
                    )
                )
            ))
        ORDER BY greatest(size.usd_low, size.usd_high) DESC NULLS LAST,
            greatest(size.power_w_low, size.power_w_high) DESC NULLS LAST,
            last_reported DESC NULLS LAST, deal.id
        LIMIT %(limit)s
        """,
        {
            "since": where.since,
            "type": where.type,
            "status": where.status,
            "min_usd": where.min_usd,
            "company": where.company and clean(where.company),
            "company_like": _like(where.company),
            "chip": where.chip and clean(where.chip),
            "chip_like": _like(where.chip),
            "withdrawn": where.include_withdrawn,
            "limit": where.limit,
        },
    ).fetchall()
    ids = [row[0] for row in rows]
    found = load_deals(conn, ids, reports=False)
    return [found[deal_id].deal for deal_id in ids]


def get_deal(conn: Connection, deal_id: str) -> DealDetail | None:
    """One deal with everything; follows merges. None: no such deal."""
    row = conn.execute(
        """
        WITH RECURSIVE path (id, merged_into) AS (
            SELECT id, merged_into FROM deal WHERE id = %s
            UNION SELECT deal.id, deal.merged_into FROM deal JOIN path ON deal.id = path.merged_into
        )
        SELECT id FROM path WHERE merged_into IS NULL
        """,
        [clean(deal_id)],
    ).fetchone()
    if row is None:
        return None
    stored = load_deals(conn, [row[0]])[row[0]]
    return DealDetail(
        deal=stored.deal,
        state=stored.state,
        merged_into=stored.merged_into,
        revision=stored.revision,
        evidence=tuple(_evidence(conn, row[0])),
        history=tuple(deal_history(conn, row[0])),
    )


def deal_history(conn: Connection, deal_id: str) -> list[DealChange]:
    """All changes of a deal, oldest first."""
    with conn.cursor(row_factory=class_row(DealChange)) as cursor:
        return cursor.execute(
            """
            SELECT deal_id, revision, kind, old_value AS old, new_value AS new, article_id, at
            FROM deal_revision WHERE deal_id = %s ORDER BY revision, seq
            """,
            [deal_id],
        ).fetchall()


def _evidence(conn: Connection, deal_id: str) -> list[Evidence]:
    with conn.cursor(row_factory=class_row(Evidence)) as cursor:
        return cursor.execute(
            """
            SELECT article_id, idx AS index, what, value, quote, start_at AS start, end_at AS "end", field
            FROM claim_evidence JOIN deal_report USING (article_id, idx)
            WHERE deal_id = %s ORDER BY article_id, idx, seq
            """,
            [deal_id],
        ).fetchall()


def _like(text: str | None) -> str | None:
    """A pattern that finds ``text`` anywhere, its own wildcards taken literally."""
    if text is None:
        return None
    escaped = clean(text).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
