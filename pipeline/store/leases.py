"""Leases of dead processes: given back at once, so that a run after a kill need not wait for them."""

from __future__ import annotations

from pipeline.store.db import Db

_TABLES = ("page", "article", "alert")


class Leases:
    """``store.leases``."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def owners(self) -> set[str]:
        """Who holds a lease that has not run out (names of ``worker_name``)."""
        with self._db.transaction() as conn:
            rows = conn.execute(
                """
                SELECT lease_owner FROM page WHERE lease_until > clock_timestamp()
                UNION SELECT lease_owner FROM article WHERE lease_until > clock_timestamp()
                UNION SELECT lease_owner FROM alert WHERE lease_until > clock_timestamp()
                """
            ).fetchall()
        return {row[0] for row in rows if row[0]}

    def give_back(self, owner: str) -> int:
        """Free what ``owner``, which is dead, still holds; the attempt stays counted. How many rows."""
        freed = 0
        with self._db.transaction() as conn:
            for table in _TABLES:
                freed += conn.execute(
                    f"UPDATE {table} SET lease_owner = NULL, lease_until = NULL WHERE lease_owner = %s",
                    [owner],
                ).rowcount
        return freed
