"""What a page says about itself for machines: JSON-LD (repaired where it is usually broken), microdata, meta
elements.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from lxml import etree

from pipeline.text import line
from spiders.extract.dom import text_of

MAX_SCRIPT = 2_000_000
"""Longest JSON script in characters that is read."""

MAX_REPAIRED = 100_000
"""Longest broken script in characters whose strings and brackets are mended one by one."""

MAX_QUOTES = 40
"""How many bare quotes in one script are mended."""

MAX_OBJECTS = 5_000

ARTICLE_TYPES = frozenset(
    [
        "Article",
        "NewsArticle",
        "BlogPosting",
        "ReportageNewsArticle",
        "AnalysisNewsArticle",
        "OpinionNewsArticle",
        "BackgroundNewsArticle",
        "ReviewNewsArticle",
        "AskPublicNewsArticle",
        "AdvertiserContentArticle",
        "LiveBlogPosting",
        "TechArticle",
        "ScholarlyArticle",
        "SocialMediaPosting",
        "DiscussionForumPosting",
        "Report",
        "SatiricalArticle",
        "MedicalScholarlyArticle",
        "PressRelease",
        "Review",
    ]
)
_NOT_JSON = re.compile(
    r"^\s*(?:<!--|/\*\s*<!\[CDATA\[\s*\*/|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*.*?\*/)|(?:-->|/\*\s*\]\]>\s*\*/|//\s*\]\]>|\]\]>|;)\s*$",
    re.DOTALL,
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_MISSING_COMMA = re.compile(r'("|\]|\}|\d|true|false|null)(\s*\n\s*)(")')
_ITEMS = cast(
    "Callable[[etree._Element], list[etree._Element]]", etree.XPath("//*[@itemprop][not(self::meta)]")
)
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})')


@dataclass(slots=True)
class Structured:
    """Machine-readable statements of one page.

    ``objects``: all JSON-LD objects, ``article`` the one of the article itself; ``meta``: contents of meta
    elements by
    lower-case name; ``items``: microdata values; ``elements``: the page's link, h1, time and title elements.
    """

    objects: list[dict[str, Any]] = field(default_factory=list)
    article: dict[str, Any] = field(default_factory=dict)
    meta: dict[str, list[str]] = field(default_factory=dict)
    items: dict[str, list[str]] = field(default_factory=dict)
    elements: dict[str, list[etree._Element]] = field(default_factory=dict)

    def first(self, *names: str) -> str | None:
        """The first non-empty meta content under one of ``names`` (lower case), in their order."""
        return next(self.every(*names), None)

    def every(self, *names: str) -> Iterator[str]:
        """All non-empty meta contents under ``names``, in the order of the names, cleaned."""
        for name in names:
            for value in self.meta.get(name, ()):
                if cleaned := line(html.unescape(value)):
                    yield cleaned


def read_structured(root: etree._Element, *, microdata: bool = True) -> Structured:
    """Collect everything; broken parts are left out. ``microdata`` False: the page is known to have none."""
    found = Structured()
    for element in root.iter("meta", "script", "link", "h1", "time", "title"):
        tag = element.tag
        if tag == "meta":
            name = (
                element.get("property")
                or element.get("name")
                or element.get("itemprop")
                or element.get("http-equiv")
            )
            content = element.get("content")
            if name and content:
                found.meta.setdefault(name.strip().lower(), []).append(content)
        elif tag == "script":
            kind = element.get("type")
            if kind and "ld+json" in kind.lower() and element.text:
                for value in read_json(element.text):
                    found.objects.extend(_objects(value))
        else:
            found.elements.setdefault(tag, []).append(element)
    found.article = _article(found.objects)
    for element in _ITEMS(root)[:500] if microdata else ():
        name = element.get("itemprop", "").strip().lower()
        if name in ("headline", "datepublished", "datecreated", "author", "inlanguage"):
            value = element.get("content") or element.get("datetime") or text_of(element)[:500]
            found.items.setdefault(name, []).append(line(value))
    return found


def read_json(text: str) -> list[Any]:
    """The JSON values in a script, after the usual repairs; empty where it is beyond repair."""
    if len(text) > MAX_SCRIPT:
        return []
    for attempt in _repairs(text.strip()):
        try:
            return [json.loads(attempt, strict=False)]
        except RecursionError:
            return []
        except ValueError:
            continue
    return _several(_NOT_JSON.sub("", text).strip())


def _repairs(text: str) -> Iterator[str]:
    yield text
    bare = _NOT_JSON.sub("", _NOT_JSON.sub("", text)).strip()
    yield bare
    if "&quot;" in bare and '"' not in bare.replace('\\"', ""):
        bare = html.unescape(bare)
        yield bare
    bare = _TRAILING_COMMA.sub(r"\1", _BAD_ESCAPE.sub(r"\\\\", bare))
    yield bare
    yield _MISSING_COMMA.sub(r"\1,\2\3", bare)
    if len(bare) <= MAX_REPAIRED:
        yield _quoted(bare)
        yield _closed(bare)


def _quoted(text: str) -> str:
    """Double quotes inside of strings escaped: where the parser stumbles, the quote before was none that ends a string."""
    for _ in range(MAX_QUOTES):
        try:
            json.loads(text, strict=False)
        except json.JSONDecodeError as error:
            at = text.rfind('"', 0, error.pos)
            if at < 0 or not error.msg.startswith("Expecting ',' delimiter"):
                break
            text = f'{text[:at]}\\"{text[at + 1 :]}'
        except RecursionError:
            break
        else:
            break
    return text


def _closed(text: str) -> str:
    """Brackets that were left open are closed."""
    open_: list[str] = []
    inside = escaped = False
    for char in text:
        if inside:
            inside = escaped or char != '"'
            escaped = char == "\\" and not escaped
        elif char == '"':
            inside = True
        elif char in "{[":
            open_.append("}" if char == "{" else "]")
        elif char in "}]" and open_:
            open_.pop()
    return text.rstrip().rstrip(",") + ('"' if inside else "") + "".join(reversed(open_))


def _several(text: str) -> list[Any]:
    """Values that follow one another in one script."""
    decoder = json.JSONDecoder(strict=False)
    values: list[Any] = []
    at = 0
    while at < len(text) and len(values) < 50:
        start = re.compile(r"[{\[]").search(text, at)
        if start is None:
            break
        try:
            value, at = decoder.raw_decode(text, start.start())
        except (ValueError, RecursionError):
            break
        values.append(value)
    return values


def _objects(value: Any) -> list[dict[str, Any]]:
    """Every object within ``value``, outer ones first."""
    found: list[dict[str, Any]] = []
    queue = [value]
    for item in queue:
        if len(queue) > MAX_OBJECTS:
            break
        if isinstance(item, dict):
            found.append(item)
            queue.extend(child for child in item.values() if isinstance(child, dict | list))
        elif isinstance(item, list):
            queue.extend(child for child in item if isinstance(child, dict | list))
    return found


def types(item: dict[str, Any]) -> set[str]:
    """The schema.org types of an object, without their address."""
    value = item.get("@type")
    names = value if isinstance(value, list) else [value]
    return {name.rpartition("/")[2] for name in names if isinstance(name, str)}


def _article(objects: list[dict[str, Any]]) -> dict[str, Any]:
    best: dict[str, Any] = {}
    best_score = 0
    for item in objects:
        kinds = types(item)
        if kinds & ARTICLE_TYPES:
            score = 10
        elif kinds & {"WebPage", "VideoObject", "ItemPage"}:
            score = 1
        else:
            continue
        score += (
            3 * bool(item.get("datePublished"))
            + 2 * bool(item.get("headline"))
            + 4 * bool(item.get("articleBody"))
        )
        score += bool(item.get("author"))
        if score > best_score:
            best, best_score = item, score
    return best


def strings(value: Any, key: str = "name") -> list[str]:
    """Strings in a JSON-LD value: itself, its ``key``, its ``@value``, or those of its members."""
    out: list[str] = []
    queue = [value]
    for item in queue:
        if isinstance(item, str):
            out.append(line(html.unescape(item)))
        elif isinstance(item, dict):
            queue.append(item.get(key) or item.get("@value"))
        elif isinstance(item, list):
            queue.extend(item[:30])
        if len(queue) > 200:
            break
    return [text for text in out if text]
