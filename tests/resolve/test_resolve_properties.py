"""What holds of resolution whatever the reports are."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from resolve_reports import report

from pipeline.resolve import resolve

_NAMES = [
    "Envision",
    "OpenMind",
    "CoreLoom",
    "Amdahl Micro/Amdahl",
    "Amdahl",
    "三星电子",
    "U.S. Steel & Co.",
    "",
    "|",
    "the company",
]
_TYPES = {
    "supply": ("supplier", "customer"),
    "investment": ("investor", "investee"),
    "acquisition": ("acquirer", "target"),
}


@st.composite
def lines(draw):
    kind = draw(st.sampled_from(sorted(_TYPES)))
    roles = draw(st.lists(st.sampled_from(_TYPES[kind]), min_size=1, max_size=3))
    parties = ", ".join(f"{role}={draw(st.sampled_from(_NAMES))}" for role in roles)
    size = draw(
        st.sampled_from(["", "USD 5e9", "USD ..5e9", "EUR 4e9", "W 1e9..", "chip 0", "USD 1e9..1e10"])
    )
    day = draw(st.sampled_from(["2025-10-06", "2025-10-07", "2024-01-01", "none"]))
    status = draw(st.sampled_from(["rumored", "announced", "completed", "cancelled"]))
    flag = draw(st.sampled_from(["", "background "]))
    return f"{day} {flag}{kind} {status} | {parties} | | {size}"


@st.composite
def batches(draw):
    told = draw(st.lists(st.tuples(st.integers(0, 5), lines()), max_size=14))
    counts: dict[int, int] = {}
    out = []
    for article, line in told:
        index = counts[article] = counts.get(article, -1) + 1
        out.append(report(f"a{article}.{index}", line))
    return out


def keys(deal):
    return frozenset((r.article_id, r.index) for r in deal.reports)


@settings(max_examples=150, deadline=None)
@given(batches(), st.randoms())
def test_every_report_is_in_one_deal_whatever_the_order(reports, random):
    deals = resolve(reports)
    assert sorted(key for deal in deals for key in keys(deal)) == sorted(
        (r.article_id, r.index) for r in reports
    )
    assert len({deal.id for deal in deals}) == len(deals)
    for deal in deals:
        articles = [r.article_id for r in deal.reports]
        assert len(set(articles)) == len(articles)
        assert 0 <= deal.confidence <= 1
        assert deal.parties
    shuffled = list(reports)
    random.shuffle(shuffled)
    assert resolve(shuffled) == deals


@settings(max_examples=80, deadline=None)
@given(batches(), st.data())
def test_ids_stay_when_reports_arrive(reports, data):
    some = reports[: data.draw(st.integers(0, len(reports)))]
    before = resolve(some)
    known = {key: deal.id for deal in before for key in keys(deal)}
    again = resolve(some, known)
    assert again == before
    after = {deal.id: keys(deal) for deal in resolve(reports, known)}
    for deal in before:
        # A deal may be joined to another one; where its reports stayed together and alone, so does its id.
        holders = [group for group in after.values() if group & keys(deal)]
        if len(holders) == 1 and not any(known.get(k) not in (None, deal.id) for k in holders[0]):
            assert after[deal.id] == holders[0]
