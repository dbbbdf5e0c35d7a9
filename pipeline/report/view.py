"""A deal as the report shows it: all words and numbers ready, nothing left to compute in the template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.alerts.safe import link
from pipeline.report.marks import Piece, sentences
from pipeline.report.words import short, usd, visible, watts
from pipeline.resolve.changes import size_words, usd_of
from pipeline.resolve.history import steps, voice
from pipeline.types import Article, Deal, Report

SURE = 50
"""Deals below this confidence, in percent, are listed last, marked, and left out of sums and drawings."""

GIVERS = ("supplier", "investor", "lender", "acquirer", "grantor")
TAKERS = ("customer", "investee", "borrower", "target", "grantee")


@dataclass(frozen=True, slots=True)
class ReportView:
    """One article's word on the deal."""

    source: str
    title: str
    url: str | None
    published: date | None
    status: str
    background: bool
    confidence: int
    lang: str
    sentences: list[list[Piece]]


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of the status history."""

    status: str
    on: date | None
    source: str


@dataclass(frozen=True, slots=True)
class DealView:
    """One deal. ``usd`` and ``power`` (W) are its largest, 0 where unknown; ``confidence`` in percent."""

    id: str
    type: str
    status: str
    givers: list[str]
    takers: list[str]
    others: list[tuple[str, str]]
    parties: list[tuple[str, str]]
    chips: list[str]
    sizes: list[str]
    usd: float
    usd_words: str
    power: float
    confidence: int
    origins: int
    voices: list[str]
    first: date | None
    last: date | None
    history: list[StepView]
    reports: list[ReportView]

    @property
    def sure(self) -> bool:
        """Whether it counts in sums and drawings."""
        return self.confidence >= SURE

    @property
    def order(self) -> str:
        """For sorting deals of equal size: the newest first."""
        return str((date.max - self.last).days).zfill(8) if self.last else "9" * 8

    @property
    def headline(self) -> str:
        """ "Google → Anthropic", or the parties where no direction is known."""
        if self.givers and self.takers:
            return f"{', '.join(self.givers)} → {', '.join(self.takers)}"
        return ", ".join(name for name, _ in self.parties)


def view(deal: Deal, articles: Mapping[str, Article]) -> DealView:
    """The view of a deal."""
    parties = [(visible(p.name), p.role) for p in deal.parties]
    money = [float(usd_of(s)) for s in deal.sizes if s.kind == "money"]
    power = [float(s.max or s.min or 0) for s in deal.sizes if s.kind == "power"]
    largest = max(money, default=0.0)
    return DealView(
        id=visible(deal.id),
        type=deal.type,
        status=deal.status,
        givers=[name for name, role in parties if role in GIVERS],
        takers=[name for name, role in parties if role in TAKERS],
        others=[(name, role) for name, role in parties if role not in GIVERS + TAKERS],
        parties=parties,
        chips=[visible(chip) for chip in deal.chips],
        sizes=[size_words(size) for size in deal.sizes],
        usd=largest,
        usd_words=usd(largest) if largest else "",
        power=max(power, default=0.0),
        confidence=round(deal.confidence * 100),
        origins=deal.origins,
        voices=sorted({visible(voice(report)).removeprefix("wire:") for report in deal.reports}),
        first=deal.first_reported,
        last=deal.last_reported,
        history=[StepView(s.status, s.on, _source(s.report)) for s in steps(deal.reports)],
        reports=[_report(report, articles) for report in deal.reports],
    )


def tiles(deals: Sequence[DealView]) -> list[tuple[str, str, str]]:
    """The headline figures: (figure, what it counts, what must be known about it)."""
    live = [d for d in deals if d.status != "cancelled" and d.sure]
    unsure = sum(not d.sure for d in deals)
    firm = sum(d.status in ("announced", "completed") for d in deals)
    rumours = sum(d.status == "rumored" for d in deals)
    fallen = len(deals) - firm - rumours
    priced = [d for d in live if d.usd]
    powered = [d for d in live if d.power]
    companies = {name.casefold() for d in deals for name, _ in d.parties}
    reports = sum(len(d.reports) for d in deals)
    several = sum(d.origins > 1 for d in deals)
    return [
        (
            f"{len(deals):,}",
            _many(len(deals), "deal"),
            f"{firm} firm, {rumours} rumoured, {fallen} fallen through"
            + (f"; {unsure} unsure" if unsure else ""),
        ),
        (
            usd(sum(d.usd for d in priced)) if priced else "–",
            "stated in money",
            f"largest amount of each of {len(priced)} live deals; they may overlap",
        ),
        (
            watts(sum(d.power for d in powered)) if powered else "–",
            "stated in power",
            f"largest figure of each of {len(powered)} live deals; they may overlap",
        ),
        (f"{len(companies):,}", "companies and states", "as parties of a deal"),
        (
            f"{reports:,}",
            _many(reports, "report"),
            f"{several} deals rest on more than one independent source",
        ),
    ]


def _many(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"


def _source(report: Report) -> str:
    return visible(report.source or report.article_id)


def _report(report: Report, articles: Mapping[str, Article]) -> ReportView:
    article = articles.get(report.article_id)
    title = report.title or (article.title if article else "") or "Article"
    return ReportView(
        source=_source(report),
        title=short(visible(title), 200),
        url=link(report.url) or link(article.url if article else None),
        published=report.published,
        status=report.claim.status.split("|")[0],
        background=not report.claim.primary,
        confidence=round(report.claim.confidence * 100),
        lang=report.lang or (article.language if article else None) or "",
        sentences=sentences(report.claim),
    )
