"""``chipwire report``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli import common


def report(
    out: Annotated[Path, typer.Option(help="The file to write.")] = Path("report.html"),
    since: Annotated[
        str | None, typer.Option(help="Only deals last reported on this day or later (YYYY-MM-DD).")
    ] = None,
    title: Annotated[str, typer.Option(help="The page's title.")] = "Chipwire: deals",
) -> None:
    """Write the deals to one HTML file that needs no network: largest deals, who supplies whom, deals over
    time, evidence.

    Example: [bold]chipwire report --out report.html --since 2026-01-01[/bold]
    """
    from flows.cli.deals import _day
    from flows.stages.report import write_report
    from pipeline.store import open_store
    from pipeline.store.rows import DealFilter

    common.settings()
    with open_store() as store:
        latest = store.runs.latest("ingest")
        shown = write_report(
            store, out, where=DealFilter(since=_day(since)), run_id=latest.id if latest else None, title=title
        )
    common.console().print(f"{shown} deals in {out.resolve()}", markup=False, soft_wrap=True)
