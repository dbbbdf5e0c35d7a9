"""The tokenizers, and the configs that all nine languages have."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.vocab import Vocab

from nlp.components.tokenizer import CharTokenizer, WordTokenizer
from nlp.reader import CONFIGS, load_pipeline
from pipeline.types import LANGUAGES

TOKENIZER = CharTokenizer(Vocab())
WORDS = WordTokenizer(Vocab())


def test_latin_words_and_numbers_are_whole_other_characters_alone() -> None:
    words = [token.text for token in TOKENIZER("英伟达GB200售1000台")]
    assert words == ["英", "伟", "达", "GB200", "售", "1000", "台"]


def test_words_are_whole_where_spaces_part_them() -> None:
    words = [token.text for token in WORDS("L'IA d’Intel: “$1.5bn”, já\n\nÄhnlich.")]
    assert [w for w in words if w.isalnum()] == ["L", "IA", "d", "Intel", "1", "5bn", "já", "Ähnlich"]
    assert WORDS("two words")[0].whitespace_ == " "


@given(st.text(max_size=200), st.sampled_from([TOKENIZER, WORDS]))
def test_the_doc_holds_exactly_the_text(text: str, tokenizer: WordTokenizer) -> None:
    doc = tokenizer(text)
    assert doc.text == text
    for token in doc:
        assert text[token.idx : token.idx + len(token)] == token.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_a_pipeline(lang: str) -> None:
    nlp = load_pipeline(lang)
    assert nlp.lang == lang
    assert nlp.pipe_names == ["chipwire_chips", "chipwire_companies", "chipwire_sizes", "chipwire_deals"]
    doc = nlp("NVIDIA 1")
    assert doc.text == "NVIDIA 1"
    assert [entity.name for entity in doc._.companies] == ["Nvidia"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_pipeline_is_kept_on_disk_and_comes_back(lang: str, tmp_path: Path) -> None:
    nlp = load_pipeline(lang)
    nlp.to_disk(tmp_path / lang)
    again = spacy.load(tmp_path / lang)
    assert [e.name for e in again("AMD, NVIDIA")._.companies] == [
        e.name for e in nlp("AMD, NVIDIA")._.companies
    ]


def test_there_is_no_config_of_another_language() -> None:
    assert sorted(path.stem for path in CONFIGS.glob("*.cfg")) == sorted(LANGUAGES)


def test_a_language_without_config_is_named() -> None:
    with pytest.raises(ValueError, match="'nl'"):
        load_pipeline("nl")
