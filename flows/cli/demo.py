"""``chipwire demo``."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli import common
from flows.cli.deals import print_deals
from flows.cli.run import ingest, print_summary

if TYPE_CHECKING:
    from demo.run import Demo


def demo(
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Where it keeps everything. Default: out/demo in the checkout."),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start over: delete what earlier demos left there.")
    ] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave newsroom and database running until Ctrl-C.")
    ] = False,
    prefect: Annotated[
        bool, typer.Option("--prefect/--no-prefect", help="As a Prefect flow run, or plainly.")
    ] = True,
    limit: Annotated[int, typer.Option(min=1, help="Deals shown in the table.")] = 40,
) -> None:
    """See it work: a bundled newsroom on loopback, one ordinary ingest, the deals, the alerts, a report. No
    network.

    The newsroom's articles are samples written for testing, not news, and its outlets are invented. Run
    again, nothing is new: no article, deal or alert.

    Example: [bold]chipwire demo --fresh[/bold]
    """
    _find_newsroom()
    from demo.run import newsroom, stop, wipe

    folder = (out or _folder()).absolute()
    if fresh:
        wipe(folder)
    began = time.monotonic()
    screen = common.console()
    with newsroom(folder) as running:
        _settle(running)
        screen.print(
            "[bold]The newsroom[/bold] (samples written for testing, not news; the outlets are invented)"
        )
        for name, site in running.sites.items():
            screen.print(f"  {site.base}  {name}: {len(site.answers)} addresses", highlight=False)
        settings = common.settings()
        try:
            with common.progress():
                summary = ingest(settings, [], prefect=prefect)
            _show(running, limit)
            print_summary(summary)
            _where(running, time.monotonic() - began)
            if keep:
                screen.print("\nThe newsroom and the database go on until Ctrl-C.")
                while True:
                    time.sleep(3600)
        except KeyboardInterrupt:
            if not keep:
                raise
        finally:
            stop(folder)
    raise typer.Exit(common.SOME_SOURCES if summary.failed else 0)


def _folder() -> Path:
    """Beside the demo where that is a checkout one may write to, else in the data folder."""
    checkout = Path(sys.modules["demo"].__file__ or "").parents[1]
    return checkout / "out" / "demo" if os.access(checkout, os.W_OK) else common.settings().data_dir / "demo"


def _find_newsroom() -> None:
    """The newsroom belongs to the checkout, not to the installed packages."""
    import flows

    checkout = Path(flows.__file__).parents[1]
    if not (checkout / "demo" / "newsroom.py").exists():
        raise typer.BadParameter(
            "the newsroom is part of the source checkout; run the demo from there (make demo)"
        )
    if str(checkout) not in sys.path:
        sys.path.insert(0, str(checkout))
    import demo  # noqa: F401


def _settle(running: Demo) -> None:
    """The demo keeps to its own folder, whatever the user's environment says."""
    from pipeline.settings import PREFIX, get_settings

    for name in [name for name in os.environ if name.upper().startswith(PREFIX)]:
        del os.environ[name]
    os.environ.update(running.environ)
    get_settings.cache_clear()


def _show(running: Demo, limit: int) -> None:
    from flows.stages.report import write_report
    from pipeline.store import open_store
    from pipeline.store.rows import DealFilter

    with open_store() as store:
        deals = store.deals.list(DealFilter())
        latest = store.runs.latest("ingest")
        write_report(
            store,
            running.report,
            run_id=latest.id if latest else None,
            title="Chipwire demo",
            notice="Sample articles written for testing, not news; the outlets are invented.",
        )
    print_deals(deals[:limit])
    if len(deals) > limit:
        common.console().print(f"… and {len(deals) - limit} more, in the report.")


def _where(running: Demo, seconds: float) -> None:
    out = common.console()
    sent = len(running.webhook.received)
    lines = running.alerts.read_text(encoding="utf-8").count("\n") if running.alerts.exists() else 0
    out.print(
        f"\nAlerts:  {sent} to the webhook in this run; {lines} in {running.alerts}",
        soft_wrap=True,
        markup=False,
    )
    out.print(f"Report:  {running.report}", soft_wrap=True, markup=False)
    command = f"{sys.argv[0]} db psql -c 'select * from bi.deals limit 5'"
    look = f"CHIPWIRE_DATA_DIR={running.folder / 'data'} {command}"
    out.print(f"Look in: {look}", soft_wrap=True, markup=False)
    out.print(f"It took {seconds:.0f} seconds. Run it again: nothing will be new.")
