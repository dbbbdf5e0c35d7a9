"""run: one whole ingest."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli.common import SOME_FAILED, DatabaseOption, JsonOption, dump, fail, progress, set_up_logging, use_database


def run(
    sources: Annotated[Path | None, typer.Option("--sources", help="Folder of source files (default: ./sources).", show_default=False)] = None,
    database_url: DatabaseOption = None,
    only: Annotated[list[str] | None, typer.Option("--only", help="Only this source; may be given more than once.")] = None,
    alerts: Annotated[Path | None, typer.Option("--alerts", help="File of alert rules (default: ./alerts.yml).", show_default=False)] = None,
    prefect: Annotated[bool, typer.Option("--prefect/--no-prefect", help="Run as a Prefect flow, or as plain calls.")] = True,
    as_json: JsonOption = False,
) -> None:
    """One whole ingest: crawl, extract, read, resolve, notify.

    Exit code 0 where every source ended well; 3 where some failed, which are named, the rest being stored.

    Example: chipwire run --sources sources --only eetimes
    """
    use_database(database_url)
    set_up_logging(quiet=True)
    result = ingest(sources, only or [], alerts, prefect, quiet=as_json)
    if as_json:
        print(dump(result))
    else:
        show(result)
    code = SOME_FAILED if result["failed"] else 0
    leave(code, prefect)


def leave(code: int, prefect: bool) -> None:
    """End the process with a code."""
    if prefect:
        from flows import prefect_env

        prefect_env.end(code)
    raise typer.Exit(code)


def ingest(sources: Path | None, only: list[str], alerts: Path | None, prefect: bool, *, quiet: bool, show: Any = None) -> dict[str, Any]:
    """Run the flow, or the plain steps; the result as plain data."""
    from pipeline.settings import get_settings
    from spiders.source import SourceError, load_sources

    settings = get_settings()
    folder = sources or settings.sources_dir
    try:
        chosen = [s for s in load_sources(folder) if not only or s.id in only]
    except SourceError as error:
        fail(f"source files cannot be used:\n{error}")
    unknown = set(only) - {s.id for s in chosen}
    if unknown:
        fail(f"no source {', '.join(sorted(unknown))} in {folder}. `chipwire sources list` shows them.")
    with progress(not quiet) as watch:
        if not prefect:
            return _plain(chosen, alerts, watch, show)
        from flows import prefect_env

        watch("starting Prefect", 0, None)
        prefect_env.prepare()
        from flows import ingest as flow

        flow.watch, flow.show = watch, show
        params = flow.IngestParams(sources=folder, only=only, alerts=alerts)
        result: dict[str, Any] = flow.ingest(params).model_dump()
        return result


def _plain(chosen: list[Any], alerts: Path | None, watch: Any, show: Any) -> dict[str, Any]:
    from flows.run import ingest as plain_ingest
    from pipeline.settings import get_settings
    from pipeline.store import open_store

    with open_store() as store:
        summary = plain_ingest(store, get_settings(), chosen, progress=watch, alerts=alerts, show=show)
    return {
        "run_id": summary.run_id,
        "outcomes": dict(summary.outcomes),
        "by_source": {k: dict(v) for k, v in summary.by_source.items()},
        "failed": dict(summary.failed),
        "deals": {n: len(getattr(summary.deals, n)) for n in ("new", "changed", "unchanged", "withdrawn", "merged")},
        "alerts": {"queued": summary.alerts.queued, "sent": summary.alerts.sent, "failed": summary.alerts.failed},
    }


def show(result: dict[str, Any]) -> None:
    """The result for people."""
    from rich.table import Table

    from flows.cli.common import print_table

    table = Table(title=f"Run {result['run_id']}: every address in one outcome", title_justify="left")
    names = sorted(result["outcomes"], key=lambda n: -result["outcomes"][n])
    table.add_column("source")
    for name in names:
        table.add_column(name, justify="right")
    table.add_column("all", justify="right", style="bold")
    for source, counts in sorted(result["by_source"].items()):
        table.add_row(source, *(str(counts.get(n, "")) for n in names), str(sum(counts.values())))
    table.add_row("all", *(str(result["outcomes"][n]) for n in names), str(sum(result["outcomes"].values())), style="bold")
    print_table(table)
    deals, alerts = result["deals"], result["alerts"]
    print(f"Deals: {deals['new']} new, {deals['changed']} changed. Alerts: {alerts['sent']} sent, {alerts['failed']} failed.")
    for source, reason in result["failed"].items():
        print(f"chipwire: source {source} failed: {reason}", file=sys.stderr)
