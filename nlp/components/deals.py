"""The component that reads deals out of companies, chips and amounts, and puts them on ``doc._.deals``.

``doc._.published`` is the day on which the text came out, None where nobody knows.
"""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from nlp.components.source import text_of
from nlp.deals.read import find_deals

if not Doc.has_extension("deals"):
    Doc.set_extension("deals", default=[])
if not Doc.has_extension("published"):
    Doc.set_extension("published", default=None)


@Language.factory(
    "chipwire_deals", requires=["doc._.companies", "doc._.chips", "doc._.amounts"], assigns=["doc._.deals"]
)
class Deals:
    """Sets ``doc._.deals``: a list of ``nlp.deals.model.FoundDeal``, the main reports first."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name
        self.lang = nlp.lang or ""

    def __call__(self, doc: Doc) -> Doc:
        doc._.deals = find_deals(
            text_of(doc), self.lang, doc._.companies, doc._.chips, doc._.amounts, doc._.published
        )
        return doc
