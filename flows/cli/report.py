"""report: the HTML report."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.common import DatabaseOption, open_store


def report(
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write.")] = Path("report.html"),
    database_url: DatabaseOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many deals, the largest.")] = 500,
) -> None:
    """Write the report: one HTML file that opens without a network.

    Example: chipwire report --out report.html
    """
    with open_store(database_url) as store:
        count = write(store, out, limit=limit)
    print(f"{count} deals in {out.resolve()}")


def write(store, out: Path, *, limit: int = 500, notice: str | None = None, outcomes=None) -> int:  # type: ignore[no-untyped-def]
    """Write the report of a store's deals; returns how many they are."""
    from pipeline.report import render
    from pipeline.store.rows import DealFilter

    found = store.deals.list(DealFilter(limit=limit))
    whole = [detail.deal for deal in found if (detail := store.deals.get(deal.id))]
    run = store.runs.latest()
    counts = outcomes
    if counts is None and run is not None:
        counts = {}
        for row in store.runs.outcomes(run.id):
            counts[row.outcome] = counts.get(row.outcome, 0) + row.count
    page = render(whole, title="Chipwire", generated_at=datetime.now(UTC), outcomes=counts, notice=notice)
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(out.name + ".part")
    part.write_text(page, encoding="utf-8")
    part.replace(out)
    return len(whole)
