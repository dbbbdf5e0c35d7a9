"""deals, show: what the store knows."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import typer

from flows.cli.common import DatabaseOption, JsonOption, deal_table, dump, fail, open_store, print_table


def deals(
    since: Annotated[datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="Last reported on that day or later.")] = None,
    company: Annotated[str | None, typer.Option("--company", help="A party: name, part of a name, alias or key.")] = None,
    chip: Annotated[str | None, typer.Option("--chip", help="A chip or product family.")] = None,
    type_: Annotated[str | None, typer.Option("--type", help="compute, supply, manufacturing, codevelopment, licensing, investment, financing, acquisition, datacenter or grant.")] = None,
    status: Annotated[str | None, typer.Option("--status", help="rumored, announced, completed or cancelled.")] = None,
    min_usd: Annotated[str | None, typer.Option("--min-usd", help="Least amount in US dollars: 500000000, 5e8, 500m or 1bn.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 50,
    as_json: JsonOption = False,
    database_url: DatabaseOption = None,
) -> None:
    """The deals, largest first.

    Example: chipwire deals --company anthropic --min-usd 1bn --since 2025-10-01
    """
    from pipeline.resolve.jsonl import deal_to_json
    from pipeline.store.rows import DealFilter
    from pipeline.types import DEAL_TYPES, STATUSES

    if type_ is not None and type_ not in DEAL_TYPES:
        fail(f"--type {type_}: one of {', '.join(DEAL_TYPES)}")
    if status is not None and status not in STATUSES:
        fail(f"--status {status}: one of {', '.join(STATUSES)}")
    where = DealFilter(since.date() if since else None, company, chip, type_, status, dollars(min_usd), limit=limit)
    with open_store(database_url) as store:
        found = store.deals.list(where)
    if as_json:
        for deal in found:
            print(dump(deal_to_json(deal)))
    elif found:
        print_table(deal_table(found, f"{len(found)} deals"))
    else:
        print("No deals fit. `chipwire run` collects them; fewer filters show more.")


def dollars(text: str | None) -> Decimal | None:
    """"1bn", "500m", "5e8" as a number; None stays None."""
    if text is None:
        return None
    lower = text.strip().lower().replace(",", "").replace("_", "").removeprefix("$")
    scale = Decimal(1)
    for ending, factor in (("bn", 10**9), ("b", 10**9), ("mn", 10**6), ("m", 10**6), ("k", 10**3)):
        if lower.endswith(ending):
            lower, scale = lower.removesuffix(ending), Decimal(factor)
            break
    try:
        value = Decimal(lower.strip()) * scale
    except InvalidOperation:
        fail(f"--min-usd {text}: give a number such as 500000000, 500m or 1bn")
    if not value.is_finite() or value < 0:
        fail(f"--min-usd {text}: give a number such as 500000000, 500m or 1bn")
    return value


def show(
    deal: Annotated[str, typer.Argument(help="A deal's id, as `chipwire deals` shows it.")],
    as_json: JsonOption = False,
    database_url: DatabaseOption = None,
) -> None:
    """One deal with everything it rests on: each report, the words, the history.

    Example: chipwire show d-3f2a9c
    """
    with open_store(database_url) as store:
        detail = store.deals.get(deal)
    if detail is None:
        fail(f"no deal {deal}. `chipwire deals` lists them.", 1)
    if as_json:
        from pipeline.resolve.jsonl import deal_to_json

        print(dump({**deal_to_json(detail.deal), "state": detail.state, "revision": detail.revision, "history": [
            {"at": c.at, "kind": c.kind, "old": c.old, "new": c.new, "article": c.article_id} for c in detail.history
        ]}))  # fmt: skip
        return
    _print(detail)


def _print(detail: Any) -> None:
    from pipeline.alerts.safe import plain

    print_table(deal_table([detail.deal], f"Deal {detail.deal.id} ({detail.state}, revision {detail.revision})"))
    for report in detail.deal.reports:
        print(f"\n{report.published or 'undated'}  {plain(report.title or '', 150)}\n  {plain(report.url or '', 300)}")
        for span in report.claim.evidence:
            print(f"    “{plain(span.quote, 500)}”")
    print("\nHistory")
    for change in detail.history:
        words = " → ".join(plain(w, 120) for w in (change.old, change.new) if w)
        print(f"  {change.at:%Y-%m-%d %H:%M}  {change.kind:<16} {words}")
