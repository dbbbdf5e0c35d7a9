"""Alerts: the rules, and the outbox that delivers each alert.

Delivery is **at least once, with a stable key**. Being sure that a message went out exactly once is
impossible when the sender may be killed between the request and noting it. Losing "the deal fell through"
is worse than telling it twice, so after such a kill the alert comes back with ``maybe_sent`` set: a
channel that can look (a file) looks for the key first; others send it again with the same key, by which a
receiver can tell. The window is that of one request: ``sending`` is written just before it, ``sent`` just
after. In every other case (killed before, killed after, two workers, run again) an alert is sent once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from pipeline.store.db import Connection, Db, clean
from pipeline.store.deal_rows import load_deals
from pipeline.store.rows import AlertRule, DealChange, DealRevision, NewAlert, OutboxAlert

Rules = list[AlertRule]


class Alerts:
    """``store.alerts``."""

    def __init__(self, db: Db, *, max_attempts: int) -> None:
        self._db = db
        self._max_attempts = max_attempts

    def sync_rules(self, rules: Iterable[AlertRule]) -> None:
        """Store these rules; others that are stored are disabled."""
        given = sorted(rules, key=lambda rule: rule.id)
        with self._db.transaction() as conn:
            for rule in given:
                conn.execute(
                    """
                    INSERT INTO alert_rule (id, name, spec, enabled) VALUES (%s, %s, %s, %s)
                    ON CONFLICT (id) DO UPDATE SET name = excluded.name, spec = excluded.spec,
                        enabled = excluded.enabled, updated_at = now()
                    WHERE (alert_rule.name, alert_rule.spec, alert_rule.enabled)
                        IS DISTINCT FROM (excluded.name, excluded.spec, excluded.enabled)
                    """,
                    [rule.id, clean(rule.name), Jsonb(rule.spec), rule.enabled],
                )
            conn.execute(
                "UPDATE alert_rule SET enabled = false, updated_at = now() WHERE enabled AND id <> ALL(%s)",
                [[rule.id for rule in given]],
            )

    def rules(self) -> Rules:
        """All rules, by id."""
        with self._db.transaction() as conn, conn.cursor(row_factory=class_row(AlertRule)) as cursor:
            return cursor.execute(
                "SELECT id, name, spec, enabled, created_at FROM alert_rule ORDER BY id"
            ).fetchall()

    def unjudged(self, limit: int = 200) -> list[DealRevision]:
        """Deals that changed since the rules last saw them, longest unseen first, with all those changes.

        ``revision`` is the deal's present one: hand it to ``judged``.
        """
        with self._db.transaction() as conn:
            due = conn.execute(
                """
                SELECT id, judged_revision FROM deal WHERE judged_revision < revision
                ORDER BY updated_at, id LIMIT %s
                """,
                [limit],
            ).fetchall()
            stored = load_deals(conn, [row[0] for row in due])
            found = []
            for deal_id, judged in due:
                news = _changes_since(conn, deal_id, judged, stored[deal_id].revision)
                found.append(
                    DealRevision(
                        stored[deal_id].deal,
                        stored[deal_id].state,
                        stored[deal_id].revision,
                        news,
                        news[-1].at,
                    )
                )
        return found

    def judged(self, deal_id: str, revision: int, alerts: Iterable[NewAlert]) -> int:
        """Put the alerts that the rules made of a deal's changes into the outbox and note that it was judged.

        Both at once: a kill loses nothing, a second judgement adds nothing. Returns how many were new.
        """
        with self._db.transaction() as conn:
            # The lock keeps two judges of one deal in turn.
            conn.execute("SELECT 1 FROM deal WHERE id = %s FOR UPDATE", [deal_id])
            added = sum(_add(conn, alert) for alert in alerts)
            conn.execute(
                "UPDATE deal SET judged_revision = %s WHERE id = %s AND judged_revision < %s",
                [revision, deal_id, revision],
            )
        return added

    def add(self, alert: NewAlert) -> bool:
        """Put one alert into the outbox that no deal brought about. False: the same is there already.

        Without a deal, rule, kind, revision, channel and title together make it unique.
        """
        with self._db.transaction() as conn:
            return _add(conn, alert)

    def lease(self, worker: str, limit: int = 50, seconds: float = 120) -> list[OutboxAlert]:
        """Alerts that are due, for this worker alone until the lease runs out; oldest first."""
        with self._db.transaction() as conn, conn.cursor(row_factory=class_row(OutboxAlert)) as cursor:
            conn.execute(
                """
                UPDATE alert SET state = 'dead', error = coalesce(error, 'no worker came back from it')
                WHERE state IN ('pending', 'sending') AND attempts >= %s
                    AND (lease_until IS NULL OR lease_until < clock_timestamp())
                """,
                [self._max_attempts],
            )
            return cursor.execute(
                """
                WITH due AS MATERIALIZED (
                    SELECT id, state FROM alert
                    WHERE state IN ('pending', 'sending') AND next_try <= clock_timestamp()
                        AND (lease_until IS NULL OR lease_until < clock_timestamp())
                    ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
                )
                UPDATE alert SET
                    lease_owner = %(worker)s,
                    lease_until = clock_timestamp() + make_interval(secs => %(seconds)s),
                    attempts = attempts + 1
                FROM due WHERE alert.id = due.id
                RETURNING alert.id, key, rule_id, deal_id, revision, kind, channel, title, body, attempts,
                    due.state = 'sending' AS maybe_sent, created_at
                """,
                {"worker": worker, "limit": limit, "seconds": seconds},
            ).fetchall()

    def sending(self, alert_id: int) -> None:
        """Note the intent, just before the request."""
        with self._db.transaction() as conn:
            conn.execute("UPDATE alert SET state = 'sending' WHERE id = %s AND state = 'pending'", [alert_id])

    def sent(self, alert_id: int) -> None:
        """Note that it arrived."""
        with self._db.transaction() as conn:
            conn.execute(
                """
                UPDATE alert SET
                    state = 'sent', sent_at = clock_timestamp(), error = NULL,
                    lease_owner = NULL, lease_until = NULL
                WHERE id = %s AND state <> 'sent'
                """,
                [alert_id],
            )

    def defer(self, alert_id: int, until: datetime) -> None:
        """Hand it out not before ``until`` (aware): nothing was tried, so no attempt is counted."""
        with self._db.transaction() as conn:
            conn.execute(
                """
                UPDATE alert SET
                    next_try = %s, attempts = greatest(attempts - 1, 0),
                    lease_owner = NULL, lease_until = NULL
                WHERE id = %s AND state IN ('pending', 'sending')
                """,
                [until, alert_id],
            )

    def failed(self, alert_id: int, error: str, *, retry: bool = True) -> None:
        """Note that it certainly did not arrive: tried again after 1, 2, 4 … minutes, at most an hour.

        After the last attempt, or with ``retry`` False (the channel itself is wrong), it is given up as
        dead. For a timeout, where it may have arrived, do not call this: let the lease run out.
        """
        with self._db.transaction() as conn:
            conn.execute(
                """
                UPDATE alert SET
                    state = CASE WHEN %(retry)s AND attempts < %(max)s THEN 'pending' ELSE 'dead' END,
                    next_try = clock_timestamp()
                        + least(interval '1 hour', interval '1 minute' * 2 ^ (attempts - 1)),
                    error = %(error)s, lease_owner = NULL, lease_until = NULL
                WHERE id = %(id)s AND state IN ('pending', 'sending')
                """,
                {"id": alert_id, "error": clean(error), "retry": retry, "max": self._max_attempts},
            )

    def counts(self) -> dict[str, int]:
        """How many alerts are in which state: pending, sending, sent, dead."""
        with self._db.transaction() as conn:
            rows = conn.execute("SELECT state, count(*) FROM alert GROUP BY state ORDER BY state").fetchall()
        return {row[0]: int(row[1]) for row in rows}


def _changes_since(conn: Connection, deal_id: str, judged: int, revision: int) -> tuple[DealChange, ...]:
    with conn.cursor(row_factory=class_row(DealChange)) as cursor:
        return tuple(
            cursor.execute(
                """
                SELECT deal_id, revision, kind, old_value AS old, new_value AS new, article_id, at
                FROM deal_revision
                WHERE deal_id = %s AND revision > %s AND revision <= %s ORDER BY revision, seq
                """,
                [deal_id, judged, revision],
            ).fetchall()
        )


def _add(conn: Connection, alert: NewAlert) -> bool:
    about = [alert.rule_id, alert.deal_id or "", str(alert.revision), alert.channel]
    if alert.deal_id is None:
        about += [alert.kind, alert.title]
    key = hashlib.sha256("\x1f".join(about).encode("utf-8", "replace")).hexdigest()[:32]
    added = conn.execute(
        """
        INSERT INTO alert (key, rule_id, deal_id, revision, kind, channel, title, body)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (key) DO NOTHING
        """,
        [
            key, alert.rule_id, alert.deal_id, alert.revision, alert.kind, alert.channel,
            clean(alert.title), clean(alert.body),
        ],
    ).rowcount  # fmt: skip
    return added == 1
