"""backfill, replay: old pages, and newer extractors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli.common import DatabaseOption, JsonOption, dump, fail, open_store, progress, set_up_logging


def backfill(
    paths: Annotated[list[Path], typer.Argument(help="WARC files, HTML files, JSON lines of articles, or folders of these.")],
    gate: Annotated[bool, typer.Option("--gate/--no-gate", help="Leave out pages that are not about computing hardware.")] = True,
    as_json: JsonOption = False,
    database_url: DatabaseOption = None,
) -> None:
    """Take in old pages and articles, then read and resolve them. Killed and run again, it goes on where it was.

    Example: chipwire backfill CC-NEWS-20251013.warc.gz articles.jsonl
    """
    set_up_logging(quiet=True)
    from flows import backfill as work
    from flows.deps import archive_for, companies
    from flows.run import read_all, stories_all
    from flows.stages import resolve_waiting
    from pipeline.settings import get_settings

    try:
        files = work.files_of(paths)
    except ValueError as error:
        fail(str(error))
    settings = get_settings()
    place = work.Place(settings.data_dir / "backfill.json")
    counts: dict[str, int] = {}
    problems: list[str] = []
    with open_store(database_url) as store, progress(not as_json) as watch:
        run_id = work.begin(store)
        for done, path in enumerate(files, 1):
            try:
                taken = work.take_file(
                    store, archive_for(settings.archive), path, run_id, place,
                    told=lambda name, n: watch(f"backfill {name}"[:40], n, None), gate=gate,
                )  # fmt: skip
            except (OSError, ValueError) as error:
                problems.append(f"{path}: {error}")
                continue
            for outcome, count in taken.items():
                counts[outcome] = counts.get(outcome, 0) + count
            watch("files", done, len(files))
        stories_all(store)
        read_all(store, watch)
        saved = resolve_waiting(store, companies())
        store.runs.finish_crawl(run_id, work.SOURCE, "failed" if problems else "ok", "; ".join(problems) or None)
        store.runs.finish(run_id, "failed" if problems else "ok", "; ".join(problems) or None)
    new = len(saved.new) if saved else 0
    result: dict[str, Any] = {"run_id": run_id, "outcomes": counts, "new_deals": new, "failed": problems}
    if as_json:
        print(dump(result))
    else:
        print(", ".join(f"{n} {name}" for name, n in sorted(counts.items(), key=lambda one: -one[1])) or "nothing new")
        print(f"{new} new deals. `chipwire deals` shows them.")
    for problem in problems:
        print(f"chipwire: {problem}")
    if problems:
        raise typer.Exit(3)


def replay(
    source: Annotated[str | None, typer.Option("--source", help="Only this source's pages.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many pages.")] = None,
    write: Annotated[bool, typer.Option("--write", help="Write what changed; without it, only show it.")] = False,
    database_url: DatabaseOption = None,
) -> None:
    """Extract stored pages again with this version's extractor, and show what changes before anything is written.

    Example: chipwire replay --source eetimes --limit 100
    """
    set_up_logging(quiet=True)
    from flows import replay as work
    from flows.deps import archive_for, companies
    from flows.run import extract_all, read_all, stories_all
    from flows.stages import resolve_waiting
    from pipeline.settings import get_settings

    settings = get_settings()
    with open_store(database_url) as store:
        ids = store.articles.ids(source=source, limit=limit)
        shown = 0
        for difference in work.differences(store, archive_for(settings.archive), ids):
            shown += 1
            print(f"--- {difference.url}")
            for line in difference.lines()[:20]:
                print(f"    {line[:200]}")
        print(f"{shown} of {len(ids)} articles would change")
        if write and shown:
            run_id, waiting = work.requeue(store, source=source, limit=limit)
            with progress() as watch:
                extract_all(store, settings, watch)
                stories_all(store)
                read_all(store, watch)
                resolve_waiting(store, companies())
            store.runs.finish(run_id, "ok")
            print(f"{waiting} pages extracted again")
