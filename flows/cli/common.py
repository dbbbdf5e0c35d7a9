"""What the commands share: how errors are told, where output goes, progress on the terminal."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from flows.progress import Tell
    from pipeline.settings import Settings

BAD_LINES = 1
SOME_SOURCES = 3


def explained(error: BaseException) -> str | None:
    """What to tell the user of an error that is no fault of the program; None for one that is."""
    from pipeline.alerts import AlertsError
    from pipeline.settings import SettingsError
    from pipeline.store.errors import StoreError

    if isinstance(error, SettingsError | StoreError | AlertsError):
        return str(error)
    told = {"SourceError", "PrefectDown", "DemoError", "BackfillError"}
    if type(error).__name__ in told or isinstance(error, typer.BadParameter):
        return str(error)
    if isinstance(error, FileNotFoundError | IsADirectoryError | PermissionError):
        return f"{error.filename}: {error.strerror}"
    return None


def settings(**changed: Any) -> Settings:
    """The settings; what an option of the command line gives goes over the environment, also for processes
    begun later.
    """
    from pipeline.settings import PREFIX, get_settings

    for name, value in changed.items():
        if value is not None:
            os.environ[f"{PREFIX}{name.upper()}"] = str(value)
    if any(value is not None for value in changed.values()):
        get_settings.cache_clear()
    found = get_settings()
    logging.basicConfig(
        level=max(logging.WARNING, logging.getLevelName(found.log_level)),
        format="%(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    return found


def console(*, stderr: bool = False) -> Console:
    """A terminal to write to."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False)


def print_json(value: Any) -> None:
    """One JSON value on stdout, indented."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=_plain) + "\n")


def print_line(value: Any) -> None:
    """One JSON line on stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=_plain) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


@contextmanager
def opened(file: str) -> Iterator[IO[bytes]]:
    """A file to read, "-" for stdin."""
    if file == "-":
        yield sys.stdin.buffer
    else:
        with Path(file).open("rb") as handle:
            yield handle


@contextmanager
def written(out: Path | None) -> Iterator[IO[str]]:
    """Where output goes: a file that appears when it is complete, or stdout."""
    if out is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with fresh.open("w", encoding="utf-8") as handle:
            yield handle
        fresh.replace(out)
    finally:
        fresh.unlink(missing_ok=True)


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Tell]:
    """Bars on stderr, one a stage; plain lines where stderr is no terminal; nothing when ``quiet``."""
    from flows import progress as channel

    if quiet:
        yield channel.silent
        return
    terminal = console(stderr=True)
    show = _bars if terminal.is_terminal else _lines
    with show(terminal) as tell:
        channel.listen(tell)
        try:
            yield tell
        finally:
            channel.listen(channel.silent)


@contextmanager
def _bars(terminal: Console) -> Iterator[Tell]:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=terminal) as bars:
        rows: dict[str, Any] = {}

        def tell(stage: str, done: int, total: int | None = None, note: str = "") -> None:
            if stage not in rows:
                rows[stage] = bars.add_task(stage, total=total)
            label = f"{stage} — {note[:80]}" if note else stage
            bars.update(rows[stage], completed=done, total=total, description=label)

        yield tell


@contextmanager
def _lines(terminal: Console) -> Iterator[Tell]:
    last: dict[str, tuple[int, int | None, str]] = {}

    def tell(stage: str, done: int, total: int | None = None, note: str = "") -> None:
        last[stage] = (done, total, note)
        if total is not None and done >= total:
            terminal.print(f"{stage}: {done} done{f' ({note})' if note else ''}", markup=False)
            last.pop(stage)

    yield tell
    for stage, (done, _, note) in last.items():
        terminal.print(f"{stage}: {done} done{f' ({note})' if note else ''}", markup=False)
