"""A folder of HTML files as pages, each with the address that it belongs to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pipeline.types import RawPage

_ENDINGS = (".html", ".htm", ".xhtml")
_HEAD = 200_000
"""Bytes of a page in which its own address is looked for."""


def folder_pages(folder: Path, source: str) -> Iterator[RawPage]:
    """The HTML files below ``folder``, by name. ``url`` is "" where neither index.jsonl nor the page tells
    it.
    """
    index = _index(folder / "index.jsonl")
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in _ENDINGS or not path.is_file():
            continue
        body = path.read_bytes()
        url = index.get(path.relative_to(folder).as_posix()) or own_address(body)
        fetched = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        yield RawPage(url, url, fetched, 200, (("Content-Type", "text/html"),), body, source)


def own_address(body: bytes) -> str:
    """The address that a page gives as its own: link rel=canonical, else og:url; "" where it gives none."""
    from lxml import etree, html

    try:
        root = html.fromstring(body[:_HEAD].replace(b"\x00", b"") or b" ")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ""
    for link in root.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split() and (link.get("href") or "").startswith(
            "http"
        ):
            return str(link.get("href")).strip()
    for meta in root.iter("meta"):
        if (meta.get("property") or "").lower() == "og:url" and (meta.get("content") or "").startswith(
            "http"
        ):
            return str(meta.get("content")).strip()
    return ""


def _index(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    found: dict[str, str] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.strip():
            entry = json.loads(line)
            found[str(entry["html_path"])] = str(entry["url"])
    return found
