"""Which reports become one deal."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from resolve_reports import report

from pipeline.resolve import resolve

CASES = yaml.safe_load((Path(__file__).parent / "cases.yml").read_text(encoding="utf-8"))


def test_there_are_enough_cases():
    assert len(CASES) >= 60


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_case(case):
    reports = [report(name, line) for name, line in case["reports"].items()]
    names = {(r.article_id, r.index): name for r, name in zip(reports, case["reports"], strict=True)}
    made = [sorted(names[r.article_id, r.index] for r in deal.reports) for deal in resolve(reports)]
    assert sorted(made) == sorted(sorted(map(str, group)) for group in case["deals"])
