"""Loads the organisations of ``companies/*.csv`` and the forms (spellings) by which texts name them.

The markup of a form, which the README beside the CSV files explains to editors:

- ``?X``: a plain word too; counts when the article shows that the organisation is meant
- ``??X``: another thing as well (product, place, surname); a capital letter alone shows nothing
- ``*X``: a place that stands for its government only where it acts
- ``=X``: counts only in exactly this case
- ``X@de,fr``: only in articles of these languages
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "companies"
COLUMNS = ("key", "name", "aliases", "native", "kind", "country", "listing", "group", "context", "note")
_MARKS = re.compile(r"^(\?\?|[?*=])?(.*?)(?:@([a-z,]+))?$", re.DOTALL)
RISK = {"": 0, "=": 0, "?": 1, "??": 2, "*": 3}
SAFE, WORD, OTHER_THING, PLACE = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Form:
    """One spelling of an organisation's name. ``risk``: SAFE, WORD (?), OTHER_THING (??) or PLACE (*)."""

    text: str
    key: str
    risk: int = SAFE
    exact: bool = False
    langs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Organisation:
    """One row. ``merges``: listed as its group where both are named (AWS as Amazon).

    ``near``: words whose nearness shows that a doubtful form means this organisation. ``never_before``,
    ``never_after``: words next to which a form does not mean it ("Apple" before "Daily").
    """

    key: str
    name: str
    forms: tuple[Form, ...]
    kind: str
    country: str
    listing: str
    group: str | None
    also: tuple[str, ...]
    merges: bool = False
    near: tuple[str, ...] = ()
    never_before: frozenset[str] = frozenset()
    never_after: frozenset[str] = frozenset()
    weak_langs: frozenset[str] = frozenset()
    note: str = ""
    file: str = ""
    line: int = 0


def parse_form(written: str, key: str) -> Form:
    """A form from its markup.

    >>> parse_form("?Bund@de", "german-government").langs
    frozenset({'de'})
    """
    match = _MARKS.match(written.strip())
    assert match is not None  # every string matches
    mark, text, langs = match.groups()
    mark = mark or ""
    return Form(text, key, RISK[mark], mark == "=", frozenset(langs.split(",")) if langs else frozenset())


def parse_context(context: str) -> dict[str, tuple[str, ...]]:
    """The directives of a ``context`` cell: ``near:gpu,cloud never_before:Daily name:? merge``.

    An underscore in a word stands for a space. Raises ValueError for an unknown directive.
    """
    found: dict[str, tuple[str, ...]] = {}
    for part in context.split():
        directive, _, words = part.partition(":")
        if directive not in ("near", "never_before", "never_after", "name", "merge", "weak_in"):
            raise ValueError(f"unknown context directive {directive!r} in {context!r}")
        found[directive] = tuple(word.replace("_", " ") for word in words.split(",") if word)
    return found


def parse_row(row: dict[str, str], file: str = "", line: int = 0) -> Organisation:
    """An organisation from a CSV row. Raises ValueError for a malformed ``context``."""
    key, context = row["key"], parse_context(row["context"])
    mark = "".join(context.get("name", ()))
    written = [mark + row["name"], *_split(row["aliases"]), *_split(row["native"])]
    forms = tuple(parse_form(item, key) for item in written)
    also = [form.text for form in forms[1:] if form.risk == SAFE and not form.langs]
    return Organisation(
        key=key,
        name=row["name"],
        forms=forms,
        kind=row["kind"],
        country=row["country"],
        listing=row["listing"],
        group=row["group"] or None,
        also=tuple(also[:3]),
        merges="merge" in context,
        near=tuple(word.casefold() for word in context.get("near", ())),
        never_before=frozenset(word.casefold() for word in context.get("never_before", ())),
        never_after=frozenset(word.casefold() for word in context.get("never_after", ())),
        weak_langs=frozenset(context.get("weak_in", ())),
        note=row["note"],
        file=file,
        line=line,
    )


def read_file(path: Path) -> Iterable[Organisation]:
    """The organisations of one CSV file, in order. Raises ValueError naming file and line of a bad row."""
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise ValueError(f"{path.name}: the header must be {','.join(COLUMNS)}")
        for row in reader:
            if None in row or None in row.values():
                raise ValueError(f"{path.name}:{reader.line_num}: not {len(COLUMNS)} cells; quote commas")
            try:
                yield parse_row(row, path.name, reader.line_num)
            except ValueError as error:
                raise ValueError(f"{path.name}:{reader.line_num}: {error}") from error


def read_all(folder: Path = FOLDER) -> list[Organisation]:
    """Every organisation of every CSV file of a folder, duplicates included (for the validator)."""
    return [organisation for path in sorted(folder.glob("*.csv")) for organisation in read_file(path)]


@lru_cache(maxsize=1)
def load_companies() -> dict[str, Organisation]:
    """Key → organisation, read once a process."""
    return {organisation.key: organisation for organisation in read_all()}


def _split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]
