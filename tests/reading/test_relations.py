"""Whose a company is and whom it is measured against: named in an aside, and no party for it."""

from __future__ import annotations

import pytest
from test_actors import actors

from nlp.deals.relations import mark_relations, relations

OWNED = [
    ("en", "Nxera, the data centre arm of Singtel, has won a tenant.", ["Nxera", "Singtel"], 1),
    ("en", "Arm licensed its cores to Alibaba's chip unit T-Head.", ["Arm", "Alibaba", "T-Head"], 1),
    ("en", "It is a would-be rival of Netmagic.", ["Netmagic"], 0),
    ("en", "Firmus, in which Nvidia has a share, borrowed money.", ["Firmus", "Nvidia"], 1),
    ("de", "Firmus, an der Nvidia mit 5 Prozent beteiligt ist, mietet.", ["Firmus", "Nvidia"], 1),
    ("fr", "Firmus, dont Nvidia détient 5 %, emprunte.", ["Firmus", "Nvidia"], 1),
    ("es", "Firmus, en la que Nvidia tiene un 5 %, pide un préstamo.", ["Firmus", "Nvidia"], 1),
    ("pt", "A Firmus, na qual a Nvidia tem 5%, pediu um empréstimo.", ["Firmus", "Nvidia"], 1),
    ("it", "Firmus, di cui Nvidia detiene il 5%, si indebita.", ["Firmus", "Nvidia"], 1),
    ("fr", "NVentures, le bras financier de Nvidia, y a souscrit.", ["NVentures", "Nvidia"], 1),
    ("es", "La SETT, el brazo inversor de Indra, puso 67 millones.", ["SETT", "Indra"], 1),
    ("pt", "A ATEP, a filial portuguesa da Amkor, vende o edifício.", ["ATEP", "Amkor"], 1),
    ("it", "Sparkle, controllata di Tim, posa il cavo.", ["Sparkle", "Tim"], 1),
    ("de", "Die Telekom-Tochter T-Systems mietet Rechner.", ["Telekom", "T-Systems"], 0),
    ("zh", "百度旗下昆仑芯拿下大单。", ["百度", "昆仑芯"], 0),
    ("ja", "ソフトバンク傘下のサイメモリが受注した。", ["ソフトバンク", "サイメモリ"], 0),
    ("ko", "SK 자회사인 사피온이 수주했다.", ["SK", "사피온"], 0),
]


@pytest.mark.parametrize(
    ("lang", "text", "names", "owner"), OWNED, ids=[f"{o[0]}-{n}" for n, o in enumerate(OWNED)]
)
def test_the_owner_takes_no_part(lang: str, text: str, names: list[str], owner: int) -> None:
    made = actors(text, lang, *names)
    mark_relations(text, lang, made)
    assert [n for n, actor in enumerate(made) if actor.case == "owner"] == [owner]


def test_the_unit_takes_over_the_case_of_its_owner() -> None:
    text = "Arm licensed its cores to Alibaba's chip unit T-Head."
    made = actors(text, "en", "Arm", "Alibaba", "T-Head")
    mark_relations(text, "en", made)
    assert made[2].case == "to"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Nvidia, AMD, a unit, and Intel signed.", ["Nvidia", "AMD", "Intel"]),
        ("Nvidia, which sold its unit to AMD, rose.", ["Nvidia", "AMD"]),
        ("Rival CoreWeave bought chips.", ["CoreWeave"]),
    ],
)
def test_lists_and_clauses_are_no_asides(text: str, names: list[str]) -> None:
    made = actors(text, "en", *names)
    before = [actor.case for actor in made]
    mark_relations(text, "en", made)
    assert [actor.case for actor in made] == before


def test_every_language_has_its_nouns() -> None:
    for lang in ("en", "pt", "es", "fr", "de", "it", "zh", "ja", "ko"):
        known = relations(lang)
        assert known.unit or known.joined, lang
