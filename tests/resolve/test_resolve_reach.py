"""Resolving what is linked to some reports gives the deals of resolving everything."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from resolve_reports import report
from test_resolve_properties import batches

from pipeline.resolve import Companies, resolve
from pipeline.resolve.blocks import blocks
from pipeline.resolve.items import item
from pipeline.resolve.reach import reach
from pipeline.types import Report

CASES = yaml.safe_load((Path(__file__).parent / "cases.yml").read_text(encoding="utf-8"))
KNOWN = Companies(
    keys={"envision": "envision", "openmind": "openmind", "amdahl": "amdahl", "amdahl micro": "amdahl-micro"},
    parents={"amdahl-micro": "amdahl", "openmind": "envision"},
)


def reached(start, reports: list[Report], companies: Companies, deals=(), **limit):
    items = {
        (r.article_id, r.index): one
        for r in reports
        if (one := item(r, companies, None)).parties and one.types
    }
    sharing = {key: blocks(one) for key, one in items.items()}
    return reach(
        start,
        lambda keys: [items[key] for key in keys if key in items],
        lambda wanted: {key for key, mine in sharing.items() if mine & wanted},
        lambda keys: {key for deal in deals if deal & keys for key in deal},
        **limit,
    )


def groups(reports, companies):
    return {
        frozenset((r.article_id, r.index) for r in d.reports) for d in resolve(reports, companies=companies)
    }


def agrees(reports: list[Report], start, companies: Companies) -> None:
    found = reached(start, reports, companies)
    assert set(start) <= found
    part = groups([r for r in reports if (r.article_id, r.index) in found], companies)
    assert part == {group for group in groups(reports, companies) if group & found}


@settings(max_examples=150, deadline=None)
@given(batches(), st.data(), st.sampled_from([Companies(), KNOWN]))
def test_random_reports(reports, data, companies):
    keys = [(r.article_id, r.index) for r in reports]
    start = data.draw(st.lists(st.sampled_from(keys), max_size=3)) if keys else []
    agrees(reports, start, companies)


def test_all_cases_as_one_store():
    reports = [
        report(f"{at}-{name}", line)
        for at, case in enumerate(CASES)
        for name, line in case["reports"].items()
    ]
    for one in reports:
        agrees(reports, [(one.article_id, one.index)], Companies())


def test_a_hub_reaches_only_what_may_be_the_same_deal():
    reports = [
        report(
            f"a{n}", f"2025-10-0{1 + n % 9} supply announced | supplier=Envision, customer=Buyer{n} Corp | |"
        )
        for n in range(40)
    ]
    assert reached([("a7", 0)], reports, Companies()) == {("a7", 0)}


def test_deals_come_whole():
    reports = [
        report("a", "2025-10-06 supply announced | supplier=Envision, customer=OpenMind | | USD 5e9"),
        report("b", "2025-10-06 supply announced | supplier=Coreloom, customer=Meta | |"),
        report("c", "2025-10-07 supply announced | supplier=Envision, customer=OpenMind | | USD 5e9"),
        report("d", "2025-10-07 grant announced | grantor=India, grantee=Micron | |"),
    ]
    one_deal = frozenset({("c", 0), ("b", 0)})
    assert reached([("a", 0)], reports, Companies(), [one_deal]) == {("a", 0), ("b", 0), ("c", 0)}


def test_a_chain_without_end_is_followed_only_so_far():
    reports = [
        report(
            f"a{n:03}",
            f"{day(n)} supply announced | supplier=Envision, customer=OpenMind | Chip{n} | USD 5e9",
        )
        for n in range(60)
    ]
    near = reached([("a030", 0)], reports, Companies(), most=30)
    assert {("a030", 0), ("a029", 0), ("a031", 0)} < near
    assert len(near) < 60
    assert len(reached([("a030", 0)], reports, Companies())) == 60
    assert len(reached([("a030", 0)], reports, Companies(), most=60)) == 60


def day(n: int) -> str:
    return (date(2020, 1, 1) + timedelta(days=40 * n)).isoformat()
