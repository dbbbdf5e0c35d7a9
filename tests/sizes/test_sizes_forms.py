"""How amounts are printed: one form a line in forms.txt, read exactly."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from nlp.sizes import find_amounts

LINES = (Path(__file__).parent / "forms.txt").read_text("utf-8").splitlines()


def bound(word: str) -> Decimal | None:
    return None if word == "-" else Decimal(word)


@pytest.mark.parametrize("line", [line for line in LINES if line and not line.startswith("#")])
def test_form(line: str) -> None:
    lang, words, wanted = (part.strip() for part in line.split("|"))
    text = words.replace("\\n", "\n")
    amounts = find_amounts(text, lang)
    fields = [amount.split() for amount in wanted.split(";") if amount]
    expected = [(f[0], "" if f[0] == "count" else f[1], bound(f[-2]), bound(f[-1])) for f in fields]
    assert [(a.kind, a.unit, a.min, a.max) for a in amounts] == expected, text
    assert all(a.text == text[a.start : a.end] for a in amounts)


def test_a_currency_is_lent_and_marked() -> None:
    first, second = find_amounts("It raised $40 billion. At 6.5 billion, the second was cheap.", "en")
    assert (first.elided, second.elided, second.unit) == (False, True, "USD")


def test_a_language_without_data_is_named() -> None:
    with pytest.raises(ValueError, match="xx"):
        find_amounts("5 million", "xx")
