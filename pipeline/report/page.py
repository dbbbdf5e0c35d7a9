"""The page itself: what the template is filled with."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from pipeline.alerts.safe import link
from pipeline.report import graph, timeline
from pipeline.report.view import DealView, tiles, view
from pipeline.report.words import visible
from pipeline.types import Article, Deal

_HERE = Path(__file__).parent


def render(
    deals: Iterable[Deal],
    *,
    title: str,
    generated_at: datetime,
    outcomes: Mapping[str, int] | None = None,
    articles: Mapping[str, Article] | Sequence[Article] | None = None,
    notice: str | None = None,
) -> str:
    """One HTML document, UTF-8, that needs no network: styles, script and drawings are inside.

    ``deals`` with their reports; one without is shown without sentences. ``outcomes``: outcome → how many
    addresses of the run ended so. ``articles`` (by id, or a list) supply titles and links that reports lack.
    ``notice`` is shown at the top, such as "sample data". ``generated_at`` is aware. All is escaped; only
    http and https addresses become links.
    """
    found = articles or {}
    by_id = dict(found) if isinstance(found, Mapping) else {article.id: article for article in found}
    views = sorted(
        (view(deal, by_id) for deal in deals), key=lambda v: (not v.sure, -v.usd, -v.power, v.order, v.id)
    )
    style, script = _asset("style.css"), _asset("script.js")
    page = _template().render(
        title=visible(title),
        notice=visible(notice or ""),
        generated_at=generated_at.astimezone(UTC),
        deals=views,
        tiles=tiles(views),
        graph=graph.drawn(views),
        timeline=timeline.drawn(views),
        outcomes=sorted(((visible(n), c) for n, c in (outcomes or {}).items()), key=lambda o: (-o[1], o[0])),
        types=sorted({v.type for v in views}),
        statuses=_present(views),
        style=Markup(style),
        script=Markup(script),
        style_hash=_hash(style),
        script_hash=_hash(script),
        link=link,
    )
    return "\n".join(line.rstrip() for line in page.splitlines() if line.strip()) + "\n"


def _present(views: Sequence[DealView]) -> list[str]:
    return [
        s for s in ("rumored", "announced", "completed", "cancelled") if any(v.status == s for v in views)
    ]


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("template.html.j2")


@lru_cache(maxsize=8)
def _asset(name: str) -> str:
    # Leading and trailing line breaks would change the hash that the page's policy allows.
    text = (_HERE / name).read_text(encoding="utf-8")
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
