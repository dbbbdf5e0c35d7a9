"""Deal ids: kept where a deal had one, else made from its earliest report."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence

from pipeline.types import Report


def assigned(groups: Sequence[Sequence[Report]], known: Mapping[tuple[str, int], str]) -> list[str]:
    """An id for each group of reports (each oldest first), all different.

    A group keeps the id that most of its reports had; where two groups have a claim on one id, the one with
    more of its
    reports keeps it. New ids depend on nothing but the group's earliest report.
    """
    claims = sorted(
        (
            (-count, min(_order(r) for r in group if known.get((r.article_id, r.index)) == deal), deal, at)
            for at, group in enumerate(groups)
            for deal, count in Counter(
                known[r.article_id, r.index] for r in group if (r.article_id, r.index) in known
            ).items()
        ),
    )
    ids: dict[int, str] = {}
    used: set[str] = set()
    for _, _, deal, at in claims:
        if at not in ids and deal not in used:
            ids[at] = deal
            used.add(deal)
    # An id that lies free belongs to a deal that was merged, and is not given again.
    used.update(known.values())
    for at, group in enumerate(groups):
        if at not in ids:
            ids[at] = next(new for r in group if (new := new_id(r)) not in used or _last(r, group))
            while ids[at] in used:
                ids[at] = _hash(ids[at])
            used.add(ids[at])
    return [ids[at] for at in range(len(groups))]


def new_id(report: Report) -> str:
    """The id of a deal whose earliest report this is: "d" and 12 hexadecimal digits."""
    return _hash(f"{report.article_id}\n{report.index}")


def _last(report: Report, group: Sequence[Report]) -> bool:
    return report is group[-1]


def _hash(text: str) -> str:
    return "d" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def _order(report: Report) -> tuple[str, str, int]:
    return (str(report.published or "9999"), report.article_id, report.index)
