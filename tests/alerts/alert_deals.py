"""Deals and revisions for tests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pipeline.alerts import DealRevision
from pipeline.resolve import changes, resolve
from pipeline.types import DealClaim, Mention, Party, Report, Size, Span

NOWHERE = Span(0, 0, "")


def report(
    article: str, day: int, *, status="announced", usd="5e9", primary=True, customer="OpenMind", **more
) -> Report:
    """A report of Envision supplying a customer, in October 2025."""
    quote = more.pop("quote", f"Envision supplies {customer}.")
    claim = DealClaim(
        primary=primary,
        type="supply",
        status=status,
        parties=(
            Party("Envision", "supplier", "envision", NOWHERE),
            Party(customer, "customer", None, NOWHERE),
        ),
        chips=(Mention("Envision GB300", (), None, NOWHERE),),
        sizes=(Size("money", "USD", Decimal(usd), Decimal(usd), Span(0, 3, usd)),) if usd else (),
        confidence=more.pop("confidence", 0.8),
        evidence=(Span(0, len(quote), quote),),
    )
    fields = {"url": f"https://{article}.example/1", "title": "Title", "lang": "en", **more}
    return Report(article, 0, source=article, published=date(2025, 10, day), claim=claim, **fields)


def revision(before: list[Report], after: list[Report]) -> DealRevision:
    """What the later reports changed in the deal of the earlier ones."""
    old = resolve(before)[0] if before else None
    known = {(r.article_id, r.index): old.id for r in before} if old else {}
    (new,) = resolve([*before, *after], known)
    return DealRevision(new, tuple(changes(old, new)))
