"""``chipwire sources``: list, check, add, health."""

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
def check(
    ids: Annotated[list[str] | None, typer.Argument(help="Only these sources.")] = None,
    sources: Folder = None,
    offline: Annotated[bool, typer.Option("--offline", help="Only the files' form; fetch nothing.")] = False,
    mark: Annotated[
        bool, typer.Option("--mark", help="Note in the files of those that work that they do.")
    ] = False,
    json: Json = False,
) -> None:
    """Check the source files' form (every problem with file and line), then fetch each one's feeds and some
    pages.

    Exit code 1 where a file is wrong, 3 where a source does not work.

    Example: [bold]chipwire sources check nvidia-newsroom --mark[/bold]
    """
    from dataclasses import asdict
    from datetime import UTC, datetime

    from flows.stages.crawl import choose_sources
    from spiders.source import load_sources

    folder = common.settings(sources_dir=sources).sources_dir
    found = choose_sources(folder, ids) if ids else load_sources(folder)
    out = common.console()
    if offline:
        never = sum(source.verified == "never" for source in found)
        out.print(f"{len(found)} source files are well-formed; {never} of them were never seen to work.")
        return
    from spiders.check import check_source, mark_verified

    bad = 0
    for source in found:
        report = check_source(source)
        bad += not report.ok
        if json:
            common.print_line({**asdict(report), "ok": report.ok})
        else:
            entries = sum(feed.fitting for feed in report.feeds)
            told = "; ".join(report.problems) if report.problems else f"{entries} entries"
            out.print(f"{'ok ' if report.ok else 'BAD'} {source.id}: {told}", markup=False, soft_wrap=True)
        if mark and report.ok:
            mark_verified(folder / f"{source.id}.yml", datetime.now(UTC).date())
    raise typer.Exit(common.SOME_SOURCES if bad else 0)


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="A site's address.")],
    sources: Folder = None,
    id: Annotated[str | None, typer.Option("--id", help="The source's id, which is its file's name.")] = None,
    write: Annotated[bool, typer.Option("--write", help="Write the file; without it, only show it.")] = False,
) -> None:
    """Find a site's feeds, sitemaps or listing, and draft a source file of the best.

    Example: [bold]chipwire sources add https://www.example.com --write[/bold]
    """
    import yaml

    from pipeline.urls import UrlError
    from spiders.check import discover, draft
    from spiders.entry import ListingError

    folder = common.settings(sources_dir=sources).sources_dir
    try:
        found = discover(url)
    except (UrlError, ListingError) as error:
        raise typer.BadParameter(str(error), param_hint="URL") from None
    if not found:
        common.console(stderr=True).print(
            f"{url}: no feed, sitemap or listing of articles found", markup=False
        )
        raise typer.Exit(1)
    text = draft(found[0], id=id)
    typer.echo(text, nl=False)
    for other in found[1:]:
        typer.echo(f"# also: {other.kind} {other.url}")
    if write:
        path = folder / f"{yaml.safe_load(text)['id']}.yml"
        if path.exists():
            raise typer.BadParameter(f"{path} is there already; choose another name", param_hint="--id")
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        typer.echo(f"# written to {path}")


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
