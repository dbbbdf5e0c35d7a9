"""Companies and comparable organisations in a text: those of the knowledge, others by syntax."""

from __future__ import annotations

from dataclasses import replace

from nlp.companies.kinds import kind_of
from nlp.companies.known import find_known
from nlp.companies.merge import identity, organisations, told
from nlp.companies.shorter import name_shorter
from nlp.companies.unknown import find_unknown
from nlp.companies.unknown_cjk import find_unknown_cjk
from nlp.mentions import Entity

__all__ = ["find_companies", "identity", "organisations", "told"]


def find_companies(text: str, lang: str) -> list[Entity]:
    """The organisations that a text names, sorted by start, none overlapping; offsets into ``text``.

    ``lang`` is one of ``pipeline.types.LANGUAGES``. ``key`` is None for a name that no list has.
    """
    known = find_known(text, lang)
    unknown = find_unknown(text, lang, known)
    if lang in ("zh", "ja", "ko"):
        unknown += find_unknown_cjk(text, lang, [*known, *unknown])
    unknown = [e if e.kind else replace(e, kind=kind_of(e.name)) for e in unknown]
    return sorted(name_shorter(text, lang, known, unknown), key=lambda entity: entity.start)
