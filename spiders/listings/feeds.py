"""RSS, Atom, RDF and JSON feeds to entries. Bounded, and never fails on a single bad entry."""

from __future__ import annotations

import calendar
import contextlib
import io
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import dateparser
import feedparser
from lxml import etree, html

from spiders.entry import Entry, Listing, ListingError, sane_date

MAX_HINT = 50_000
"""Most characters of a full-text entry that are kept."""

MIN_HINT = 600
"""A shorter text is a teaser."""

_BLOCKS = {
    "p",
    "div",
    "br",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "blockquote",
    "tr",
    "section",
    "article",
    "ul",
    "ol",
    "table",
    "figure",
}
_FEED_START = re.compile(rb"<(?:[\w.-]+:)?(?:rss|feed|rdf|channel)[\s>/]", re.IGNORECASE)
_NO_ZONE = re.compile(r"\d[T ]\d?\d:\d\d(?::\d\d(?:\.\d+)?)?$")
"""A time at the end of a date, with no zone behind it."""

_HTML_START = re.compile(
    rb"\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE | re.DOTALL
)


def read_feed(
    body: bytes, *, url: str, content_type: str = "", max_entries: int = 50_000, zone: str | None = None
) -> Listing:
    """The entries of a feed of any kind; ``zone`` (IANA): of times without one. Raises ListingError where
    ``body`` is none.
    """
    start = body[:4_000].lstrip(b"\xef\xbb\xbf\x00 \t\r\n")
    if start.startswith(b"{"):
        return _json_feed(body, url, max_entries, zone)
    if not start:
        raise ListingError("the feed is empty")
    if _HTML_START.match(start) and not _FEED_START.search(body[:200_000]):
        raise ListingError(f"HTML instead of a feed ({_title(body)})")
    return _xml_feed(body, url, content_type, max_entries, zone)


def _xml_feed(body: bytes, url: str, content_type: str, max_entries: int, zone: str | None) -> Listing:
    try:
        # As a stream: feedparser takes bytes for the name of a file to open when it can.
        feed = feedparser.parse(
            io.BytesIO(body),
            response_headers={"content-type": content_type or "application/xml", "content-location": url},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (
        Exception
    ) as error:  # feedparser promises to raise nothing; what it does raise on hostile bytes is of any class
        raise ListingError(
            f"feedparser cannot read it: {type(error).__name__}: {str(error)[:200]}"
        ) from error
    found = feed.get("entries") or []
    if not found and not feed.get("version"):
        reason = feed.get("bozo_exception")
        raise ListingError(f"not a feed{f' ({str(reason)[:150]})' if reason else ''}")
    entries = tuple(
        entry for entry in (_entry(item, url, zone) for item in found[:max_entries]) if entry is not None
    )
    if len(found) > max_entries:
        return Listing(entries, cut=f"{len(found)} entries; {max_entries} were looked at")
    reason = feed.get("bozo_exception")
    if (
        not entries
        and reason is not None
        and not isinstance(reason, feedparser.CharacterEncodingOverride | feedparser.NonXMLContentType)
    ):
        return Listing(entries, cut=f"ill-formed: {str(reason)[:150]}")
    return Listing(entries)


def _entry(item: dict[str, Any], base: str, zone: str | None) -> Entry | None:
    link = item.get("link") or next(
        (link.get("href") for link in item.get("links") or [] if link.get("href")), None
    )
    if (
        not link
        and str(item.get("id") or "").startswith(("http://", "https://"))
        and item.get("guidislink", True)
    ):
        link = item["id"]
    if not link or not isinstance(link, str):
        return None
    with contextlib.suppress(ValueError):
        link = urljoin(base, link.strip())
    # dict.get: feedparser's own maps one name to another, with a warning
    name, when = next(
        (
            (name, found)
            for name in ("published", "updated", "created")
            if (found := dict.get(item, f"{name}_parsed"))
        ),
        ("", None),
    )
    published = None
    if when is not None:
        try:
            published = datetime.fromtimestamp(calendar.timegm(when), UTC)
            if _NO_ZONE.search(str(dict.get(item, name) or "").strip()):
                published = published.replace(tzinfo=None)
        except (ValueError, TypeError, OverflowError, OSError):
            published = None
    if published is None:
        published = parse_date(str(dict.get(item, "published") or dict.get(item, "updated") or ""))
    contents = [
        str(content.get("value") or "")
        for content in item.get("content") or []
        if isinstance(content, Mapping)
    ]
    longest = max([*contents, str(item.get("summary") or "")], key=len)
    return Entry(
        link,
        sane_date(published, zone=zone),
        plain_text(str(item.get("title") or ""))[:1_000] or None,
        _hint(longest),
    )


def _json_feed(body: bytes, url: str, max_entries: int, zone: str | None) -> Listing:
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ListingError(f"neither XML nor JSON: {str(error)[:150]}") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise ListingError("JSON, but no JSON feed (no `items`)")
    entries = []
    for item in items[:max_entries]:
        link = (
            (item.get("url") or item.get("external_url") or item.get("id"))
            if isinstance(item, dict)
            else None
        )
        if not isinstance(link, str):
            continue
        with contextlib.suppress(ValueError):
            link = urljoin(url, link)
        text = item.get("content_html") or item.get("content_text")
        stated = str(item.get("date_published") or item.get("date_modified") or "")
        published = sane_date(parse_date(stated), zone=zone)
        entries.append(
            Entry(
                link,
                published,
                str(item.get("title") or "")[:1_000] or None,
                _hint(text if isinstance(text, str) else ""),
            )
        )
    return Listing(
        tuple(entries),
        cut=f"{len(items)} entries; {max_entries} were looked at" if len(items) > max_entries else None,
    )


def parse_date(text: str) -> datetime | None:
    """A date in any of the ways that feeds and sitemaps write them, naive where a time has no zone; a day
    without a time is midnight UTC, so that it stays that day. None: not readable.
    """
    text = text.strip()[:100]
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        pass
    else:
        return found if ":" in text or "T" in text else found.replace(tzinfo=UTC)
    if match := re.match(r"(\d{4})-(\d\d)(?:-(\d\d))?", text):
        try:
            return datetime(int(match[1]), int(match[2]), int(match[3] or 1), tzinfo=UTC)
        except ValueError:
            return None
    try:
        written: datetime | None = dateparser.parse(text, settings={"STRICT_PARSING": True})
        return written.replace(tzinfo=UTC) if written and ":" not in text else written
    except (ValueError, OverflowError, RecursionError, TypeError):
        return None


def _hint(text: str) -> str | None:
    if len(text) < MIN_HINT:
        return None
    plain = plain_text(text[: 4 * MAX_HINT])
    return plain[:MAX_HINT] if len(plain) >= MIN_HINT else None


def plain_text(markup: str) -> str:
    """Text of HTML, paragraphs parted by a blank line; text without markup comes back trimmed."""
    if "<" not in markup and "&" not in markup:
        return markup.strip()
    try:
        tree = html.fromstring(f"<div>{markup.replace(chr(0), '')}</div>")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return re.sub(r"<[^>]*>", " ", markup).strip()
    paragraphs = re.split(r"\n\s*\n", "".join(_pieces(tree)))
    return "\n\n".join(line for line in (" ".join(paragraph.split()) for paragraph in paragraphs) if line)


def _pieces(tree: Any) -> Iterator[str]:
    for event, node in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if event in ("comment", "pi"):
            yield node.tail or ""
        elif event == "start":
            if tag in _BLOCKS:
                yield "\n\n"
            if tag not in ("script", "style"):
                yield node.text or ""
        else:
            if tag in _BLOCKS:
                yield "\n\n"
            yield node.tail or ""


def _title(body: bytes) -> str:
    match = re.search(rb"<title[^>]*>(.{0,120})", body[:50_000], re.IGNORECASE | re.DOTALL)
    title = match[1].partition(b"<")[0].decode("utf-8", "replace").strip() if match else ""
    return f"its title: {title!r}" if title else "without a title"
