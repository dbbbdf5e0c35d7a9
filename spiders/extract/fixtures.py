"""Pages kept as fixtures: the page as it came, beside what is read from it."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.types import Article, RawPage
from spiders.extract.article import article_id, extract_article
from spiders.extract.errors import NotAnArticle

PAGE = "page.html.gz"
INPUT = "input.json"
OUTPUT = "output.json"


def save_fixture(page: RawPage, folder: Path) -> Path:
    """Write ``page`` and what is read from it under ``folder``, in a folder named by the page's id; returns
    that folder.

    ``output.json`` holds the article, or the outcome: read it before it is committed. An older fixture is
    replaced.
    """
    place = folder / article_id(page.final_url)
    place.mkdir(parents=True, exist_ok=True)
    (place / PAGE).write_bytes(gzip.compress(page.body, mtime=0))
    about = {
        "url": page.url,
        "final_url": page.final_url,
        "fetched_at": page.fetched_at.isoformat(),
        "status": page.status,
        "headers": [list(header) for header in page.headers],
        "source": page.source,
    }
    _write(place / INPUT, about)
    _write(place / OUTPUT, read_output(page))
    return place


def load_fixture(place: Path) -> tuple[RawPage, dict[str, Any]]:
    """The page of a fixture and the output it should give."""
    about = json.loads((place / INPUT).read_text("utf-8"))
    page = RawPage(
        url=about["url"],
        final_url=about["final_url"],
        fetched_at=datetime.fromisoformat(about["fetched_at"]),
        status=about["status"],
        headers=tuple((name, value) for name, value in about["headers"]),
        body=gzip.decompress((place / PAGE).read_bytes()),
        source=about["source"],
    )
    return page, json.loads((place / OUTPUT).read_text("utf-8"))


def read_output(page: RawPage) -> dict[str, Any]:
    """What is read from ``page``, for comparing whole: the article's fields, or outcome and detail."""
    try:
        return as_json(extract_article(page))
    except NotAnArticle as reason:
        return {"outcome": reason.outcome, "detail": reason.detail}


def as_json(article: Article) -> dict[str, Any]:
    """The fields of an article as they are written into JSON."""
    return {
        "canonical_url": article.canonical_url,
        "title": article.title,
        "authors": list(article.authors),
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "language": article.language,
        "extractor": article.extractor,
        "text": article.text.split("\n\n"),
    }


def _write(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")
