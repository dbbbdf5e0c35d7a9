"""``chipwire sources``: list, check, health."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli import common

app = typer.Typer(help="The sources: what is read, and how they do.", no_args_is_help=True)
Folder = Annotated[Path | None, typer.Option("--sources", help="Folder of source files.")]
Json = Annotated[bool, typer.Option("--json", help="JSON lines.")]


@app.command("list")
def list_(sources: Folder = None, json: Json = False) -> None:
    """The sources of the folder.

    Example: [bold]chipwire sources list --json[/bold]
    """
    from spiders.source import load_sources

    found = load_sources(common.settings(sources_dir=sources).sources_dir)
    if json:
        for source in found:
            common.print_line(source.model_dump(mode="json"))
        return
    from rich.table import Table

    table = Table(title=f"{len(found)} sources", title_justify="left")
    for name in ("id", "kind", "language", "about", "verified", "first address"):
        table.add_column(name, overflow="fold")
    for source in found:
        off = "" if source.enabled else " (off)"
        table.add_row(
            source.id + off, source.kind, source.language, source.about, str(source.verified), source.urls[0]
        )
    common.console().print(table)


@app.command()
def check(sources: Folder = None) -> None:
    """Check the source files' form: every problem with file and line, exit code 1 where there is one.

    Does not fetch anything yet: whether a source works is seen by `chipwire run --only ID`.

    Example: [bold]chipwire sources check --sources sources[/bold]
    """
    from spiders.source import load_sources

    found = load_sources(common.settings(sources_dir=sources).sources_dir)
    never = sum(source.verified == "never" for source in found)
    common.console().print(
        f"{len(found)} source files are well-formed; {never} of them were never seen to work."
    )


@app.command()
def health(json: Json = False) -> None:
    """How the sources do, those in trouble first: expected against seen, last success, failures in a row.

    Example: [bold]chipwire sources health[/bold]
    """
    from dataclasses import asdict

    from pipeline.store import open_store

    common.settings()
    with open_store() as store:
        rows = store.health.sources()
    if json:
        for row in rows:
            common.print_line(asdict(row))
        return
    from rich.markup import escape
    from rich.table import Table

    table = Table()
    for name in ("source", "verdict", "why", "articles 7 d", "last success", "failures"):
        table.add_column(name, overflow="fold")
    for row in rows:
        seen = "" if row.articles_7d is None else str(row.articles_7d)
        last = f"{row.last_success:%Y-%m-%d %H:%M}" if row.last_success else "never"
        table.add_row(
            row.source, row.verdict, escape(row.reason or ""), seen, last, str(row.failures_in_a_row)
        )
    common.console().print(table if rows else "No source was ever crawled. Try: chipwire run")
