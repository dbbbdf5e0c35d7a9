"""A tokenizer for scripts without spaces: Latin words and numbers whole, every other character alone.

No dictionary is needed, since names, amounts and cues are found in the characters; the tokens are there for
components that others put in.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

_TOKEN = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)


class CharTokenizer:
    """Text to a Doc of one token a character, but Latin words and numbers whole."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        words = _TOKEN.findall(text)
        return Doc(self.vocab, words=words, spaces=[False] * len(words))

    def to_bytes(self, **_: object) -> bytes:
        """Nothing to keep: the rule is in the code."""
        return b""

    def from_bytes(self, _data: bytes, **_: object) -> CharTokenizer:
        """Nothing to restore."""
        return self

    def to_disk(self, _path: object, **_: object) -> None:
        """Nothing to keep."""

    def from_disk(self, _path: object, **_: object) -> CharTokenizer:
        """Nothing to restore."""
        return self


@spacy.registry.tokenizers("chipwire.CharTokenizer.v1")
def create_char_tokenizer() -> Callable[[Language], CharTokenizer]:
    """For ``[nlp.tokenizer]`` in a config."""

    def tokenizer(nlp: Language) -> CharTokenizer:
        return CharTokenizer(nlp.vocab)

    return tokenizer
