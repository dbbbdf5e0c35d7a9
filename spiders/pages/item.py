"""What a page object says about an article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PageArticle:
    """Every field that is None is left to the generic extractor.

    ``text``: paragraphs parted by a blank line; ``published_at``: aware.
    """

    title: str | None = None
    text: str | None = None
    authors: tuple[str, ...] | None = None
    published_at: datetime | None = None
