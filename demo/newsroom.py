"""Four small news sites on loopback, each of another make, served by one real HTTP server a site.

Every page says that it is a sample and no news, and names an invented outlet. ETag, Last-Modified and 304 work, robots.txt is
there, two sites serve old charsets: what real sites do, so that the ordinary ingest can be shown on them.
"""

from __future__ import annotations

import hashlib
import html
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jinja2
import yaml

HERE = Path(__file__).parent
PER_PAGE = 8
NOTICE = "Sample page, written for testing Chipwire. This is not news, and the outlet is invented."
CHARSETS = {"ja": "shift_jis", "ko": "euc-kr", "zh": "gb18030"}
OLD_LATIN = "windows-1252"


@dataclass(frozen=True, slots=True)
class Piece:
    """One article of the newsroom."""

    id: str
    lang: str
    title: str
    paragraphs: tuple[str, ...]
    published: datetime


@dataclass(frozen=True, slots=True)
class Site:
    """One outlet. ``kind``: feed (RSS), atom (full text), sitemap (news sitemap only), listing (pages of links)."""

    id: str
    name: str
    kind: str
    pieces: tuple[Piece, ...]
    port: int = 0

    @property
    def root(self) -> str:
        """The site's address."""
        return f"http://127.0.0.1:{self.port}"


@dataclass(slots=True)
class Answer:
    """What is sent for one path."""

    body: bytes
    kind: str
    changed: datetime = field(default_factory=lambda: datetime(2026, 1, 1, tzinfo=UTC))

    @property
    def etag(self) -> str:
        """A strong validator of the bytes."""
        return '"' + hashlib.sha256(self.body).hexdigest()[:24] + '"'


SITES = (
    ("wafer-and-watt", "Wafer & Watt", "feed"),
    ("silicon-courier", "Silicon Courier", "atom"),
    ("der-taktgeber", "Der Taktgeber", "sitemap"),
    ("rack-unit-daily", "Rack Unit Daily", "listing"),
)


def load_pieces(path: Path = HERE / "articles.jsonl", *, limit: int | None = None) -> list[Piece]:
    """The articles of the newsroom."""
    pieces = []
    for line in path.read_text(encoding="utf-8").splitlines()[:limit]:
        row = json.loads(line)
        day = datetime.fromisoformat(row["published"]).replace(hour=8, tzinfo=UTC)
        paragraphs = tuple(p.replace("\n", " ") for p in row["text"].split("\n\n") if p.strip())
        pieces.append(Piece(row["id"], row["lang"], row["title"], paragraphs, day))
    return pieces


def make_sites(pieces: list[Piece]) -> list[Site]:
    """The articles dealt out to the sites, always alike."""
    dealt: list[list[Piece]] = [[] for _ in SITES]
    for piece in pieces:
        dealt[int(hashlib.sha256(piece.id.encode()).hexdigest(), 16) % len(SITES)].append(piece)
    return [
        Site(id_, name, kind, tuple(sorted(own, key=lambda p: (p.published, p.id), reverse=True)))
        for (id_, name, kind), own in zip(SITES, dealt, strict=True)
    ]


@lru_cache(maxsize=1)
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"), autoescape=True, undefined=jinja2.StrictUndefined
    )


def answers(site: Site) -> dict[str, Answer]:
    """Everything that a site serves, by path."""
    served = {
        "/": Answer(_page("front.html", site, pieces=site.pieces[:10]).encode(), "text/html; charset=utf-8"),
        "/robots.txt": Answer(_robots(site).encode(), "text/plain; charset=utf-8"),
    }
    for number, piece in enumerate(site.pieces):
        served[_path(piece)] = _article(site, piece, number)
    if site.kind == "feed":
        served["/feed.rss"] = Answer(_page("feed.rss", site, pieces=site.pieces).encode(), "application/rss+xml")
    elif site.kind == "atom":
        served["/atom.xml"] = Answer(_page("atom.xml", site, pieces=site.pieces).encode(), "application/atom+xml")
    elif site.kind == "sitemap":
        served["/news-sitemap.xml"] = Answer(_page("sitemap.xml", site, pieces=site.pieces).encode(), "application/xml")
    else:
        pages = [site.pieces[i : i + PER_PAGE] for i in range(0, len(site.pieces), PER_PAGE)] or [()]
        for number, own in enumerate(pages, 1):
            following = f"/news/page/{number + 1}" if number < len(pages) else None
            body = _page("listing.html", site, pieces=own, number=number, following=following)
            served[f"/news/page/{number}"] = Answer(body.encode(), "text/html; charset=utf-8")
    return served


def _path(piece: Piece) -> str:
    return f"/{piece.published:%Y/%m}/{piece.id}.html"


def _robots(site: Site) -> str:
    lines = ["User-agent: *", "Disallow: /search", "Disallow: /admin/"]
    if site.kind == "sitemap":
        lines.append(f"Sitemap: {site.root}/news-sitemap.xml")
    return "\n".join(lines) + "\n"


def _article(site: Site, piece: Piece, number: int) -> Answer:
    """A page in the make of its site: JSON-LD, Open Graph only, bare HTML in an old charset, or much furniture."""
    template = {"feed": "jsonld.html", "atom": "opengraph.html", "sitemap": "bare.html", "listing": "furniture.html"}
    charset = "utf-8"
    if site.kind == "sitemap":
        charset = CHARSETS.get(piece.lang, OLD_LATIN)
    linked = json.dumps(
        {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": piece.title,
            "datePublished": piece.published.isoformat(),
            "author": [{"@type": "Person", "name": "Sam Ample"}],
            "publisher": {"@type": "Organization", "name": site.name},
        },
        ensure_ascii=False,
    ).replace("<", "\\u003c")
    others = [p for p in site.pieces if p is not piece][number % 5 : number % 5 + 4]
    text = _page(template[site.kind], site, piece=piece, others=others, charset=charset, linked=linked, address=site.root + _path(piece))
    return Answer(text.encode(charset, "xmlcharrefreplace"), f"text/html; charset={charset}", piece.published)


def _page(name: str, site: Site, **values: Any) -> str:
    return _templates().get_template(name).render(
        site=site, notice=NOTICE, path=_path, rfc822=format_datetime, escape=html.escape, **values
    )


def _handler(served: dict[str, Answer]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            answer = served.get(self.path.partition("?")[0])
            if answer is None:
                self.send_error(404)
                return
            if self.headers.get("If-None-Match") == answer.etag:
                self.send_response(304)
                self.send_header("ETag", answer.etag)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(200)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(answer.body)))
            self.send_header("ETag", answer.etag)
            self.send_header("Last-Modified", format_datetime(answer.changed, usegmt=True))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    return Handler


@contextmanager
def serving(sites: list[Site], ports: list[int] | None = None) -> Iterator[list[Site]]:
    """The sites, served until the end of the block; ``ports`` are tried first, so that addresses stay the same."""
    servers: list[ThreadingHTTPServer] = []
    placed: list[Site] = []
    try:
        for n, site in enumerate(sites):
            server = _bind(ports[n] if ports and n < len(ports) else 0)
            own = Site(site.id, site.name, site.kind, site.pieces, server.server_address[1])
            server.RequestHandlerClass = _handler(answers(own))
            servers.append(server)
            placed.append(own)
            threading.Thread(target=server.serve_forever, daemon=True, name=f"newsroom {site.id}").start()
        yield placed
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


def _bind(port: int) -> ThreadingHTTPServer:
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), BaseHTTPRequestHandler)
    except OSError:
        if not port:
            raise
        return ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)


def write_sources(sites: list[Site], folder: Path) -> None:
    """Source files for the sites, as an operator would write them."""
    folder.mkdir(parents=True, exist_ok=True)
    for site in sites:
        urls = {
            "feed": f"{site.root}/feed.rss",
            "atom": f"{site.root}/atom.xml",
            "sitemap": f"{site.root}/news-sitemap.xml",
            "listing": f"{site.root}/news/page/1",
        }
        source: dict[str, Any] = {
            "id": site.id,
            "name": site.name,
            "language": "en",
            "kind": {"atom": "feed"}.get(site.kind, site.kind),
            "urls": [urls[site.kind]],
            "delay": 0,
            "expect": {"articles_per_day": 1},
            "notes": "Invented outlet of the demo.",
        }
        if site.kind == "listing":
            source["allow"] = [r"/20\d\d/\d\d/"]
            source["next"] = r"/news/page/\d+"
            source["limits"] = {"listing_pages": 20}
        (folder / f"{site.id}.yml").write_text(yaml.safe_dump(source, sort_keys=False), encoding="utf-8")
