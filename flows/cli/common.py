"""What several commands share: options, tables, progress, clear endings."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from flows.run import Progress
    from pipeline.store import Store
    from pipeline.types import Deal

DatabaseOption = Annotated[
    str | None, typer.Option("--database-url", help="Postgres to use instead of the settings' one.", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line on standard output.")]

USAGE, SOME_FAILED = 2, 3


def fail(message: str, code: int = USAGE) -> NoReturn:
    """End with a message on standard error."""
    print(f"chipwire: {message}", file=sys.stderr)
    raise typer.Exit(code)


def use_database(url: str | None) -> None:
    """Make ``--database-url`` the setting of this process and its children."""
    if url:
        from pipeline.settings import get_settings

        os.environ["CHIPWIRE_DATABASE_URL"] = url
        get_settings.cache_clear()


def open_store(url: str | None) -> Store:
    """The store, brought up to date."""
    use_database(url)
    from pipeline import store

    return store.open_store()


def set_up_logging(quiet: bool = False) -> None:
    """Warnings to standard error; the level is CHIPWIRE_LOG_LEVEL's, for our own loggers."""
    from pipeline.settings import get_settings

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    level = "WARNING" if quiet else get_settings().log_level
    for name in ("pipeline", "spiders", "nlp", "flows"):
        logging.getLogger(name).setLevel(max(logging.getLevelName(level), logging.WARNING if quiet else 0))


@contextmanager
def progress(enabled: bool = True) -> Iterator[Progress]:
    """A progress display on standard error: a line for each step. Plain lines where that is no terminal."""
    if not enabled:
        yield lambda _step, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    with Progress(
        SpinnerColumn(), TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=console, transient=False,
    ) as bars:  # fmt: skip
        tasks: dict[str, Any] = {}

        def show(step: str, done: int, total: int | None) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total if total is not None else None)

        yield show


@contextmanager
def lines_in(file: str) -> Iterator[IO[str]]:
    """Lines of a file, or of standard input for ``-``; bytes that are no UTF-8 become replacement characters."""
    if file == "-":
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
        yield sys.stdin
        return
    path = Path(file)
    if not path.is_file():
        fail(f"{file}: no such file. Give a file or - for standard input.")
    with path.open(encoding="utf-8", errors="replace") as opened:
        yield opened


def dump(value: Any) -> str:
    """One JSON line."""
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def deal_table(deals: list[Deal], title: str) -> Any:
    """Deals as a table for people."""
    from rich.table import Table
    from rich.text import Text

    from pipeline.alerts.safe import plain
    from pipeline.resolve.changes import size_words

    table = Table(title=title, title_justify="left", header_style="bold", show_lines=False)
    for name, style in (("id", "dim"), ("date", ""), ("type", ""), ("status", "")):
        table.add_column(name, style=style, no_wrap=True)
    for name in ("from", "to", "chips", "size"):
        table.add_column(name, overflow="fold")
    table.add_column("sure", justify="right", no_wrap=True)
    giving = ("supplier", "investor", "lender", "grantor", "seller", "partner")
    colours = {"rumored": "yellow", "cancelled": "red", "completed": "green", "announced": ""}
    for deal in deals:
        from_ = [p.name for p in deal.parties if p.role in giving]
        to = [p.name for p in deal.parties if p.role not in giving]
        table.add_row(
            deal.id,
            str(deal.first_reported or ""),
            deal.type,
            Text(deal.status, style=colours.get(deal.status, "")),
            Text(plain(", ".join(from_), 80)),
            Text(plain(", ".join(to), 80)),
            Text(plain(", ".join(deal.chips), 60)),
            Text(plain("; ".join(size_words(s) for s in deal.sizes[:3]), 80)),
            f"{deal.confidence:.2f}",
        )
    return table


def print_table(table: Any) -> None:
    """A table on standard output, as wide as the terminal, or 140 where there is none."""
    from rich.console import Console

    console = Console()
    if not console.is_terminal:
        console = Console(width=140)
    console.print(table)
