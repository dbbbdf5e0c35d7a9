"""News items put down fresh (news_*.yml), most of them by people who did not see the reader: how many it reads wholly right.

The floors are what it read when the items came in, a few less: a change that costs more than these has broken something.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from reading_help import complaints, read

FLOORS = {"news_en": 22, "news_es_fr": 26, "news_it_de": 33}


def is_right(row: dict[str, Any]) -> bool:
    """Whether a reading has every deal of an item, and no other."""
    reading = read(row["text"].strip(), row["lang"], row.get("title", ""))
    deals = row["deals"] if "deals" in row else [row["deal"]]
    return len(reading.deals) == len(deals) and not any(complaints(reading, deal) for deal in deals)


@pytest.mark.parametrize("name", sorted(FLOORS))
def test_as_many_items_are_read_as_before(name: str) -> None:
    rows = yaml.safe_load((Path(__file__).parent / f"{name}.yml").read_text(encoding="utf-8"))
    right = [row["id"] for row in rows if is_right(row)]
    assert len(right) >= FLOORS[name], f"{len(right)} of {len(rows)}: {right}"


def test_every_file_of_news_has_a_floor() -> None:
    assert {path.stem for path in Path(__file__).parent.glob("news_*.yml")} == set(FLOORS)
