"""All forms under which chips, vendors and chip words are written, as one automaton over lower-case text."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import ahocorasick

from nlp.knowledge.chips import Chip, load_chips

DATA = Path(__file__).parent / "data"
CODE_LEAD = 3
"""Leads up to this many letters ("MI", "TPU") a regular expression finds, longer ones the automaton."""
_PARTS = re.compile(r"v\d[\w.]*|[^\W\d_]+\+?|\d[\w.+]*|[^\w\s]", re.IGNORECASE)
_VERSION = re.compile(r"v\d")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_PARENTHESIS = re.compile(r"\s*\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Model numbers of one product line: ``lead`` and then what ``rest`` matches; ``name`` is a template."""

    vendor: str
    kind: str
    family: str
    lead: str
    rest: re.Pattern[str]
    name: str
    rule: str


@dataclass(frozen=True, slots=True)
class Form:
    """One meaning of a written form. ``what``: chip, vendor, head, lead; ``key`` of chip or vendor."""

    what: str
    key: str
    rule: str = ""
    pattern: Pattern | None = None


@dataclass(slots=True)
class Forms:
    """What the matcher looks things up in."""

    automaton: Any
    chips: Mapping[str, Chip]
    exact: dict[str, tuple[Form, ...]]
    code_leads: dict[str, list[Pattern]]
    blocks: dict[str, frozenset[str]]
    vendor_names: dict[str, tuple[str, ...]] = field(default_factory=dict)


def rows(name: str) -> Iterator[dict[str, str]]:
    """Rows of a data file of this package."""
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def variants(form: str) -> set[str]:
    """The form in lower case with every usual way to join its parts: "mi300x", "mi 300x", "mi-300x"."""
    form = form.lower()
    pieces = list(_PARTS.finditer(form))
    if not 1 < len(pieces) <= 6:
        return {form}
    gaps: list[tuple[str, ...]] = []
    for left, right in pairwise(pieces):
        between = form[left.end() : right.start()]
        a, b = left[0], right[0]
        turn = a[-1].isdigit() != b[0].isdigit() and (a[-1].isalnum() and b[0].isalnum())
        if between not in ("", " "):
            gaps.append((between,))
        elif not (a[-1].isalnum() and b[0].isalnum()):
            # a hyphen or another sign: it may be left out only before or after a digit
            sign = a if not a.isalnum() else b
            near_digit = (right.end() < len(form) and form[right.end()].isdigit()) or b[0].isdigit()
            gaps.append((between, " ") if sign == "-" and near_digit and between else (between,))
        elif _CJK.search(a[-1] + b[0]):
            gaps.append(("", " "))
        elif between == " ":
            gaps.append((" ", "-", "") if turn or _VERSION.match(b) else (" ", "-"))
        elif turn and len(a) >= 2 and a.isalpha():
            gaps.append(("", " ", "-"))
        else:
            gaps.append(("",))
    out = set()
    for choice in product(*gaps):
        out.add("".join(p[0] + gap for p, gap in zip(pieces, (*choice, ""), strict=True)))
    if "-" in form:
        out |= {spelt for plain in (form.replace("-", " "), form) for spelt in (plain,)}
        if re.search(r"-\d|\d-", form):
            out.add(form.replace("-", ""))
    return out


def vendor_forms() -> dict[str, tuple[str, ...]]:
    """Vendor key → how the vendor is written."""
    return {row["vendor"]: tuple(row["forms"].split("|")) for row in rows("vendors.csv")}


def bare(name: str, names: tuple[str, ...]) -> str:
    """The name without its vendor in front; the name itself where no vendor stands there."""
    for vendor in sorted(names, key=len, reverse=True):
        if name.casefold().startswith(vendor.casefold() + " "):
            return name[len(vendor) + 1 :]
    return name


def chip_forms(chip: Chip, names: tuple[str, ...], plain: frozenset[str]) -> dict[str, str]:
    """Written form → rule, for one chip. A form that says the vendor needs no context.

    ``plain``: words that are no name by themselves; with numbers alone they are left out.
    """
    name = _PARENTHESIS.sub("", chip.name)
    out: dict[str, str] = {}
    for form in (name, bare(name, names), *chip.aliases, *chip.native):
        if form.lower() in plain or form.isdigit():
            continue
        context = chip.context
        ruled = context.rule and (not context.forms or form in context.forms)
        named = bare(form, names) != form
        out[form] = context.rule if ruled and not named else ""
    return out


def read_patterns() -> list[Pattern]:
    """The model-number patterns of patterns.csv."""
    return [
        Pattern(
            row["vendor"],
            row["kind"],
            row["family"],
            row["lead"],
            re.compile(r"[ -]?" + row["rest"] + r"(?=s?(?![^\W_]))", re.IGNORECASE)
            if len(row["lead"]) > 1
            else re.compile(row["rest"] + r"(?=s?(?![^\W_]))", re.IGNORECASE),
            row["name"],
            row["rule"],
        )
        for row in rows("patterns.csv")
    ]


@lru_cache(maxsize=1)
def load_forms() -> Forms:
    """Build everything once; about a tenth of a second."""
    table: dict[str, dict[Form, None]] = defaultdict(dict)
    chips = load_chips()
    vendors = vendor_forms()
    heads = {word.lower(): row["kind"] for row in rows("heads.csv") for word in row["words"].split("|")}
    plain = frozenset(heads)
    for chip in chips.values():
        if chip.context.rule == "never":
            continue
        for form, rule in chip_forms(chip, vendors.get(chip.vendor, ()), plain).items():
            for spelt in variants(form):
                table[spelt].setdefault(Form("chip", chip.key, rule))
    for vendor, names in vendors.items():
        for name in names:
            table[name.lower()].setdefault(Form("vendor", vendor))
    for word, kind in heads.items():
        table[word].setdefault(Form("head", kind))
    code_leads: dict[str, list[Pattern]] = defaultdict(list)
    for pattern in read_patterns():
        if len(pattern.lead) <= CODE_LEAD and pattern.lead.isascii():
            code_leads[pattern.lead].append(pattern)
        else:
            table[pattern.lead].setdefault(Form("lead", "", pattern.rule, pattern))
    automaton = ahocorasick.Automaton()
    exact = {}
    for spelt, meanings in table.items():
        exact[spelt] = tuple(meanings)
        automaton.add_word(spelt, (len(spelt), exact[spelt]))
    automaton.make_automaton()
    blocks = {row["kind"]: frozenset(row["words"].split("|")) for row in rows("blocks.csv")}
    return Forms(automaton, chips, exact, dict(code_leads), blocks, vendors)
