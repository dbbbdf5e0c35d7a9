"""Resolution: the reports of many articles become deals, one row a real deal.

    deals = resolve(reports, known, companies=Companies.of(rows), to_usd=fx.to_usd)

Pure: opens nothing, and the order of the reports does not matter. See docs of ``resolve`` and
``resolve_jsonl``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.resolve.changes import Change, changes
from pipeline.resolve.cluster import cluster
from pipeline.resolve.history import Step, ordered, steps, voice
from pipeline.resolve.identity import Companies
from pipeline.resolve.ids import assigned
from pipeline.resolve.items import item
from pipeline.resolve.jsonl import Resolved, resolve_jsonl
from pipeline.resolve.merge import merged
from pipeline.resolve.sizes import ToUsd
from pipeline.types import Deal, Report

__all__ = [
    "Change",
    "Companies",
    "Resolved",
    "Step",
    "changes",
    "resolve",
    "resolve_jsonl",
    "steps",
    "voice",
]


def resolve(
    reports: Iterable[Report],
    known: Mapping[tuple[str, int], str] | None = None,
    *,
    companies: Companies | None = None,
    to_usd: ToUsd | None = None,
) -> list[Deal]:
    """The deals that the reports tell of, earliest first, each with its reports in ``reports``.

    ``known``: (article id, index) → id of the deal that this report belongs to so far; ids stay.
    ``companies``: what is
    known of names and groups. ``to_usd(amount, currency, on)``: for comparing currencies and for the USD
    columns.
    Every report is in exactly one deal; reports without a party or of no known type are left out. A report
    given
    twice counts once (the last one).
    """
    known_companies = companies or Companies()
    unique = {(r.article_id, r.index): r for r in reports}
    items = [item(r, known_companies, to_usd) for r in unique.values()]
    groups = cluster(i for i in items if i.parties and i.types)
    ids = assigned([ordered([i.report for i in group]) for group in groups], known or {})
    return [merged(group, id_, known_companies, to_usd) for group, id_ in zip(groups, ids, strict=True)]
