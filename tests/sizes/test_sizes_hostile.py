"""The work done grows no faster than the input, whatever the input holds. Counted in calls, not in time."""

from __future__ import annotations

import random
import sys
from itertools import pairwise

import pytest

from nlp.sizes import find_amounts
from pipeline.types import LANGUAGES

PIECES = [
    "7",
    "1,000",
    "1.",
    ".,",
    "$",
    "一",
    "十",
    "1亿",
    "億",
    "one million ",
    "mil ",
    "mille ",
    "million ",
    "half a ",
    "multi-",
    "10% ",
    "9% stake ",
    "1\u00a0000",
    "between 1 and ",
    "up to ",
    "1.5 billion ",
    "5 billion, ",
    "1조 ",
    "수",
    "gigawatts ",
    "a ",
    "A.",
    "d'",
    "ein",
    "und",
    "tausend",
    "a third of the ",
    "100,000 Nvidia ",
    "1'000",
    "(",
    "-",
    "$5-",
    "5-",
    "1 to ",
    "and ",
    "US",
    "kr 5 ",
    "¥5 ",
    "10万",
    "GPU ",
    "5台",
    "数",
    "\n",
    "hundert",
    "1 000 ",
    "2 mil ",
    "über ",
    "不超过",
    "约",
    "½",
    "٣",
    "５",
    "\U0001d7d9",
    "𝟙 GW ",
    "x" * 50,
]


def calls(text: str, lang: str) -> int:
    """How many function calls reading a text takes."""
    count = 0

    def tick(frame: object, event: str, arg: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(tick)
    try:
        find_amounts(text, lang)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("lang", LANGUAGES)
def test_work_is_linear(lang: str) -> None:
    find_amounts("5", lang)
    for piece in PIECES:
        small, large = calls(piece * 200, lang), calls(piece * 800, lang)
        assert large <= 4.6 * small + 200, (piece, small, large)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_mixed_garbage_neither_fails_nor_grows(lang: str) -> None:
    chance = random.Random(7)
    for _ in range(15):
        pieces = [chance.choice(PIECES) for _ in range(150)]
        once = "".join(pieces)
        amounts = find_amounts(once, lang)
        assert all(a.text == once[a.start : a.end] and a.start < a.end for a in amounts)
        assert all(a.end <= b.start for a, b in pairwise(amounts))
        assert all(a.min is not None or a.max is not None for a in amounts)
        assert calls(once * 4, lang) <= 5 * calls(once, lang) + 500


def test_a_megabyte_of_digits_is_no_number() -> None:
    assert find_amounts("$" + "7" * 1_000_000, "en") == []
