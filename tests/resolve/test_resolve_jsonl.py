"""JSON lines in and out."""

from __future__ import annotations

import json

import pytest

from pipeline.resolve import resolve_jsonl

DEAL = {
    "primary": True,
    "type": "compute|supply",
    "status": "announced",
    "parties": [
        {"name": "Googol|Googol Cloud", "role": "supplier"},
        {"name": "Anthropos", "role": "customer", "key": "anthropos"},
    ],
    "chips": ["Googol TPU|TPU"],
    "sizes": [{"kind": "units", "unit": "chip", "min": None, "max": 1000000.0, "text": "um milhão"}],
}
LINE = {"id": "a", "published": "2025-10-24", "deals": [DEAL]}


def run(*lines):
    out, errors = [], []
    count = resolve_jsonl(
        (line if isinstance(line, str) else json.dumps(line) for line in lines),
        lambda line: out.append(json.loads(line)),
        lambda number, what: errors.append((number, what)),
    )
    assert (count.bad, count.deals) == (len(errors), len(out))
    return out, errors


def test_gold_form():
    ((deal,), errors) = run(
        LINE, {**LINE, "id": "b", "published": "2025-10-25T01:00:00+09:00", "source": "desk"}
    )
    assert not errors
    assert deal["reports"] == [["a", 0], ["b", 0]]
    assert (deal["first_reported"], deal["last_reported"], deal["origins"]) == ("2025-10-24", "2025-10-24", 2)
    assert deal["type"] == "compute"
    assert deal["parties"][1] == {"name": "Anthropos", "role": "customer", "key": "anthropos"}
    assert deal["sizes"] == [
        {
            "kind": "units",
            "unit": "chip",
            "min": None,
            "max": 1000000,
            "usd_min": None,
            "usd_max": None,
            "text": "um milhão",
        }
    ]


def test_evidence_goes_through():
    spans = [
        {"quote": "Ein Satz.", "start": 5, "end": 14},
        {"quote": "Titel", "start": 0, "end": 5, "in": "title"},
    ]
    ((deal,), _) = run({**LINE, "deals": [{**DEAL, "confidence": 0.5, "evidence": spans}]})
    assert deal["confidence"] == 0.5
    told = [(e["id"], e["quote"], e.get("in")) for e in deal["evidence"]]
    assert told == [
        ("a", "Ein Satz.", None),
        ("a", "Titel", "title"),
    ]


def changed(**fields):
    return {**LINE, "deals": [{**DEAL, **fields}]}


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ("{", "JSON"),
        ("[]", "object"),
        ("\x00", "JSON"),
        ({"id": "a"}, "deals"),
        ({"id": "", "deals": []}, "id"),
        ({**LINE, "published": "yesterday"}, "published"),
        (changed(type="barter"), "barter"),
        (changed(status="hoped"), "hoped"),
        (changed(parties=[]), "parties"),
        (changed(parties=[{"name": "X", "role": "friend"}]), "friend"),
        (changed(confidence=2), "confidence"),
        (changed(sizes=[{"kind": "money", "unit": "USD", "min": None, "max": None}]), "sizes"),
        (changed(sizes=[{"kind": "money", "unit": "USD", "min": 5, "max": 4}]), "larger"),
        (changed(sizes=[{"kind": "money", "unit": "USD", "min": -5, "max": 4}]), "negative"),
        (changed(sizes=[{"kind": "money", "unit": "USD", "min": float("nan")}]), ""),
    ],
)
def test_a_bad_line_is_named_and_the_others_go_on(bad, told):
    out, errors = run("", bad, LINE)
    assert [number for number, _ in errors] == [2]
    assert told in errors[0][1]
    assert len(out) == 1


def test_the_last_line_of_an_id_counts():
    other = {**DEAL, "parties": [{"name": "Wavelet", "role": "customer"}]}
    ((deal,), _) = run(LINE, {**LINE, "deals": [other]})
    assert [p["name"] for p in deal["parties"]] == ["Wavelet"]


def test_nothing_in_nothing_out():
    assert run() == ([], [])
    assert run({"id": "a", "deals": []}) == ([], [])
