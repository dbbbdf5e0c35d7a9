"""Rounds told in pieces, causatives, goods that change hands: what a sentence leaves to be put together."""

from __future__ import annotations

from reading_help import read


def roles(text: str, lang: str) -> list[tuple[str, dict[str, str]]]:
    return [(d.type, {p.name: p.role for p in d.parties}) for d in read(text, lang).deals]


def test_backers_who_top_up_are_of_the_round() -> None:
    told = roles(
        "French quantum computing company Pasqal said it had raised €200 million in a round co-led by Temasek; existing "
        "backers Bpifrance and Quantonation topped up. It makes processors of neutral atoms.",
        "en",
    )
    assert [(t, set(p)) for t, p in told] == [
        ("investment", {"Pasqal", "Temasek", "Bpifrance", "Quantonation"})
    ]


def test_who_lets_it_be_made_is_the_customer() -> None:
    ((deal, who),) = roles(
        "AMS Osram lässt seine Treiberbausteine vom israelischen Auftragsfertiger Tower Semiconductor produzieren.",
        "de",
    )
    assert deal == "manufacturing"
    assert who == {"ams Osram": "customer", "Tower Semiconductor": "supplier"}


def test_who_leads_a_round_does_not_raise_it() -> None:
    ((deal, who),) = roles(
        "La Kuwait Investment Authority entra nel capitale di Mecfrigo, gruppo vicentino del raffreddamento per data center, "
        "con un aumento di capitale riservato da 110 milioni di euro.",
        "it",
    )
    assert deal == "investment"
    assert who == {"Kuwait Investment Authority": "investor", "Mecfrigo": "investee"}


def test_counted_goods_are_bought_and_no_company() -> None:
    ((deal, who),) = roles("Saudi Aramco has acquired 64 racks of Nvidia GB300 systems from Dell.", "en")
    assert deal == "supply"
    assert who["Dell"] == "supplier"


def test_what_a_bank_leads_it_lends() -> None:
    told = roles("IREN pays for the GPUs with a Goldman Sachs-led loan of $2.5 billion.", "en")
    assert any(who.get("Goldman Sachs") == "lender" for _, who in told)
