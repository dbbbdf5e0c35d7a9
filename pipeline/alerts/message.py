"""The words of an alert: what happened to which deal, by whose word, with the sentence and the link."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pipeline.alerts.revision import Revision, events
from pipeline.alerts.rules import Rule
from pipeline.alerts.safe import link, plain
from pipeline.resolve.changes import size_words
from pipeline.resolve.history import voice
from pipeline.types import Deal, Report, Span

MOST_TITLE = 160
MOST_BODY = 1_900
"""Characters; the narrowest common channel takes 2,000."""

_HEADS = (("fell_through", "Fell through"), ("new", "New"), ("firm", "Firm"), ("grew", "Larger"))
_VERBS = {
    "compute": "rents computing capacity to",
    "supply": "supplies",
    "manufacturing": "manufactures for",
    "licensing": "licenses to",
    "investment": "invests in",
    "financing": "lends to",
    "acquisition": "takes over",
    "grant": "grants to",
    "datacenter": "provides data centre to",
}
_FIRST = ("supplier", "investor", "lender", "acquirer", "grantor")
_SECOND = ("customer", "investee", "borrower", "target", "grantee")
_SHOWN = 4


class Message(NamedTuple):
    """Plain text, safe in any channel: no control or bidi characters, no markup of strangers."""

    title: str
    body: str


def message(rule: Rule, revision: Revision) -> Message:
    """Title (one line) and body (a few lines) of the alert that this rule gives of this revision."""
    deal = revision.deal
    happened = events(revision)
    head = next((word for event, word in _HEADS if event in happened), "New")
    title = plain(f"{head}: {headline(deal)}", MOST_TITLE)
    lines = [
        *_changed(revision),
        f"Status: {_status(deal)}",
        *_facts(deal),
        "",
        *_evidence(revision),
        _footer(rule, deal),
    ]
    body = "\n".join(lines)
    return Message(title, body if len(body) <= MOST_BODY else body[: MOST_BODY - 1].rstrip() + "…")


def headline(deal: Deal) -> str:
    """A deal in a few words: "Google supplies Anthropic, up to 1,000,000 chips"."""
    first = _names(p.name for p in deal.parties if p.role in _FIRST)
    second = _names(p.name for p in deal.parties if p.role in _SECOND)
    if first and second:
        words = f"{first} {_VERBS.get(deal.type, 'and')} {second}"
    else:
        words = f"{deal.type}: {_names(p.name for p in deal.parties) or 'unnamed parties'}"
    sizes = ", ".join(size_words(size) for size in deal.sizes[:2])
    return f"{words}, {sizes}" if sizes else words


def _names(names: Iterable[str]) -> str:
    shown = [plain(name, 60) for name in names]
    more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
    return ", ".join(shown[:_SHOWN]) + more


def _status(deal: Deal) -> str:
    voices = "one source" if deal.origins == 1 else f"{deal.origins} independent sources"
    return f"{deal.status}; {voices}, confidence {round(deal.confidence * 100)} of 100"


def _changed(revision: Revision) -> list[str]:
    lines = []
    for change in revision.changes:
        if change.kind in ("grown", "size_added"):
            lines.append(f"Size: {plain(change.old or 'not known', 120)} → {plain(change.new or '', 120)}")
        elif change.kind == "status_changed":
            lines.append(f"Was: {plain(change.old or '', 40)}, now: {plain(change.new or '', 40)}")
    return lines[:_SHOWN]


def _facts(deal: Deal) -> list[str]:
    lines = [f"Parties: {_names(f'{p.name} ({p.role})' for p in deal.parties)}"]
    if deal.chips:
        lines.append(f"Chips: {_names(deal.chips)}")
    if deal.sizes:
        lines.append(f"Sizes: {', '.join(size_words(size) for size in deal.sizes[:6])}")
    return lines


def _evidence(revision: Revision) -> list[str]:
    """The sentence and address of the report that brought the change, else of the surest of the news."""
    cause = next((c.article_id for c in reversed(revision.changes) if c.article_id), None)
    reports = sorted(revision.deal.reports, key=lambda r: _rank(r, cause), reverse=True)
    told = next((r for r in reports if _span(r)), reports[0] if reports else None)
    if told is None:
        return []
    span = _span(told)
    quote = [f"“{plain(span.quote, 420)}”"] if span else []
    when = f", {told.published.isoformat()}" if told.published else ""
    where = [f"{plain(voice(told), 80)}{when}"]
    address = link(told.url)
    return [*quote, *where, *([address] if address else [])]


def _rank(report: Report, cause: str | None) -> tuple[bool, bool, float]:
    return (report.article_id == cause, report.claim.primary, report.claim.confidence)


def _span(report: Report) -> Span | None:
    return max(report.claim.evidence, key=lambda s: len(s.quote), default=None)


def _footer(rule: Rule, deal: Deal) -> str:
    return f"Deal {plain(deal.id, 40)} · rule “{plain(rule.name, 60)}”"
