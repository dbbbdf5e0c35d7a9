"""Sitemaps, news sitemaps, sitemap indexes and plain lists of URLs, read as a stream with an end."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from lxml import etree

from spiders.entry import Entry, Listing, ListingError, sane_date
from spiders.listings.feeds import _HTML_START, _title, parse_date

_CHUNK = 65_536
_ENTRY_TAGS = ("url", "sitemap")
_BARE_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")
_LONGEST_REFERENCE = 12


def read_sitemap(
    body: bytes, *, max_bytes: int, max_entries: int = 50_000, zone: str | None = None
) -> Listing:
    """The entries of a sitemap (``entries``) or the sitemaps of an index (``more``), also of a gzip file.

    At most ``max_bytes`` are unpacked and ``max_entries`` read; what lies beyond is told in ``cut``. ``zone``
    (IANA): of times without one. Raises
    ListingError where ``body`` is no sitemap.
    """
    cut = _Cut()
    chunks = _unpacked(body, max_bytes, cut)
    first = next(chunks, b"")
    start = first.lstrip(b"\xef\xbb\xbf\x00 \t\r\n")
    if not start:
        raise ListingError("the sitemap is empty")
    if _HTML_START.match(start):
        raise ListingError(f"HTML instead of a sitemap ({_title(first)})")
    if start.startswith((b"http://", b"https://")):
        found = [("url", Entry(line)) for line in islice(_lines(first, chunks), max_entries + 1)]
    else:
        found = list(islice(_parse(first, chunks, cut, zone), max_entries + 1))
        if not found and not cut.root:
            raise ListingError(f"not a sitemap{f' ({cut.reason})' if cut.reason else ''}")
    if len(found) > max_entries:
        found.pop()
        cut.reason = f"more than {max_entries} entries; the first {max_entries} were looked at"
    entries = tuple(entry for tag, entry in found if tag == "url")
    return Listing(entries, tuple(entry for tag, entry in found if tag == "sitemap"), cut.reason)


class _Cut:
    """Why reading ended early, and the root element that was seen."""

    reason: str | None = None
    root: str = ""


def _unpacked(body: bytes, max_bytes: int, cut: _Cut) -> Iterator[bytes]:
    left = max_bytes
    if not body.startswith(b"\x1f\x8b"):
        for at in range(0, min(len(body), left), _CHUNK):
            yield body[at : min(at + _CHUNK, left)]
        if len(body) > left:
            cut.reason = f"larger than {max_bytes} bytes; the rest was not read"
        return
    unpacker = zlib.decompressobj(zlib.MAX_WBITS + 16)
    data = body
    try:
        while left > 0:
            piece = unpacker.decompress(data, min(_CHUNK, left))
            left -= len(piece)
            if piece:
                yield piece
            data = unpacker.unconsumed_tail
            if unpacker.eof and unpacker.unused_data.startswith(b"\x1f\x8b"):
                data = unpacker.unused_data
                unpacker = zlib.decompressobj(zlib.MAX_WBITS + 16)
            elif not piece and not data:
                if not unpacker.eof:
                    cut.reason = "the gzip file breaks off"
                return
    except zlib.error as error:
        cut.reason = f"broken gzip: {error}"
        return
    cut.reason = f"unpacks to more than {max_bytes} bytes; the rest was not read"


def _parse(first: bytes, chunks: Iterator[bytes], cut: _Cut, zone: str | None) -> Iterator[tuple[str, Entry]]:
    # No entities, no DTD, no network.
    parser = etree.XMLPullParser(
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        recover=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    current: dict[str, str] = {}
    for chunk in _escaped(_with_first(first, chunks)):
        try:
            parser.feed(chunk)
        except etree.XMLSyntaxError as error:
            cut.reason = f"ill-formed: {str(error)[:150]}"
            return
        for event, found in parser.read_events():
            node: Any = found
            tag = _local(node)
            if event == "start":
                cut.root = cut.root or (tag if tag in ("urlset", "sitemapindex") else "")
                continue
            if tag in _ENTRY_TAGS:
                entry = _entry(current, zone)
                current = {}
                _forget(node)
                if entry is not None:
                    yield tag, entry
            elif (
                tag in ("loc", "lastmod", "publication_date", "title")
                and tag not in current
                and _parent(node) != "image"
            ):
                current[tag] = str(node.text or "").strip()[:10_000]


def _escaped(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Bare ampersands, which are everywhere, escaped; and with them every entity that a document type could
    define.
    """
    rest = b""
    for chunk in chunks:
        data = rest + chunk
        at = data.rfind(b"&", max(0, len(data) - _LONGEST_REFERENCE))
        data, rest = (data[:at], data[at:]) if at >= 0 else (data, b"")
        yield _BARE_AMPERSAND.sub(b"&amp;", data)
    yield _BARE_AMPERSAND.sub(b"&amp;", rest)


def _with_first(first: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from chunks


def _entry(found: dict[str, str], zone: str | None) -> Entry | None:
    if not found.get("loc"):
        return None
    when: datetime | None = None
    for name in ("publication_date", "lastmod"):
        when = when or sane_date(parse_date(found.get(name, "")), zone=zone)
    return Entry(found["loc"], when, found.get("title", "")[:1_000] or None)


def _forget(node: Any) -> None:
    node.clear()
    while node.getprevious() is not None:
        parent = node.getparent()
        if parent is None:
            break
        del parent[0]


def _local(node: Any) -> str:
    return str(node.tag).rpartition("}")[2].lower()


def _parent(node: Any) -> str:
    parent = node.getparent()
    return _local(parent) if parent is not None else ""


def _lines(first: bytes, chunks: Iterator[bytes]) -> Iterator[str]:
    rest = b""
    for chunk in _with_first(first, chunks):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (text for line in lines if (text := line.decode("utf-8", "replace").strip()))
        rest = rest[-10_000:]
    if text := rest.decode("utf-8", "replace").strip():
        yield text
