"""Whether a rule wants to hear of a revision."""

from __future__ import annotations

from decimal import Decimal

from pipeline.alerts.revision import Revision, earlier, events, is_news
from pipeline.alerts.rules import Rule
from pipeline.resolve.changes import usd_of
from pipeline.resolve.identity import Companies, normal
from pipeline.types import Deal


def matches(rule: Rule, revision: Revision, *, companies: Companies | None = None) -> bool:
    """Whether what happened is what the rule waits for, and the deal passes its filters.

    A rule with a least size, confidence or number of origins hears of a known deal as "new" once, when it
    first passes these. ``companies`` (knowledge) is needed for filters by country and group.
    """
    known = companies or Companies()
    if revision.state != "active" or not _is_about(rule, revision.deal, known):
        return False
    if not _is_enough(rule, revision.deal):
        return False
    happened = events(revision)
    wanted = happened if "any" in rule.when else happened & set(rule.when)
    if wanted:
        return True
    if not {"any", "new"} & set(rule.when) or any(change.kind == "new" for change in revision.changes):
        return False
    before = earlier(revision, known)
    if before is None:
        return False
    return is_news(revision.deal) and not (is_news(before) and _is_enough(rule, before))


def largest_usd(deal: Deal) -> Decimal:
    """The largest amount of money of the deal in USD; 0 where none is known."""
    return max(map(usd_of, deal.sizes), default=Decimal(0))


def _is_enough(rule: Rule, deal: Deal) -> bool:
    return (
        (rule.min_usd is None or largest_usd(deal) >= rule.min_usd)
        and (rule.min_confidence is None or deal.confidence >= rule.min_confidence)
        and (rule.min_origins is None or deal.origins >= rule.min_origins)
    )


def _is_about(rule: Rule, deal: Deal, companies: Companies) -> bool:
    if rule.type and deal.type not in rule.type:
        return False
    if rule.status and deal.status not in rule.status:
        return False
    if rule.company and not any(_is_party(wanted, deal, companies) for wanted in rule.company):
        return False
    if rule.chip and not any(_is_chip(wanted, chip) for wanted in rule.chip for chip in deal.chips):
        return False
    homes = {companies.countries.get(party.key or "", "") for party in deal.parties}
    return not rule.country or bool(homes & set(rule.country))


def _is_party(wanted: str, deal: Deal, companies: Companies) -> bool:
    plain = normal(wanted)
    key = companies.keys.get(plain, wanted if wanted in companies.names else None)
    for party in deal.parties:
        if normal(party.name) == plain or wanted == party.key:
            return True
        if key and party.key and (key == party.key or key in companies.line(party.key)):
            return True
    return False


def _is_chip(wanted: str, chip: str) -> bool:
    """All words of the one in the other: "GB300" and "NVIDIA GB300 NVL72"."""
    return set(normal(wanted).split()) <= set(normal(chip).split())
