"""Checks the knowledge files: ``python -m nlp.knowledge.check`` prints what is wrong, then ends with 1.

What is checked of companies: form of keys, duplicates, forms that two organisations share, unknown groups,
kinds and countries, form of listings, plain words without a mark, stray spaces. The chips' part is in
``check_chips``.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from nlp.companies.normal import normal
from nlp.companies.words import common_words
from nlp.knowledge import check_chips
from nlp.knowledge.companies import FOLDER, SAFE, Organisation, read_all

_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LISTING = re.compile(r"[A-Z0-9]{2,8}:[A-Z0-9.&-]{1,12}")


def kinds(folder: Path = FOLDER) -> frozenset[str]:
    """The kinds that ``kinds.txt`` beside the CSV files allows."""
    lines = (folder / "kinds.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.split()[0] for line in lines if line.strip() and not line.startswith("#"))


def check_companies(folder: Path = FOLDER) -> list[str]:
    """One line for each problem of the companies' files; empty where all is well."""
    try:
        companies = read_all(folder)
    except ValueError as error:
        return [str(error)]
    allowed = kinds(folder)
    keys = {organisation.key for organisation in companies}
    problems = [
        f"{organisation.file}:{organisation.line}: {organisation.key}: {problem}"
        for organisation in companies
        for problem in _row_problems(organisation, keys, allowed)
    ]
    return [*problems, *_duplicates(companies), *_clashes(companies)]


def _row_problems(organisation: Organisation, keys: set[str], allowed: frozenset[str]) -> Iterator[str]:
    if not _KEY.fullmatch(organisation.key):
        yield "the key must be lower-case words joined by hyphens"
    if organisation.kind not in allowed:
        yield f"kind {organisation.kind!r} is not in kinds.txt"
    if not re.fullmatch(r"[A-Z]{2}", organisation.country):
        yield f"country {organisation.country!r} is no ISO 3166 code of two letters"
    if organisation.listing and not _LISTING.fullmatch(organisation.listing):
        yield f"listing {organisation.listing!r} must be EXCHANGE:TICKER"
    if organisation.group and (organisation.group not in keys or organisation.group == organisation.key):
        yield f"group {organisation.group!r} is no other key"
    if organisation.merges and not organisation.group:
        yield "merge needs a group"
    common = common_words()
    seen: set[str] = set()
    for form in organisation.forms:
        if not form.text or form.text != form.text.strip() or "  " in form.text:
            yield f"stray or missing characters in {form.text!r}"
            continue
        if form.text in seen:
            yield f"{form.text!r} stands twice"
        seen.add(form.text)
        plain = normal(form.text) in common and not form.langs
        if plain and form.risk == SAFE and not form.exact and not organisation.weak_langs:
            yield f"{form.text!r} is a plain word: mark it with ? or ?? (for the name: name:? in context)"
        if len(form.text) == 1:
            yield f"{form.text!r} is too short to be a name"


def _duplicates(companies: list[Organisation]) -> Iterator[str]:
    first: dict[str, Organisation] = {}
    for organisation in companies:
        if organisation.key in first:
            other = first[organisation.key]
            here = f"{organisation.file}:{organisation.line}"
            yield f"{here}: {organisation.key} is also in {other.file}:{other.line}"
        first.setdefault(organisation.key, organisation)


def _clashes(companies: list[Organisation]) -> Iterator[str]:
    owners: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for organisation in companies:
        for form in organisation.forms:
            for lang in form.langs or {""}:
                owners[normal(form.text)][lang].add(organisation.key)
    for text, by_lang in owners.items():
        for lang, keys in by_lang.items():
            if len(keys) > 1:
                where = f" in {lang}" if lang else ""
                yield f"{text!r}{where} is a form of {', '.join(sorted(keys))}"


def checks() -> Iterable[Callable[[], list[str]]]:
    """The checks of each part of the knowledge."""
    yield check_companies
    yield check_all_chips


def check_all_chips() -> list[str]:
    """One line for each problem of the chips' files."""
    chips, problems = check_chips.read_all()
    return [*problems, *check_chips.check(chips)]


def main() -> int:
    """Prints every problem; 1 where there is one."""
    problems = [problem for check in checks() for problem in check()]
    print("\n".join(problems) if problems else "the knowledge is in order")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
