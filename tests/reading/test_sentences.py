"""Sentences: where one ends in each script, abbreviations, headings, bullets; and that nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.deals.sentences import split_sentences

PIECES = [
    "Nvidia rose.", "AMD Inc. fell", "U.S. firms", "1.5", "$3.5bn", "“Yes.”", "(no!)",
    "\n\n", "\n", "\n- ", "\n1. ", " ", "。", "「はい。」", "AMDは買う。", "英伟达收购。", "인텔이 산다.",
    "Mr. Huang", "...", "?!", "\u200b", "\x00", "e.V.", "…",
]  # fmt: skip


def words(text: str, lang: str) -> list[str]:
    return [text[s.start : s.end] for s in split_sentences(text, lang)]


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "AMD fell. Intel rose.", ["AMD fell.", "Intel rose."]),
        ("en", "Apple Inc. bought it. Good.", ["Apple Inc. bought it.", "Good."]),
        ("en", "The U.S. Commerce Department paid Mr. Huang $1.5 billion.", None),
        ("en", "He said “Yes.” Then he left.", ["He said “Yes.”", "Then he left."]),
        ("en", "Is it sold? Yes! It is.", ["Is it sold?", "Yes!", "It is."]),
        ("pt", "A Nvidia comprou. Custou R$ 5 mi.", ["A Nvidia comprou.", "Custou R$ 5 mi."]),
        ("pt", "O Sr. Silva assinou o contrato.", None),
        ("es", "Nvidia compró. ¿Cuánto pagó? Nada.", ["Nvidia compró.", "¿Cuánto pagó?", "Nada."]),
        ("es", "La empresa de EE.UU. pagó.", None),
        ("fr", "Nvidia achète. À quel prix ?", ["Nvidia achète.", "À quel prix ?"]),
        ("fr", "M. Huang a signé.", None),
        ("de", "Sie kauft z.B. Maschinen. Ärger droht.", ["Sie kauft z.B. Maschinen.", "Ärger droht."]),
        ("de", "Das kostet ca. 5 Mrd. Euro.", None),
        ("it", "Il dott. Rossi firma. È fatta.", ["Il dott. Rossi firma.", "È fatta."]),
        ("zh", "英伟达收购。价格未知！真的？", ["英伟达收购。", "价格未知！", "真的？"]),
        ("ja", "AMDは「買う。」と言った。次だ。", None),
        ("ko", "인텔이 샀다. 가격은 3.5억원이다.", ["인텔이 샀다.", "가격은 3.5억원이다."]),
    ],
)
def test_where_sentences_end(lang: str, text: str, expected: list[str] | None) -> None:
    found = words(text, lang)
    if lang == "ja":  # words spoken may be a sentence of their own; the one after is
        assert found[-1] == "次だ。"
    else:
        assert found == (expected or [text])


def test_title_bullets_and_paragraphs_are_kept_apart() -> None:
    text = "A title without a stop\n\nFirst line\nstill the first.\n- Nvidia – one\n- AMD – two\n\nLast."
    found = split_sentences(text, "en")
    assert [text[s.start : s.end].partition("\n")[0] for s in found] == [
        "A title without a stop", "First line", "- Nvidia – one", "- AMD – two", "Last.",
    ]  # fmt: skip
    assert [s.paragraph for s in found] == [0, 1, 2, 3, 4]
    assert [s.index for s in found] == [0, 1, 2, 3, 4]


@given(st.lists(st.sampled_from(PIECES), max_size=40), st.sampled_from(["en", "de", "zh", "ja", "ko"]))
def test_sentences_are_in_order_apart_and_hold_every_word(pieces: list[str], lang: str) -> None:
    text = "".join(pieces)
    found = split_sentences(text, lang)
    at = 0
    for sentence in found:
        assert at <= sentence.start < sentence.end <= len(text)
        assert not text[at : sentence.start].strip(" \n\t-•*0123456789.)")
        assert text[sentence.start : sentence.end] == text[sentence.start : sentence.end].strip()
        at = sentence.end
    assert not text[at:].strip(" \n\t-•*0123456789.)")
