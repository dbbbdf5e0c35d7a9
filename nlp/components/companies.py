"""The component that finds companies and puts them on ``doc._.companies``."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from nlp.companies import find_companies
from nlp.components.source import text_of

if not Doc.has_extension("companies"):
    Doc.set_extension("companies", default=[])


@Language.factory("chipwire_companies", assigns=["doc._.companies"])
class Companies:
    """Sets ``doc._.companies``: a list of ``nlp.mentions.Entity``, sorted by start, none overlapping."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name
        self.lang = nlp.lang or ""

    def __call__(self, doc: Doc) -> Doc:
        doc._.companies = find_companies(text_of(doc), self.lang)
        return doc
