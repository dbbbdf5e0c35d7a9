"""The knowledge files are in order, and the validator sees what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlp.knowledge.check import check_companies
from nlp.knowledge.companies import COLUMNS, FOLDER, OTHER_THING, load_companies, parse_context, parse_form


def test_the_knowledge_is_in_order() -> None:
    assert check_companies() == []


def test_it_covers_the_field() -> None:
    companies = load_companies().values()
    assert len(companies) >= 1800
    assert len({company.country for company in companies}) >= 40
    assert sum(1 for company in companies if company.listing) >= 800


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("acme,Acme,,,memory,US,,,,", None),
        ("Acme,Acme,,,memory,US,,,,", "key"),
        ("acme,Acme,,,wizardry,US,,,,", "kind"),
        ("acme,Acme,,,memory,USA,,,,", "country"),
        ("acme,Acme,,,memory,US,NASDAQ ACM,,,", "listing"),
        ("acme,Acme,,,memory,US,,nobody,,", "group"),
        ("acme,Acme,Acme,,memory,US,,,,", "twice"),
        ("acme,Target,,,memory,US,,,,", "plain word"),
        ("acme,Acme,,,memory,US,,,where:here,", "unknown context directive"),
        ("acme,Acme,,,memory,US,,,", "not 10 cells"),
        ("acme,Acme,,,memory,US,,,,\nother,ACME,,,memory,US,,,,", "'acme' is a form of acme, other"),
        ("acme,Acme,,,memory,US,,,,\nacme,Bcme,,,memory,US,,,,", "is also in"),
    ],
)
def test_the_validator_names_the_problem(tmp_path: Path, row: str, problem: str | None) -> None:
    (tmp_path / "kinds.txt").write_text((FOLDER / "kinds.txt").read_text("utf-8"), "utf-8")
    (tmp_path / "some.csv").write_text(f"{','.join(COLUMNS)}\n{row}\n", "utf-8")
    problems = check_companies(tmp_path)
    assert problems == [] if problem is None else any(problem in line for line in problems)


def test_markup_of_forms() -> None:
    form = parse_form("??Bund@de,fr", "x")
    assert (form.text, form.risk, form.langs) == ("Bund", OTHER_THING, {"de", "fr"})
    assert parse_context("near:gpu_cloud,rent merge") == {"near": ("gpu cloud", "rent"), "merge": ()}
