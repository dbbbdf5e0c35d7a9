"""Tokenizers by one regular expression, in time linear in the text whatever it holds.

Names, amounts and cues are found in the characters; the tokens are there for components that others put in. spaCy's
own tokenizer takes a minute for some thousand quotation marks without a space between, which a hostile page may hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar

import spacy.util
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from nlp.components.source import KEY


class WordTokenizer:
    """Text to a Doc: words whole, every other character alone, one space after a token belonging to it."""

    pattern: ClassVar[re.Pattern[str]] = re.compile(r"(\w+|[^\w\s]|\s)( ?)")

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        found = self.pattern.findall(text)
        doc = Doc(self.vocab, words=[word for word, _ in found], spaces=[bool(space) for _, space in found])
        doc.user_data[KEY] = text
        return doc

    def to_bytes(self, **_: object) -> bytes:
        """Nothing to keep: the rule is in the code."""
        return b""

    def from_bytes(self, _data: bytes, **_: object) -> WordTokenizer:
        """Nothing to restore."""
        return self

    def to_disk(self, _path: object, **_: object) -> None:
        """Nothing to keep."""

    def from_disk(self, _path: object, **_: object) -> WordTokenizer:
        """Nothing to restore."""
        return self


class CharTokenizer(WordTokenizer):
    """For scripts without spaces: Latin words and numbers whole, every other character alone. No dictionary."""

    pattern = re.compile(r"([A-Za-z0-9]+|\s|.)( ?)", re.DOTALL)


def _create(tokenizer: type[WordTokenizer]) -> Callable[[], Callable[[Language], WordTokenizer]]:
    """For ``[nlp.tokenizer]`` in a config."""

    def create() -> Callable[[Language], WordTokenizer]:
        return lambda nlp: tokenizer(nlp.vocab)

    return create


_registry: Any = spacy.util.registry
_registry.tokenizers("chipwire.WordTokenizer.v1", func=_create(WordTokenizer))
_registry.tokenizers("chipwire.CharTokenizer.v1", func=_create(CharTokenizer))
