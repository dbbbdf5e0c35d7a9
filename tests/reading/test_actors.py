"""How companies are marked in their sentences, and which are coordinated, in each language."""

from __future__ import annotations

import pytest
from reading_help import read

from nlp.deals.actors import Actor, coordinate, mark_case, opines
from nlp.deals.sentences import split_sentences
from nlp.mentions import Entity


def actors(text: str, lang: str, *names: str) -> list[Actor]:
    """Actors made by hand for the names, in order, as the reader would mark them."""
    (sentence,) = split_sentences(text, lang)
    made = []
    for name in names:
        start = text.index(name)
        end = start + len(name)
        case = mark_case(text, sentence, start, end, lang)
        made.append(Actor(start, end, Entity(start, end, name, name, None), case))
    coordinate(text, made, lang)
    return made


CASES = [
    ("en", "Oracle bought chips from AMD for its cloud.", ["Oracle", "AMD"], ["", "from"]),
    ("en", "The order was placed by Oracle with rival chipmaker AMD.", ["Oracle", "AMD"], ["by", "with"]),
    ("en", "AMD's order to TSMC.", ["AMD", "TSMC"], ["gen", "to"]),
    ("en", "The Nvidia-backed firm Nscale bought chips.", ["Nvidia", "Nscale"], ["owner", ""]),
    ("en", "Analysts at Bernstein told clients of ASML.", ["Bernstein"], ["speaker"]),
    ("it", "Gli analisti di Bernstein stimano il mercato.", ["Bernstein"], ["speaker"]),
    ("es", "Lazard asesoró al vendedor.", ["Lazard"], ["speaker"]),
    ("pt", "A Oracle comprou chips da AMD para a nuvem.", ["Oracle", "AMD"], ["", "from"]),
    ("pt", "O contrato foi assinado pela Oracle com a AMD.", ["Oracle", "AMD"], ["by", "with"]),
    ("es", "El contrato fue firmado por Oracle con AMD.", ["Oracle", "AMD"], ["by", "with"]),
    ("fr", "Le contrat a été signé par Oracle avec AMD.", ["Oracle", "AMD"], ["by", "with"]),
    ("de", "Der Auftrag an AMD kommt von Oracle.", ["AMD", "Oracle"], ["to", "from"]),
    ("it", "Il contratto è stato firmato con AMD.", ["AMD"], ["with"]),
    ("zh", "甲骨文向超微订购芯片", ["甲骨文", "超微"], ["", "to"]),
    ("zh", "芯片由台积电生产", ["台积电"], ["by"]),
    ("ja", "オラクルはAMDから半導体を買う", ["オラクル", "AMD"], ["subject", "from"]),
    ("ja", "オラクルがAMDに発注した", ["オラクル", "AMD"], ["subject", "to"]),
    ("ja", "インテルを買収する", ["インテル"], ["object"]),
    ("ko", "오라클은 인텔에서 반도체를 산다", ["오라클", "인텔"], ["subject", "from"]),
    ("ko", "오라클이 인텔을 인수한다", ["오라클", "인텔"], ["subject", "object"]),
]


@pytest.mark.parametrize(("lang", "text", "names", "expected"), CASES, ids=[c[0] + c[1][:12] for c in CASES])
def test_how_a_company_is_marked(lang: str, text: str, names: list[str], expected: list[str]) -> None:
    assert [actor.case for actor in actors(text, lang, *names)] == expected


@pytest.mark.parametrize(
    ("lang", "text", "names", "groups"),
    [
        (
            "en",
            "Deals with Oracle, AMD and Intel were signed by Meta.",
            ["Oracle", "AMD", "Intel", "Meta"],
            2,
        ),
        (
            "pt",
            "Acordos com Oracle, AMD e Intel foram assinados pela Meta.",
            ["Oracle", "AMD", "Intel", "Meta"],
            2,
        ),
        ("de", "Verträge mit Oracle, AMD und Intel.", ["Oracle", "AMD", "Intel"], 1),
        ("fr", "Des accords avec Oracle, AMD et Intel.", ["Oracle", "AMD", "Intel"], 1),
        ("ja", "オラクルとAMDはインテルに発注した", ["オラクル", "AMD", "インテル"], 2),
    ],
)
def test_companies_joined_by_and_are_one_group(lang: str, text: str, names: list[str], groups: int) -> None:
    made = actors(text, lang, *names)
    assert len({actor.group for actor in made}) == groups
    for group in {actor.group for actor in made}:
        cases = {actor.case for actor in made if actor.group == group}
        assert len(cases) == 1, "a group has one case"


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "TD Cowen believes that Microsoft has cancelled leases."),
        ("de", "Jefferies schätzt den Markt auf 9 Milliarden."),
        ("pt", "O Itaú estima que a Scala precise de dinheiro."),
    ],
)
def test_a_bank_may_only_think(lang: str, text: str) -> None:
    name = next(n for n in ("TD Cowen", "Jefferies", "Itaú") if n in text)
    assert opines(text, text.index(name) + len(name), lang)
    assert not opines("TD Cowen lends Microsoft money.", 8, "en")


@pytest.mark.parametrize(
    ("lang", "title"),
    [
        (
            "pt",
            "Bolsas europeias perdem gás apesar do acordo comercial com Washington; ASML sobe, Heineken cai",
        ),
        ("en", "Stocks end mixed on trade deal: Nvidia rose, AMD fell after the chip agreement"),
        ("fr", "Les Bourses hésitent malgré l’accord sur les puces : Nvidia grimpe, AMD recule"),
    ],
)
def test_share_prices_are_no_deals(lang: str, title: str) -> None:
    text = "The chip maker's results were awaited. Semiconductors, GPU."
    assert not [d for d in read(text, lang, title).deals if len(d.parties) > 1]
