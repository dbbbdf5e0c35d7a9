"""Every test that docs/evidence-crawling.md names exists."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_what_the_evidence_names_is_there() -> None:
    text = (ROOT / "docs" / "evidence-crawling.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/\S+\.py)::(\w+)`", text)
    assert len(named) > 50
    missing = [
        f"{file}::{name}"
        for file, name in named
        if not (ROOT / file).is_file()
        or not re.search(rf"^def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert not missing
    hostile = (ROOT / "tests" / "crawl" / "test_crawl_hostile.py").read_text(encoding="utf-8")
    paths = re.findall(r"`(/[a-z-]+)`", text)
    assert [path for path in paths if f'"{path}"' not in hostile] == []
