"""What the components of a reading pipeline hand to each other, on ``doc._``.

Offsets are character offsets into ``doc.text`` (title, blank line, text); the reader turns them into
offsets of title or text at the very end.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Entity:
    """A company or chip where it stands. ``key`` None: no list has it.

    ``kind`` and ``country`` come from the knowledge ("" where unknown). ``group`` is the key of the
    parent company for subsidiaries and cloud arms. ``confidence`` of being that entity, 0 to 1.
    """

    start: int
    end: int
    text: str
    name: str
    key: str | None
    kind: str = ""
    country: str = ""
    group: str | None = None
    confidence: float = 1.0
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount where it stands.

    ``kind``: money, power, units, stake as in the gold guide; and two that are no sizes by themselves:
    "percent" (a percentage that is no stake) and "count" (a bare number that may be an ellipsis of
    units, "some 400,000 of them"). ``unit`` as in the gold guide, "" for count.
    ``elided`` True where currency or unit was not printed but inherited from what stands before.
    """

    start: int
    end: int
    text: str
    kind: str
    unit: str
    min: Decimal | None
    max: Decimal | None
    elided: bool = False
