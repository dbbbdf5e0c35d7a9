"""The chips that Chipwire knows, as ``nlp/knowledge/chips/*.csv`` tell them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

FOLDER = Path(__file__).parent / "chips"
COLUMNS = (
    "key",
    "name",
    "aliases",
    "native",
    "vendor",
    "kind",
    "family",
    "generation",
    "codename",
    "year",
    "holds",
    "context",
    "note",
)
KINDS = frozenset(
    [
        "GPU",
        "TPU",
        "CPU",
        "NPU",
        "ASIC",
        "DPU",
        "FPGA",
        "memory",
        "rack",
        "server",
        "network",
        "system",
        "quantum",
        "IP",
    ]
)
RULES = frozenset(("near", "tight", "code", "named", "vendor", "never"))


@dataclass(frozen=True, slots=True)
class Context:
    """When an ambiguous form is the chip. ``rule`` "" for always; ``forms`` empty: all bare forms."""

    rule: str = ""
    forms: frozenset[str] = frozenset()
    blockers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chip:
    """A row of the knowledge. ``holds``: pairs of count and chip key; ``year`` None where unknown."""

    key: str
    name: str
    aliases: tuple[str, ...]
    native: tuple[str, ...]
    vendor: str
    kind: str
    family: str
    generation: str
    codename: str
    year: int | None
    holds: tuple[tuple[int, str], ...]
    context: Context
    note: str
    file: str


def split(cell: str) -> tuple[str, ...]:
    """The parts of a cell that ``|`` separates, without blanks."""
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def read_context(cell: str) -> Context:
    """``near``, ``tight:Milan|Mailand; not:fashion|airport`` and so on. Raises ValueError on other words."""
    rule, forms, blockers = "", frozenset[str](), tuple[str, ...]()
    for part in (p.strip() for p in cell.split(";") if p.strip()):
        head, _, rest = part.partition(":")
        if head == "not":
            blockers = split(rest)
        elif head in RULES:
            rule, forms = head, frozenset(split(rest))
        else:
            raise ValueError(f"context {cell!r}: write one of {sorted(RULES)} or not:word|word")
    return Context(rule, forms, blockers)


def read_holds(cell: str) -> tuple[tuple[int, str], ...]:
    """``72 x nvidia-b200|36 x nvidia-grace`` as pairs. Raises ValueError on another form."""
    out = []
    for part in split(cell):
        count, times, key = part.partition(" x ")
        if not times or not count.isdigit():
            raise ValueError(f"holds {part!r}: write '72 x key-of-the-chip'")
        out.append((int(count), key.strip()))
    return tuple(out)


def read_rows(folder: Path = FOLDER) -> Iterator[tuple[str, dict[str, str]]]:
    """File name and line number, and the row, of every CSV in the folder, in order of file names."""
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise ValueError(f"{path.name}: the columns must be {','.join(COLUMNS)}")
            for row in reader:
                if None in row or None in row.values():
                    raise ValueError(f"{path.name}:{reader.line_num}: {len(COLUMNS)} columns are needed")
                yield f"{path.name}:{reader.line_num}", row


def read_chip(row: Mapping[str, str], file: str = "") -> Chip:
    """One row as a Chip. Raises ValueError where year, holds or context cannot be read."""
    return Chip(
        key=row["key"],
        name=row["name"],
        aliases=split(row["aliases"]),
        native=split(row["native"]),
        vendor=row["vendor"],
        kind=row["kind"],
        family=row["family"],
        generation=row["generation"],
        codename=row["codename"],
        year=int(row["year"]) if row["year"] else None,
        holds=read_holds(row["holds"]),
        context=read_context(row["context"]),
        note=row["note"],
        file=file,
    )


@lru_cache(maxsize=1)
def load_chips() -> Mapping[str, Chip]:
    """All chips by key, read once."""
    chips: dict[str, Chip] = {}
    for place, row in read_rows():
        if row["key"] in chips:
            raise ValueError(f"{place}: key {row['key']!r} is there already; run nlp.knowledge.check_chips")
        chips[row["key"]] = read_chip(row, place)
    return MappingProxyType(chips)


def lineage(key: str, chips: Mapping[str, Chip]) -> tuple[str, ...]:
    """The key and the keys of its families, nearest first; a loop in the data ends the chain."""
    out: list[str] = []
    while key in chips and key not in out:
        out.append(key)
        key = chips[key].family
    return tuple(out)
