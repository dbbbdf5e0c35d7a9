"""The text of a Doc without joining its tokens again: ``doc.text`` does that anew at every call."""

from __future__ import annotations

from spacy.tokens import Doc

KEY = "chipwire_text"


def text_of(doc: Doc) -> str:
    """What the doc was made of; ``doc.text`` where another tokenizer made it."""
    text = doc.user_data.get(KEY)
    return text if isinstance(text, str) else doc.text
