"""Whom descriptions and pronouns mean, and what light verbs say: seen in the places of the actors and in the deals."""

from __future__ import annotations

import pytest
from reading_help import complaints, read, tell

from nlp.chips import find_chips
from nlp.companies import find_companies
from nlp.deals.coref import country_said
from nlp.deals.cues import find_cues
from nlp.deals.placing import place_actors
from nlp.deals.sentences import by_sentence, split_sentences
from nlp.deals.state import State


def meant(text: str, lang: str, words: str) -> list[str]:
    """The names of the companies that the first standing of ``words`` is taken to mean."""
    sentences = split_sentences(text, lang)
    companies = find_companies(text, lang)
    state = State(
        text,
        lang,
        0,
        sentences,
        cues=by_sentence(find_cues(text, lang), sentences),
        companies=by_sentence(companies, sentences),
        chips=by_sentence(find_chips(text, lang), sentences),
        amounts=[[] for _ in sentences],
    )
    for entity in companies:
        state.know(entity)
    place_actors(state)
    start = text.index(words)
    return [a.entity.name for row in state.actors for a in row if a.meant and a.start == start]


@pytest.mark.parametrize(
    ("lang", "text", "words", "name"),
    [
        ("en", "Intel dropped Tower Semiconductor. A fee goes to the Israeli company.", "the Israeli", "Tower Semiconductor"),
        ("de", "Nvidia kauft bei ASML. Der niederländische Konzern liefert.", "Der niederländische", "ASML"),
        ("es", "Intel y ASML firmaron. La empresa neerlandesa entrega las máquinas.", "La empresa", "ASML"),
        ("fr", "Intel et STMicroelectronics ont signé. Le groupe américain paiera.", "Le groupe", "Intel"),
        ("en", "SoftBank bought Arm in 2016 and still owns most of it.", "it.", "Arm"),
        ("en", "Nebius said it would rent capacity to Microsoft.", "it", "Nebius"),
    ],
)  # fmt: skip
def test_a_description_means_the_company_that_it_fits(lang: str, text: str, words: str, name: str) -> None:
    assert meant(text, lang, words) == [name]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Amazon pays Anthropic. Google is not the landlord here.", "the landlord"),
        ("SoftBank will buy Ampere Computing, the chip designer in Santa Clara.", "the chip designer"),
    ],
)
def test_what_describes_a_company_named_beside_it_means_nobody_else(text: str, words: str) -> None:
    assert meant(text, "en", words) == []


def test_countries_are_read_from_descriptions() -> None:
    assert [country_said(w) for w in ("the dutch firm", "a sul-coreana", "der us-konzern", "the firm")] == [
        "NL",
        "KR",
        "US",
        "",
    ]


@pytest.mark.parametrize(
    ("lang", "text", "want"),
    [
        ("en", "Foxconn received an order worth $1 billion from OpenAI for its servers.",
         {"type": "supply", "parties": {"Foxconn": "supplier", "OpenAI": "customer"}}),
        ("en", "Amkor won a grant of $407 million from the US Department of Commerce for its chip plant.",
         {"type": "grant", "parties": {"Amkor": "grantee", "US Department of Commerce": "grantor"}}),
        ("en", "JPMorgan will provide CoreWeave with a loan of $2.3 billion for Nvidia chips.",
         {"type": "financing", "parties": {"JPMorgan": "lender", "CoreWeave": "borrower"}}),
        ("fr", "Foxconn a reçu d'OpenAI une commande de serveurs pour 300 millions de dollars.",
         {"type": "supply", "parties": {"Foxconn": "supplier", "OpenAI": "customer"}}),
    ],
)  # fmt: skip
def test_a_light_verb_says_what_its_noun_says(lang: str, text: str, want: dict[str, object]) -> None:
    reading = read(text, lang)
    assert not complaints(reading, want), tell(reading)
