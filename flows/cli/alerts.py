"""``chipwire alerts``: check the rules, see the outbox, send what is due."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli import common

app = typer.Typer(help="Alerts: the rules of alerts.yml and the outbox.", no_args_is_help=True)
File = Annotated[
    Path | None, typer.Option("--file", help="The rules. Default: CHIPWIRE_ALERTS_FILE, else alerts.yml.")
]


@app.command()
def check(file: File = None) -> None:
    """Check the rules: every problem with file and line, exit code 1 where there is one.

    Example: [bold]chipwire alerts check --file alerts.yml[/bold]
    """
    from flows.channels import known
    from flows.delivery import load_rules

    settings = common.settings(alerts_file=file)
    config = load_rules(settings)
    out = common.console()
    bad = [name for name, url in config.channels.items() if url and not known(url)]
    off = [name for name, url in config.channels.items() if not url]
    for name in bad:
        out.print(
            f"channel {name}: Apprise does not know this kind of URL, or it lacks something", markup=False
        )
    out.print(f"{len(config.rules)} rules, {len(config.channels) - len(off)} channels on, {len(off)} off")
    raise typer.Exit(1 if bad else 0)


@app.command()
def send(file: File = None) -> None:
    """Judge the deals that changed and deliver what is due, now.

    Example: [bold]chipwire alerts send[/bold]
    """
    from flows.delivery import load_rules, notify
    from flows.leases import free_dead
    from pipeline.store import open_store

    settings = common.settings(alerts_file=file)
    config = load_rules(settings)
    with open_store() as store:
        free_dead(store)
        counts = notify(store, config)
    common.console().print(
        ", ".join(f"{count} {what}" for what, count in counts.items() if count) or "nothing is due"
    )


@app.command()
def status(json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """How many alerts are pending, sent and given up, and the rules that the store knows.

    Example: [bold]chipwire alerts status[/bold]
    """
    from pipeline.store import open_store

    common.settings()
    with open_store() as store:
        counts, rules = store.alerts.counts(), store.alerts.rules()
    if json:
        common.print_json(
            {"alerts": counts, "rules": [{"id": r.id, "name": r.name, "enabled": r.enabled} for r in rules]}
        )
        return
    out = common.console()
    out.print(", ".join(f"{count} {state}" for state, count in counts.items()) or "no alert was ever raised")
    for rule in rules:
        out.print(f"  {rule.name}{'' if rule.enabled else ' (off)'}", markup=False)
