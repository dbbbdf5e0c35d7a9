"""One page to one article: what the page says for machines and what it shows, joined."""

from __future__ import annotations

import gc
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urljoin, urlsplit

from lxml import etree
from publicsuffixlist import PublicSuffixList

from pipeline.language import detect
from pipeline.text import line, same_key
from pipeline.types import Article, RawPage
from pipeline.urls import UrlError, canonical_url
from spiders.extract.authors import find_authors
from spiders.extract.blocks import read_blocks
from spiders.extract.body import Body, find_body
from spiders.extract.charset import to_utf8
from spiders.extract.dates import find_date
from spiders.extract.dom import MAX_BYTES, parse
from spiders.extract.errors import NotAnArticle
from spiders.extract.join import join, stated_text
from spiders.extract.objects import page_object
from spiders.extract.phrases import is_credit
from spiders.extract.state import state_text
from spiders.extract.structured import Structured, read_structured, strings
from spiders.extract.title import find_title, site_names
from spiders.extract.walls import MIN_TEXT, Shown, check, size
from spiders.pages.item import PageArticle

VERSION = "1"
FEW = 400
"""Below so many characters the data in the page's scripts is looked at."""

_VARIANT = re.compile(r"amp|amp\.html?|print|index\.\w+|full|all|\d{1,2}|page/\d+", re.IGNORECASE)
"""What a page's own address may have behind the canonical one."""

_SUFFIXES = PublicSuffixList()
_HTML_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml", "")


def article_from_html(html: bytes | str, url: str, content_type: str | None = None) -> Article:
    """The article in one HTML page that was served under ``url``. Raises NotAnArticle, and UrlError for the
    URL.
    """
    return extract_article(page_of(html, url, content_type))


def page_of(html: bytes | str, url: str, content_type: str | None = None) -> RawPage:
    """HTML as the page that a server would have answered with under ``url``."""
    headers = (("Content-Type", content_type),) if content_type else ()
    if isinstance(html, str):
        html, headers = html.encode("utf-8", "surrogatepass"), (("Content-Type", "text/html; charset=utf-8"),)
    return RawPage(url, url, datetime.now(UTC), 200, headers, html, source="")


def extract_article(page: RawPage, *, language_hint: str | None = None, zone: str | None = None) -> Article:
    """The article of one fetched page; ``language_hint`` is the source's language, ``zone`` (IANA) that of
    times which it writes without one.

    Raises NotAnArticle with the outcome to count, UrlError where the page's URL is none.
    """
    with _no_collection():
        return _extract(page, language_hint, zone)


@contextmanager
def _no_collection() -> Iterator[None]:
    """No garbage collection meanwhile: a page's many small objects live for milliseconds, and looking for
    circles among
    them takes a third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _extract(page: RawPage, language_hint: str | None, zone: str | None) -> Article:
    final = page.final_url or page.url
    content_type = next((value for name, value in page.headers if name.lower() == "content-type"), None)
    kind = (content_type or "").split(";")[0].strip().lower()
    if kind not in _HTML_TYPES:
        raise NotAnArticle("not_html", f"Content-Type {kind}")
    if len(page.body) > MAX_BYTES:
        raise NotAnArticle("too_large", f"page of {len(page.body)} bytes; {MAX_BYTES} are the most")
    raw = to_utf8(page.body, content_type)
    root = parse(raw)
    data = read_structured(root, microdata=b"itemprop" in raw.lower())
    sites = site_names(data, urlsplit(final).hostname or "")
    name, own = page_object(final, raw, page.status) or ("generic", PageArticle())
    title = own.title or find_title(data, sites)
    body = root.find("body")
    body = body if body is not None else root
    found = find_body(body, title)
    text = own.text or _text(root, data, found)
    check(_shown(page, raw, data, found, title=title, text=text))
    language = detect(f"{title}\n{text}", _declared(root, data) or language_hint)
    canonical = _canonical(data, final)
    return Article(
        id=article_id(canonical),
        url=page.url,
        canonical_url=canonical,
        source=page.source,
        title=title,
        text=text,
        authors=find_authors(root, data, sites) if own.authors is None else own.authors,
        published_at=own.published_at
        or find_date(
            data, final, page.fetched_at, near=partial(_near, body, title, text), language=language, zone=zone
        ),
        language=language,
        extractor=name,
        extractor_version=VERSION,
        site_name=data.first("og:site_name") or next(iter(strings(data.article.get("publisher"))), None),
    )


def _text(root: etree._Element, data: Structured, found: Body) -> str:
    """The article's paragraphs: as shown, as stated in JSON-LD, or as the page's scripts carry them."""
    joined = join(found.kept, found.every, stated_text(data))
    text = joined if isinstance(joined, str) else "\n\n".join(block.text for block in joined)
    if size(text) < FEW:
        hidden = state_text(root)
        if size(hidden) > 2 * size(text) + MIN_TEXT:
            return hidden
    return text


def _shown(page: RawPage, raw: bytes, data: Structured, found: Body, *, title: str, text: str) -> Shown:
    last = found.kept[-1] if found.kept else None
    after = found.every[found.every.index(last) + 1 :] if last is not None else found.every
    return Shown(
        status=page.status,
        title=title or (data.first("og:title") or ""),
        text=text,
        visible="\n".join(block.text for block in found.every)[:10_000],
        after="\n".join(block.text for block in after[:40])[:4_000],
        html=raw,
        paid=str(data.article.get("isAccessibleForFree", "")).lower() == "false",
    )


def _near(body: etree._Element, title: str, text: str) -> str:
    """The lines where a page shows its date: below the headline first, then above it, then below the text."""
    lines = [block.text for block in read_blocks(body)[0]]
    key, begin, end = same_key(title), text[:80], text[-80:]
    first = next((at for at, found in enumerate(lines) if found.startswith(begin)), 0)
    head = next(
        (at for at in range(first, -1, -1) if lines and same_key(lines[at]) == key), max(0, first - 8)
    )
    last = next((at for at in range(len(lines) - 1, -1, -1) if lines[at].endswith(end)), len(lines))
    near = lines[head : head + 12] + lines[max(0, head - 8) : head] + lines[last + 1 : last + 6]
    return "\n".join(part for part in near if len(part) < 150 and not is_credit(part))


def article_id(canonical: str) -> str:
    """The id of the article at a canonical URL: 16 hexadecimal digits."""
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _declared(root: etree._Element, data: Structured) -> str | None:
    for value in strings(data.article.get("inLanguage")):
        return value
    return (
        root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or data.first("og:locale")
    )


def _canonical(data: Structured, final: str) -> str:
    own = canonical_url(final)
    for link in data.elements.get("link", []):
        if "canonical" in (link.get("rel") or "").lower().split() and (href := link.get("href")):
            if href == final:
                return own
            try:
                stated = canonical_url(urljoin(final, line(href)))
            except (UrlError, ValueError):
                return own
            return stated if _sane(stated, own) else own
    return own


def _sane(stated: str, own: str) -> bool:
    """Same registered domain, and not a home page or a section of the page's own path."""
    there, here = urlsplit(stated), urlsplit(own)
    domain = _SUFFIXES.privatesuffix(there.hostname or "")
    if there.netloc != here.netloc and (
        domain is None or domain != _SUFFIXES.privatesuffix(here.hostname or "")
    ):
        return False
    path = there.path.rstrip("/")
    if not path and not there.query:
        return not here.path.rstrip("/") and not here.query
    if not here.path.startswith(path + "/"):
        return True
    return _VARIANT.fullmatch(here.path[len(path) + 1 :].rstrip("/")) is not None or path == here.path.rstrip(
        "/"
    )
