"""The knowledge of chips is whole, and the validator finds what is not."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from nlp.chips import find_chips
from nlp.chips.forms import load_forms, rows
from nlp.knowledge.check_chips import check, company_keys, main, read_all, unknown_vendors
from nlp.knowledge.chips import Chip, Context, load_chips, read_chip, read_context, read_holds


def chip(**changes: object) -> Chip:
    row = dict.fromkeys(Chip.__dataclass_fields__, "") | {"key": "acme-a1", "name": "Acme A1", "kind": "GPU"}
    plain = read_chip({k: str(v) for k, v in row.items()}, "acme.csv:2")
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_the_knowledge_has_no_errors() -> None:
    chips, problems = read_all()
    assert problems + list(check(chips)) == []
    assert main() == 0


def test_the_knowledge_is_wide() -> None:
    kinds = Counter(c.kind for c in load_chips().values())
    assert sum(kinds.values()) >= 800
    assert all(
        kinds[kind]
        for kind in ("GPU", "TPU", "CPU", "NPU", "DPU", "FPGA", "memory", "rack", "server", "network")
    )


def test_every_chip_that_needs_no_context_is_found_by_its_name() -> None:
    lost = []
    for known in load_chips().values():
        if known.context.rule or "(" in known.name:
            continue
        if known.key not in {e.key for e in find_chips(f"It bought the {known.name} in May.", "en")}:
            lost.append(known.name)
    assert lost == []


def test_every_pattern_names_families_that_exist() -> None:
    chips = load_chips()
    wrong = [row["name"] for row in rows("patterns.csv") if row["family"] and row["family"] not in chips]
    assert wrong == []


def test_every_vendor_of_a_chip_has_a_written_form() -> None:
    written = load_forms().vendor_names
    assert {c.vendor for c in load_chips().values() if c.vendor and c.vendor not in written} <= NO_FORM


NO_FORM = {"annapurna-labs", "mcst", "baikal-electronics", "riken", "xiangshan"}


@pytest.mark.parametrize(
    ("rows_", "said"),
    [
        ([chip(), chip()], "is in acme.csv:2 too"),
        ([chip(kind="toaster")], "kind 'toaster'"),
        ([chip(key="Acme A1")], "must be lower-case"),
        ([chip(family="acme-none")], "family acme-none has no row"),
        ([chip(holds=((8, "acme-none"),))], "holds acme-none"),
        ([chip(), chip(key="acme-a2", name="Acme A2", aliases=("acme a-1",))], "is a name of"),
        ([chip(family="acme-a2"), chip(key="acme-a2", name="Acme A2", family="acme-a1")], "form a loop"),
        ([chip(context=Context("tight", frozenset({"Nowhere"})))], "'Nowhere', which is neither"),
        ([chip(year=19)], "year 19"),
    ],
)
def test_errors_are_named(rows_: list[Chip], said: str) -> None:
    assert any(said in line for line in check(rows_))


def test_context_tells_equal_aliases_apart() -> None:
    ruled = chip(
        key="acme-a2", name="Acme A2", aliases=("Zap",), context=Context("tight", frozenset({"Zap"}))
    )
    assert list(check([chip(aliases=("Zap",)), ruled])) == []


def test_unknown_vendors_are_warned_of() -> None:
    (line,) = unknown_vendors([chip(vendor="acme"), chip(vendor="acme"), chip(vendor="nvidia")], {"nvidia"})
    assert "vendor acme" in line


def test_company_keys_of_a_folder_without_companies(tmp_path: object) -> None:
    from pathlib import Path

    assert company_keys(Path(str(tmp_path))) == set()


@pytest.mark.parametrize("cell", ["sometimes", "near; maybe:x"])
def test_unreadable_context_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="write one of"):
        read_context(cell)


def test_holds() -> None:
    assert read_holds("72 x nvidia-b200|36 x nvidia-grace") == ((72, "nvidia-b200"), (36, "nvidia-grace"))
    with pytest.raises(ValueError, match="write '72 x"):
        read_holds("72 nvidia-b200")
