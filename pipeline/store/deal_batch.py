"""Which reports to resolve together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from psycopg.rows import dict_row

from pipeline import fx
from pipeline.resolve.blocks import VERSION, blocks
from pipeline.resolve.identity import Companies
from pipeline.resolve.items import Item, item
from pipeline.resolve.reach import Key, reach
from pipeline.store.codec import encode
from pipeline.store.db import Connection
from pipeline.store.deal_rows import REPORT_COLUMNS, REPORT_TABLES, report_of
from pipeline.store.rows import CompanyRow, ResolveBatch
from pipeline.types import DealClaim

_PAIRS = "(SELECT * FROM unnest(%s::text[], %s::integer[]))"
_AT_ONCE = 1_000


def knowledge_version(conn: Connection) -> str:
    """By which rules and companies blocks are made now."""
    row = conn.execute(
        """
        SELECT md5(concat(
            (SELECT string_agg(concat_ws(E'\\x1f', key, name, parent), E'\\x1e' ORDER BY key) FROM company),
            E'\\x1d',
            (SELECT string_agg(concat_ws(E'\\x1f', alias, company_key), E'\\x1e' ORDER BY alias, company_key)
                FROM company_alias)
        ))
        """
    ).fetchone()
    assert row is not None
    return f"{VERSION}:{row[0]}"


def load_companies(conn: Connection) -> Companies:
    """What the knowledge tables say of names and groups."""
    rows = conn.execute(
        """
        SELECT key, name, country, parent, array(SELECT alias FROM company_alias WHERE company_key = key)
        FROM company
        """
    ).fetchall()
    return Companies.of(
        CompanyRow(key, name, country=country, parent=parent, aliases=tuple(aliases))
        for key, name, country, parent, aliases in rows
    )


def make_blocks(conn: Connection, version: str, companies: Companies) -> int:
    """Make the blocks of some claims that have none of this version; how many. 0: all have theirs."""
    with conn.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(
            f"""
            SELECT {REPORT_COLUMNS} FROM {REPORT_TABLES}
            JOIN (
                SELECT article_id, idx FROM claim_blocks
                WHERE version < %(version)s OR version > %(version)s LIMIT %(limit)s
            ) due ON due.article_id = claim.article_id AND due.idx = claim.idx
            """,
            {"version": version, "limit": _AT_ONCE},
        ).fetchall()
        made = [(row, sorted(blocks(item(report_of(row), companies, fx.to_usd)))) for row in rows]
        cursor.executemany(
            "UPDATE claim_blocks SET version = %s, blocks = %s WHERE article_id = %s AND idx = %s",
            [(version, found, row["article_id"], row["idx"]) for row, found in made],
        )
    return len(rows)


def load_batch(conn: Connection, limit: int, companies: Companies) -> ResolveBatch:
    """Waiting reports, oldest first, with all that have to be resolved with them."""
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
    rows: dict[Key, dict[str, Any]] = {}

    def load(keys: set[Key]) -> Iterable[Item]:
        with conn.cursor(row_factory=dict_row) as cursor:
            for row in cursor.execute(
                f"""
                SELECT {REPORT_COLUMNS} FROM {REPORT_TABLES}
                WHERE (claim.article_id, claim.idx) IN {_PAIRS}
                """,
                _columns(keys),
            ):
                report = report_of(row)
                rows[report.article_id, report.index] = {**row, "report": report}
                one = item(report, companies, fx.to_usd)
                if one.parties and one.types:
                    yield one

    start = {(row[0], row[1]) for row in due} | _reports_of(conn, dirty)
    found = sorted(
        reach(start, load, lambda shared: _sharing(conn, shared), lambda keys: _deals_of(conn, keys)),
        key=lambda key: (rows[key]["published"] is None, rows[key]["published"], key),
    )
    batch = [rows[key] for key in found]
    return ResolveBatch(
        waiting=tuple(row["report"] for row in batch if row["waiting"]),
        neighbours=tuple(row["report"] for row in batch if not row["waiting"]),
        deal_ids={key: rows[key]["deal_id"] for key in found if rows[key]["deal_id"] is not None},
        dirty=tuple(dirty),
    )


def digest(claim: DealClaim | Any) -> str:
    """A claim, or its stored payload, for comparison."""
    data = encode(claim) if isinstance(claim, DealClaim) else claim
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def _reports_of(conn: Connection, deal_ids: list[str]) -> set[Key]:
    rows = conn.execute("SELECT article_id, idx FROM deal_report WHERE deal_id = ANY(%s)", [deal_ids])
    return {(row[0], row[1]) for row in rows}


def _deals_of(conn: Connection, keys: set[Key]) -> set[Key]:
    """A deal comes with all its reports, or resolving it would lose the others."""
    rows = conn.execute(
        f"""
        SELECT article_id, idx FROM deal_report
        WHERE deal_id IN (SELECT deal_id FROM deal_report WHERE (article_id, idx) IN {_PAIRS})
        """,
        _columns(keys),
    )
    return {(row[0], row[1]) for row in rows}


def _sharing(conn: Connection, shared: set[int]) -> set[Key]:
    rows = conn.execute(
        "SELECT article_id, idx FROM claim_blocks WHERE blocks && %s::bigint[]", [sorted(shared)]
    )
    return {(row[0], row[1]) for row in rows}


def _columns(keys: set[Key]) -> list[list[Any]]:
    return [[key[0] for key in keys], [key[1] for key in keys]]
