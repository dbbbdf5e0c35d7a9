"""A report made ready for comparison."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from pipeline.resolve.identity import Companies, Who, normal, vendors, who
from pipeline.resolve.sizes import Measure, ToUsd, measure
from pipeline.types import DEAL_TYPES, STATUSES, Party, Report

PAYS = frozenset({"customer", "investor", "lender", "acquirer", "grantor"})
IS_PAID = frozenset({"supplier", "investee", "borrower", "target", "seller", "grantee"})
"""The roles by which way the money goes; this holds over the types, so that a purchase told as a data-centre
deal by one
article and as a takeover by another has the same sides."""


@dataclass(frozen=True, slots=True)
class Side:
    """A party and where it may stand: "pays", "paid", or "" for partners."""

    who: Who
    roles: tuple[str, ...]
    sides: frozenset[str]


@dataclass(frozen=True, slots=True)
class Item:
    """What of a report resolution compares."""

    report: Report
    types: tuple[str, ...]
    statuses: tuple[str, ...]
    parties: tuple[Side, ...]
    chips: tuple[frozenset[str], ...]
    sizes: tuple[Measure, ...]
    expands: bool

    @property
    def day(self) -> int | None:
        """Days since year 1; None where the article has no date."""
        return self.report.published.toordinal() if self.report.published else None

    @property
    def order(self) -> tuple[date, str, int]:
        """Earliest first; undated ones last."""
        return (self.report.published or date.max, self.report.article_id, self.report.index)

    @property
    def said(self) -> tuple[int, int, int]:
        """How much it says: parties, sizes, chips, and news before background."""
        return (int(self.report.claim.primary), len(self.parties) + len(self.sizes), len(self.chips))


def item(report: Report, companies: Companies, to_usd: ToUsd | None) -> Item:
    """The item of a report. Types and statuses that do not exist are left out."""
    claim = report.claim
    words = " ".join(span.quote for span in claim.evidence).casefold()
    return Item(
        report=report,
        types=tuple(t for t in claim.type.split("|") if t in DEAL_TYPES),
        statuses=tuple(s for s in claim.status.split("|") if s in STATUSES) or ("announced",),
        parties=tuple(_party(p, companies) for p in claim.parties),
        chips=tuple(_chip_names(chip.name, chip.also) for chip in claim.chips),
        sizes=tuple(measure(size, report.published, to_usd) for size in claim.sizes),
        expands=any(word in words for word in weights()["expansion_words"]),
    )


def side(role: str) -> str:
    """The side of a role by which way the money goes."""
    return "pays" if role in PAYS else "paid" if role in IS_PAID else ""


@lru_cache(maxsize=1)
def weights() -> dict[str, Any]:
    """The weights of ``data/weights.yml``."""
    read: dict[str, Any] = yaml.safe_load(
        (Path(__file__).parent / "data" / "weights.yml").read_text(encoding="utf-8")
    )
    return read


def _party(party: Party, companies: Companies) -> Side:
    roles = tuple(party.role.split("|"))
    return Side(who(party.name, party.key, party.also, companies), roles, frozenset(map(side, roles)))


def _chip_names(name: str, also: Iterable[str]) -> frozenset[str]:
    out = set()
    for written in (*name.split("|"), *also):
        words = [word for word in normal(written).split() if word not in vendors()]
        if words:
            out.add(" ".join(words))
    return frozenset(out)
