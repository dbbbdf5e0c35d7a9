"""The report: every deal with its sentences, in one HTML file."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from pipeline.report import render
from pipeline.store import Store
from pipeline.store.rows import DealFilter


def write_report(
    store: Store,
    path: Path,
    *,
    where: DealFilter | None = None,
    run_id: int | None = None,
    title: str = "Chipwire: deals",
    notice: str | None = None,
) -> int:
    """Write the report to ``path``, replacing it at once; how many deals it shows. ``run_id``: whose outcomes
    to show.
    """
    listed = store.deals.list(where or DealFilter())
    details = [store.deals.get(deal.id) for deal in listed]
    deals = [detail.deal for detail in details if detail is not None]
    ids = {report.article_id for deal in deals for report in deal.reports}
    articles = {found.id: found for found in map(store.articles.get, sorted(ids)) if found is not None}
    outcomes: dict[str, int] = {}
    for row in store.runs.outcomes(run_id) if run_id is not None else ():
        outcomes[row.outcome] = outcomes.get(row.outcome, 0) + row.count
    html = render(
        deals,
        title=title,
        generated_at=datetime.now(UTC),
        outcomes=outcomes,
        articles=articles,
        notice=notice,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(html, encoding="utf-8")
    fresh.replace(path)
    return len(deals)
