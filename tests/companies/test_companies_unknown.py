"""Organisations that no list has."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.companies import find_companies
from pipeline.types import LANGUAGES


def names(text: str, lang: str) -> list[str]:
    found = [entity.name for entity in find_companies(text, lang) if entity.key is None]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "Start-up Quillon raised $40m, led by Harbinger Ventures.", ["Quillon", "Harbinger Ventures"]),
        ("en", "Teralith, a maker of racks, was founded in 2021. Teralith's orders rose.", ["Teralith"]),
        ("en", "Ostrava Photonix Inc rose, said an analyst at Brackley.", ["Ostrava Photonix", "Brackley"]),
        ("en", "The Baltic Wafer Company (BWC) opened.", ["Baltic Wafer Company"]),
        ("pt", "A startup Voltz captou R$ 5 mi em rodada liderada pela Monashuí.", ["Voltz", "Monashuí"]),
        ("es", "La empresa Kiber, con sede en Valencia, firmó el acuerdo.", ["Kiber"]),
        ("fr", "La start-up grenobloise Lumera a levé 30 millions d'euros.", ["Lumera"]),
        ("de", "Der Messtechnikhersteller Nordwind Optik liefert. Nordwind wächst.", ["Nordwind Optik"]),
        ("it", "La società Axelia Power, con sede a Catania, cresce.", ["Axelia Power"]),
        ("zh", "星河半导体（688999.SH）公告称，将扩产。", ["星河半导体"]),
        ("ja", "スタートアップのソラノワは10億円を調達した。", ["ソラノワ"]),
        ("ko", "팹리스 스타트업 가온누리가 투자를 유치했다.", ["가온누리"]),
    ],
)  # fmt: skip
def test_names_with_a_cue(lang: str, text: str, expected: list[str]) -> None:
    assert names(text, lang) == expected


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "However, the company declined to comment. Meanwhile, a start-up in Ohio closed."),
        ("en", "Adam Neumann, the company's founder, met President Okonjo. Okonjo signed the bill."),
        ("en", "Artificial Intelligence and High Bandwidth Memory (HBM) need Cloud Computing."),
        ("en", "The Philadelphia SE Semiconductor index fell on Monday in New York."),
        ("en", "Copper runs out of breath; copper is old."),
        ("de", "Der Betrieb der Anlage kostet Geld, sagte der Chef am Montag in Dresden."),
        ("fr", "Le groupe de Veldhoven (ASML.AS) apporte la moitié."),
        ("zh", "该公司表示，国产半导体行业发展迅速，上市公司股价上涨。"),
        ("ja", "同社は中央銀行の政策を受け、半導体メーカーの株が上がったと述べた。"),
        ("ko", "국내 한 AI 반도체 업체 임원은 스타트업 업계가 어렵다고 말했다."),
    ],
)
def test_capitals_without_a_cue_are_no_companies(lang: str, text: str) -> None:
    assert names(text, lang) == []


def test_short_form_is_the_same_company() -> None:
    text = "Nordwind Photonics opened a plant in Lyon. Later that year Nordwind closed it."
    found = find_companies(text, "en")
    assert [(e.text, e.name) for e in found] == [
        ("Nordwind Photonics", "Nordwind Photonics"),
        ("Nordwind", "Nordwind Photonics"),
    ]


def test_syntax_confirms_a_doubtful_known_name() -> None:
    (entity,) = [e for e in find_companies("The start-up Figure, based in California, grew.", "en") if e.name]
    assert entity.key == "figure-ai"


def test_lists_with_known_companies_carry_over() -> None:
    text = (
        "O Bradesco e a Quintabras fecharam ontem um contrato de servidores para dois anos. "
        "Nvidia, Ostrelia e Intel também vendem; Nvidia e Jensen Huang não comentaram o assunto."
    )
    assert names(text, "pt") == ["Quintabras", "Ostrelia"]


PIECES = [*"AaéÉ .,'’-&()\n", " de ", " e ", " & ", "Nvidia", "Intel", "Corp.", "Zorba", "AI", "start-up "]


@settings(deadline=None)  # the first example loads the knowledge
@given(st.lists(st.sampled_from(PIECES)))
def test_no_arrangement_of_names_breaks_it(parts: list[str]) -> None:
    text = "".join(parts)
    for lang in LANGUAGES:
        assert all(text[e.start : e.end] == e.text for e in find_companies(text, lang))
