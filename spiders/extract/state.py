"""Article text in the data that a page's scripts carry (Next.js, Nuxt, Apollo and their like).

Looked at only where the page itself shows next to nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from spiders.extract.join import plain
from spiders.extract.structured import MAX_SCRIPT

MAX_VALUES = 50_000
_ASSIGNED = re.compile(r"^\s*(?:window|self|globalThis)(?:\.|\[['\"])[\w$.]+(?:['\"]\])?\s*=\s*(?=[{\[])")
_PROSE = re.compile(r"[.!?。！？][\s\"'”’»」<)]|[.!?。！？]$|[，、]")
_NOT_TEXT = re.compile(r"^(?:https?:|/|data:|\{|\[|#|\.|@)|function\s*\(|[{};]\s*[\w-]+\s*:|=>")
_KEYS = re.compile(r"body|content|text|paragraph|html|copy|children|value|article|story|block", re.IGNORECASE)


def state_text(root: etree._Element) -> str:
    """The longest run of prose in the page's data scripts, as paragraphs; "" where there is none."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for script in root.iter("script"):
        text = script.text
        if not text or len(text) > MAX_SCRIPT or len(text) < 200:
            continue
        kind = (script.get("type") or "").lower()
        if "ld+json" in kind:
            continue
        if kind == "application/json" or script.get("id") == "__NEXT_DATA__":
            value = _load(text)
        elif match := _ASSIGNED.match(text):
            value = _load(text[match.end() :])
        else:
            continue
        for path, prose in _prose(value):
            groups.setdefault(path, []).append(prose)
    best = max(groups.values(), key=lambda group: sum(map(len, dict.fromkeys(group))), default=[])
    return "\n\n".join(dict.fromkeys(plain(part) for part in best))


def _load(text: str) -> Any:
    try:
        return json.JSONDecoder(strict=False).raw_decode(text.lstrip())[0]
    except (ValueError, RecursionError):
        return None


def _prose(value: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    """Strings that read like sentences, in order, with the keys that lead to them (places in lists left
    out).
    """
    stack: list[tuple[tuple[str, ...], Any]] = [((), value)]
    seen = 0
    while stack and seen < MAX_VALUES:
        path, item = stack.pop()
        seen += 1
        if isinstance(item, dict):
            stack.extend(((*path, str(key))[-12:], child) for key, child in reversed(item.items()))
        elif isinstance(item, list):
            stack.extend((path, child) for child in reversed(item))
        elif (
            isinstance(item, str)
            and len(item) > 30
            and path
            and _is_prose(item)
            and any(map(_KEYS.search, path[-3:]))
        ):
            yield path, item


def _is_prose(text: str) -> bool:
    return (
        " " in text.strip() and bool(_PROSE.search(text)) and not _NOT_TEXT.search(text[:200])
    ) or _is_east(text)


def _is_east(text: str) -> bool:
    return sum("\u3040" <= char <= "\ud7af" for char in text[:60]) > 20
