"""The words of one language for the readers of amounts, compiled from nlp/lang/<xx>/numbers.yml and
units.yml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from nlp.sizes.phrases import Trie, add, split

HERE = Path(__file__).parent
LANG = HERE.parent / "lang"
CJK = frozenset({"zh", "ja", "ko"})

ONE = Decimal(1)
LONGEST_WORD = 90
"""No number is written together in more letters."""
Interval = tuple[Decimal, Decimal]


@dataclass(frozen=True)
class Lexicon:
    """Compiled words. Tries map word sequences to values; ``*_back`` are matched leftwards."""

    lang: str
    cjk: bool
    decimal: str
    group_either: bool
    space_groups: bool
    words: dict[str, Decimal]
    scales: dict[str, Decimal]
    bare: frozenset[str]
    abbreviations: dict[str, Decimal]
    money_abbreviations: dict[str, Decimal]
    one: frozenset[str]
    ands: frozenset[str]
    digits: dict[str, int]
    small: dict[str, Decimal]
    over: frozenset[str]
    vague: Trie
    vague_scales: dict[str, Decimal]
    halves_after: Trie
    fractions: Trie
    compounds: dict[str, Decimal]
    compound: re.Pattern[str] | None
    before_back: Trie
    after: Trie
    between_back: Trie
    from_back: Trie
    ands_between: Trie
    to: Trie
    neutral: frozenset[str]
    pronouns: frozenset[str]
    links: frozenset[str]
    lower_is_neutral: bool
    symbols: dict[str, tuple[str, ...]]
    currency: Trie
    currency_before: Trie
    needs_scale: frozenset[str]
    power: Trie
    not_power: frozenset[str]
    energy: frozenset[str]
    units: Trie
    counters: dict[str, str]
    unit_suffixes: dict[str, str]
    modifiers: frozenset[str]
    model: re.Pattern[str]
    percent: Trie
    stake: Trie
    against: Trie
    per: Trie
    per_back: Trie
    level: frozenset[str]
    yearly: frozenset[str]
    each: frozenset[str]
    times: frozenset[str]
    the: frozenset[str]
    adjectives: frozenset[str]
    exact_word: str
    exact_after: tuple[str, ...]
    head_last: bool
    link_before_noun: bool
    stake_of: frozenset[str]
    over_is_about: bool
    vocabulary: tuple[str, ...]
    abbreviated: tuple[str, ...]


def _load(path: Path) -> dict[str, Any]:
    loaded = yaml.load(path.read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    if not isinstance(loaded, dict):
        raise ValueError(f"{path}: a mapping is wanted")
    return loaded


def _with_multiples(power: dict[str, Decimal]) -> dict[str, Decimal]:
    """Units of power, and their glued multiples ("multigigawatt": at least one of it)."""
    return power | {
        f"multi{word}": factor for word, factor in power.items() if len(word) > 4 and word.isascii()
    }


def _numbers(table: dict[str, Any] | None) -> dict[str, Decimal]:
    return {str(word).lower(): Decimal(str(value)) for word, value in (table or {}).items()}


def _strings(items: Iterable[object] | None) -> frozenset[str]:
    return frozenset(str(item).lower().replace("’", "'") for item in items or ())


class _Builder:
    """Collects tries and, for languages without spaces, every string that the scanner must know."""

    def __init__(self, whole: bool) -> None:
        self.whole = whole
        self.vocabulary: set[str] = set()
        self.abbreviated: set[str] = set()

    def tokens(self, phrase: object) -> list[str]:
        words = split(str(phrase), self.whole)
        self.abbreviated.update(word for word in words if word.endswith(".") and len(word) > 1)
        if self.whole:
            self.vocabulary.update(word for word in words if not word.isdigit())
        return words

    def trie(self, table: dict[Any, Any], back: bool = False) -> Trie:
        """A trie of {phrase: value}."""
        trie: Trie = {}
        for phrase, value in table.items():
            words = self.tokens(phrase)
            add(trie, reversed(words) if back else words, value)
        return trie

    def listed(self, table: dict[str, Any] | None, back: bool = False) -> Trie:
        """A trie of {value: [phrase, …]}."""
        return self.trie({p: value for value, phrases in (table or {}).items() for p in phrases or ()}, back)

    def flat(self, phrases: Iterable[object] | None, back: bool = False) -> Trie:
        """A trie of phrases that all mean True."""
        return self.trie(dict.fromkeys(phrases or (), True), back)

    def keep(self, words: Iterable[object]) -> None:
        """Makes single words known to the scanner."""
        for word in words:
            self.tokens(word)


def _intervals(table: dict[str, Any] | None) -> dict[str, Interval]:
    found: dict[str, Interval] = {}
    for phrase, value in (table or {}).items():
        low, high = value if isinstance(value, list) else (value, value)
        found[phrase] = (Decimal(str(low)), Decimal(str(high)))
    return found


def _symbols(data: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    symbols = {sign: tuple(codes) for sign, codes in data["shared"].items()}
    for code, entry in data["currencies"].items():
        symbols[code] = (code,)
        for sign in entry["symbols"]:
            symbols[sign] = (code,)
    return symbols


@lru_cache(maxsize=16)
def lexicon(lang: str) -> Lexicon:
    """The lexicon of a language; ValueError for one that has no data files."""
    folder = LANG / lang
    if not re.fullmatch(r"[a-z]{2}", lang) or not (folder / "numbers.yml").is_file():
        raise ValueError(f"no amounts are known for language {lang!r}: {folder}/numbers.yml is missing")
    numbers, units = _load(folder / "numbers.yml"), _load(folder / "units.yml")
    shared, money = _load(HERE / "international.yml"), _load(HERE / "currencies.yml")
    whole = lang in CJK
    build = _Builder(whole)
    currency = {name: code for code, entry in money["currencies"].items() for name in entry["names"][lang]}
    currency |= {name: code for code, names in units["currencies"].items() for name in names}
    ranges, bounds = numbers.get("range") or {}, numbers["bounds"]
    compounds = _numbers(numbers.get("compounds"))
    parts = "|".join(sorted(map(re.escape, compounds), key=len, reverse=True))
    unit_words: dict[str, list[str]] = {}
    for table in (shared["units"], units["units"]):
        for unit, nouns in table.items():
            unit_words.setdefault(unit, []).extend(nouns)
    for name in ("digits", "small", "large", "over", "level", "links", "neutral"):
        if whole and (name, lang) != ("digits", "ko"):  # 일, 이, 삼 are syllables of most words: see scan.py
            build.keep(numbers.get(name) or ())
    if whole:
        build.keep(units.get("counters") or ())
        build.keep(units.get("energy") or ())
    build.keep(word for word in numbers.get("scales") or () if str(word).endswith("."))
    digits = {str(k): int(v) for k, v in (numbers.get("digits") or {}).items()}
    return Lexicon(
        lang=lang,
        cjk=whole,
        decimal=numbers.get("decimal", "."),
        group_either=bool(numbers.get("group_either")),
        space_groups=bool(numbers.get("space_groups")),
        words=_numbers(numbers.get("words")),
        scales=_numbers(numbers.get("scales")) | _numbers(numbers.get("large")),
        bare=_strings(numbers.get("bare")),
        abbreviations=_numbers(shared["abbreviations"]) | _numbers(numbers.get("abbreviations")),
        money_abbreviations=_numbers(shared["money_abbreviations"])
        | _numbers(numbers.get("money_abbreviations")),
        one=_strings(numbers.get("one")),
        ands=_strings(numbers.get("and")),
        digits=digits,
        small=_numbers(numbers.get("small")),
        over=_strings(numbers.get("over")),
        vague=build.trie(_intervals(numbers.get("vague"))),
        vague_scales=_numbers(numbers.get("vague_scales")),
        halves_after=build.trie(_intervals(numbers.get("halves_after"))),
        fractions=build.trie(_intervals(numbers.get("fractions"))),
        compounds=compounds,
        compound=re.compile(f"(?:{parts})+") if parts else None,
        before_back=build.listed(bounds["before"], back=True),
        after=build.listed(bounds["after"]),
        between_back=build.flat(ranges.get("between"), back=True),
        from_back=build.flat(ranges.get("from"), back=True),
        ands_between=build.flat(ranges.get("and")),
        to=build.flat(ranges.get("to")),
        neutral=_strings(numbers.get("neutral")),
        pronouns=_strings(numbers.get("pronouns")),
        links=_strings(numbers.get("links")),
        lower_is_neutral=bool(numbers.get("lower_is_neutral")),
        symbols=_symbols(money),
        currency=build.trie(currency),
        currency_before=build.trie(
            {name: code for code, names in (units.get("currency_before") or {}).items() for name in names},
            back=True,
        ),
        needs_scale=_strings(units.get("needs_scale")),
        power=build.trie(_with_multiples(_numbers(shared["power"]) | _numbers(units["power"]))),
        not_power=frozenset(shared["not_power"]),
        energy=_strings(units.get("energy")),
        units=build.listed(unit_words),
        counters=dict(units.get("counters") or {}),
        unit_suffixes={s: unit for unit, ends in (units.get("unit_suffixes") or {}).items() for s in ends},
        modifiers=_strings(units.get("modifiers")),
        model=re.compile(shared["model"]),
        percent=build.trie(
            dict.fromkeys(units["percent"], ONE) | dict.fromkeys(units.get("tenths") or (), Decimal(10))
        ),
        stake=build.flat(units["stake"]["near"]),
        against=build.flat(units["against"]["near"]),
        per=build.flat(units["per"]["near"]),
        per_back=build.flat(units.get("per_before"), back=True),
        level=_strings(numbers.get("level")),
        times=_strings(units.get("times")),
        adjectives=_strings(numbers.get("adjectives")),
        the=_strings(numbers.get("the")),
        exact_word=str(numbers.get("exact_word", "")),
        exact_after=tuple(_strings(numbers.get("exact_after"))),
        each=_strings(units.get("each")),
        yearly=_strings(units.get("yearly")),
        head_last=bool(units.get("head_last")),
        link_before_noun=bool(numbers.get("link_before_noun")),
        stake_of=_strings(units.get("stake_of")),
        over_is_about=bool(numbers.get("over_is_about")),
        vocabulary=tuple(sorted(build.vocabulary, key=len, reverse=True)),
        abbreviated=tuple(sorted(build.abbreviated, key=len, reverse=True)),
    )
