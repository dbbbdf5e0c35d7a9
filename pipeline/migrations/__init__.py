"""Alembic migrations in plain SQL: ``versions/<number>_<name>.py`` names the files of ``sql/`` that it runs.

They go up only: what was released is never edited, ``bi`` changes only by adding.
"""

from __future__ import annotations

from pathlib import Path

SQL = Path(__file__).parent / "sql"


def run_sql(*names: str) -> None:
    """Run the files ``sql/<name>.sql`` in the migration's transaction."""
    from alembic import op

    # The driver's own connection: SQLAlchemy would take % and : for parameters.
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    for name in names:
        connection.execute((SQL / f"{name}.sql").read_text(encoding="utf-8"))
