"""``chipwire deals`` and ``chipwire show``."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.cli import common

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.text import Text

    from pipeline.store.rows import DealDetail
    from pipeline.types import Deal


def deals(
    *,
    since: Annotated[
        str | None, typer.Option(help="Last reported on this day or later (YYYY-MM-DD).")
    ] = None,
    company: Annotated[str | None, typer.Option(help="A party: name, a part of it, alias or key.")] = None,
    chip: Annotated[str | None, typer.Option(help="A chip or family: name, a part of it, or alias.")] = None,
    type: Annotated[str | None, typer.Option(help="supply, compute, investment, …")] = None,
    status: Annotated[str | None, typer.Option(help="rumored, announced, completed or cancelled.")] = None,
    min_usd: Annotated[str | None, typer.Option(help="Least size in US dollars, such as 1e9.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many.")] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON lines, all fields.")] = False,
) -> None:
    """The deals, largest first.

    Example: [bold]chipwire deals --company Anthropic --since 2025-10-01 --min-usd 1e9[/bold]
    """
    from pipeline.store import open_store
    from pipeline.store.rows import DealFilter
    from pipeline.types import DEAL_TYPES, STATUSES

    where = DealFilter(
        since=_day(since),
        company=company,
        chip=chip,
        type=_one_of(type, DEAL_TYPES, "--type"),
        status=_one_of(status, STATUSES, "--status"),
        min_usd=_amount(min_usd),
        limit=limit,
    )
    common.settings()
    with open_store() as store:
        found = store.deals.list(where)
    if json:
        for deal in found:
            common.print_line(deal_json(deal))
        return
    print_deals(found)


def show(
    deal: Annotated[str, typer.Argument(help="The deal's id, as `chipwire deals` lists it.")],
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """One deal: parties, sizes, history, and the sentences that it rests on.

    Example: [bold]chipwire show d-0123456789ab[/bold]
    """
    from pipeline.store import open_store

    common.settings()
    with open_store() as store:
        found = store.deals.get(deal)
    if found is None:
        common.console(stderr=True).print(
            f"There is no deal {deal!r}. List them: chipwire deals", markup=False
        )
        raise typer.Exit(1)
    if json:
        common.print_json(detail_json(found))
    else:
        _print_detail(found)


def deal_json(deal: Deal) -> dict[str, Any]:
    """A deal as plain data, in the form of ``chipwire resolve``, without its reports."""
    from pipeline.resolve.jsonl import deal_to_json

    found = deal_to_json(deal)
    return {
        key: value
        for key, value in found.items()
        if deal.reports or key not in ("reports", "evidence", "history")
    }


def detail_json(detail: DealDetail) -> dict[str, Any]:
    """A deal with everything."""
    from dataclasses import asdict

    return deal_json(detail.deal) | {
        "state": detail.state,
        "revision": detail.revision,
        "articles": [
            {
                "id": r.article_id,
                "url": r.url,
                "title": r.title,
                "source": r.source,
                "published": r.published,
                "lang": r.lang,
            }
            for r in detail.deal.reports
        ],
        "evidence": [asdict(one) for one in detail.evidence],
        "changes": [asdict(change) for change in detail.history],
    }


def print_deals(found: Iterable[Deal]) -> None:
    """A table of deals."""
    from rich.table import Table

    table = Table(show_lines=True)
    table.add_column("deal", ratio=5, overflow="fold")
    table.add_column("size", ratio=4, overflow="fold")
    table.add_column("status", ratio=2, overflow="fold")
    rows = 0
    for deal in found:
        rows += 1
        table.add_row(*_row(deal))
    common.console().print(
        table if rows else "No deals fit. (chipwire run fetches news; chipwire demo shows how it looks.)"
    )


def _row(deal: Deal) -> tuple[Text, Text, Text]:
    from rich.text import Text

    from pipeline.alerts.safe import plain
    from pipeline.resolve.changes import size_words

    parties = " · ".join(f"{plain(party.name, 60)} ({party.role})" for party in deal.parties)
    what = ", ".join([deal.type, *(plain(chip, 40) for chip in deal.chips[:4])])
    sizes = "\n".join(size_words(size) for size in deal.sizes[:4])
    if len(deal.sizes) > 4:
        sizes += f"\n… {len(deal.sizes) - 4} more"
    last = deal.last_reported.isoformat() if deal.last_reported else "undated"
    voices = "1 voice" if deal.origins == 1 else f"{deal.origins} voices"
    return (
        Text.assemble((parties, "bold"), "\n", what, "\n", (deal.id, "dim")),
        Text(sizes),
        Text.assemble(deal.status, "\n", last, "\n", f"{voices}, sure {deal.confidence:.2f}"),
    )


def _print_detail(detail: DealDetail) -> None:
    from rich.markup import escape

    from pipeline.alerts.safe import plain

    out, deal = common.console(), detail.deal
    print_deals([deal])
    out.print("\n[bold]Articles[/bold]")
    for report in deal.reports:
        day = report.published.isoformat() if report.published else "undated"
        title = plain(report.title or "", 120)
        out.print(escape(f"  {day}  {report.source}  {title}\n              {report.url or ''}"))
    out.print("\n[bold]Rests on[/bold]")
    for one in detail.evidence:
        place = f"{one.field} {one.start}–{one.end} of {one.article_id}"
        out.print(escape(f"  {one.what}: {one.value}\n      “{plain(one.quote, 600)}” ({place})"))
    out.print("\n[bold]History[/bold]")
    for change in detail.history:
        told = " → ".join(plain(value, 200) for value in (change.old, change.new) if value)
        out.print(escape(f"  {change.at:%Y-%m-%d %H:%M}  {change.kind}  {told}"))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day; write YYYY-MM-DD", param_hint="--since") from None


def _amount(text: str | None) -> Decimal | None:
    try:
        amount = Decimal(text.replace("_", "").replace(",", "")) if text else None
        if amount is not None and not amount.is_finite():
            raise InvalidOperation
    except InvalidOperation:
        raise typer.BadParameter(
            f"{text!r} is no amount; write 1e9 or 1000000000", param_hint="--min-usd"
        ) from None
    return amount


def _one_of(text: str | None, allowed: Iterable[str], option: str) -> str | None:
    if text is not None and text not in allowed:
        raise typer.BadParameter(f"{text!r} is none of {', '.join(allowed)}", param_hint=option)
    return text
