"""The queries for BI tools run on the schema as it is."""

from __future__ import annotations

from pathlib import Path

from pipeline.store import Store

QUERIES = Path(__file__).parents[2] / "dashboards" / "queries.sql"


def test_all_queries_run(store: Store) -> None:
    queries = [query for query in QUERIES.read_text().split(";") if query.strip()]
    assert len(queries) >= 5
    with store._db.transaction() as conn:
        for query in queries:
            assert conn.execute(query).fetchall() == []
