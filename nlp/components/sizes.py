"""The component that finds amounts and puts them on ``doc._.amounts``."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from nlp.components.source import text_of
from nlp.sizes import find_amounts

if not Doc.has_extension("amounts"):
    Doc.set_extension("amounts", default=[])


@Language.factory("chipwire_sizes", assigns=["doc._.amounts"])
class Sizes:
    """Sets ``doc._.amounts``: a list of ``nlp.mentions.Amount``, sorted by start, none overlapping."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name
        self.lang = nlp.lang or ""

    def __call__(self, doc: Doc) -> Doc:
        doc._.amounts = find_amounts(text_of(doc), self.lang)
        return doc
