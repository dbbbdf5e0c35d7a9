"""What is read of one amount before the text around it decides what it is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from nlp.sizes.numerals import Number
from nlp.sizes.things import Thing


@dataclass(frozen=True, slots=True)
class Part:
    """A number and what it counts; tokens [start, end)."""

    number: Number
    thing: Thing | None
    start: int
    end: int
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """An amount before the context decides.

    ``kind`` is "" where nothing of its own is printed, "drop" where it is
    a price per unit. Tokens [start, end); ``done``: the first token that another amount may use.
    """

    start: int
    end: int
    done: int
    kind: str
    unit: str
    low: Decimal | None
    high: Decimal | None
    scaled: bool = False
    grouped: bool = False
