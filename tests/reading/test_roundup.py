"""Round-ups: nothing is carried from one item to the next."""

from __future__ import annotations

import pytest
from reading_help import read

from nlp.deals.roundup import apart, items_of
from nlp.deals.sentences import split_sentences
from nlp.mentions import Entity

TEXT = """The week in racks

1. Lambda has ordered servers. It paid $40 million.

2. Crusoe borrowed $1.1 billion.

3. Nebius let 40 MW to a bank. The site is new."""


def companies_of(text: str, names: list[str]) -> list[Entity]:
    return [Entity(text.index(n), text.index(n) + len(n), n, n, n.lower()) for n in names]


def items(text: str, names: list[str]) -> list[int]:
    sentences = split_sentences(text, "en")
    found = companies_of(text, names)
    return items_of(text, sentences, [[e for e in found if s.start <= e.start < s.end] for s in sentences])


def test_each_item_has_a_number() -> None:
    numbers = items(TEXT, ["Lambda", "Crusoe", "Nebius"])
    assert sorted(set(numbers)) == [0, 1, 2, 3]
    assert numbers[0] == 0
    assert apart(numbers, 0, 1)
    assert not apart(numbers, 1, 2)


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("3. ", ""),
        TEXT.replace("The week in racks", "Lambda: the week in racks"),
        "Facts\n\n- 180 servers of Lambda\n\n- 48 months\n\n- option for more",
    ],
)
def test_a_list_of_facts_is_no_round_up(text: str) -> None:
    assert set(items(text, [n for n in ("Lambda", "Crusoe", "Nebius") if n in text])) == {0}


def test_what_an_item_leaves_unsaid_is_not_said_of_the_item_before() -> None:
    told = read(
        "Nebius has ordered 4,000 Nvidia GB300 systems from Dell for $900 million.\n\n"
        "CoreWeave has rented a data centre from Galaxy.\n\n"
        "Digital Realty let 40 MW in Santa Clara to a customer it calls a leading AI lab.",
        "en",
        title="The Rack Report #118",
    )
    bulleted = read(
        "1. Nebius has ordered 4,000 Nvidia GB300 systems from Dell for $900 million.\n\n"
        "2. CoreWeave has rented a data centre from Galaxy.\n\n"
        "3. Digital Realty let 40 MW in Santa Clara to a customer it calls a leading AI lab.",
        "en",
        title="The Rack Report #118",
    )
    for reading in (told, bulleted):
        assert any({"Nebius", "Dell"} <= {p.name for p in d.parties} for d in reading.deals)
    assert not any(
        len(d.parties) > 1 and "Digital Realty" in {p.name for p in d.parties} for d in bulleted.deals
    )
