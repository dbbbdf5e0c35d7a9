"""Organisations of the knowledge: spellings, boundaries, doubtful names, governments."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.companies import find_companies, identity, organisations
from nlp.companies.normal import normal
from pipeline.types import LANGUAGES


def keys(text: str, lang: str = "en") -> list[str | None]:
    return [entity.key for entity in find_companies(text, lang)]


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "NVIDIA and nvidia and Nvidia's H100", ["nvidia"] * 3),
        ("en", "ANTHROPIC RENTS GOOGLE TPUS", ["anthropic", "google"]),
        ("en", "Societe Generale and SK-hynix signed", ["societe-generale", "sk-hynix"]),
        ("de", "Nvidias Partner und Intels Werk", ["nvidia", "intel"]),
        ("fr", "l’accord d’Atos et d'OVHcloud", ["atos", "ovhcloud"]),
        ("zh", "輝達向鴻海和廣達採購", ["nvidia", "foxconn", "quanta"]),
        ("zh", "英伟达向台积电下单", ["nvidia", "tsmc"]),
        ("ja", "東京エレクトロンはラピダスに装置を納める", ["tokyo-electron", "rapidus"]),
        ("ko", "삼성전자와 SK하이닉스는 엔비디아에 납품한다", ["samsung-electronics", "sk-hynix", "nvidia"]),
        ("ko", "삼성은 네이버와 손잡았다", ["samsung-electronics", "naver"]),
    ],
)
def test_spellings_of_every_language(lang: str, text: str, expected: list[str]) -> None:
    assert keys(text, lang) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The intelligence of charm offensives",
        "visit news.nvidia.com or @intel",
        "Michael Dell spoke to Harrison Ford",
        "the paper came out in December; they'd wave it through",
        "a GLP-1 drug and a BT-7274 robot",
    ],
)
def test_parts_of_words_and_persons_are_no_companies(text: str) -> None:
    assert keys(text) == []


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("pt", "A meta de receita subiu. Meta de gastos: alta.", []),
        ("pt", "O contrato com a Meta foi assinado.", ["meta"]),
        ("de", "Der Arm des Roboters ist aus Stahl.", []),
        ("de", "Chipdesigner Arm sagte zu.", ["arm"]),
        ("en", "Together they raised the target for scale.", []),
        ("en", "It rents GPU capacity from Lambda in Texas.", ["lambda"]),
        ("en", "Functions run on AWS Lambda.", ["aws"]),
        ("en", "The Ampere GPU generation is old.", []),
        ("en", "SoftBank bought Ampere, a chip designer.", ["softbank", "ampere-computing"]),
        ("en", "Apple Daily closed; an apple a day.", []),
    ],
)
def test_doubtful_names_need_evidence(lang: str, text: str, expected: list[str]) -> None:
    assert keys(text, lang) == expected


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "Washington took a 10% stake in Intel.", ["us-government", "intel"]),
        ("en", "He moved to Washington in spring.", []),
        ("en", "Berlin and Saarland would have paid $5 billion of it.", ["german-government", "saarland"]),
        ("en", "It gets $1.6 billion from the US government.", ["us-government"]),
        ("en", "Its shareholder from Tokyo would pay $23 a share.", []),
        ("fr", "L’État a versé 404 millions d’euros.", ["french-government"]),
        ("de", "Der Großteil, 228,7 Mio. Euro, kommt vom Bund.", ["german-government"]),
        ("es", "El Gobierno de Polonia ha concedido 500 millones de euros.", ["polish-government"]),
        ("de", "Die Bundesregierung fördert das Werk mit 500 Millionen Euro.", ["german-government"]),
        ("de", "Die Bundesregierung äußerte sich nicht.", []),
        ("ja", "政府は5兆円を出資する。", ["japanese-government"]),
    ],
)
def test_governments_count_where_they_pay(lang: str, text: str, expected: list[str]) -> None:
    assert keys(text, lang) == expected


def test_full_name_elsewhere_makes_the_short_one_sure() -> None:
    text = "Vantage Data Centers will build in Texas. On Monday, Vantage had no comment."
    assert keys(text) == ["vantage-data-centers"] * 2


def test_legal_forms_belong_to_the_mention() -> None:
    found = find_companies("Marvell Inc. and 株式会社ハイレゾ and Nvidia (NASDAQ: NVDA)", "en")
    assert [entity.text for entity in found] == ["Marvell Inc.", "株式会社ハイレゾ", "Nvidia"]


def test_cloud_arm_counts_as_its_group() -> None:
    found = find_companies("AWS rents Trainium; Amazon pays. Google Cloud and Alphabet agree.", "en")
    assert [len(mentions) for mentions in organisations(found)] == [2, 2]
    assert {identity(entity) for entity in found} == {"amazon", "alphabet"}


def test_a_sister_company_is_not_the_known_one() -> None:
    (entity,) = find_companies("Aker Solutions won an order.", "en")
    assert (entity.name, entity.key, entity.group) == ("Aker Solutions", None, "aker")


@given(st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_spans_hold_their_text_and_never_overlap(text: str, lang: str) -> None:
    found = find_companies(f"{text} Nvidia {text}", lang)
    assert all(f"{text} Nvidia {text}"[e.start : e.end] == e.text for e in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@given(st.text())
def test_normal_form_keeps_every_offset(text: str) -> None:
    assert len(normal(text)) == len(text)
