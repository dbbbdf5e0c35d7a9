"""The reader against articles of our own with their deals (own_*.jsonl), and the measure and calibration themselves."""

from __future__ import annotations

import json
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from reading_help import reader

from nlp.jsonl import article_from_json, reading_to_json

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent.parent))  # bench/ is no installed package

from bench.calibration import as_svg, as_text, at_least, calibration_error, coverage, reliability  # noqa: E402
from bench.measure import forms, measure, pair, same_chip, same_name, same_size  # noqa: E402

FLOOR = 0.30
"""Slot F1 over all own articles: 0.08 below what it was when this was written."""
LANG_FLOOR = 0.20
FILES = sorted(HERE.glob("own_*.jsonl"))


@lru_cache(maxsize=1)
def own() -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    rows = [
        json.loads(line) for path in FILES for line in path.read_text(encoding="utf-8").splitlines() if line
    ]
    readings = {str(r["id"]): reading_to_json(reader().read_one(article_from_json(r))) for r in rows}
    return rows, readings


@pytest.mark.skipif(not FILES, reason="no own_*.jsonl in tests/reading: nothing to measure on")
def test_own_articles_read_no_worse_than_they_did() -> None:
    rows, readings = own()
    assert len({row["id"] for row in rows}) == len(rows)
    assert measure(rows, readings).slot_f1 >= FLOOR
    for lang in sorted({row["lang"] for row in rows}):
        part = [row for row in rows if row["lang"] == lang]
        assert measure(part, readings).slot_f1 >= LANG_FLOOR, lang


@pytest.mark.skipif(not FILES, reason="no own_*.jsonl in tests/reading: nothing to measure on")
def test_own_articles_have_their_sizes_words_in_them() -> None:
    for row in own()[0]:
        for deal in row["deals"]:
            for size in deal["sizes"]:
                assert size["text"] in row["title"] + "\n\n" + row["text"], (row["id"], size)


def deal(kind: str = "supply", parties: str = "A:supplier B:customer", **more: Any) -> dict[str, Any]:
    made = [dict(zip(("name", "role"), party.split(":"), strict=True)) for party in parties.split()]
    return {"type": kind, "status": "announced", "parties": made, "chips": [], "sizes": [], **more}


def test_names_are_the_same_aside_from_form_and_legal_words() -> None:
    assert forms("Samsung Electronics Co., Ltd.|三星") == {"samsung electronics", "三星"}
    assert same_name("SK-hynix Inc.|하이닉스", "sk hynix")
    assert not same_name("AMD", "Intel")
    assert same_chip("NVIDIA GB300", "GB300 NVL72|GB300")
    assert not same_chip("NVIDIA GB300", "NVIDIA H100")


def test_sizes_are_the_same_with_their_bounds() -> None:
    one = {"kind": "money", "unit": "USD", "min": 1e9, "max": 1e9}
    assert same_size(one, one | {"min": 1.005e9})
    assert not same_size(one, one | {"max": None})
    assert not same_size(one, one | {"unit": "EUR"})


def test_deals_pair_by_two_parties_and_a_lone_party_by_the_type() -> None:
    assert pair(
        [deal()], [deal(parties="B:supplier C:customer"), deal(parties="B:customer A:supplier C:x")]
    ) == [(0, 1)]
    assert pair([deal()], [deal(parties="A:supplier")]) == []
    alone = deal(parties="A:investee", kind="investment")
    assert pair([alone], [deal(parties="A:investee X:investor", kind="investment")]) == [(0, 0)]
    assert pair([alone], [deal(parties="A:supplier")]) == []
    assert pair([deal()], [deal(), deal()]) in ([(0, 0)], [(0, 1)]), "each at most once"


def test_the_measure_counts_values() -> None:
    gold = [{"id": 1, "deals": [deal(chips=["H100"])]}]
    assert measure(gold, {"1": {"deals": [deal(chips=["H100"])]}}).slot_f1 == 1
    assert measure(gold, {}).slot_f1 == 0
    half = measure(gold, {"1": {"deals": [deal(parties="A:customer B:supplier", chips=["H100"])]}})
    assert half.slot_f1 == pytest.approx(3 / 5)
    assert half.deal_f1 == 1
    assert measure([{"id": 1, "deals": []}], {}).slot_f1 == 1


def test_calibration_of_a_reader_that_says_what_it_knows() -> None:
    judged = [(0.75, True)] * 3 + [(0.75, False)] + [(0.25, False)] * 3 + [(0.25, True)]
    rows = reliability(judged)
    assert [(row["deals"], row["said"], row["right"]) for row in rows] == [(4, 0.25, 0.25), (4, 0.75, 0.75)]
    assert calibration_error(rows) == 0
    assert calibration_error(reliability([(0.9, False), (1.0, False)])) == pytest.approx(0.95)
    points = coverage(judged, wanted=5)
    assert points == [
        {"confidence": 0.75, "precision": 0.75, "coverage": 0.6},
        {"confidence": 0.25, "precision": 0.5, "coverage": 0.8},
    ]
    assert at_least(points, 0.5) == points[0]
    assert at_least(points, 0.8) is None
    assert "0.75" in as_text(rows, points)
    assert as_svg(rows, points).count("<polyline") == 5
    assert as_text(reliability([]), coverage([], 0))
