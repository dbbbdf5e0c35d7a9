"""Organisations that no list has, in Latin script, from the syntax of names.

A name is a run of capitalised words. It counts only with a cue: a legal form, a ticker, a word that names of
companies end in, an apposition before or after it, a post held at it, a deal that it does. No model: a few
regular expressions look at the words beside each run. Once accepted, it counts wherever the
article repeats it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from nlp.companies.automaton import automaton
from nlp.companies.lines import Lines
from nlp.companies.normal import normal
from nlp.companies.words import SHARED, Names, common_words, first_names, names_of
from nlp.knowledge.companies import PLACE, load_companies
from nlp.mentions import Entity

_UPPER = "A-ZÀ-ÖØ-Þ"
_WORD = rf"(?:[{_UPPER}][\w'’+.-]*[\w+]|[{_UPPER}0-9]{{1,2}}(?=[ &])|[a-z]{{1,3}}[A-Z]\w+)"
_RUN = re.compile(rf"(?<![\w@#/.-]){_WORD}(?: (?:& |of |de |do |da |di |du |et |e |y )?{_WORD}){{0,5}}")
_TICKER = (
    r" ?[(（](?:(?:{exchanges})\s?[:：]\s?[A-Z0-9.&-]+|[A-Z0-9]{1,6}\.[A-Z]{1,2}|[0-9]{4,6}\.[A-Z]{2})[)）]"
)
_ABBREVIATION = re.compile(r" \(([A-Z][A-Za-z&]{1,7})\)")
_FULL_NAME = re.compile(rf"^ \(({_WORD}(?: (?:(?:of|de|do|da|for|and|&|para|pour|für) )*{_WORD}){{2,6}})\)")
_TAIL = re.compile(r"['’]s?$|[.'’-]+$")
_PAIR = re.compile(rf"(?<!\w)([{_UPPER}][\w’-]+)\.? (?=([{_UPPER}][\w-]+))")
_LOWER = re.compile(r"(?<![\w-])[a-zà-ÿ][\w]+(?![\w-])")
_INITIAL = re.compile(r"\b[A-Z]\.$")
_POSSESSIVE = re.compile(r"['’]s$")
_ADJECTIVE = re.compile(r"-(?:based|backed|owned|led|listed|born|run)$")
_FROM_PLACE = re.compile(r"(?:\b(?:de|aus|from|of|di|da|du)|d['’]) ?$")
_INDEX = re.compile(r"[ -](?:[Ii]ndex|[Íí]ndice|[Ii]ndice)\b")
_MODEL = re.compile(r"\d[\d.,]*|[A-Z]{0,4}-?\d[\w.-]*|[A-Z]{1,4}\d{2,}\w*")
_JOINTS = ("&", "of", "de", "do", "da", "di", "du", "et", "e", "y")
_PART = re.compile(r"(?:^| (?:&|of|de|do|da|di|du|et|e|y) )(.+?)(?= (?:&|of|de|do|da|di|du|et|e|y) |$)")
_LISTED = re.compile(r"(?:(?! (?:et|e|y) ).)+?(?=$| (?:et|e|y) )")
_LOOK = 110
_NEAR = 48
_ENOUGH = 12
MAX_NAMES = 300
"""More names without a cue in the knowledge than this no article has; a hostile page might."""


@dataclass(slots=True)
class Candidate:
    """A run of capitalised words, trimmed: offsets and words."""

    start: int
    end: int
    words: list[str]


@lru_cache(maxsize=1)
def not_names() -> frozenset[str]:
    """Capitalised words that are no organisations."""
    text = (SHARED / "not_names.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


@lru_cache(maxsize=16)
def _starters(lang: str) -> frozenset[str]:
    return frozenset(names_of(lang).words("starters"))


class Finder:
    """Looks for unknown names in one text. ``taken``: the spans of known entities."""

    def __init__(self, text: str, lang: str, taken: list[tuple[int, int]]) -> None:
        self.text, self.lang, self.taken = text, lang, taken
        self.names: Names = names_of(lang)
        self._lines = Lines(text)
        self._surnames: set[str] | None = None
        self._lower_words: set[str] | None = None

    def candidates(self) -> Iterator[Candidate]:
        """Runs of capitalised words that are not wholly inside a known entity, starters trimmed."""
        covered = _Covered(self.taken)
        for match in _RUN.finditer(self.text):
            runs = [(match.start(), match.group())]
            parts = list(_LISTED.finditer(match.group()))
            if len(parts) > 1:  # "Norrsken y Mundi Ventures": two names
                runs = [(match.start() + part.start(), part.group()) for part in parts]
            if covered.overlaps(*match.span()):  # "Ostrelia e Intel": what is left beside the known name
                runs = [
                    (match.start() + part.start(), part.group()) for part in _PART.finditer(match.group())
                ]
            for at, run in runs:
                candidate = self._trimmed(at, run)
                if candidate is not None and not covered.overlaps(candidate.start, candidate.end):
                    yield candidate

    def _trimmed(self, start: int, run: str) -> Candidate | None:
        """The run without what stands before and after the name."""
        words = run.split(" ")
        first = self._name_begins(words, start)
        start += sum(len(word) + 1 for word in words[:first])
        words = words[first:]
        end = start + len(" ".join(words))
        tail = _TAIL.search(self.text[start:end])
        if tail and not _INITIAL.search(self.text[start:end]):
            end -= len(tail.group())
        if end - start < 2 or "" in words:
            return None
        return Candidate(start, end, self.text[start:end].split(" "))

    def _name_begins(self, words: list[str], start: int) -> int:
        """Index of the word with which a name can begin: after "The", "Head of", "Chiphersteller"."""
        starters, intro = _starters(self.lang), self.names.pattern(r"^(?:{intro_before}|{role_words})$")
        first = 0
        opens = self.names.pattern(r"^(?i:{intro_before})$")
        if len(words) > 1 and not self._mid(start) and opens.match(words[0]):
            first = 1
        for i, word in enumerate(words):
            skip = word in starters or word in _JOINTS if i == first else False
            last = i == len(words) - 1
            if last and _ADJECTIVE.search(word):
                return len(words)
            if skip or (
                not last and (intro.match(word) or _POSSESSIVE.search(word) or _ADJECTIVE.search(word))
            ):
                first = i + 1
        return first

    def confidence(self, candidate: Candidate) -> float:
        """How sure that the candidate names an organisation; 0 where nothing shows it."""
        start, end, words = candidate.start, candidate.end, candidate.words
        text, names = self.text, self.names
        after, before = text[end : end + _LOOK], text[max(0, start - _LOOK) : start]
        if names.pattern(_TICKER).match(after):
            return 0.0 if _FROM_PLACE.search(before) else 0.9
        if words[-1] not in ("Co", "SE") and names.pattern(r"^,? (?:{legal_after})(?![\w])").match(after):
            return 0.9
        if len(words) > 1 and names.pattern(r"(?:^| )(?:{legal_after})\.?$").search(" ".join(words)):
            return 0.9
        if self._is_excluded(candidate):
            return 0.0
        if len(words) > 1 and self._industry(words, self._titled(start)):
            return 0.85
        if len(words) > 1 and words[0] in names.words("org_leads") and not self._titled(start):
            return 0.8
        if self._has_abbreviation(words, after):
            return 0.85
        if len(words) > 1 and words[0].split("-")[0].casefold() in first_names():
            return 0.0
        if len(words) == 1 and self._is_surname(words[0]):
            return 0.0
        return self._by_context(candidate, before, after)

    def _by_context(self, candidate: Candidate, before: str, after: str) -> float:
        """What stands before and after a name that shows nothing by itself."""
        words, names = candidate.words, self.names
        person = self._person_like(words)
        intro = names.pattern(r"(?:^|[^\w-])((?i:{intro_before})) [«“\"„]?$").search(before[-_NEAR:])
        if intro and not (person and names.pattern(r"^(?:{intro_of_persons})$").match(intro[1])):
            return 0.8
        if names.pattern(r"(?:^|[^\w])(?:{role_of}) ?(?:[Tt]he |l['’]|la |il )?$").search(before[-_NEAR:]):
            return 0.8
        if not self._attested(candidate):
            return 0.0
        apposition = names.pattern(r"^[»”\"]?(?:,| \(|\s[–—-]) ?((?:{appositive}))").match(after)
        if apposition:
            phrase = apposition[1] + after[apposition.end() :][:14]
            if not names.pattern(r"(?:^|[^\w])(?:{person_words})").search(phrase):
                return 0.8
        if person:
            return 0.0
        if names.pattern(r"^(?:{role_after})").match(after):
            return 0.75
        if names.pattern(r"(?:{by_whom}) ?(?:[Tt]he |l['’]|la |il )?$").search(before):
            return 0.7
        return 0.7 if names.pattern(r"^ (?:{does})").match(after) else 0.0

    def written(self, candidate: Candidate) -> str:
        """The candidate as the text writes it."""
        return self.text[candidate.start : candidate.end]

    def listed(self, rejected: list[Candidate], spans: list[tuple[int, int]]) -> list[Candidate]:
        """Candidates without a cue in a list with organisations: "Positivo e a Intelbras fecharam"."""
        starts, ends = {start for start, _ in spans}, {end for _, end in spans}
        joined = self.names.pattern(r" (?:{and}) (?:{articles})?$")
        comma = self.names.pattern(r", (?:{articles})?$")
        found = []
        for candidate in rejected:
            if (
                self._is_excluded(candidate)
                or self._titled(candidate.start)
                or self._person_like(candidate.words)
            ):
                continue
            if len(candidate.words) == 1 and self._is_surname(candidate.words[0]):
                continue
            before = self.text[max(0, candidate.start - 12) : candidate.start]
            after = self.text[candidate.end : candidate.end + 12]
            by_and = joined.search(before)
            ahead = by_and or comma.search(before)
            if ahead is None or candidate.start - len(ahead.group()) not in ends:
                continue
            behind = self.names.pattern(r"^(?:,? (?:{and}) |, )(?:{articles})?").match(after)
            between = behind is not None and candidate.end + behind.end() in starts
            word = candidate.words[0]
            last = by_and is not None and len(candidate.words) == 1 and not word.isupper()
            if between or (last and normal(word) not in common_words()):
                found.append(candidate)
        return found

    def _has_abbreviation(self, words: list[str], after: str) -> bool:
        short = _ABBREVIATION.match(after)
        if short and self._abbreviates(short[1], words):
            return True
        full = _FULL_NAME.match(after) if len(words) == 1 and words[0].isupper() else None
        return full is not None and self._abbreviates(words[0], full[1].split(" "))

    def _is_surname(self, word: str) -> bool:
        """Whether the article also has the word after a first name or a title ("President Xi")."""
        if self._surnames is None:
            titles = {re.sub(r"\W", "", title) for title in self.names.words("person_titles")}
            pairs = _PAIR.findall(self.text)
            self._surnames = {
                second
                for first, second in pairs
                if first.split("-")[0].casefold() in first_names() or first in titles
            }
        return word in self._surnames

    def _is_excluded(self, candidate: Candidate) -> bool:
        words, banned = candidate.words, not_names()
        if words[0] in banned or words[0][0].isdigit() or all(word in banned for word in words):
            return True
        if _INDEX.match(self.text, candidate.end):
            return True
        if len(words) > 1:
            return any(_MODEL.fullmatch(word) for word in words[1:])
        word = words[0]
        if len(word) < 3 or word.islower() or word.casefold() in first_names() or _MODEL.fullmatch(word):
            return True
        return self.lang != "de" and self._also_plain(word)

    def _also_plain(self, word: str) -> bool:
        """Whether the article has the word in lower case too: then it is a plain word."""
        if self._lower_words is None:
            self._lower_words = set(_LOWER.findall(self.text))
        return word[1:].islower() and word.lower() in self._lower_words

    def _industry(self, words: list[str], titled: bool) -> bool:
        """Ends in a word that names of companies end in, and begins like a name."""
        name, first = " ".join(words), words[0]
        if any(joint in words for joint in _JOINTS if joint != "&") or len(words) > 5:
            return False
        sure = self.names.pattern(r" (?:{industry_sure})$").search(name) is not None
        if first in self.names.words("not_before_industry"):
            return sure and len(words) >= 3 and not titled
        if sure:
            return True
        if titled or self.names.pattern(r" (?:{industry_maybe})$").search(name) is None:
            return False
        return (
            first.casefold() not in first_names()
            and normal(first) not in common_words()
            and not self._also_plain(first)
        )

    def _abbreviates(self, short: str, words: list[str]) -> bool:
        """ "European Semiconductor Manufacturing Company (ESMC)": initials, and a word of organisations."""
        initials = "".join(word[0] for word in words if word[0].isupper())
        near = short.upper() == initials.upper() or (
            len(short) > 2 and initials.upper().startswith(short.upper()[:2])
        )
        return near and len(words) > 1 and any(word in self.names.words("org_tokens") for word in words)

    def _mid(self, start: int) -> bool:
        ahead = self.text[max(0, start - 3) : start].rstrip(" ")
        return bool(ahead) and (ahead[-1].isalnum() or ahead[-1] in ",;’'")

    def _attested(self, candidate: Candidate) -> bool:
        """Whether the name stands inside a sentence, where its capital means something, or twice."""
        name = self.text[candidate.start : candidate.end]
        if self.lang == "de" and len(candidate.words) == 1:
            return not any(f" {article} {name}" in self.text for article in self.names.words("determiners"))
        titled = self._titled(candidate.start)
        if self._mid(candidate.start) and not titled:
            return True
        times, at = 0, self.text.find(name)
        while at >= 0 and times < _ENOUGH:
            after = self.text[at + len(name) : at + len(name) + 1]
            if not after.isalnum() and not self.text[at - 1 : at].isalnum():
                times += 1
                if (
                    at > 1
                    and self.text[at - 1] == " "
                    and (self.text[at - 2].islower() or self.text[at - 2] in ",;")
                ):
                    return True
            at = self.text.find(name, at + 1)
        return times > 1 and not titled

    def _titled(self, start: int) -> bool:
        """Whether the line is set In Title Case, where capitals show nothing."""
        return self._lines.titled(start)

    def _person_like(self, words: list[str]) -> bool:
        return len(words) in (2, 3) and all(
            re.fullmatch(rf"[{_UPPER}][a-zà-ÿ’'-]+|[A-Z]\.", word) for word in words
        )


class _Covered:
    """Fast overlap test against sorted spans."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._chars: set[int] = set()
        for start, end in spans:
            self._chars.update(range(start, end))

    def overlaps(self, start: int, end: int) -> bool:
        return any(at in self._chars for at in range(start, end))


def find_unknown(text: str, lang: str, known: Iterable[Entity]) -> list[Entity]:
    """Organisations that are not among the known ones; keys are None, confidence is at most 0.9."""
    taken = [(entity.start, entity.end) for entity in known]
    finder = Finder(text, lang, taken)
    accepted: dict[str, float] = {}
    spans, rejected = list(taken), []
    for candidate in finder.candidates():
        belief = finder.confidence(candidate)
        if belief:
            name = finder.names.pattern(r",? (?:{legal_after})\.?$").sub("", finder.written(candidate))
            accepted[name] = max(belief, accepted.get(name, 0.0))
            spans.append((candidate.start, candidate.end))
        else:
            rejected.append(candidate)
        if len(accepted) >= MAX_NAMES:
            break
    for candidate in finder.listed(rejected, spans):
        accepted.setdefault(finder.written(candidate), 0.6)
    for short in [name for name in accepted if any(longer.startswith(f"{name} ") for longer in accepted)]:
        longer = next(longer for longer in accepted if longer.startswith(f"{short} "))
        accepted[longer] = max(accepted[longer], accepted.pop(short))
    return mentions_of(text, accepted, taken) if accepted else []


def mentions_of(text: str, accepted: dict[str, float], taken: list[tuple[int, int]]) -> list[Entity]:
    """Every mention of accepted names and of their clear short forms ("Nordlicht" of Nordlicht Photonics)."""
    forms = {name: name for name in accepted}
    generic = names_of("en").words("generic_first")
    for name in sorted(accepted, key=len):
        first = name.split(" ")[0]
        plain = normal(first) in common_words() or first in not_names() or first.casefold() in first_names()
        plain = plain or (
            first[1:].islower() and re.search(rf"\b{re.escape(first.lower())}\b", text) is not None
        )
        if " " in name and len(first) > 3 and not plain and first not in forms and first not in generic:
            forms[first] = name
    covered = _Covered(taken)
    pattern = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    found = []
    for match in re.finditer(rf"(?<![\w@#.-])(?:{pattern})(?![\w@])", text):
        if covered.overlaps(match.start(), match.end()):
            continue
        found.append(_entity(match, forms[match.group()], accepted[forms[match.group()]]))
    return found


def _entity(match: re.Match[str], name: str, belief: float) -> Entity:
    """An entity without a key, or with one where the syntax confirms a doubtful form of the knowledge."""
    start, end, text = match.start(), match.end(), match.group()
    entry = automaton().get(normal(name), None)
    if (
        entry is not None
        and len(entry.forms) == 1
        and entry.forms[0].text == name
        and entry.forms[0].risk < PLACE
    ):
        known = load_companies()[entry.forms[0].key]
        return Entity(
            start,
            end,
            text,
            known.name,
            known.key,
            known.kind,
            known.country,
            known.group,
            belief,
            known.also,
        )
    return Entity(start, end, text, name, None, confidence=belief, also=(text,) if text != name else ())
