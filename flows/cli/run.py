"""``chipwire run`` and ``chipwire serve``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli import common

if TYPE_CHECKING:
    from flows.stages.due import When
    from flows.summary import Summary
    from pipeline.settings import Settings


def run(
    *,
    sources: Annotated[
        Path | None, typer.Option(help="Folder of source files. Default: CHIPWIRE_SOURCES_DIR.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Only this source (its id); may be given again.")
    ] = None,
    database_url: Annotated[
        str | None,
        typer.Option(help="postgresql://… Default: CHIPWIRE_DATABASE_URL, else the embedded server."),
    ] = None,
    due: Annotated[
        bool,
        typer.Option(
            "--due", help="Only sources whose time has come, by how often they publish; as schedules do."
        ),
    ] = False,
    now: Annotated[
        bool, typer.Option("--now", help="Also sources whose hosts asked to be left alone for longer.")
    ] = False,
    prefect: Annotated[
        bool,
        typer.Option("--prefect/--no-prefect", help="As a Prefect flow run, or as plain function calls."),
    ] = True,
    json: Annotated[bool, typer.Option("--json", help="The run's counts as JSON on stdout.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
) -> None:
    """One whole ingest: crawl, extract, read, resolve, notify.

    Ends with 0 where every source ended well and with 3 where some failed (named, with the reason); what the
    others brought is stored. Killed and run again, it goes on where it was.

    Example: [bold]chipwire run --sources sources --only nvidia-newsroom[/bold]
    """
    if due and now:
        raise typer.BadParameter("--due and --now exclude each other")
    settings = common.settings(sources_dir=sources, database_url=database_url)
    with common.progress(quiet=quiet):
        when: When = "due" if due else "now" if now else "any"
        summary = ingest(settings, only or [], prefect=prefect, when=when)
    if json:
        common.print_json(summary.to_json())
    else:
        print_summary(summary)
    raise typer.Exit(common.SOME_SOURCES if summary.failed else 0)


def ingest(settings: Settings, only: list[str], *, prefect: bool, when: When = "any") -> Summary:
    """The ingest, as a flow run or plainly. What is wrong with sources, rules or database is told before
    Prefect starts.
    """
    from flows.delivery import load_rules
    from flows.stages.crawl import choose_sources

    choose_sources(settings.sources_dir, only)
    load_rules(settings)
    if not prefect:
        from flows.progress import tell
        from flows.run import ingest as plain
        from pipeline.store import open_store

        with open_store() as store:
            return plain(store, settings, only=only, when=when, tell=tell)
    from flows import prefect_api

    # What goes wrong is told by us, once; Prefect would add tracebacks of failed sources.
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
    api = prefect_api.start(settings)  # comes up while the database does
    try:
        from pipeline.store import open_store

        open_store().close()
        api.wait()
        from flows.ingest import run_with_prefect
        from flows.prefect_tools import reopen

        try:
            return run_with_prefect(str(settings.sources_dir), only, when)
        finally:
            reopen()
    finally:
        api.close()


def print_summary(summary: Summary) -> None:
    """The counts of a run, for people."""
    from rich.markup import escape

    out = common.console()
    if summary.not_due:
        _print_not_due(summary)
    if not summary.listed and not summary.failed and not summary.not_due:
        out.print(f"Run {summary.run_id}: no source lists anything that it did not list before.")
        return
    if summary.listed:
        _print_outcomes(summary)
    for stage, counts in summary.work.items():
        told = ", ".join(f"{count} {what.replace('_', ' ')}" for what, count in counts.items() if count)
        if told:
            out.print(f"{stage}: {told}")
    if summary.waiting:
        out.print(f"{summary.waiting} addresses still wait for extraction; the next run takes them.")
    for name, why in summary.failed.items():
        common.console(stderr=True).print(f"[red]Source {escape(name)} failed:[/red] {escape(why)}")


def _print_not_due(summary: Summary) -> None:
    from rich.markup import escape

    out = common.console()
    out.print(f"Run {summary.run_id}: {len(summary.not_due)} sources not due; --now asks them all the same.")
    shown = 5
    for name, why in list(summary.not_due.items())[:shown]:
        out.print(f"  {escape(name)}: {escape(why)}")
    if len(summary.not_due) > shown:
        out.print(f"  … and {len(summary.not_due) - shown} more (--json names them all)")


def _print_outcomes(summary: Summary) -> None:
    from rich.table import Table

    from pipeline.store.outcomes import OUTCOMES

    table = Table(
        title=f"Run {summary.run_id}: {summary.listed} addresses, each in one outcome", title_justify="left"
    )
    table.add_column("outcome")
    table.add_column("addresses", justify="right")
    table.add_column("meaning")
    for outcome, count in summary.totals.items():
        table.add_row(outcome, str(count), OUTCOMES[outcome])
    common.console().print(table)


def serve(
    port: Annotated[int, typer.Option(help="Port of Prefect's page and API, on loopback.")] = 4200,
    every: Annotated[str, typer.Option(help="When to ingest, as a cron line (UTC).")] = "*/30 * * * *",
) -> None:
    """Run the flows by schedule until stopped, with Prefect's page to watch them.

    Brings up Prefect's server on loopback, or uses the one of PREFECT_API_URL. `chipwire run` then appears
    there too.

    Example: [bold]chipwire serve --every "0 * * * *"[/bold]
    """
    settings = common.settings()
    from flows import prefect_api
    from pipeline.store import open_store

    out = common.console(stderr=True)
    api = prefect_api.start(settings, port=port, shared=False)
    try:
        with open_store() as store:
            health = store.health.sources()
        url = api.wait()
        prefect_api.announce(api)
        from flows.deployments import serve_all

        out.print(f"Prefect:  {url.removesuffix('/api')}", highlight=False)
        troubled = [row for row in health if row.verdict not in ("ok", "paused")]
        out.print(f"Sources:  {len(health)} known, {len(troubled)} in trouble (chipwire sources health)")
        out.print(f"Ingest:   {every} (UTC). Ctrl-C ends it; what runs is finished at the next start.")
        serve_all(every)
    finally:
        if api.child is not None:
            prefect_api.withdraw(api)
        api.close()
