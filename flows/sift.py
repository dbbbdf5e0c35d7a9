"""Which pages of an archive are worth keeping: a crawl of all the world's news holds few about computing hardware."""

from __future__ import annotations

import logging
import re

from nlp.gate import is_relevant
from pipeline.types import RawPage

logger = logging.getLogger(__name__)

_TAGS = re.compile(rb"<[^>]{0,2000}>")
_ENOUGH = 2_000_000
"""Bytes of a page within which its words are looked for."""


def speaks_of_hardware(page: RawPage) -> bool:
    """Whether a page may be an article about computing hardware. Runs in a worker process; raises nothing.

    First the words of the whole page, which is cheap and lets most of the world's news go; then those of the article alone,
    since menus speak of chips on every page of a technology site. A page that cannot be judged is kept: extraction
    says what is wrong with it.
    """
    from spiders.extract import NotAnArticle, extract_article

    words = _TAGS.sub(b" ", page.body[:_ENOUGH]).decode("utf-8", "replace")
    if _readable(page.body) and not is_relevant(words):
        return False
    try:
        article = extract_article(page)
    except NotAnArticle:
        return True
    except Exception:
        logger.debug("%s cannot be judged", page.url, exc_info=True)
        return True
    return is_relevant(f"{article.title}\n\n{article.text}")


def _readable(body: bytes) -> bool:
    """Whether the bytes are UTF-8, so that words in them can be looked for without knowing the page's charset."""
    try:
        body[:_ENOUGH].decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > _ENOUGH - 8
    return True
