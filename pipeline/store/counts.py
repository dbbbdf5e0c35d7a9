"""The counts of a run's outcomes. Every change goes through here, in the transaction of what it counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from pipeline.store.db import Connection
from pipeline.store.outcomes import OUTCOMES


@dataclass(slots=True)
class Counts:
    """Changes of counts, gathered in one transaction, written at its end in one order: none deadlock."""

    _changes: Counter[tuple[int, str, str]] = field(default_factory=Counter)

    def add(self, run_id: int | None, source: str, outcome: str, n: int = 1) -> None:
        """``n`` more URLs of ``source`` ended in ``outcome``; nothing where there is no run."""
        if outcome not in OUTCOMES:
            raise ValueError(f"{outcome!r} is no outcome; see pipeline.store.rows.OUTCOMES")
        if run_id is not None:
            self._changes[run_id, source, outcome] += n

    def move(self, run_id: int | None, source: str, old: str, new: str) -> None:
        """One URL that was counted as ``old`` is now ``new``."""
        self.add(run_id, source, old, -1)
        self.add(run_id, source, new)

    def write(self, conn: Connection) -> None:
        """Write the changes; call once, last in the transaction."""
        rows = [(*key, n) for key, n in sorted(self._changes.items()) if n]
        if not rows:
            return
        with conn.cursor() as cursor:
            cursor.executemany(
                """
                INSERT INTO crawl_outcome (run_id, source_id, outcome, count) VALUES (%s, %s, %s, %s)
                ON CONFLICT (run_id, source_id, outcome)
                DO UPDATE SET count = crawl_outcome.count + excluded.count
                """,
                rows,
            )
        conn.execute(
            "UPDATE run SET seen_at = clock_timestamp() WHERE id = ANY(%s)",
            [sorted({row[0] for row in rows})],
        )
