"""alerts: check the rules, deliver what waits, the outbox."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.common import DatabaseOption, JsonOption, dump, fail, open_store

app = typer.Typer(help="Alerts: the rules, the outbox, delivery.", no_args_is_help=True)
FileOption = Annotated[Path | None, typer.Option("--alerts", help="File of rules (default: ./alerts.yml).", show_default=False)]


def _file(path: Path | None) -> Path:
    from pipeline.settings import get_settings

    chosen = path or get_settings().alerts_file
    if not chosen.is_file():
        fail(f"{chosen}: no such file of alert rules")
    return chosen


@app.command()
def check(alerts: FileOption = None) -> None:
    """Check the rules; what is wrong is named with its line.

    Example: chipwire alerts check
    """
    from flows.delivery import load_rules
    from pipeline.alerts import AlertsError

    path = _file(alerts)
    try:
        config = load_rules(path)
    except AlertsError as error:
        fail(f"rules cannot be used:\n{error}", 1)
    off = sorted(name for name, url in config.channels.items() if not url)
    print(f"{path}: {len(config.rules)} rules, {len(config.channels)} channels" + (f"; off: {', '.join(off)}" if off else ""))


@app.command()
def send(alerts: FileOption = None, database_url: DatabaseOption = None) -> None:
    """Judge what changed and deliver what waits.

    Example: chipwire alerts send
    """
    from flows.delivery import notify
    from flows.deps import companies
    from pipeline.store import worker_name

    with open_store(database_url) as store:
        done = notify(store, _file(alerts), companies(), worker_name())
    print(f"{done.queued} queued, {done.sent} sent, {done.failed} failed")
    if done.failed:
        raise typer.Exit(1)


@app.command()
def outbox(as_json: JsonOption = False, database_url: DatabaseOption = None) -> None:
    """How many alerts wait, were sent, were given up.

    Example: chipwire alerts outbox
    """
    with open_store(database_url) as store:
        counts = store.alerts.counts()
    print(dump(counts) if as_json else ", ".join(f"{n} {state}" for state, n in counts.items()) or "empty")
