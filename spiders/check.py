"""Does a source work, and what feeds does a site have: for ``chipwire sources check`` and ``add``."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urljoin, urlsplit

import py3langid

from pipeline.settings import Settings, get_settings
from pipeline.types import LANGUAGES, RawPage
from pipeline.urls import UrlError, canonical_url, check_url
from spiders.entry import Candidate, Entry, Listing, ListingError, select
from spiders.fetch import fetch_pages
from spiders.listings.feeds import read_feed
from spiders.listings.links import Link, links, read_listing
from spiders.listings.sitemaps import read_sitemap
from spiders.source import Source, parse_source

SAMPLES = 3
_FEED_TYPES = ("rss+xml", "atom+xml", "feed+json", "rdf+xml")
_GUESSES = (
    "/feed",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/feeds/posts/default",
    "/news/rss",
    "/feed.json",
    "/news-sitemap.xml",
    "/sitemap-news.xml",
    "/sitemap_news.xml",
    "/sitemap.xml",
    "/sitemap_index.xml",
)
_NOT_ARTICLES = re.compile(
    r"/(tags?|categor|authors?|about|contact|privacy|terms|login|search|page|legal|jobs|careers)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FeedCheck:
    """One of a source's URLs: what it gave.

    ``fitting`` entries are the source's own; ``per_day`` None: too few
    dates.
    """

    url: str
    outcome: str
    detail: str | None = None
    entries: int = 0
    fitting: int = 0
    dated: int = 0
    newest: datetime | None = None
    per_day: float | None = None


@dataclass(frozen=True, slots=True)
class SourceReport:
    """Whether a source works. ``problems`` say what to do; ``samples``: some pages, (URL, outcome)."""

    source: str
    feeds: tuple[FeedCheck, ...]
    samples: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether it may be marked as verified."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Found:
    """A way to follow a site, the best first. ``allow``: for a listing, which links are articles."""

    kind: Literal["feed", "sitemap", "listing"]
    url: str
    title: str = ""
    entries: int = 0
    newest: datetime | None = None
    per_day: float | None = None
    language: str | None = None
    allow: tuple[str, ...] = field(default=())


def check_source(source: Source, *, settings: Settings | None = None) -> SourceReport:
    """Fetch the source's feeds, sitemaps or listings and some of their pages, and say what was found."""
    settings = settings or get_settings()
    now = datetime.now(UTC)
    feeds: list[FeedCheck] = []
    pages: list[str] = []
    problems: list[str] = []
    for got in fetch_pages(source.urls, settings=settings, language=source.language):
        if got.page is None:
            feeds.append(FeedCheck(got.url, got.outcome, got.detail))
            problems.append(f"{got.url}: {got.outcome}: {got.detail or ''}".rstrip(": "))
            continue
        if source.kind == "pages":
            feeds.append(FeedCheck(got.url, "fetched", entries=1, fitting=1))
            continue
        if got.page.final_url != got.url and not source.covers(got.page.final_url):
            problems.append(
                f"{got.url}: redirects to {got.page.final_url}; "
                "put its site into `domains` or its address into `urls`"
            )
        try:
            listing = _read(source.kind, got.page, settings.max_feed_bytes, source.next)
        except ListingError as error:
            feeds.append(FeedCheck(got.url, "broken", str(error)))
            problems.append(f"{got.url}: {error}")
            continue
        own = [
            found
            for entry in listing.entries
            if isinstance(found := select(source, entry, got.url, now=now), Candidate)
        ]
        newest, per_day = _rate(listing.entries, now)
        dated = sum(entry.published is not None for entry in listing.entries)
        feeds.append(
            FeedCheck(got.url, "fetched", listing.cut, len(listing.entries), len(own), dated, newest, per_day)
        )
        pages += [found.url for found in own[:SAMPLES]]
        problems += _doubts(source, got.url, listing, own=len(own), newest=newest, now=now)
    samples = tuple(
        (got.url, got.outcome)
        for got in fetch_pages(pages[: 2 * SAMPLES], settings=settings, language=source.language)
    )
    bad = [f"{url}: {word}" for url, word in samples if word != "fetched"]
    if samples and len(bad) == len(samples):
        problems.append(f"none of its pages can be fetched: {'; '.join(bad)}")
    return SourceReport(source.id, tuple(feeds), samples, tuple(problems))


def discover(url: str, *, settings: Settings | None = None) -> list[Found]:
    """Feeds, sitemaps and listings by which the site at ``url`` can be followed, the best first; empty:
    none found.

    Raises UrlError where ``url`` is none, ListingError where the site does not answer.
    """
    settings = settings or get_settings()
    url = check_url(url if "://" in url else f"https://{url}")
    root = "{0.scheme}://{0.netloc}".format(urlsplit(url))
    first, robots = fetch_pages([url, f"{root}/robots.txt"], settings=settings)
    if first.page is None:
        raise ListingError(f"{url}: {first.outcome}: {first.detail or ''}".rstrip(": "))
    home = first.page
    as_feed = _as_found(home, settings)
    if as_feed is not None:
        return [as_feed]
    root = "{0.scheme}://{0.netloc}".format(urlsplit(home.final_url))
    on_page = list(_links(home))
    named = _feed_links(on_page, home.final_url)
    if robots.page is not None:
        lines = robots.page.body[:500_000].decode("utf-8", "replace").splitlines()
        named += [line.partition(":")[2].strip() for line in lines if line.lower().startswith("sitemap:")][
            :10
        ]
    asked = _distinct([*named[:40], *(urljoin(root, path) for path in _GUESSES)])
    found = [
        one
        for got in fetch_pages(asked, settings=settings)
        if got.page is not None and (one := _as_found(got.page, settings)) is not None
    ]
    if (listing := _as_listing(home, on_page)) is not None:
        found.append(listing)
    unique = {one.url: one for one in reversed(found)}
    return sorted(unique.values(), key=_rank)


def draft(found: Found, *, id: str | None = None, name: str | None = None) -> str:
    """The text of a source file for ``found``, ready for an editor's eye."""
    host = (urlsplit(found.url).hostname or "site").removeprefix("www.")
    id = id or re.sub(r"[^a-z0-9]+", "-", host.lower()).strip("-")[:60]
    lines = [
        f"id: {id}",
        f"name: {json.dumps(name or found.title or host, ensure_ascii=False)}",
        f"language: {found.language or 'en'}",
        f"kind: {found.kind}",
        f"urls: [{json.dumps(found.url)}]",
    ]
    if found.allow:
        lines.append(f"allow: {json.dumps(list(found.allow))}")
    if found.kind == "sitemap":
        lines.append("limits: {age_days: 14}")
    if found.per_day is not None:
        lines += ["expect:", f"  articles_per_day: {max(found.per_day, 0.1):.1f}"]
    lines.append("verified: never")
    text = "\n".join(lines) + "\n"
    parse_source(text, f"{id}.yml", id=id)
    return text


def mark_verified(path: Path, day: date) -> None:
    """Write into a source file when it was last seen to work; nothing else in it changes."""
    text = path.read_text("utf-8")
    line = f"verified: {day.isoformat()}"
    text, changed = re.subn(r"^verified:.*$", line, text, count=1, flags=re.MULTILINE)
    if not changed:
        text = f"{text.rstrip()}\n{line}\n"
    parse_source(text, str(path), id=path.stem)
    path.write_text(text, "utf-8")


def _read(kind: str, page: RawPage, max_bytes: int, next_pattern: str | None = None) -> Listing:
    content_type = next((value for name, value in page.headers if name.lower() == "content-type"), "")
    if kind in ("feed", "wire"):
        return read_feed(page.body, url=page.final_url, content_type=content_type)
    if kind == "sitemap":
        return read_sitemap(page.body, max_bytes=max_bytes)
    return read_listing(page.body, url=page.final_url, next_pattern=next_pattern)


def _rate(entries: Iterable[Entry], now: datetime) -> tuple[datetime | None, float | None]:
    """The newest date, and entries a day over the time that the listing spans (at most the last 30 days)."""
    dates = sorted(
        (entry.published for entry in entries if entry.published and entry.published <= now), reverse=True
    )
    recent = [when for when in dates if when > now - timedelta(days=30)]
    if not dates:
        return None, None
    if len(recent) < 3:
        return dates[0], round(len(recent) / 30, 2) if dates[-1] < now - timedelta(days=30) else None
    span = max((now - recent[-1]).total_seconds() / 86_400, 0.04)
    return dates[0], round(len(recent) / span, 2)


def _doubts(
    source: Source, url: str, listing: Listing, *, own: int, newest: datetime | None, now: datetime
) -> list[str]:
    if not listing.entries and not listing.more:
        return [f"{url}: lists nothing"]
    if listing.entries and not own:
        return [
            f"{url}: none of its {len(listing.entries)} entries is the source's; "
            "look at `allow`, `deny` and `domains`"
        ]
    expected = source.expect.articles_per_day
    if newest is not None and expected and expected > 0:
        silence = max(timedelta(days=14), timedelta(days=5 / float(expected)))
        if newest < now - silence:
            return [
                f"{url}: its newest entry is of {newest:%Y-%m-%d}; "
                f"a source of {expected} articles a day seems to have moved"
            ]
    return []


def _as_found(page: RawPage, settings: Settings) -> Found | None:
    for kind in ("feed", "sitemap"):
        try:
            listing = _read(kind, page, settings.max_feed_bytes)
        except ListingError:
            continue
        if not listing.entries and not listing.more:
            continue
        newest, per_day = _rate(listing.entries, datetime.now(UTC))
        words = " ".join(entry.title or "" for entry in listing.entries[:30])
        match = re.search(rb"<title[^>]*>(?:<!\[CDATA\[)?([^<\]]{1,120})", page.body[:5_000])
        title = match[1].decode("utf-8", "replace").strip() if match and kind == "feed" else ""
        count = len(listing.entries) + len(listing.more)
        return Found(
            "feed" if kind == "feed" else "sitemap",
            page.final_url,
            title,
            count,
            newest,
            per_day,
            _language(words),
        )
    return None


def _as_listing(page: RawPage, on_page: list[Link]) -> Found | None:
    """Articles have long link texts and addresses of one shape: the most frequent shape is theirs."""
    site = urlsplit(page.final_url).netloc
    shapes: Counter[str] = Counter()
    words: list[str] = []
    for link in on_page:
        parts = urlsplit(link.url)
        if parts.netloc != site or len(link.text) < 25 or _NOT_ARTICLES.search(parts.path):
            continue
        words.append(link.text)
        shapes[_shape(parts.path)] += 1
    if not shapes or shapes.most_common(1)[0][1] < 5:
        return None
    shape, count = shapes.most_common(1)[0]
    return Found(
        "listing", page.final_url, entries=count, language=_language(" ".join(words)), allow=(shape,)
    )


def _shape(path: str) -> str:
    """A pattern for addresses like this one: numbers and slugs stand for any, short words for themselves."""
    out = []
    for part in path.strip("/").split("/"):
        if part.isdigit():
            out.append(r"\d+")
        elif len(part) > 20 or re.search(r"\d", part) or part.count("-") > 1:
            out.append("[^/]+")
        else:
            out.append(re.escape(part))
    return "/" + "/".join(out) + "/?$"


def _links(page: RawPage) -> Iterable[Link]:
    try:
        yield from links(page.body, url=page.final_url)
    except ListingError:
        return


def _feed_links(on_page: list[Link], url: str) -> list[str]:
    stated = [
        link.url for link in on_page if "alternate" in link.rel.split() and link.type.endswith(_FEED_TYPES)
    ]
    looks = [
        link.url
        for link in on_page
        if re.search(r"(\brss|\batom|/feeds?\b)", urlsplit(link.url).path, re.IGNORECASE)
    ]
    return _distinct([*stated, *looks], but=url)


def _distinct(urls: Iterable[str], but: str = "") -> list[str]:
    seen: dict[str, str] = {}
    for url in urls:
        try:
            seen.setdefault(canonical_url(url), check_url(url))
        except UrlError:
            continue
    return [url for key, url in seen.items() if key != but]


def _language(words: str) -> str | None:
    if len(words) < 30:
        return None
    language = str(py3langid.classify(words[:5_000])[0])
    return language if language in LANGUAGES else None


def _rank(found: Found) -> tuple[int, float, int]:
    order = {"feed": 0, "sitemap": 1, "listing": 2}
    comments = 10 if "comment" in found.url.lower() or "comment" in found.title.lower() else 0
    return (
        order[found.kind] + comments,
        -(found.newest.timestamp() if found.newest else 0) // 86_400,
        len(found.url),
    )
