"""Names that no list has, by what stands around them: told where sure, parties where likely, never anything in a wall of capitals."""

from __future__ import annotations

import time

import pytest

from nlp.companies import find_companies, told
from nlp.companies.candidates import candidates
from nlp.companies.kinds import kind_of
from nlp.companies.learned import belief
from nlp.mentions import Entity

# Invented names: the knowledge must not have them.
NEW = [
    ("en", "Norvane, a Dutch maker of photonic chips, raised $40 million from Ostwind Capital.", "Norvane"),
    ("en", "The data center operator Quellmark Technologies will buy 500 servers from Dell.", "Quellmark Technologies"),
    ("pt", "A startup Brevalta, de Campinas, vai fornecer servidores à Embraer.", "Brevalta"),
    ("es", "La empresa Torvexa, con sede en Valencia, suministrará chips a Telefónica.", "Torvexa"),
    ("fr", "La société Lumivoltis, fondée à Lyon, a levé 30 millions d’euros.", "Lumivoltis"),
    ("it", "La società Cavrenta, con sede a Torino, fornirà server a Enel.", "Cavrenta"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text", "name"), NEW)
def test_a_name_that_nobody_has_heard_of_is_found(lang: str, text: str, name: str) -> None:
    assert name in {entity.name for entity in find_companies(text, lang)}


@pytest.mark.parametrize(
    ("lang", "text", "name"),
    [
        ("en", "She moved to Marbleton in spring and bought a server for the Monday choir.", "Marbleton"),
        ("en", "Chief executive Anna Kowalski said that Christmas sales of GPUs were slow.", "Christmas"),
        ("de", "Der Winter in Passau war kalt, und die Server liefen ohne Kühlung.", "Passau"),
    ],
)
def test_places_and_days_are_no_companies(lang: str, text: str, name: str) -> None:
    assert name not in {entity.name for entity in told(find_companies(text, lang), [])}


def _entity(name: str, key: str | None, confidence: float) -> Entity:
    return Entity(0, len(name), name, name, key, confidence=confidence)


def test_an_unsure_name_is_told_only_as_a_party() -> None:
    unsure, sure, known = _entity("Abc", None, 0.6), _entity("Xyz", None, 0.9), _entity("Dell", "dell", 0.6)
    assert told([unsure, sure, known], []) == [sure, known]
    assert told([unsure, sure, known], [unsure]) == [unsure, sure, known]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Ostwind Capital", "investor"),
        ("Banco do Planalto", "bank"),
        ("Ostwind Quantum Ventures", "investor"),
        ("Universidad de Quillota", "university"),
        ("Harzer Rechenzentrum", "datacenter"),
        ("星澜半导体", "semiconductor"),
        ("누리은행", "bank"),
        ("Capital", ""),
        ("Norvane", ""),
    ],
)
def test_what_the_words_of_a_name_tell(name: str, kind: str) -> None:
    assert kind_of(name) == kind


def test_belief_is_a_probability_whatever_is_asked() -> None:
    assert belief([]) == 0.5
    assert 0 <= belief(["bias", "no such feature"] * 10_000) <= 1


def test_a_wall_of_capitals_costs_no_more_than_its_length() -> None:
    """Each of 30,000 capitalised words might be a name; a hostile page holds just that."""
    text = " ".join(f"Wort{chr(65 + i % 26)}{i} said" for i in range(30_000))
    begun = time.perf_counter()
    find_companies(text, "en")
    assert time.perf_counter() - begun < 8


def test_a_ticker_behind_a_known_name_is_no_other_company() -> None:
    text = "Nvidia (NVDA) investirá na Intel (INTC)."
    runs = list(candidates(text, "pt", [(0, 6), (27, 32)]))
    assert not runs
    assert next(c.words for c in candidates("Hoje Quimisado (QMS) vende.", "pt", []))[-1] == "Quimisado"
