"""Check the knowledge of chips: ``python -m nlp.knowledge.check_chips``, exit code 1 on errors."""

from __future__ import annotations

import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from nlp.knowledge.chips import FOLDER, KINDS, Chip, lineage, read_chip, read_rows

COMPANIES = Path(__file__).parent / "companies"
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_YEARS = range(1970, 2040)


def read_all(folder: Path = FOLDER) -> tuple[list[Chip], list[str]]:
    """The rows that can be read, and a sentence for each that cannot."""
    chips, problems = [], []
    for place, row in read_rows(folder):
        try:
            chips.append(read_chip(row, place))
        except ValueError as error:
            problems.append(f"{place}: {error}")
    return chips, problems


def company_keys(folder: Path = COMPANIES) -> set[str]:
    """Keys of the companies' knowledge; empty where that is not there."""
    keys = set()
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as lines:
            keys |= {row.get("key", "") for row in csv.DictReader(lines)}
    return keys


def check(chips: Iterable[Chip]) -> Iterator[str]:
    """A sentence for each error: what is wrong, where, and what to do."""
    chips = list(chips)
    known: dict[str, Chip] = {}
    for chip in chips:
        if chip.key in known:
            yield f"{chip.file}: key {chip.key} is in {known[chip.key].file} too; merge or rename"
        known.setdefault(chip.key, chip)
        if not _KEY.fullmatch(chip.key):
            yield f"{chip.file}: key {chip.key!r} must be lower-case letters and digits with hyphens"
        if not chip.name or chip.name != " ".join(chip.name.split()):
            yield f"{chip.file}: name {chip.name!r} is empty or has blanks too many"
        if chip.kind not in KINDS:
            yield f"{chip.file}: kind {chip.kind!r} is none of {sorted(KINDS)}"
        if chip.year is not None and chip.year not in _YEARS:
            yield f"{chip.file}: year {chip.year} is out of range"
    for chip in chips:
        yield from references(chip, known)
    yield from clashes(chips)


def references(chip: Chip, known: Mapping[str, Chip]) -> Iterator[str]:
    """Unknown families and held products, loops of families, context forms that the row does not have."""
    if chip.family and chip.family not in known:
        yield f"{chip.file}: family {chip.family} has no row; add it or correct the key"
    if len(lineage(chip.key, known)) > 1 and known[lineage(chip.key, known)[-1]].family in known:
        yield f"{chip.file}: the families of {chip.key} form a loop"
    for _, key in chip.holds:
        if key not in known:
            yield f"{chip.file}: holds {key}, which has no row; add it or correct the key"
    forms = {chip.name, *chip.aliases, *chip.native}
    forms |= {form.split(" ", words)[-1] for form in (chip.name,) for words in (1, 2) if " " in form}
    for form in sorted(chip.context.forms - forms):
        yield f"{chip.file}: context names {form!r}, which is neither alias nor native name"


def clashes(chips: Iterable[Chip]) -> Iterator[str]:
    """Names that two rows claim and that no context tells apart."""
    owners: dict[str, dict[str, Chip]] = defaultdict(dict)
    for chip in chips:
        for form in (chip.name, *chip.aliases, *chip.native):
            ruled = chip.context.rule and (not chip.context.forms or form in chip.context.forms)
            if not ruled:
                owners[re.sub(r"[\s-]+", "", form.casefold())][chip.key] = chip
    for form, chips_of_form in owners.items():
        if len(chips_of_form) > 1:
            places = ", ".join(f"{c.key} ({c.file})" for c in chips_of_form.values())
            yield f"{form!r} is a name of {places}; keep one or give context"


def unknown_vendors(chips: Iterable[Chip], companies: set[str]) -> Iterator[str]:
    """Vendors without a row in the companies' knowledge, one sentence each."""
    vendors: dict[str, str] = {}
    for chip in chips:
        vendors.setdefault(chip.vendor, chip.file)
    for vendor in sorted(v for v in vendors if v and v not in companies):
        yield f"{vendors[vendor]}: vendor {vendor} has no row in the companies' knowledge"


def main() -> int:
    """Print every finding; 1 where something is wrong. Unknown vendors are told as warnings."""
    chips, problems = read_all()
    problems += check(chips)
    for problem in problems:
        print(problem, file=sys.stderr)
    companies = company_keys()
    warnings = list(unknown_vendors(chips, companies)) if companies else []
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)
    print(f"{len(chips)} chips, {len(problems)} errors, {len(warnings)} warnings")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
