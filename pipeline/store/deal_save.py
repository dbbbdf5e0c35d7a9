"""Writing resolved deals, and the history of what that changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from pipeline import fx
from pipeline.resolve.changes import Change, changes
from pipeline.store.db import Connection, clean
from pipeline.store.deal_batch import digest
from pipeline.store.deal_rows import StoredDeal, load_deals, without_reports
from pipeline.store.errors import RetryableStoreError
from pipeline.store.rows import ResolveBatch, SaveResult
from pipeline.types import Deal, Report

_LOCK = 4_714_208_113
Key = tuple[str, int]


def save_deals(conn: Connection, batch: ResolveBatch, deals: Iterable[Deal]) -> SaveResult:
    """Store what the batch was resolved to. See ``pipeline.store``: Deals.save."""
    conn.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    resolved = [_cleaned(deal) for deal in deals]
    _check_reports(batch, resolved)
    _check_unchanged(conn, batch)
    touched = {*(deal.id for deal in resolved), *batch.deal_ids.values(), *batch.dirty}
    old = load_deals(conn, sorted(touched))
    result: dict[str, list[str]] = {
        name: [] for name in ("new", "changed", "unchanged", "withdrawn", "merged")
    }
    for deal in resolved:
        _insert_missing(conn, deal, old)
    _assign_reports(conn, batch, resolved)
    for deal in resolved:
        # reports that the batch did not know of stay with their deal
        kept = _kept_reports(old.get(deal.id), batch, deal)
        result[_write(conn, old.get(deal.id), replace(deal, reports=deal.reports + kept))].append(deal.id)
    told = {deal.id for deal in resolved}
    for deal_id, stored in old.items():
        if deal_id not in told and stored.state == "active" and not _reports_left(conn, deal_id):
            result[_retire(conn, stored, resolved)].append(deal_id)
    conn.execute("UPDATE deal SET dirty = false WHERE id = ANY(%s) AND dirty", [sorted(touched)])
    conn.execute(
        """
        UPDATE claim SET waiting = false
        WHERE waiting AND (article_id, idx) IN (SELECT * FROM unnest(%s::text[], %s::integer[]))
        """,
        [[report.article_id for report in batch.waiting], [report.index for report in batch.waiting]],
    )
    return SaveResult(**{name: tuple(ids) for name, ids in result.items()})


def _cleaned(deal: Deal) -> Deal:
    """Names as Postgres keeps them, so that the same deal compares as the same next time."""
    return replace(
        deal,
        parties=tuple(replace(party, name=clean(party.name)) for party in deal.parties),
        chips=tuple(map(clean, deal.chips)),
        sizes=tuple(replace(size, text=clean(size.text)) for size in deal.sizes),
        confidence=float(deal.confidence),
    )


def _check_reports(batch: ResolveBatch, deals: list[Deal]) -> None:
    seen = Counter((report.article_id, report.index) for deal in deals for report in deal.reports)
    if twice := [key for key, n in seen.items() if n > 1]:
        raise ValueError(f"report {twice[0]} is in two deals; a claim belongs to one")
    known = {(report.article_id, report.index) for report in batch.reports}
    if strange := seen.keys() - known:
        raise ValueError(f"report {min(strange)} is not of this batch")
    if empty := [deal.id for deal in deals if not deal.reports]:
        raise ValueError(f"deal {empty[0]} has no report; leave it out and it will be withdrawn")
    if len({deal.id for deal in deals}) != len(deals):
        raise ValueError("two deals have the same id")


def _check_unchanged(conn: Connection, batch: ResolveBatch) -> None:
    """No claim was read anew since the batch was taken; locks them until the end."""
    expected = {(report.article_id, report.index): digest(report.claim) for report in batch.reports}
    rows = conn.execute(
        """
        SELECT article_id, idx, payload FROM claim
        WHERE (article_id, idx) IN (SELECT * FROM unnest(%s::text[], %s::integer[]))
        ORDER BY article_id, idx FOR SHARE
        """,
        [[key[0] for key in expected], [key[1] for key in expected]],
    ).fetchall()
    if {(row[0], row[1]): digest(row[2]) for row in rows} != expected:
        raise RetryableStoreError(
            "Articles were read anew while their deals were resolved; take a new batch."
        )


def _insert_missing(conn: Connection, deal: Deal, old: dict[str, StoredDeal]) -> None:
    if deal.id not in old:
        conn.execute(
            "INSERT INTO deal (id, type, status, confidence, origins) VALUES (%s, %s, %s, %s, %s)",
            [deal.id, deal.type, deal.status, deal.confidence, deal.origins],
        )


def _assign_reports(conn: Connection, batch: ResolveBatch, deals: list[Deal]) -> None:
    wanted = {(report.article_id, report.index): deal.id for deal in deals for report in deal.reports}
    lost = [key for key in batch.deal_ids if key not in wanted]
    conn.execute(
        """
        DELETE FROM deal_report
        WHERE (article_id, idx) IN (SELECT * FROM unnest(%s::text[], %s::integer[]))
        """,
        [[key[0] for key in lost], [key[1] for key in lost]],
    )
    with conn.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO deal_report (article_id, idx, deal_id) VALUES (%s, %s, %s)
            ON CONFLICT (article_id, idx) DO UPDATE SET deal_id = excluded.deal_id
            WHERE deal_report.deal_id <> excluded.deal_id
            """,
            [
                (*key, deal_id)
                for key, deal_id in sorted(wanted.items())
                if batch.deal_ids.get(key) != deal_id
            ],
        )


def _kept_reports(stored: StoredDeal | None, batch: ResolveBatch, deal: Deal) -> tuple[Report, ...]:
    if stored is None:
        return ()
    known = {(report.article_id, report.index) for report in batch.reports}
    return tuple(report for report in stored.deal.reports if (report.article_id, report.index) not in known)


def _write(conn: Connection, stored: StoredDeal | None, deal: Deal) -> str:
    """Write one deal where it differs; says whether it was new, changed or unchanged."""
    found = changes(stored.deal if stored else None, deal)
    if stored and stored.state != "active":
        found.insert(0, Change("restored", stored.state, "active"))
    if stored and not found and without_reports(stored.deal) == without_reports(deal):
        return "unchanged"
    conn.execute(
        """
        UPDATE deal SET
            type = %s, status = %s, confidence = %s, first_reported = %s, last_reported = %s, origins = %s,
            state = 'active', merged_into = NULL, updated_at = clock_timestamp()
        WHERE id = %s
        """,
        [
            deal.type,
            deal.status,
            deal.confidence,
            deal.first_reported,
            deal.last_reported,
            deal.origins,
            deal.id,
        ],
    )
    if stored is None or stored.deal.parties != deal.parties:
        _replace(conn, "party", deal.id, [(seq, p.role, p.name, p.key) for seq, p in enumerate(deal.parties)])
    if stored is None or stored.deal.chips != deal.chips:
        _replace(conn, "chip", deal.id, list(enumerate(deal.chips)))
    if stored is None or stored.deal.sizes != deal.sizes:
        sizes = [
            (seq, s.kind, s.unit, s.min, s.max, s.usd_min, s.usd_max, s.text)
            for seq, s in enumerate(deal.sizes)
        ]
        _replace(conn, "size", deal.id, sizes)
        _keep_rates(conn, deal)
    if not found:
        return "unchanged"  # only what history does not keep, such as the confidence
    _append(conn, deal.id, found)
    return "changed" if stored else "new"


_DELETE = {
    "party": "DELETE FROM deal_party WHERE deal_id = %s",
    "chip": "DELETE FROM deal_chip WHERE deal_id = %s",
    "size": "DELETE FROM deal_size WHERE deal_id = %s",
}
_INSERT = {
    "party": "INSERT INTO deal_party (deal_id, seq, role, name, key) VALUES (%s, %s, %s, %s, %s)",
    "chip": "INSERT INTO deal_chip (deal_id, seq, name) VALUES (%s, %s, %s)",
    "size": """
        INSERT INTO deal_size (deal_id, seq, kind, unit, low, high, usd_low, usd_high, words)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
    """,
}


def _replace(conn: Connection, what: str, deal_id: str, rows: Iterable[tuple[object, ...]]) -> None:
    conn.execute(_DELETE[what], [deal_id])
    with conn.cursor() as cursor:
        cursor.executemany(_INSERT[what], [(deal_id, *row) for row in rows])


def _keep_rates(conn: Connection, deal: Deal) -> None:
    """The rates of the days on which the deal's amounts were reported, for whoever checks a conversion."""
    currencies = {size.unit for size in deal.sizes if size.kind == "money" and size.unit != "USD"}
    days = {report.published for report in deal.reports if report.published}
    rates = {found for currency in currencies for day in days if (found := fx.rate(currency, day))}
    with conn.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO fx_rate (currency, day, usd, origin) VALUES (%s, %s, %s, %s)
            ON CONFLICT (currency, day) DO UPDATE SET usd = excluded.usd, origin = excluded.origin
            WHERE fx_rate.usd <> excluded.usd
            """,
            [(r.currency, r.day, r.usd, r.origin) for r in sorted(rates, key=lambda r: (r.currency, r.day))],
        )


def _append(conn: Connection, deal_id: str, found: list[Change]) -> None:
    row = conn.execute(
        """
        UPDATE deal SET revision = revision + 1, updated_at = clock_timestamp()
        WHERE id = %s RETURNING revision
        """,
        [deal_id],
    ).fetchone()
    assert row is not None
    with conn.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO deal_revision (deal_id, revision, seq, kind, old_value, new_value, article_id, at)
            VALUES (%s, %s, %s, %s, %s, %s, %s, clock_timestamp())
            """,
            [(deal_id, row[0], seq, c.kind, c.old, c.new, c.article_id) for seq, c in enumerate(found)],
        )


def _reports_left(conn: Connection, deal_id: str) -> bool:
    return (
        conn.execute("SELECT 1 FROM deal_report WHERE deal_id = %s LIMIT 1", [deal_id]).fetchone() is not None
    )


def _retire(conn: Connection, stored: StoredDeal, resolved: list[Deal]) -> str:
    """A deal that no report is left of: merged where another deal has most of its reports, else withdrawn."""
    had = {(report.article_id, report.index) for report in stored.deal.reports}
    taken = {deal.id: len(had & {(r.article_id, r.index) for r in deal.reports}) for deal in resolved}
    heir = max(taken, key=lambda deal_id: taken[deal_id], default=None)
    if heir is None or not taken[heir]:
        conn.execute("UPDATE deal SET state = 'withdrawn' WHERE id = %s", [stored.deal.id])
        _append(conn, stored.deal.id, [Change("withdrawn", "active", "withdrawn")])
        return "withdrawn"
    conn.execute("UPDATE deal SET state = 'merged', merged_into = %s WHERE id = %s", [heir, stored.deal.id])
    _append(conn, stored.deal.id, [Change("merged", None, heir)])
    return "merged"
