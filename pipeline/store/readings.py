"""Readings: what the reader found in the present text of an article. Earlier ones are replaced."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from psycopg.types.json import Jsonb

from pipeline.store.articles import move_page_outcome
from pipeline.store.codec import decode_claim, decode_reading, encode
from pipeline.store.counts import Counts
from pipeline.store.db import Connection, Db, clean
from pipeline.types import DealClaim, Mention, Reading, Span


def party_names(claim: DealClaim) -> set[str]:
    """What the claim's parties are told by: knowledge keys, and all names folded."""
    found = set()
    for party in claim.parties:
        if party.key:
            found.add(f"key:{party.key}")
        for name in (party.name, *party.also):
            if folded := fold(name):
                found.add(folded)
    return found


def fold(name: str) -> str:
    """A name for comparison: case, accents, width and punctuation ignored."""
    plain = unicodedata.normalize("NFKD", clean(name)).casefold()
    return re.sub(r"[\W_]+", " ", "".join(c for c in plain if not unicodedata.combining(c))).strip()


class Readings:
    """``store.readings``."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def save(self, reading: Reading, *, revision: int) -> bool:
        """Store a reading of that revision of its article, in place of an earlier reading.

        Claims that are new or differ wait for resolution; deals that lose a claim are resolved again.
        False: the article has another revision by now, and nothing is stored (its lease brings it back).
        """
        with self._db.transaction() as conn:
            row = conn.execute(
                "SELECT revision FROM article WHERE id = %s FOR UPDATE", [reading.article_id]
            ).fetchone()
            if row is None:
                raise ValueError(f"no article {reading.article_id!r} is stored")
            if row[0] != revision:
                return False
            _store(conn, reading, revision)
            conn.execute(
                """
                UPDATE article SET
                    read_version = %s, read_error = NULL, attempts = 0, lease_owner = NULL, lease_until = NULL
                WHERE id = %s
                """,
                [reading.reader_version, reading.article_id],
            )
            if not reading.relevant:
                counts = Counts()
                move_page_outcome(conn, reading.article_id, ("new", "changed"), "not_relevant", counts)
                counts.write(conn)
        return True

    def get(self, article_id: str) -> Reading | None:
        """The current reading of an article; None: not read yet."""
        with self._db.transaction() as conn:
            row = conn.execute("SELECT payload FROM reading WHERE article_id = %s", [article_id]).fetchone()
        return None if row is None else decode_reading(row[0])


def _store(conn: Connection, reading: Reading, revision: int) -> None:
    conn.execute(
        """
        INSERT INTO reading (article_id, revision, reader_version, lang, relevant, payload)
        VALUES (%s, %s, %s, %s, %s, %s)
        ON CONFLICT (article_id) DO UPDATE SET
            revision = excluded.revision, reader_version = excluded.reader_version, lang = excluded.lang,
            relevant = excluded.relevant, payload = excluded.payload, read_at = clock_timestamp()
        """,
        [
            reading.article_id, revision, reading.reader_version, reading.lang, reading.relevant,
            Jsonb(encode(reading)),
        ],
    )  # fmt: skip
    conn.execute("DELETE FROM mention WHERE article_id = %s", [reading.article_id])
    _insert_mentions(conn, reading.article_id, "company", reading.companies)
    _insert_mentions(conn, reading.article_id, "chip", reading.chips)
    _replace_claims(conn, reading)


def _insert_mentions(conn: Connection, article_id: str, kind: str, mentions: Sequence[Mention]) -> None:
    with conn.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO mention (article_id, kind, seq, name, key, quote, start_at, end_at, field)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            [
                (
                    article_id,
                    kind,
                    seq,
                    clean(m.name),
                    m.key,
                    clean(m.span.quote),
                    m.span.start,
                    m.span.end,
                    m.span.field,
                )
                for seq, m in enumerate(mentions)
            ],
        )


def _replace_claims(conn: Connection, reading: Reading) -> None:
    """New claims take the place of the old; one that is the old one, or its heir, stays with its deal."""
    old: dict[int, tuple[Any, str, bool, str | None, set[str]]] = {
        row[0]: (row[1], row[2], row[3], row[4], party_names(decode_claim(row[1])))
        for row in conn.execute(
            """
            SELECT claim.idx, claim.payload, claim.type, claim.waiting, report.deal_id
            FROM claim LEFT JOIN deal_report report USING (article_id, idx)
            WHERE claim.article_id = %s ORDER BY claim.idx
            """,
            [reading.article_id],
        ).fetchall()
    }
    payloads = [encode(claim) for claim in reading.deals]
    if [entry[0] for entry in old.values()] == payloads:
        return
    heirs = _heirs(old, reading.deals, payloads)
    conn.execute(
        "UPDATE deal SET dirty = true WHERE id IN (SELECT deal_id FROM deal_report WHERE article_id = %s)",
        [reading.article_id],
    )
    conn.execute("DELETE FROM deal_report WHERE article_id = %s", [reading.article_id])
    conn.execute("DELETE FROM claim WHERE article_id = %s", [reading.article_id])
    for idx, (claim, payload) in enumerate(zip(reading.deals, payloads, strict=True)):
        before = old.get(heirs.get(idx, -1))
        waiting = before is None or before[0] != payload or before[2]
        _insert_claim(conn, reading.article_id, idx, claim, payload=payload, waiting=waiting)
        if before is not None and before[3] is not None:
            conn.execute(
                "INSERT INTO deal_report (article_id, idx, deal_id) VALUES (%s, %s, %s)",
                [reading.article_id, idx, before[3]],
            )


def _heirs(
    old: dict[int, tuple[Any, str, bool, str | None, set[str]]],
    claims: Sequence[DealClaim],
    payloads: list[Any],
) -> dict[int, int]:
    """New index → the old one it continues: the same claim, else same type with most shared parties."""
    heirs: dict[int, int] = {}
    free = dict(old)
    for idx, payload in enumerate(payloads):
        same = next((i for i, entry in free.items() if entry[0] == payload), None)
        if same is not None:
            heirs[idx] = same
            del free[same]
    for idx, claim in enumerate(claims):
        if idx in heirs:
            continue
        found = party_names(claim)
        shared = {i: len(found & entry[4]) for i, entry in free.items() if entry[1] == claim.type}
        best = max(shared, key=lambda i: shared[i], default=None)
        if best is not None and shared[best]:
            heirs[idx] = best
            del free[best]
    return heirs


def _insert_claim(
    conn: Connection, article_id: str, idx: int, claim: DealClaim, *, payload: Any, waiting: bool
) -> None:
    conn.execute(
        """
        INSERT INTO claim (article_id, idx, type, status, is_primary, confidence, payload, waiting)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [article_id, idx, claim.type, claim.status, claim.primary, claim.confidence, Jsonb(payload), waiting],
    )
    conn.execute("INSERT INTO claim_blocks (article_id, idx) VALUES (%s, %s)", [article_id, idx])
    with conn.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO claim_evidence (article_id, idx, seq, what, value, quote, start_at, end_at, field)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            [
                (
                    article_id,
                    idx,
                    seq,
                    what,
                    clean(value),
                    clean(span.quote),
                    span.start,
                    span.end,
                    span.field,
                )
                for seq, (what, value, span) in enumerate(_evidence(claim))
            ],
        )


def _evidence(claim: DealClaim) -> list[tuple[str, str, Span]]:
    found = [("deal", claim.type, span) for span in claim.evidence]
    if claim.status_span:
        found.append(("status", claim.status, claim.status_span))
    found += [("party", f"{party.name} ({party.role})", party.span) for party in claim.parties]
    found += [("chip", chip.name, chip.span) for chip in claim.chips]
    found += [("size", size.span.quote, size.span) for size in claim.sizes]
    return found
