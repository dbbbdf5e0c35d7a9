"""A tiny newsroom on loopback and settings that read it, for the whole way from site to alert."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
import yaml

from demo.newsroom import Answer
from demo.serve import Site
from pipeline.settings import Settings, get_settings
from pipeline.store import Store

DAY = datetime(2025, 10, 24, 9, 0, tzinfo=UTC)

DEAL = (
    "Google will supply Anthropic with up to one million TPUs, the two companies said on Thursday.",
    "The agreement is worth tens of billions of dollars and brings more than a gigawatt of computing capacity "
    "online next year.",
)
OTHER = (
    "Oracle has agreed to buy 400,000 GB200 accelerators from Nvidia for about $40 billion, the companies said.",
    "The chips will go into a data centre in Abilene, Texas, that Oracle leases to OpenAI.",
)
GARDEN = (
    "The allotment holders voted to keep the hand pump at the gate after a long meeting in the village hall.",
    "Tomatoes and beans did well this summer, the secretary said, and the shed will be painted before winter.",
)
FILLER = (
    "This paragraph is part of a sample written for a test of the whole way; it says nothing of any deal and only "
    "makes the page as long as an article usually is, so that nobody takes it for a stub."
)


def page(title: str, paragraphs: tuple[str, ...]) -> Answer:
    """An article's page."""
    body = "".join(f"<p>{escape(text)}</p>" for text in (*paragraphs, FILLER))
    html = (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta property="og:type" content="article"><meta property="og:title" content="{escape(title)}">'
        f'<meta property="article:published_time" content="{DAY.isoformat()}"></head>'
        f"<body><nav><a href='/'>Home</a></nav><article><h1>{escape(title)}</h1>{body}</article></body></html>"
    )
    return Answer(html.encode(), "text/html; charset=utf-8")


def feed(base: str, paths: list[str]) -> Answer:
    """An RSS feed of these paths (or whole URLs), the newest first."""
    items = "".join(
        f"<item><title>{number}</title><link>{escape(path if '://' in path else base + path)}</link>"
        f"<pubDate>{format_datetime(DAY - timedelta(minutes=number))}</pubDate></item>"
        for number, path in enumerate(paths)
    )
    xml = f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{items}</channel></rss>'
    return Answer(xml.encode(), "application/rss+xml")


@dataclass
class Tiny:
    """Sites, their source files and the environment that makes Chipwire read them."""

    folder: Path
    database_url: str
    sites: list[Site] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def add(
        self, name: str, pages: Mapping[str, Answer], listed: list[str] | None = None, **extra: object
    ) -> Site:
        """A site with a feed of its pages and a source file."""
        site = Site()
        self.sites.append(site)
        site.answers = {"/feed": feed(site.base, list(pages) if listed is None else listed), **pages}
        self.source(name, [f"{site.base}/feed"], **extra)
        self.allowed.append(f"127.0.0.1:{site.port}")
        return site

    def source(self, name: str, urls: list[str], **extra: object) -> None:
        """A source file."""
        data = {"id": name, "name": name, "language": "en", "kind": "feed", "urls": urls, "delay": 0, **extra}
        (self.folder / "sources").mkdir(exist_ok=True)
        (self.folder / "sources" / f"{name}.yml").write_text(yaml.safe_dump(data))

    @property
    def alerts(self) -> list[dict[str, str]]:
        """The alerts that went to the file."""
        file = self.folder / "alerts.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    @property
    def environ(self) -> dict[str, str]:
        """Settings for a process of the command line."""
        rules = {
            "channels": {"file": f"chipwire-file://{self.folder / 'alerts.jsonl'}"},
            "rules": [{"name": "All", "when": "any", "channels": "file"}],
        }
        (self.folder / "alerts.yml").write_text(yaml.safe_dump(rules))
        return {
            "CHIPWIRE_DATA_DIR": str(self.folder / "data"),
            "CHIPWIRE_DATABASE_URL": self.database_url,
            "CHIPWIRE_SOURCES_DIR": str(self.folder / "sources"),
            "CHIPWIRE_ALERTS_FILE": str(self.folder / "alerts.yml"),
            "CHIPWIRE_ALLOW_PRIVATE": ",".join(self.allowed),
            "CHIPWIRE_HOST_DELAY": "0",
            "CHIPWIRE_FETCH_TIMEOUT": "10",
            "CHIPWIRE_WORKERS": "1",
            "CHIPWIRE_DATABASE_TIMEOUT": "3",
        }

    def settings(self, monkeypatch: pytest.MonkeyPatch) -> Settings:
        """The same settings in this process."""
        for name, value in self.environ.items():
            monkeypatch.setenv(name, value)
        get_settings.cache_clear()
        return get_settings()

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """The command line as a process of its own."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CHIPWIRE_")}
        return subprocess.Popen(
            [sys.executable, "-c", "import sys; from flows.cli import main; sys.exit(main())", *arguments],
            env={**kept, **self.environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, stdout and stderr of the command line."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=240)
        return process.returncode, out, err


@pytest.fixture
def tiny(tmp_path: Path, database_url: str) -> Iterator[Tiny]:
    """An empty tiny newsroom."""
    tmp_path.chmod(0o755)
    made = Tiny(tmp_path, database_url)
    yield made
    for site in made.sites:
        site.close()


@pytest.fixture
def contents(store: Store) -> Callable[[], dict[str, object]]:
    """What the store holds, in a form that two runs can be compared by (no ids of runs, no times)."""

    def read() -> dict[str, object]:
        with store._db.transaction() as conn:
            return {
                "pages": conn.execute(
                    "SELECT regexp_replace(canonical_url, ':[0-9]+/', '/'), outcome FROM page ORDER BY 1"
                ).fetchall(),
                "articles": conn.execute("SELECT title, revision FROM article ORDER BY 1").fetchall(),
                "deals": conn.execute("SELECT type, state FROM deal ORDER BY 1, 2").fetchall(),
                "reports": conn.execute("SELECT count(*) FROM deal_report").fetchall(),
                "alerts": conn.execute("SELECT title, state FROM alert ORDER BY 1").fetchall(),
            }

    return read
