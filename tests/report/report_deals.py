"""Deals for tests of the report."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from pipeline.resolve import resolve
from pipeline.types import Deal, DealClaim, Mention, Party, Report, Size, Span

_ROLES = {
    "supply": ("supplier", "customer"),
    "investment": ("investor", "investee"),
    "codevelopment": ("partner", "partner"),
}


def told(
    article: str,
    one: str,
    other: str,
    *,
    usd: str = "5e9",
    day: int = 0,
    kind: str = "supply",
    chip: str = "GB300",
    status: str = "announced",
    **more: object,
) -> Report:
    """A report whose one sentence holds all its values."""
    text = f"{one} and {other} have a deal on {chip} worth {usd} dollars."

    def span(words: str) -> Span:
        at = text.index(words)
        return Span(at, at + len(words), words)

    roles = _ROLES[kind]
    claim = DealClaim(
        primary=True,
        type=kind,
        status=status,
        parties=(Party(one, roles[0], None, span(one)), Party(other, roles[1], None, span(other))),
        chips=(Mention(chip, (), None, span(chip)),) if chip else (),
        sizes=(Size("money", "USD", Decimal(usd), Decimal(usd), span(usd)),) if usd else (),
        confidence=float(more.pop("confidence", 0.8)),  # type: ignore[arg-type]
        evidence=(Span(0, len(text), text),),
        status_span=span("have a deal"),
    )
    fields: dict[str, object] = {
        "url": f"https://{article}.example/1",
        "title": f"Title {article}",
        "lang": "en",
        **more,
    }
    published = date(2025, 10, 6) + timedelta(days=day)
    return Report(article, 0, source=f"{article} times", published=published, claim=claim, **fields)  # type: ignore[arg-type]


def deals(*reports: Report) -> list[Deal]:
    """The deals of the reports."""
    return resolve(reports)
