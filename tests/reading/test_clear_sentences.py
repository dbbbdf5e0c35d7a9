"""Clear sentences of the nine languages (clear*.yml): who deals with whom, how large, how sure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from reading_help import complaints, read, tell

ROWS: list[dict[str, Any]] = [
    row
    for path in sorted(Path(__file__).parent.glob("clear*.yml"))
    for row in yaml.safe_load(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_a_clear_sentence_is_read(row: dict[str, Any]) -> None:
    reading = read(row["text"].strip(), row["lang"], row.get("title", ""))
    if row.get("none"):
        assert not reading.deals, tell(reading)
        return
    for want in row.get("deals") or [row["deal"]]:
        wrong = complaints(reading, want)
        assert not wrong, f"{wrong}; read: {tell(reading)}"
    if "count" in row:
        assert len(reading.deals) == row["count"], tell(reading)


def test_every_language_has_clear_sentences() -> None:
    langs = {row["lang"] for row in ROWS}
    assert langs == {"en", "pt", "es", "fr", "de", "it", "zh", "ja", "ko"}
    assert len({row["id"] for row in ROWS}) == len(ROWS)
