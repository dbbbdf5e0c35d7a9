"""The newsroom's contents: outlets, their pages and lists, as bytes under paths. Opens nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

import jinja2
import yaml
from markupsafe import Markup

HERE = Path(__file__).parent
REPRINTS = 4
"""How many articles of another outlet a reprinting one carries too."""
_PER_LISTING = 12
_AUTHORS = ("Ana Sample", "Boris Beispiel", "Chie Mihon", "Dora Exemplo", "Elio Esempio")


@dataclass(frozen=True, slots=True)
class Item:
    """A sample article. ``kind``: article, or a page that is none: forbidden, gone, wall."""

    id: str
    lang: str
    title: str
    text: str
    published: str
    kind: str = "article"


@dataclass(frozen=True, slots=True)
class Outlet:
    """An invented outlet, as ``outlets.yml`` says."""

    id: str
    name: str
    tagline: str
    language: str
    country: str
    langs: Mapping[str, Sequence[int]]
    lists: str
    shapes: Sequence[str]
    charsets: Mapping[str, str] = field(default_factory=dict)
    reprints_of: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Where an item stands on an outlet's site, and what its lists say of it."""

    id: str
    lang: str
    title: str
    path: str
    published: str
    rfc822: str
    author: str
    summary: str
    html: str
    item: Item


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server gives for a path."""

    body: bytes
    content_type: str
    status: int = 200


def load_outlets() -> list[Outlet]:
    """All outlets."""
    return [Outlet(**raw) for raw in yaml.safe_load((HERE / "outlets.yml").read_text(encoding="utf-8"))]


def load_items(path: Path | None = None) -> list[Item]:
    """The sample articles."""
    lines = (path or HERE / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    keys = ("id", "lang", "title", "text", "published")
    return [Item(**{key: raw[key] for key in keys}) for raw in map(json.loads, lines)]


def share(outlets: Sequence[Outlet], items: Sequence[Item]) -> dict[str, list[Item]]:
    """Which outlet carries which items; every item at least one."""
    shares: dict[str, list[Item]] = {outlet.id: [] for outlet in outlets}
    for outlet in outlets:
        for lang, (number, of) in outlet.langs.items():
            shares[outlet.id] += [item for item in items if item.lang == lang][number::of]
    for outlet in outlets:
        if outlet.reprints_of:
            credit = next(other.name for other in outlets if other.id == outlet.reprints_of)
            shares[outlet.id] += [_reprint(item, credit) for item in shares[outlet.reprints_of][:REPRINTS]]
    for raw in yaml.safe_load((HERE / "extras.yml").read_text(encoding="utf-8")):
        if raw["outlet"] in shares:
            extra = Item(
                raw["id"],
                raw["lang"],
                raw["title"],
                raw.get("text", ""),
                raw["published"],
                raw.get("page", "article"),
            )
            shares[raw["outlet"]].append(extra)
    return shares


def site(outlet: Outlet, items: Sequence[Item], base: str) -> dict[str, Answer]:
    """All paths of an outlet's site, served under ``base`` (``http://127.0.0.1:8000``)."""
    pages = sorted(
        (_page(item, number) for number, item in enumerate(items)),
        key=lambda p: (p.published, p.id),
        reverse=True,
    )
    answers = {
        "/robots.txt": Answer(b"User-agent: *\nDisallow: /forbidden/\n", "text/plain"),
        "/style.css": Answer((HERE / "style.css").read_bytes(), "text/css"),
    }
    for number, page in enumerate(pages):
        if page.item.kind == "gone":
            continue
        answers[page.path] = _answer(outlet, page, pages, outlet.shapes[number % len(outlet.shapes)], base)
    answers |= dict(_lists(outlet, pages, base))
    front = _html("listing.html.j2", outlet=outlet, pages=pages[:_PER_LISTING], number=1, last=1)
    return {"/": front, "/about": front} | answers


def _lists(outlet: Outlet, pages: Sequence[Page], base: str) -> Iterator[tuple[str, Answer]]:
    facts: dict[str, Any] = {"outlet": outlet, "pages": pages, "base": base}
    if outlet.lists == "rss":
        yield "/feed.xml", _xml("rss.xml.j2", "application/rss+xml", facts)
    elif outlet.lists == "atom":
        yield "/atom.xml", _xml("atom.xml.j2", "application/atom+xml", facts)
    elif outlet.lists == "sitemap":
        yield "/news-sitemap.xml", _xml("sitemap.xml.j2", "application/xml", facts)
    else:
        last = max(1, -(-len(pages) // _PER_LISTING))
        for number in range(1, last + 1):
            shown = pages[(number - 1) * _PER_LISTING : number * _PER_LISTING]
            page = _html("listing.html.j2", outlet=outlet, pages=shown, number=number, last=last)
            yield f"/news?page={number}", page
            if number == 1:
                yield "/news", page


def _answer(outlet: Outlet, page: Page, pages: Sequence[Page], shape: str, base: str) -> Answer:
    if page.item.kind == "wall":
        return _html("wall.html.j2", outlet=outlet, article=page.item)
    charset = outlet.charsets.get(page.lang, "utf-8")
    at = pages.index(page)
    published = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": page.title}
    jsonld = published | {
        "datePublished": page.published,
        "author": {"@type": "Person", "name": page.author},
        "publisher": {"@type": "Organization", "name": outlet.name},
        "description": "A sample written for testing, not news.",
        "mainEntityOfPage": base + page.path,
    }
    html = (
        _templates()
        .get_template("page.html.j2")
        .render(
            outlet=outlet,
            article=page.item,
            charset=charset,
            shape=shape,
            url=base + page.path,
            published=page.published,
            author=page.author,
            paragraphs=page.item.text.strip().split("\n\n"),
            related=(pages[at + 1 : at + 4] or pages[:3]),
            jsonld=Markup(json.dumps(jsonld, ensure_ascii=False).replace("<", "\\u003c")),
        )
    )
    # Old sites name their charset in the page alone; modern ones in the header too.
    named = "; charset=utf-8" if charset == "utf-8" else ""
    return Answer(html.encode(charset, "xmlcharrefreplace"), f"text/html{named}")


def _page(item: Item, number: int) -> Page:
    day = datetime.fromisoformat(item.published).replace(tzinfo=UTC)
    when = day + timedelta(hours=8, minutes=(number * 7) % 600)
    paragraphs = item.text.strip().split("\n\n")
    folder = "forbidden" if item.kind == "forbidden" else f"{day:%Y/%m}"
    return Page(
        id=item.id,
        lang=item.lang,
        title=item.title,
        path=f"/{folder}/{item.id}.html",
        published=when.isoformat(),
        rfc822=format_datetime(when),
        author=_AUTHORS[number % len(_AUTHORS)],
        summary=paragraphs[0][:160],
        html="".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs),
        item=item,
    )


def _reprint(item: Item, credit: str) -> Item:
    text = f"{item.text.rstrip()}\n\nThis sample first appeared in {credit}."
    return Item(f"r-{item.id}", item.lang, item.title, text, item.published)


def _xml(template: str, content_type: str, facts: dict[str, Any]) -> Answer:
    return Answer(
        _templates().get_template(template).render(**facts).encode(), f"{content_type}; charset=utf-8"
    )


def _html(template: str, **facts: Any) -> Answer:
    return Answer(_templates().get_template(template).render(**facts).encode(), "text/html; charset=utf-8")


@lru_cache(maxsize=1)
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
