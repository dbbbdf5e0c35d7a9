"""The component that finds chips and puts them on ``doc._.chips``."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from nlp.chips import find_chips
from nlp.components.source import text_of

if not Doc.has_extension("chips"):
    Doc.set_extension("chips", default=[])


@Language.factory("chipwire_chips", assigns=["doc._.chips"])
class Chips:
    """Sets ``doc._.chips``: a list of ``nlp.mentions.Entity``, sorted by start, none overlapping."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name
        self.lang = nlp.lang or ""

    def __call__(self, doc: Doc) -> Doc:
        doc._.chips = find_chips(text_of(doc), self.lang)
        return doc
