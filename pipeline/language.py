"""The language of a text, by script where the script decides, else by py3langid among likely languages."""

from __future__ import annotations

import copy
import re
from collections import Counter
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from pipeline.text import line

SAMPLE = 400
"""How many characters are looked at: more make no difference."""

_LATIN = (
    *("en", "pt", "es", "fr", "de", "it", "nl", "sv", "da", "no", "fi", "pl", "cs", "sk", "sl", "hr"),
    *("hu", "ro", "tr", "id", "ms", "vi", "ca", "eu", "gl", "lt", "lv", "et", "is", "ga"),
)
_SCRIPTS = (
    ("kana", "\u3040-\u30ff\u31f0-\u31ff"),
    ("hangul", "\uac00-\ud7af\u1100-\u11ff\u3130-\u318f"),
    ("han", "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"),
    ("cyrillic", "\u0400-\u04ff"),
    ("arabic", "\u0600-\u06ff"),
    ("hebrew", "\u0590-\u05ff"),
    ("greek", "\u0370-\u03ff"),
    ("thai", "\u0e00-\u0e7f"),
    ("devanagari", "\u0900-\u097f"),
    ("bengali", "\u0980-\u09ff"),
    ("tamil", "\u0b80-\u0bff"),
    ("latin", "A-Za-z\u00c0-\u024f\u1e00-\u1eff"),
)
_SCRIPT = re.compile("|".join(f"(?P<{name}>[{chars}])" for name, chars in _SCRIPTS))
MARGIN = 1.5
"""How many times more frequent words of a language than of any other make it sure."""

_LETTERS: dict[str, tuple[tuple[str, str], ...]] = {
    "cyrillic": (
        ("uk", "іїєґ"),
        ("be", "ў"),
        ("mk", "ѓќѕ"),
        ("sr", "јљњћђ"),
        ("kk", "қғңұ"),
        ("ru", "ыэё"),
        ("bg", "ъ"),
    ),
    "arabic": (("ur", "ٹڈڑےں"), ("fa", "پچژگ"), ("ar", "ةىأإ")),
}
"""Letters that a language has and its neighbours have not, the rarest first."""

_DEFAULTS = {"cyrillic": "ru", "arabic": "ar", "devanagari": "hi"}
_DEVANAGARI_WORDS = (("mr", "आहे"), ("ne", " छ"), ("hi", "है"))
_BEYOND_LATIN = re.compile("[\u0250-\u1dff\u2c00-\uffff]")
_ONE = {"hebrew": "he", "greek": "el", "thai": "th", "bengali": "bn", "tamil": "ta"}
_ALIASES = {"cn": "zh", "jp": "ja", "kr": "ko", "nb": "no", "nn": "no", "in": "id", "iw": "he"}


def primary(tag: str | None) -> str | None:
    """A language tag as pages write it ("pt_BR", "ZH-hant") as ISO 639-1, None for what is none."""
    match = re.match(r"\s*([A-Za-z]{2})(?![A-Za-z])", tag or "")
    if match is None:
        return None
    code = match.group(1).lower()
    return _ALIASES.get(code, code)


def detect(text: str, hint: str | None = None) -> str:
    """ISO 639-1 code of the language that ``text`` is written in.

    ``hint`` (what the page or source declares) decides only where the text does not: it is too short, or the
    two are
    near each other. Without letters and hint: "en".
    """
    sample = line(text[: SAMPLE * 2])[:SAMPLE]
    declared = primary(hint)
    if not _BEYOND_LATIN.search(sample) and (sure := _by_words(sample, declared)):
        return sure
    scripts = Counter(match.lastgroup for match in _SCRIPT.finditer(sample))
    if not scripts:
        return declared or "en"
    # A letter of these says as much as some letters of an alphabet do.
    weight = {"han": 2.5, "kana": 2.0, "hangul": 2.0}
    total = sum(count * weight.get(name or "", 1.0) for name, count in scripts.items())
    east = {name: scripts[name] * weight[name] for name in weight}
    if sum(east.values()) > 0.3 * total:
        if east["hangul"] > max(east["kana"], 0.25 * east["han"]):
            return "ko"
        return "ja" if scripts["kana"] > 0.06 * (scripts["han"] + scripts["kana"]) else "zh"
    script = max((name for name in scripts if name), key=lambda name: scripts[name])
    if script in _ONE:
        return _ONE[script]
    if script in _DEFAULTS:
        return _by_letters(script, sample, declared)
    likely = _LATIN
    letters = sum(scripts.values())
    if letters < 12 and declared in likely:
        return declared
    ranked = _rank(likely, sample)
    best, lead = ranked[0][0], ranked[0][1]
    if declared in likely and declared != best:
        behind = next((score for code, score in ranked if code == declared), float("-inf"))
        if letters < 40 or lead - behind < 0.04 * letters:
            return declared
    return str(best)


def _by_letters(script: str, sample: str, declared: str | None) -> str:
    marks = _LETTERS.get(script)
    if marks is None:
        return next((code for code, word in _DEVANAGARI_WORDS if word in sample), _DEFAULTS[script])
    for code, letters in marks:
        if sum(map(sample.count, letters)) > 1:
            return code
    likely = {code for code, _ in marks}
    return declared if declared in likely else _DEFAULTS[script]


def _by_words(sample: str, declared: str | None) -> str | None:
    """The language whose frequent words make up much of the sample, where no other comes near; None else.

    Less will do where it is the declared one.
    """
    words = sample.casefold().split()
    if len(words) < 12:
        return None
    votes: Counter[str] = Counter()
    table = _frequent()
    for word in words:
        for code in table.get(word, ()):
            votes[code] += 1
    ranked = votes.most_common(2)
    if not ranked or votes["gl"] > 1:  # Galician is too near to Portuguese and Spanish
        return None
    (best, most), others = ranked[0], ranked[1][1] if len(ranked) > 1 else 0
    if best == declared and most >= 0.06 * len(words) and most > others:
        return best
    sure = most >= 0.15 * len(words) and most >= MARGIN * others
    return best if most >= 5 and (sure or (most >= 0.09 * len(words) and most >= 3 * others)) else None


@lru_cache(maxsize=1)
def _frequent() -> dict[str, tuple[str, ...]]:
    data = yaml.safe_load(resources.files("pipeline").joinpath("language_words.yml").read_text("utf-8"))
    table: dict[str, tuple[str, ...]] = {}
    for code, words in data.items():
        for word in dict.fromkeys(words):
            table[word] = (*table.get(word, ()), code)
    return table


def _rank(likely: tuple[str, ...], sample: str) -> list[tuple[str, float]]:
    return list(_identifier(likely).rank(sample))


@lru_cache(maxsize=1)
def _model() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE)


@lru_cache(maxsize=4)
def _identifier(likely: tuple[str, ...]) -> Any:
    identifier = copy.copy(_model())
    identifier.set_languages([code for code in likely if code in identifier.labels])
    return identifier
