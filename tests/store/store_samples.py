"""Made-up values that several store tests use."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from pipeline.store import Store
from pipeline.store.rows import PageRecord
from pipeline.types import (
    Article,
    Deal,
    DealClaim,
    DealParty,
    DealSize,
    Mention,
    Party,
    Reading,
    Report,
    Size,
    Span,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SPAN = Span(0, 6, "Google")


def page(
    n: int = 1, *, source: str = "wire", outcome: str = "fetched", digest: str | None = None
) -> PageRecord:
    url = f"https://{source}.example/{n}"
    return PageRecord(
        source=source,
        url=f"{url}?utm_source=x",
        canonical_url=url,
        outcome=outcome,
        fetched_at=NOON,
        digest=digest or f"digest-{n}",
        warc=f"a.warc.gz#{n}",
        etag='"v1"',
    )


def article(
    n: int = 1, *, source: str = "wire", text: str = "Google supplies Anthropic.", **more: object
) -> Article:
    url = f"https://{source}.example/{n}"
    made = Article(
        id=f"{source}-{n}",
        url=url,
        canonical_url=url,
        source=source,
        title=f"Story {n}",
        text=text,
        authors=("A. Writer",),
        published_at=NOON,
        language="en",
        extractor="test",
        extractor_version="1",
    )
    return replace(made, **more)  # type: ignore[arg-type]


def claim(
    supplier: str = "Google",
    customer: str = "Anthropic",
    *,
    amount: str | None = "1000",
    status: str = "announced",
    type: str = "supply",
    chips: tuple[str, ...] = ("TPU",),
) -> DealClaim:
    size = Size("money", "USD", None, Decimal(amount), SPAN) if amount else None
    return DealClaim(
        primary=True,
        type=type,
        status=status,
        parties=(
            Party(supplier, "supplier", supplier.lower(), SPAN),
            Party(customer, "customer", customer.lower(), SPAN),
        ),
        chips=tuple(Mention(name, (), None, SPAN) for name in chips),
        sizes=(size,) if size else (),
        confidence=0.75,
        evidence=(SPAN,),
        status_span=SPAN,
    )


def reading(article_id: str, *claims: DealClaim, version: str = "r1", relevant: bool = True) -> Reading:
    return Reading(
        article_id=article_id,
        lang="en",
        relevant=relevant,
        companies=(Mention("Google", ("Alphabet's Google",), "google", SPAN),),
        chips=(Mention("TPU", (), None, SPAN),),
        sizes=(),
        deals=claims,
        reader_version=version,
    )


def deal(deal_id: str, *reports: Report, status: str | None = None) -> Deal:
    """A deal as a simple resolver makes it: all that the first report says, the largest size of any."""
    first = reports[0].claim
    sizes = [size for report in reports for size in report.claim.sizes]
    largest = max(sizes, key=lambda size: size.max or 0, default=None)
    days = [report.published for report in reports if report.published]
    return Deal(
        id=deal_id,
        type=first.type,
        status=status or reports[-1].claim.status,
        parties=tuple(DealParty(p.name, p.role, p.key) for p in first.parties),
        chips=tuple(chip.name for chip in first.chips),
        sizes=(
            DealSize(
                "money", largest.unit, largest.min, largest.max, largest.min, largest.max, largest.span.quote
            ),
        )
        if largest
        else (),
        confidence=first.confidence,
        first_reported=min(days, default=None),
        last_reported=max(days, default=None),
        origins=len({report.origin for report in reports}),
        reports=tuple(reports),
    )


def read_article(store: Store, n: int, *claims: DealClaim, source: str = "wire", version: str = "r1") -> str:
    """Store article ``n`` with a reading of these claims; its id."""
    saved = store.articles.save(article(n, source=source))
    assert store.readings.save(reading(saved.id, *claims, version=version), revision=saved.revision)
    return saved.id


def resolve_all(store: Store, deal_id: str = "d1") -> None:
    """Resolve everything that waits into one deal."""
    batch = store.deals.batch()
    store.deals.save(batch, [deal(deal_id, *sorted(batch.reports, key=lambda r: r.article_id))])


DAY = date(2026, 3, 2)
