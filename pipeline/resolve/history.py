"""The status of a deal over time, from its reports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.types import STATUSES, Report

CREDIBLE = 0.5
"""One voice of this confidence, or two of any, change a status."""

_RANK = {"rumored": 0, "announced": 1, "completed": 2}


@dataclass(frozen=True, slots=True)
class Step:
    """The deal was first credibly reported as ``status`` on ``on`` by ``report``."""

    status: str
    on: date | None
    report: Report


def voice(report: Report) -> str:
    """The independent voice of a report: its origin, else its source, else the article itself."""
    return report.origin or report.source or report.article_id


def steps(reports: Iterable[Report]) -> list[Step]:
    """How the status went, oldest first. At least one step where there is a report; the last is the status
    now.

    A status only rises (rumored, announced, completed) until the deal is cancelled: a later article that
    still calls a
    closed deal "announced" takes nothing back. After a cancellation, only news of the deal (not background)
    revives it.
    Reports that are not credible alone count once a second voice says the same.
    """
    ordered = sorted(reports, key=_order)
    found: list[Step] = []
    doubted: dict[str, set[str]] = {}
    for report in ordered:
        status = _best(report, found[-1].status if found else None)
        if status is None or (found and not _follows(found[-1], status, report)):
            continue
        voices = doubted.setdefault(status, set())
        voices.add(voice(report))
        if report.claim.confidence >= CREDIBLE or len(voices) > 1:
            found.append(Step(status, report.published, report))
            doubted.clear()
    if not found and ordered:
        surest = max(ordered, key=lambda r: r.claim.confidence)
        found.append(Step(_best(surest, None) or "announced", surest.published, surest))
    return found


def _order(report: Report) -> tuple[date, str, int]:
    return (report.published or date.max, report.article_id, report.index)


def _best(report: Report, now: str | None) -> str | None:
    """The status that a report gives; of alternatives the one that the deal has already, else the first."""
    given = [s for s in report.claim.status.split("|") if s in STATUSES]
    return now if now in given else given[0] if given else None


def _follows(last: Step, status: str, report: Report) -> bool:
    if status == last.status:
        return False
    if status == "cancelled":
        # Background that calls a deal off, older than the news of it, is about an earlier attempt.
        return report.claim.primary or _later(report, last)
    if last.status == "cancelled":
        return report.claim.primary and status != "rumored" and _later(report, last)
    return _RANK[status] > _RANK[last.status]


def _later(report: Report, last: Step) -> bool:
    return report.published is not None and last.on is not None and report.published > last.on


def ordered(reports: Sequence[Report]) -> tuple[Report, ...]:
    """Reports oldest first; undated ones last."""
    return tuple(sorted(reports, key=_order))
