"""The links of an HTML page: entries of a listing, its next page, its feeds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from lxml import etree, html

from pipeline.urls import UrlError, canonical_url
from spiders.entry import Entry, Listing, ListingError

MAX_NEXT = 50
MAX_LINKS = 20_000
_NOT_LINKS = ("#", "javascript:", "mailto:", "tel:", "data:", "about:", "file:")


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page: ``rel`` and ``type`` as the page states them, lower case."""

    url: str
    text: str
    rel: str = ""
    type: str = ""


def read_listing(
    body: bytes, *, url: str, encoding: str | None = None, next_pattern: str | None = None
) -> Listing:
    """All links of a page as entries, in its order, each once; ``more`` holds what may be the next page.

    The next page is one of the links that match ``next_pattern`` ("Newer" and "Older" often both do), else the one
    marked rel=next. Raises ListingError where ``body`` is no HTML.
    """
    entries: dict[str, Entry] = {}
    following: dict[str, Entry] = {}
    cut = None
    for count, link in enumerate(links(body, url=url, encoding=encoding)):
        if count >= MAX_LINKS:
            cut = f"more than {MAX_LINKS} links; the rest was not looked at"
            break
        is_next = (
            re.search(next_pattern, link.url) is not None if next_pattern else "next" in link.rel.split()
        )
        if (
            is_next
            and _key(link.url) != _key(url)
            and (len(following) < MAX_NEXT if next_pattern else not following)
        ):
            following.setdefault(_key(link.url), Entry(link.url))
        elif "alternate" not in link.rel.split() and "stylesheet" not in link.rel:
            entries.setdefault(_key(link.url), Entry(link.url, title=link.text or None))
    return Listing(tuple(entries.values()), tuple(following.values()), cut)


def links(body: bytes, *, url: str, encoding: str | None = None) -> Iterator[Link]:
    """The links (a, area, link) of a page, absolute. Raises ListingError where it is no HTML."""
    try:
        tree = html.fromstring(
            body.replace(b"\x00", b"") or b" ",
            parser=html.HTMLParser(encoding=encoding, remove_comments=True),
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, LookupError, AssertionError) as error:
        raise ListingError(f"no HTML: {str(error)[:150] or 'nothing in it'}") from error
    base = url
    for node in tree.iter("base"):
        base = _join(url, node.get("href") or "") or url
        break
    for node in tree.iter("a", "area", "link"):
        href = (node.get("href") or "").strip()
        if not href or href.lower().startswith(_NOT_LINKS):
            continue
        if (target := _join(base, href)) is not None:
            text = " ".join("".join(str(piece) for piece in node.itertext()).split())[:300]
            yield Link(target, text, (node.get("rel") or "").lower(), (node.get("type") or "").lower())


def _join(base: str, href: str) -> str | None:
    try:
        return urljoin(base, href).partition("#")[0]
    except ValueError:
        return None


def _key(url: str) -> str:
    try:
        return canonical_url(url)
    except UrlError:
        return url
