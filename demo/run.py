"""The demo's surroundings: folder, sites on ports that stay the same, source files, rules. The ingest itself
is the ordinary one.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from demo.newsroom import HERE, Outlet, load_items, load_outlets, share, site
from demo.serve import PortTaken, Server, Site, Webhook

_MARK = ".chipwire-demo"
_LISTS = {
    "rss": ("feed", "/feed.xml"),
    "atom": ("feed", "/atom.xml"),
    "sitemap": ("sitemap", "/news-sitemap.xml"),
    "listing": ("listing", "/news"),
}


class DemoError(Exception):
    """The demo cannot go on; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Demo:
    """A running newsroom. ``environ``: the settings that make Chipwire read it and keep all in ``folder``."""

    folder: Path
    sites: dict[str, Site]
    webhook: Webhook
    environ: dict[str, str]

    @property
    def alerts(self) -> Path:
        """The file that the rules write alerts to."""
        return self.folder / "alerts.jsonl"

    @property
    def report(self) -> Path:
        """Where the report goes."""
        return self.folder / "report.html"


@contextmanager
def newsroom(folder: Path, *, articles: Path | None = None) -> Iterator[Demo]:
    """The newsroom on loopback, with its files in ``folder``; ends at the end of the block. Raises
    DemoError.
    """
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).touch()
    outlets = load_outlets()
    servers: list[Server] = []
    try:
        sites = _open_sites(folder, outlets, servers)
        webhook = Webhook(folder / "webhook.jsonl")
        servers.append(webhook)
        shares = share(outlets, load_items(articles))
        for outlet in outlets:
            sites[outlet.id].answers = site(outlet, shares[outlet.id], sites[outlet.id].base)
        _write_sources(folder / "sources", outlets, sites)
        shutil.copyfile(HERE / "alerts.yml", folder / "alerts.yml")
        yield Demo(folder, sites, webhook, _environ(folder, sites, webhook))
    finally:
        for server in servers:
            server.close()


def wipe(folder: Path) -> None:
    """Delete all that earlier demos left in ``folder``, their database included. Only a demo's folder is
    touched.
    """
    if not folder.exists():
        return
    if not (folder / _MARK).exists():
        raise DemoError(
            f"{folder} is no folder of the demo (no {_MARK} in it): not deleted. Give another one with --out."
        )
    from pipeline.store import embedded

    embedded.destroy(folder / "data")
    shutil.rmtree(folder)


def stop(folder: Path) -> None:
    """Stop the demo's database."""
    from pipeline.store import embedded

    embedded.stop(folder.absolute() / "data")


def _open_sites(folder: Path, outlets: list[Outlet], servers: list[Server]) -> dict[str, Site]:
    # Ports are part of the pages' addresses: with others, every page would be a new one.
    file = folder / "ports.json"
    ports: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    sites: dict[str, Site] = {}
    for outlet in outlets:
        try:
            sites[outlet.id] = Site(ports.get(outlet.id, 0))
        except PortTaken as error:
            raise DemoError(
                f"{error}. {outlet.name} had it in earlier runs; end that program, or start over: --fresh"
            ) from None
        servers.append(sites[outlet.id])
    file.write_text(json.dumps({name: one.port for name, one in sites.items()}))
    return sites


def _write_sources(folder: Path, outlets: list[Outlet], sites: dict[str, Site]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for outlet in outlets:
        kind, path = _LISTS[outlet.lists]
        source: dict[str, object] = {
            "id": outlet.id,
            "name": outlet.name,
            "language": outlet.language,
            "country": outlet.country,
            "kind": kind,
            "urls": [sites[outlet.id].base + path],
            "delay": 0,
            "notes": "An invented outlet of the bundled newsroom; its articles are samples, not news.",
        }
        if kind == "listing":
            source |= {"allow": [r"/\d{4}/\d\d/"], "limits": {"listing_pages": 20}}
        text = yaml.safe_dump(source, allow_unicode=True, sort_keys=False)
        (folder / f"{outlet.id}.yml").write_text(text, encoding="utf-8")


def _environ(folder: Path, sites: dict[str, Site], webhook: Webhook) -> dict[str, str]:
    return {
        "CHIPWIRE_DATA_DIR": str(folder / "data"),
        "CHIPWIRE_DATABASE_URL": "",
        "CHIPWIRE_ARCHIVE_URL": "",
        "CHIPWIRE_SOURCES_DIR": str(folder / "sources"),
        "CHIPWIRE_ALERTS_FILE": str(folder / "alerts.yml"),
        "CHIPWIRE_ALLOW_PRIVATE": ",".join(f"127.0.0.1:{one.port}" for one in sites.values()),
        "CHIPWIRE_HOST_DELAY": "0",
        "CHIPWIRE_CONCURRENT_PER_HOST": "8",
        "DEMO_ALERT_FILE": f"chipwire-file://{folder / 'alerts.jsonl'}",
        "DEMO_ALERT_WEBHOOK": f"json://127.0.0.1:{webhook.port}/alerts",
        "NO_PROXY": ",".join(filter(None, [os.environ.get("NO_PROXY"), "127.0.0.1", "localhost"])),
    }
