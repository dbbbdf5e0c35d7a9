"""sources: list, check, add, health."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.common import SOME_FAILED, DatabaseOption, JsonOption, dump, fail, open_store, print_table

app = typer.Typer(help="The sources: what there is, whether it works, new ones.", no_args_is_help=True)
FolderOption = Annotated[Path | None, typer.Option("--sources", help="Folder of source files (default: ./sources).", show_default=False)]


def _load(folder: Path | None) -> tuple[Path, list]:  # type: ignore[type-arg]
    from pipeline.settings import get_settings
    from spiders.source import SourceError, load_sources

    chosen = folder or get_settings().sources_dir
    try:
        return chosen, load_sources(chosen)
    except SourceError as error:
        fail(f"source files cannot be used:\n{error}")


@app.command("list")
def list_(sources: FolderOption = None, as_json: JsonOption = False) -> None:
    """All sources of the folder, checked.

    Example: chipwire sources list
    """
    _, found = _load(sources)
    if as_json:
        for source in found:
            print(dump(source.model_dump(mode="json")))
        return
    from rich.table import Table

    table = Table(title=f"{len(found)} sources", title_justify="left")
    for name in ("id", "name", "language", "kind", "verified", "address"):
        table.add_column(name, overflow="fold")
    for source in found:
        table.add_row(source.id, source.name, source.language, source.kind, str(source.verified), source.urls[0])
    print_table(table)


@app.command()
def check(
    ids: Annotated[list[str] | None, typer.Argument(help="Only these sources.")] = None,
    sources: FolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch each source's feeds, sitemaps or listings and say what was found.

    Example: chipwire sources check eetimes
    """
    _, found = _load(sources)
    chosen = [s for s in found if not ids or s.id in ids]
    if not chosen:
        fail(f"no source {', '.join(ids or [])}")
    from spiders.check import check_source

    bad = 0
    for source in chosen:
        report = check_source(source)
        bad += not report.ok
        if as_json:
            print(dump(report.as_dict()))
        else:
            print(f"{'ok  ' if report.ok else 'BAD '} {source.id}: {report.summary}")
    if bad:
        raise typer.Exit(SOME_FAILED)


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="A site's address.")],
    sources: FolderOption = None,
    write: Annotated[bool, typer.Option("--write", help="Write the file; without it, only show it.")] = False,
) -> None:
    """Find a site's feeds and sitemaps and propose a source file.

    Example: chipwire sources add https://www.example.com --write
    """
    from pipeline.settings import get_settings
    from spiders.check import propose

    proposal = propose(url)
    if proposal is None:
        fail(f"{url}: no feed, sitemap or listing of articles found", 1)
    print(proposal.yaml)
    if write:
        path = (sources or get_settings().sources_dir) / f"{proposal.id}.yml"
        if path.exists():
            fail(f"{path} is there already")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(proposal.yaml, encoding="utf-8")
        print(f"# written to {path}")


@app.command()
def health(as_json: JsonOption = False, database_url: DatabaseOption = None) -> None:
    """How each source does: expected against seen, last success, failures in a row.

    Example: chipwire sources health
    """
    import dataclasses

    with open_store(database_url) as store:
        rows = store.health.sources()
    if as_json:
        for row in rows:
            print(dump(dataclasses.asdict(row)))
        return
    from rich.table import Table

    table = Table(title="Source health, those in trouble first", title_justify="left")
    for name in ("source", "verdict", "reason", "a day", "seen 7d", "last success", "failures"):
        table.add_column(name, overflow="fold")
    for row in rows:
        success = f"{row.last_success:%Y-%m-%d %H:%M}" if row.last_success else "never"
        expected = "" if row.expected_per_day is None else f"{row.expected_per_day:g}"
        seen = "" if row.articles_7d is None else str(row.articles_7d)
        table.add_row(row.source, row.verdict, row.reason, expected, seen, success, str(row.failures_in_a_row))
    print_table(table)
