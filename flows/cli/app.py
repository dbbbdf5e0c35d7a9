"""The Typer application: which commands there are."""

from __future__ import annotations

import typer

from flows.cli import alerts, articles, backfill, db, deals, demo, report, run, sources

app = typer.Typer(
    help="Chipwire reads the world's news about computing hardware and keeps the deals. "
    "Start with: chipwire demo",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("run")(run.run)
app.command("demo")(demo.demo)
app.command("extract")(articles.extract)
app.command("article")(articles.article)
app.command("resolve")(articles.resolve)
app.command("deals")(deals.deals)
app.command("show")(deals.show)
app.add_typer(sources.app, name="sources")
app.add_typer(alerts.app, name="alerts")
app.command("backfill")(backfill.backfill)
app.command("replay")(backfill.replay)
app.command("report")(report.report)
app.add_typer(db.app, name="db")
app.command("serve")(run.serve)
