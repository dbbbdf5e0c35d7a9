"""What the knowledge files say of companies and chips, for the analysts' views and for searching."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.store.db import Db, clean
from pipeline.store.rows import ChipRow, CompanyRow


class Knowledge:
    """``store.knowledge``."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def sync(self, companies: Iterable[CompanyRow], chips: Iterable[ChipRow]) -> None:
        """Make the tables hold exactly these companies and chips."""
        firms = {row.key: row for row in companies}
        parts = {row.key: row for row in chips}
        with self._db.transaction() as conn, conn.cursor() as cursor:
            conn.execute("LOCK TABLE company, chip IN SHARE ROW EXCLUSIVE MODE")
            conn.execute("DELETE FROM company WHERE key <> ALL(%s)", [list(firms)])
            conn.execute("DELETE FROM chip WHERE key <> ALL(%s)", [list(parts)])
            cursor.executemany(
                """
                INSERT INTO company (key, name, kind, country, ticker, parent) VALUES (%s, %s, %s, %s, %s, %s)
                ON CONFLICT (key) DO UPDATE SET
                    name = excluded.name, kind = excluded.kind, country = excluded.country,
                    ticker = excluded.ticker, parent = excluded.parent
                """,
                [(r.key, clean(r.name), r.kind, r.country, r.ticker, r.parent) for r in firms.values()],
            )
            cursor.executemany(
                """
                INSERT INTO chip (key, name, vendor, family, kind) VALUES (%s, %s, %s, %s, %s)
                ON CONFLICT (key) DO UPDATE SET
                    name = excluded.name, vendor = excluded.vendor, family = excluded.family,
                    kind = excluded.kind
                """,
                [(r.key, clean(r.name), r.vendor, r.family, r.kind) for r in parts.values()],
            )
            conn.execute("DELETE FROM company_alias")
            conn.execute("DELETE FROM chip_alias")
            cursor.executemany(
                "INSERT INTO company_alias (alias, company_key) VALUES (%s, %s)",
                [(clean(alias), r.key) for r in firms.values() for alias in sorted({*r.aliases, r.name})],
            )
            cursor.executemany(
                "INSERT INTO chip_alias (alias, chip_key) VALUES (%s, %s)",
                [(clean(alias), r.key) for r in parts.values() for alias in sorted({*r.aliases, r.name})],
            )
