"""The headline, without the site's name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from pipeline.text import line, same_key
from spiders.extract.dom import text_of
from spiders.extract.structured import Structured, strings

MAX_TITLE = 500
MAX_SITE = 60
"""Longest site name in characters: some pages state their headline as the site's name."""

_PARTS = re.compile(r"\s+[|–—―·•»«:>]+\s+|\s+-+\s+|\s*[|｜]\s*|\s*::\s*")


def site_names(data: Structured, host: str) -> list[str]:
    """What the site may call itself in a title, most official first."""
    names = [data.first("og:site_name") or "", data.first("application-name", "twitter:site") or ""]
    names += strings(data.article.get("publisher"))
    labels = host.removeprefix("www.").split(".")
    names += [host.removeprefix("www."), labels[0], labels[-2] if len(labels) > 1 else ""]
    stated = same_key(data.first("og:title") or "")
    named = dict.fromkeys(name.lstrip("@") for name in names)
    return [name for name in named if name and len(name) <= MAX_SITE and same_key(name) != stated]


def find_title(data: Structured, sites: Iterable[str]) -> str:
    """The headline; "" where the page has none. Where sources agree, that; else what is most likely the
    headline.
    """
    keys = {same_key(name) for name in sites} - {""}
    heads = [line(text_of(h1))[:MAX_TITLE] for h1 in data.elements.get("h1", [])[:20]]
    sources: list[list[str]] = [
        strings(data.article.get("headline"))[:1],
        [data.first("og:title") or ""],
        [head for head in heads if len(head) > 3],
        data.items.get("headline", [])[:1],
        [data.first("twitter:title") or ""],
        [line(text_of(title)) for title in data.elements.get("title", [])[:1]],
        [data.first("title", "dc.title", "headline", "sailthru.title", "parsely-title") or ""],
        strings(data.article.get("name"))[:1],
    ]
    candidates: list[tuple[float, str]] = []
    cleaned = [[_without_site(text, keys)[:MAX_TITLE] for text in group if text] for group in sources]
    said = [{text: same_key(text) for text in group} for group in cleaned]
    agreeing = Counter(key for group in said for key in set(group.values()))
    for rank, group in enumerate(said):
        for text, key in group.items():
            if key and key not in keys:
                candidates.append((agreeing[key] - 0.3 * rank, text))
    return max(candidates, key=lambda item: item[0])[1] if candidates else ""


def _without_site(title: str, sites: set[str]) -> str:
    """``title`` without parts at its end or start that name the site."""
    text = line(title)
    before, colon, after = text.partition(": ")
    if colon and after and same_key(before) in sites:
        text = after.strip()
    while True:
        breaks = list(_PARTS.finditer(text))
        if not breaks:
            return text
        last, first = breaks[-1], breaks[0]
        if _names_site(text[last.end() :], sites):
            text = text[: last.start()].strip()
        elif _names_site(text[: first.start()], sites):
            text = text[first.end() :].strip()
        else:
            return text


def _names_site(part: str, sites: set[str]) -> bool:
    key = same_key(part)
    if not key:
        return True
    return any(
        key == site or (len(site) > 3 and (key in site or (site in key and len(key) < 2.5 * len(site))))
        for site in sites
    )
