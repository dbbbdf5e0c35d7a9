"""``chipwire backfill`` and ``chipwire replay``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli import common
from flows.cli.run import print_summary

if TYPE_CHECKING:
    from pipeline.settings import Settings


def backfill(
    paths: Annotated[list[Path], typer.Argument(help="WARC files, folders of HTML, JSON lines of articles.")],
    source: Annotated[
        str | None, typer.Option(help="The source to note them under. Default: what they say, else backfill.")
    ] = None,
    alerts: Annotated[
        bool, typer.Option("--alerts", help="Alert of the deals found; else they are only stored.")
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Keep pages that are not about computing hardware, too.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="The run's counts as JSON.")] = False,
) -> None:
    """Load archives: WARC files (ours, Common Crawl's CC-NEWS), folders of HTML pages, JSON lines of
    articles.

    Pages of a folder need an address: from an index.jsonl there with lines {"html_path", "url"}, else from
    the page's own canonical link. Known addresses are passed over, and so are pages that are not about computing
    hardware. Killed and run again, it goes on where it was.

    Example: [bold]chipwire backfill CC-NEWS-20260101.warc.gz pages/ articles.jsonl[/bold]
    """
    from flows.backfill import backfill as load
    from pipeline.store import open_store

    settings = common.settings()
    with common.progress(quiet=json) as tell, open_store() as store:
        summary = load(store, settings, paths, source=source, alerts=alerts, everything=everything, tell=tell)
    if json:
        common.print_json(summary.to_json())
    else:
        print_summary(summary)
    raise typer.Exit(common.SOME_SOURCES if summary.failed else 0)


def replay(
    source: Annotated[str | None, typer.Option(help="Only pages of this source.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what the present extractor made.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many pages.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change; write nothing.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="The run's counts as JSON.")] = False,
) -> None:
    """Extract archived pages again that an older extractor did, then read and resolve anew what changed.

    Pages come from the archive, nothing is fetched.

    Example: [bold]chipwire replay --source nvidia-newsroom --dry-run[/bold]
    """
    from flows.replay import replay as again
    from pipeline.store import open_store

    settings = common.settings()
    if dry_run:
        _show_differences(settings, source=source, everything=everything, limit=limit)
        return
    with common.progress(quiet=json) as tell, open_store() as store:
        summary = again(store, settings, source=source, everything=everything, limit=limit, tell=tell)
    if json:
        common.print_json(summary.to_json())
    else:
        print_summary(summary)


def _show_differences(settings: Settings, *, source: str | None, everything: bool, limit: int | None) -> None:
    from flows.replay import differences
    from pipeline.store import open_store

    shown = 0
    with open_store() as store:
        for one in differences(store, settings, source=source, everything=everything, limit=limit):
            shown += 1
            typer.echo(f"--- {one.url}")
            for line in one.lines()[2:22]:
                typer.echo(f"    {line[:200]}")
    typer.echo(f"{shown} articles would change.")
