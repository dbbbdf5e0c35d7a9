"""Companies and comparable organisations in a text: those of the knowledge, and others by the syntax of names."""

from __future__ import annotations

from nlp.companies.known import find_known
from nlp.companies.merge import identity, organisations
from nlp.mentions import Entity

__all__ = ["find_companies", "identity", "organisations"]


def find_companies(text: str, lang: str) -> list[Entity]:
    """The organisations that a text names, sorted by start, none overlapping; offsets into ``text``.

    ``lang`` is one of ``pipeline.types.LANGUAGES``. ``key`` is None for a name that no list has.
    """
    return find_known(text, lang)
