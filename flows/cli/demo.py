"""demo: the whole job on the bundled newsroom."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Annotated, Any

import typer

from flows.cli.common import JsonOption, dump, set_up_logging
from flows.cli.run import ingest, leave
from flows.cli.run import show as show_result


def demo(
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder of the demo's data, page archive and report.")] = Path("out/demo"),
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget an earlier demo first.")] = False,
    prefect: Annotated[bool, typer.Option("--prefect/--no-prefect", help="Run as a Prefect flow, or as plain calls.")] = True,
    as_json: JsonOption = False,
) -> None:
    """Run everything on the bundled newsroom: crawl, extract, read, resolve, alert, report. Needs no network.

    Run it twice: the second time brings no new article, deal or alert.

    Example: chipwire demo
    """
    from demo.newsroom import load_pieces, make_sites, serving, write_sources

    folder = out.resolve()
    if fresh:
        _forget(folder)
    folder.mkdir(parents=True, exist_ok=True)
    set_up_logging(quiet=True)
    ports_file = folder / "ports.json"
    ports = json.loads(ports_file.read_text()) if ports_file.exists() else [8751, 8752, 8753, 8754]
    alerts_file = folder / "alerts.jsonl"
    before = _lines(alerts_file)
    with serving(make_sites(load_pieces()), ports) as sites, _webhook() as (address, received):
        ports_file.write_text(json.dumps([site.port for site in sites]))
        write_sources(sites, folder / "sources")
        _write_alerts(folder / "alerts.yml", alerts_file, address)
        _settings(folder, [site.port for site in sites])
        shown: list[str] = []
        result = ingest(folder / "sources", [], folder / "alerts.yml", prefect, quiet=as_json, show=shown.append)
    report = folder / "report.html"
    found = _report(report, result)
    told = {"terminal": len(shown), "file": _lines(alerts_file) - before, "webhook": len(received)}
    if as_json:
        print(dump({**result, "report": str(report), "told": told}))
    else:
        _print(result, found, shown, told, report, alerts_file)
    leave(3 if result["failed"] else 0, prefect)


def _settings(folder: Path, ports: list[int]) -> None:
    """The demo's settings are its own: nothing of it lands in the user's data."""
    from pipeline.settings import get_settings

    os.environ["CHIPWIRE_DATA_DIR"] = str(_data_dir(folder))
    os.environ["CHIPWIRE_ALLOW_PRIVATE"] = ",".join(f"127.0.0.1:{port}" for port in ports)
    os.environ["CHIPWIRE_HOST_DELAY"] = "0"
    os.environ["CHIPWIRE_CONTACT"] = "the-demo@chipwire.invalid"
    get_settings.cache_clear()


def _data_dir(folder: Path) -> Path:
    return folder / "data"


def _forget(folder: Path) -> None:
    from pipeline.store import embedded

    if _data_dir(folder).exists():
        embedded.stop(_data_dir(folder), at_once=True)
        embedded.destroy(_data_dir(folder))
    if folder.exists() and (folder / "sources").exists():
        shutil.rmtree(folder)


def _write_alerts(path: Path, file: Path, webhook: str) -> None:
    """Rules as an operator would write them, with three channels that need nobody's account."""
    path.write_text(
        f"""# Written by `chipwire demo`.
channels:
  terminal: chipwire-terminal://
  file: chipwire-file://{file}
  webhook: {webhook.replace("http://", "json://")}
rules:
  - name: Large deals
    when: [new, grew, firm, fell_through]
    min_usd: 5bn
    min_confidence: 0.6
    channels: [terminal, file, webhook]
  - name: Deals falling through
    when: fell_through
    min_confidence: 0.5
    channels: [file]
""",
        encoding="utf-8",
    )


@contextmanager
def _webhook() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A receiver on loopback, as a desk's own would be."""
    received: list[dict[str, Any]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 1_000_000))
            received.append(json.loads(body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/alerts", received
    finally:
        server.shutdown()
        server.server_close()


def _report(path: Path, result: dict[str, Any]) -> list[Any]:
    from flows.cli.report import write
    from pipeline.store import open_store
    from pipeline.store.rows import DealFilter

    notice = "Sample data: articles written for testing, not news."
    with open_store() as store:
        write(store, path, notice=notice, outcomes=result["outcomes"])
        return store.deals.list(DealFilter(limit=25))


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines()) if path.exists() else 0


def _print(
    result: dict[str, Any], found: list[Any], shown: list[str], told: dict[str, int], report: Path, alerts_file: Path
) -> None:
    from flows.cli.common import deal_table, print_table

    for text in shown[:5]:
        print(f"\n[alert] {text}")
    if len(shown) > 5:
        print(f"\n… and {len(shown) - 5} more alerts in {alerts_file}")
    print()
    print_table(deal_table(found, f"The {len(found)} largest deals (`chipwire deals` shows all)"))
    show_result(result)
    print(f"Alerts told: {told['terminal']} on the terminal, {told['file']} to {alerts_file}, {told['webhook']} to a local webhook.")
    print(f"Report: {report}")
    print(f"Go on with the demo's data: export CHIPWIRE_DATA_DIR={_data_dir(report.parent)}", file=sys.stderr)
