"""The command line ``chipwire``. One file an area; each command imports what it needs when it runs, so that --help is quick."""

from __future__ import annotations

import os
import sys

import typer

from flows.cli import alerts, articles, backfill, database, deals, demo, report, run, serve, sources

app = typer.Typer(
    name="chipwire",
    help="Reads the world's news about computing hardware and keeps the deals, with the words they rest on.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(run.run)
app.command()(demo.demo)
app.command()(articles.extract)
app.command()(articles.article)
app.command()(articles.resolve)
app.command()(deals.deals)
app.command()(deals.show)
app.add_typer(sources.app, name="sources")
app.add_typer(alerts.app, name="alerts")
app.command()(backfill.backfill)
app.command()(backfill.replay)
app.command()(report.report)
app.add_typer(database.app, name="db")
app.command()(serve.serve)


def main() -> None:
    """Entry point: runs the command, turns known errors into one clear line."""
    from pipeline.settings import SettingsError
    from pipeline.store.errors import StoreError

    try:
        app()
    except (SettingsError, StoreError) as error:
        print(f"chipwire: {error}", file=sys.stderr)
        sys.exit(2 if isinstance(error, SettingsError) else 4)
    except BrokenPipeError:
        # The reader of our output has gone (| head): no error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        print("chipwire: stopped; what was stored stays, run it again to go on", file=sys.stderr)
        sys.exit(130)
