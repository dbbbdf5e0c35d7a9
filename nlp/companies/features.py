"""What is asked about a name that no list has: features with names, over which learned weights decide.

None of them is the name itself: they see its shape, what its words are (first names, places, endings of firms) and what
stands beside it, wherever the article repeats it.
"""

from __future__ import annotations

import re
from functools import lru_cache

import yaml

from nlp.chips.forms import load_forms
from nlp.companies.candidates import Candidate, is_mid, not_names
from nlp.companies.cues import Looker
from nlp.companies.normal import normal
from nlp.companies.words import LANG, SHARED, common_words, first_names

_TOKEN = re.compile(r"[^\W\d_]+(?:['’](?=\s|$))?|\d[\d.,]*|[^\w\s]")
_REACH = 40
_MORPH = re.compile(
    r"tech|soft|net|data|cloud|micro|photon|semi|chip|capital|bank|tel(?:e|$)|com$|sys|labs?$|ware|power|energ|gen$|quant"
    r"|comput|silic|optic|nano|cyber|digi|logic|tron|watt|volt|grid|core|byte|media|invest|fin(?:an|$)|ix$|ex$|is$|ium$|eo$"
    r"|med$|bio|robot|info|serv|cast|wave|scale|stack|node|host|centre|center|inov|nova|solar|hydro|electr|elettr|eletr",
    re.IGNORECASE,
)
_NOUN_DE = re.compile(
    r"(?:ung|heit|keit|schaft|tion|ität|ismus|ment|nis|tum|chen|lein|ungen|heiten|keiten|ionen|er|ern|en|eln|el|ler|lage|zeit|werk"
    r"|zentrum|preis|markt|kosten|zahl|jahr|tag|wert|kraft|bau|teil|plan|stelle|recht|weg|geld|vertrag|strom|netz|bereich|gabe)s?$"
)
_SHAPES = (
    ("caps2", re.compile(r"[A-Z]{2}$")),
    ("caps3", re.compile(r"[A-Z]{3,4}$")),
    ("caps5", re.compile(r"[A-Z]{5,}$")),
    ("camel", re.compile(r"[A-Za-zÀ-ÿ]*[a-zà-ÿ][A-Z]\w*$|[A-Z]{2,}[a-z]\w*$")),
    ("digits", re.compile(r"\w*\d")),
    ("hyphen", re.compile(r"[\w]+-\w")),
    ("cap", re.compile(r"[A-ZÀ-Þ][a-zß-ÿ’']+$")),
)


@lru_cache(maxsize=1)
def places() -> frozenset[str]:
    """Countries, regions and cities in the spellings of our languages."""
    lines = (SHARED / "places.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split("|"))


@lru_cache(maxsize=16)
def deal_words(lang: str) -> tuple[frozenset[str], frozenset[str]]:
    """First words of the verbs, and of the nouns, that tell deals in this language."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data = yaml.load((LANG / lang / "deals.yml").read_text(encoding="utf-8"), Loader=loader)
    verbs: set[str] = set()
    nouns: set[str] = set()
    for cues in data["triggers"].values():
        for kind, words in cues.items():
            for word in words:
                first = str(word).split(" ")[-1 if kind == "nouns" else 0].rstrip("*").lower()
                (nouns if kind == "nouns" else verbs).add(first)
    return frozenset(verbs), frozenset(nouns)


def name_features(looker: Looker, candidate: Candidate) -> list[str]:
    """What the words of the name are, wherever it stands."""
    words, name = candidate.words, looker.text[candidate.start : candidate.end]
    lang = looker.lang
    first, last = words[0], words[-1]
    out = [f"words={min(len(words), 4)}"]
    shape = next((shape for shape, pattern in _SHAPES if pattern.match(first)), "other")
    out.append(f"shape={shape}" if len(words) == 1 else f"shape+={shape}")
    if first.casefold().split("-")[0] in first_names():
        out.append("first_name")
    if len(words) in (2, 3) and all(word[1:].islower() or len(word) < 3 for word in words):
        out.append("person_like")
    if any(looker.is_surname(word) for word in words):
        out.append("surname")
    if name in places():
        out.append("place")
    elif first in places() or last in places():
        out.append("place_first" if first in places() else "place_last")
    banned = not_names()
    if any(word in banned for word in words):
        out.append("banned_some")
    if normal(name) in common_words():
        out.append("common")
    elif normal(first) in common_words():
        out.append("common_first")
    if looker.also_plain(first):
        out.append("also_plain")
    if any(meaning.what in ("chip", "head") for meaning in load_forms().exact.get(name.lower(), ())):
        out.append("chip")
    if _MORPH.search(name):
        out.append("morph")
    if len(words) == 1 and len(first) <= 4:
        out.append("short")
    if any(word in looker.names.words("org_tokens") for word in words):
        out.append("org_token")
    if "&" in words:
        out.append("ampersand")
    if lang == "de" and len(words) == 1 and shape == "cap":
        out.append("de:word")
        if _NOUN_DE.search(first):
            out.append("de:noun")
        if len(first) > 11:
            out.append("de:long")
    if lang in ("zh", "ja", "ko"):
        out.append("east")
        out.append(f"east:{shape}")
    return out


def place_features(looker: Looker, candidate: Candidate) -> list[str]:
    """What stands around one mention."""
    text, lang = looker.text, looker.lang
    start, end = candidate.start, candidate.end
    before = text[max(0, start - _REACH) : start].rsplit("\n", 1)[-1]
    after = text[end : end + _REACH].split("\n", 1)[0]
    titled = looker.titled(start)
    left = _TOKEN.findall(before)[-3:]
    right = _TOKEN.findall(after)[:3]
    out = [f"cue={cue}" for cue in looker.cues(candidate)]
    out.append("titled" if titled else "mid" if is_mid(text, start) else "begins")
    if titled:
        return [*out, *(["begins_title"] if not left else [])]
    verbs, nouns = deal_words(lang)
    l1, l2 = _word(left, -1, lang), _word(left, -2, lang)
    r1, r2 = _word(right, 0, lang), _word(right, 1, lang)
    out += [f"l={l1}", f"r={r1}", f"l2={l2} {l1}", f"r2={r1} {r2}", f"lr={l1} {r1}"]
    for side, tokens in (("l", left), ("r", right)):
        lowered = [token.lower() for token in tokens]
        if side == "r":
            lowered = lowered[:2]
        if any(token in verbs for token in lowered):
            out.append(f"{side}:deal_verb")
        if any(token in nouns for token in lowered):
            out.append(f"{side}:deal_noun")
    if left and left[-1].casefold() in looker.names.words("org_prepositions"):
        out.append("after_preposition")
    if looker.lang == "de":
        out = [*out, *(f"de:{feature}" for feature in out if feature.startswith("cue="))]
    return out


def _word(tokens: list[str], at: int, lang: str) -> str:
    """A word beside the name, as a feature: small words are of one language, names are only names."""
    try:
        token = tokens[at]
    except IndexError:
        return "-"
    if token[0].isdigit():
        return "0"
    if not token[0].isalpha():
        return token
    if lang != "de" and token[0].isupper():
        return "Name"
    return token.lower() if len(token) > 3 else f"{lang}:{token.lower()}"
