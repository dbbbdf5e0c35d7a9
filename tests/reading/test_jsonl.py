"""Articles and readings as JSON lines: what a bad line says, and that a reading survives the way to JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_help import read

from nlp.jsonl import BadLine, article_from_json, reading_to_json

LINE: dict[str, Any] = {"id": "a", "title": "T", "text": "words"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"id": None}, "id"),
        ({"id": ""}, "id"),
        ({"id": ["a"]}, "id"),
        ({"text": None}, "text"),
        ({"text": {"a": 1}}, "text"),
        ({"title": ["x"]}, "title"),
        ({"published": "yesterday"}, "published"),
        ({"published": "2025-13-40"}, "published"),
        ({"text": "x" * 2_000_001}, "text"),
        ({"id": "x" * 1001}, "id"),
    ],
)
def test_a_bad_line_says_what_and_where(change: dict[str, Any], says: str) -> None:
    with pytest.raises(BadLine, match=rf"^line 7: {says}"):
        article_from_json(LINE | change, line=7)


@pytest.mark.parametrize("value", [None, 1, "text", [], [LINE], True])
def test_what_is_no_object_is_a_bad_line(value: object) -> None:
    with pytest.raises(BadLine):
        article_from_json(value)


def test_missing_keys_are_named() -> None:
    with pytest.raises(BadLine, match="text"):
        article_from_json({"id": "a"})


def test_what_may_be_left_out_may_be() -> None:
    article = article_from_json({"id": 17, "text": "words", "genre": "wire", "deals": []})
    assert (article.id, article.title, article.language, article.published_at) == ("17", "", None, None)


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("2025-09-08", datetime(2025, 9, 8, tzinfo=UTC)),
        ("2025-09-08T10:30:00+02:00", datetime(2025, 9, 8, 8, 30, tzinfo=UTC)),
        ("2025-09-08T10:30:00", datetime(2025, 9, 8, 10, 30, tzinfo=UTC)),
    ],
)
def test_times_are_aware_and_utc(published: str, expected: datetime) -> None:
    found = article_from_json(LINE | {"published": published}).published_at
    assert found == expected
    assert found is not None
    assert found.utcoffset() == expected.utcoffset()


def test_lone_surrogates_become_one_character_each() -> None:
    text = json.loads('"AMD \\ud83d buys \\udc00Xilinx"')
    article = article_from_json(LINE | {"text": text, "title": text})
    assert len(article.text) == len(text)
    assert article.text.encode("utf-8")
    assert article.text.endswith("Xilinx")
    assert article.title.encode("utf-8")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=6,
    ),
    st.sampled_from(["id", "title", "text", "lang", "published", "url"]),
)
def test_nothing_but_a_bad_line_is_raised(value: object, key: str) -> None:
    try:
        article_from_json(LINE | {key: value})
    except BadLine as error:
        assert key in str(error)


def test_a_reading_as_json_has_the_fixed_form() -> None:
    title = "AMD buys server maker ZT Systems for $4.9 billion"
    text = (
        "AMD agreed to acquire server maker ZT Systems for $4.9 billion in cash and stock, it said on Monday."
    )
    made = reading_to_json(read(text, "en", title))
    assert json.loads(json.dumps(made)) == made
    assert set(made) == {"id", "lang", "relevant", "reader", "companies", "chips", "sizes", "deals"}
    for found in made["sizes"]:
        assert {"kind", "unit", "min", "max", "text", "start", "end"} <= set(found)
        held = title if found.get("in") == "title" else text
        assert held[found["start"] : found["end"]] == found["text"]
    (deal,) = made["deals"]
    assert {"primary", "type", "status", "parties", "chips", "sizes", "confidence", "evidence"} <= set(deal)
    assert deal["sizes"][0]["min"] == deal["sizes"][0]["max"] == 4_900_000_000
    assert isinstance(deal["sizes"][0]["min"], int)
    for quote in deal["evidence"]:
        held = title if quote.get("in") == "title" else text
        assert held[quote["start"] : quote["end"]] == quote["quote"]
    for party in deal["parties"]:
        held = title if party.get("in") == "title" else text
        assert held[party["start"] : party["end"]] == party["text"]
        assert "" not in party["name"].split("|")
