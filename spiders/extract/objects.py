"""Page objects applied to a stored page: the newest layout first, older ones after, the generic extractor
last.

web-poet's own framework knows neither ``UseFallback`` nor ``Retry``; both are handled here. Page objects get
the stored
response and nothing else: one that wants to fetch is refused.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Coroutine
from datetime import date
from functools import lru_cache
from typing import Any

from url_matcher import URLMatcher
from web_poet import HttpResponse, HttpResponseHeaders, default_registry
from web_poet.exceptions import Retry, UseFallback

import spiders.pages
from spiders.extract.errors import NotAnArticle
from spiders.pages.item import PageArticle


def page_object(url: str, body: bytes, status: int = 200) -> tuple[str, PageArticle] | None:
    """Name and item of the first page object that reads the page; None where none is bound to ``url`` or all
    fall back.

    ``body`` is UTF-8. Raises NotAnArticle (broken) where a page object says that the page came incomplete
    (``Retry``).
    """
    for cls in bound(url):
        headers = HttpResponseHeaders({"Content-Type": "text/html; charset=utf-8"})
        response = HttpResponse(url=url, body=body, status=status, headers=headers)
        try:
            item = _finish(cls(response=response).to_item())
        except UseFallback:
            continue
        except Retry as error:
            raise NotAnArticle("broken", f"{cls.__name__} asks to fetch the page again: {error}") from None
        if isinstance(item, PageArticle):
            return f"{cls.__module__.rpartition('.')[2]}.{cls.__name__}", item
    return None


def bound(url: str) -> list[type[Any]]:
    """The page object classes that are bound to ``url``, the newest layout first."""
    classes, matcher = _rules()
    found = [classes[number] for number in matcher.match_all(url)]
    return sorted(found, key=lambda cls: getattr(cls, "LAYOUT", date.min), reverse=True)


@lru_cache(maxsize=1)
def _rules() -> tuple[dict[int, type[Any]], URLMatcher]:
    for module in pkgutil.iter_modules(spiders.pages.__path__):
        importlib.import_module(f"spiders.pages.{module.name}")
    rules = list(enumerate(default_registry.search(to_return=PageArticle)))
    return {number: rule.use for number, rule in rules}, URLMatcher(
        {number: rule.for_patterns for number, rule in rules}
    )


def _finish(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine that awaits nothing from outside."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    coroutine.close()
    raise NotAnArticle("broken", "the page object awaits something; it may use the stored response only")
