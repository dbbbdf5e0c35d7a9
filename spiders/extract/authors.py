"""Who wrote an article, as names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import cast

from lxml import etree

from pipeline.text import line, same_key
from spiders.extract.dom import text_of
from spiders.extract.structured import Structured, strings
from spiders.extract.tables import load

MAX_AUTHORS = 20
MAX_NAME = 80
_META = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "byl",
    "dc.creator",
    "dcterms.creator",
    "citation_author",
    "article:author_name",
    "cxenseparse:author",
)
_XPATH = etree.XPath(
    "//*[@rel='author' or @itemprop='author' or contains(@class, 'author-name') or contains(@class, 'byline')"
    " or contains(concat(' ', @class, ' '), ' author ')]"
)


@lru_cache(maxsize=1)
def _words() -> tuple[re.Pattern[str], re.Pattern[str], frozenset[str]]:
    data = load("authors")
    by = "|".join(sorted(map(re.escape, data["by"]), key=len, reverse=True))
    joins = "|".join(re.escape(word) for word in data["joins"])
    return (
        re.compile(rf"^(?:{by})(?:\s*[:：]\s*|\s+)", re.IGNORECASE),
        re.compile(rf"\s*[,;、，/|]\s*|\s+(?:{joins})\s+", re.IGNORECASE),
        frozenset(same_key(word) for word in data["not_names"]),
    )


def find_authors(root: etree._Element, data: Structured, sites: Iterable[str]) -> tuple[str, ...]:
    """Names of the authors, without duplicates; empty where the page names none (or only itself)."""
    refused = {same_key(site) for site in sites} | _words()[2]
    for group in _groups(root, data):
        names: dict[str, str] = {}
        for text in group:
            for name in _split(text):
                key = same_key(name)
                if key and key not in refused:
                    names.setdefault(key, name)
        if names:
            return tuple(list(names.values())[:MAX_AUTHORS])
    return ()


def _groups(root: etree._Element, data: Structured) -> Iterator[list[str]]:
    yield strings(data.article.get("author"))
    yield list(data.every(*_META))
    yield data.items.get("author", [])
    yield [line(text_of(element))[:300] for element in cast("list[etree._Element]", _XPATH(root))[:5]]


def _split(text: str) -> Iterator[str]:
    by, joins, _ = _words()
    text = by.sub("", line(text))
    for part in joins.split(text):
        name = by.sub("", part).strip(" .·•|-–—")
        if (
            1 < len(name) <= MAX_NAME
            and "://" not in name
            and "@" not in name
            and len(name.split()) <= 6
            and not any(c.isdigit() for c in name)
        ):
            yield name
