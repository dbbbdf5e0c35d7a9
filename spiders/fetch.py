"""Fetch a few URLs now, with all the guards and manners of a crawl, and without a store."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pipeline.settings import Settings, get_settings
from pipeline.types import RawPage
from spiders.crawl import GRACE, run_worker

MAX_URLS = 200


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a URL gave: ``page`` where ``outcome`` is "fetched", else the reason in ``detail``."""

    url: str
    outcome: str
    detail: str | None = None
    page: RawPage | None = None


def fetch_pages(
    urls: Iterable[str], *, settings: Settings | None = None, language: str = "en", any_site: bool = True
) -> list[Fetched]:
    """Each URL once, in the order given, at most 200; never raises for what sites do.

    Redirects to other sites are followed unless ``any_site`` is False. Raises RuntimeError where the child
    process died.
    """
    settings = settings or get_settings()
    asked = list(dict.fromkeys(urls))[:MAX_URLS]
    if not asked:
        return []
    found: dict[str, Fetched] = {}

    def take(message: dict[str, Any]) -> None:
        if "page" in message:
            found[message["page"]["url"]] = _fetched(message["page"])

    job = {
        "task": "fetch",
        "urls": asked,
        "language": language,
        "any_site": any_site,
        "max_bytes": settings.max_feed_bytes,
        "settings": settings.model_dump(mode="json"),
    }
    ended = run_worker("fetch", job, settings.crawl_timeout + GRACE, take)
    if isinstance(ended, str):
        raise RuntimeError(ended)
    return [found.get(url, Fetched(url, "other", "no answer came back")) for url in asked]


def _fetched(message: dict[str, Any]) -> Fetched:
    page = None
    if message["outcome"] == "fetched":
        headers = tuple((name, value) for name, value in message["headers"])
        page = RawPage(
            message["url"],
            message["final_url"],
            datetime.now(UTC),
            message["status"],
            headers,
            base64.b64decode(message["body"]),
            "",
        )
    return Fetched(message["url"], message["outcome"], message.get("detail"), page)
