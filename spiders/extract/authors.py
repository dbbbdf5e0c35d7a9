"""Who wrote an article, as names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

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
_NO_NAME = re.compile(r"(?:来源|來源|출처)\s*[:：]\s*\S+|\S*(?:@|://)\S*|[(\[（【［][^)\]）】］]*[)\]）】］]")
"""Papers quoted, addresses, and what stands in brackets beside a name: role, place, paper."""


class _Words(NamedTuple):
    by: re.Pattern[str]
    joins: re.Pattern[str]
    labels: re.Pattern[str]
    before: re.Pattern[str]
    after: re.Pattern[str]
    not_name: re.Pattern[str]
    not_names: frozenset[str]


@lru_cache(maxsize=1)
def _words() -> _Words:
    data = load("authors")
    by, labels, before, after, end = (
        "|".join(sorted(map(re.escape, data[key]), key=len, reverse=True))
        for key in ("by", "labels", "before", "after", "not_names_end")
    )
    joins = "|".join(re.escape(word) for word in data["joins"])
    return _Words(
        by=re.compile(rf"^(?:{by})(?:\s*[:：]\s*|\s+)", re.IGNORECASE),
        joins=re.compile(rf"\s*[,;、，/／|｜]\s*|\s+(?:{joins})\s+", re.IGNORECASE),
        labels=re.compile(rf"(?:^|(?<=[\s/／|｜、，]))(?:{labels})(?:\s*[:：=＝/／]\s*|\s+|$)"),
        before=re.compile(rf"^(?:{before})(?=\w{{2,4}}$)"),
        after=re.compile(rf"(?<=\w)\s*(?:{after})$"),
        not_name=re.compile(rf"(?:{end})$"),
        not_names=frozenset(same_key(word) for word in data["not_names"]),
    )


def find_authors(root: etree._Element, data: Structured, sites: Iterable[str]) -> tuple[str, ...]:
    """Names of the authors, without duplicates; empty where the page names none (or only itself)."""
    refused = {same_key(site) for site in sites} | _words().not_names
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
    yield [line(text_of(element))[:300] for element in islice(filter(_is_byline, root.iter("*")), 5)]


def _is_byline(element: etree._Element) -> bool:
    if element.get("rel") == "author" or element.get("itemprop") == "author":
        return True
    name = element.get("class")
    if not name:
        return False
    return "byline" in name or ("author" in name and ("author-name" in name or "author" in name.split()))


def _split(text: str) -> Iterator[str]:
    words = _words()
    text = line(_NO_NAME.sub(" ", text))
    text = words.labels.sub("/", words.by.sub("", text))
    several = False
    for part in words.joins.split(text):
        name = words.before.sub("", words.by.sub("", part).strip(" .·•|-–—"))
        name = words.after.sub("", name).strip()
        if (
            1 < len(name) <= MAX_NAME
            and len(name.split()) <= 6
            and not any(c.isdigit() for c in name)
            and not words.not_name.search(name)
            # "Jana Kuhn, Berlin": behind whole names a single word is a place or an agency
            and not (several and name.isascii() and " " not in name)
        ):
            several = several or (" " in name)
            yield name
