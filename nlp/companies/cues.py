"""What the syntax around a run of capitalised words says: by name, one look at each place.

Rules only propose. ``Looker.cues`` gives the names of the rules that hold ("ticker", "appositive"); what they are worth
is learned (``learned.py``), but for the few that leave no doubt (``SURE``).
"""

from __future__ import annotations

import re

from nlp.companies.candidates import JOINTS, UPPER, WORD, Candidate, is_mid, not_names
from nlp.companies.lines import Lines
from nlp.companies.normal import normal
from nlp.companies.words import Names, common_words, first_names, names_of

SURE = {"legal": 0.9, "ticker": 0.9, "abbreviation": 0.86}
_TICKER = (
    r" ?[(（](?:(?:{exchanges})\s?[:：]\s?[A-Z0-9.&-]+|[A-Z0-9]{1,6}\.[A-Z]{1,2}|[0-9]{4,6}\.[A-Z]{2})[)）]"
)
_ABBREVIATION = re.compile(r" \(([A-Z][A-Za-z&]{1,7})\)")
_FULL_NAME = re.compile(rf"^ \(({WORD}(?: (?:(?:of|de|do|da|for|and|&|para|pour|für) )*{WORD}){{2,6}})\)")
_PAIR = re.compile(rf"(?<!\w)([{UPPER}][\w’-]+)\.? (?=([{UPPER}][\w-]+))")
_LOWER = re.compile(r"(?<![\w-])[a-zà-ÿ][\w]+(?![\w-])")
_FROM_PLACE = re.compile(r"(?:\b(?:de|aus|from|of|di|da|du)|d['’]) ?$")
_INDEX = re.compile(r"[ -](?:[Ii]ndex|[Íí]ndice|[Ii]ndice)\b")
_MODEL = re.compile(r"\d[\d.,]*|[A-Z]{0,4}-?\d[\w.-]*|[A-Z]{1,4}\d{2,}\w*")
_LOOK = 110
_NEAR = 48
_ENOUGH = 12


class Looker:
    """Looks at candidates of one text. ``taken``: the spans of known entities."""

    def __init__(self, text: str, lang: str, taken: list[tuple[int, int]]) -> None:
        self.text, self.lang, self.taken = text, lang, taken
        self.names: Names = names_of(lang)
        self._lines = Lines(text)
        self._surnames: set[str] | None = None
        self._lower_words: set[str] | None = None
        self._starts = {start for start, _ in taken}
        self._ends = {end for _, end in taken}
        self._seen: dict[int, list[str]] = {}

    def cues(self, candidate: Candidate) -> list[str]:
        """The names of the rules that hold where the candidate stands."""
        found = self._seen.get(candidate.start)
        if found is None:
            found = self._seen[candidate.start] = self._look(candidate)
        return found

    def _look(self, candidate: Candidate) -> list[str]:
        start, end, words = candidate.start, candidate.end, candidate.words
        text, names = self.text, self.names
        after, before = text[end : end + _LOOK], text[max(0, start - _LOOK) : start]
        found = []
        if names.pattern(_TICKER).match(after):
            found.append("ticker" if not _FROM_PLACE.search(before) else "placed_ticker")
        if words[-1] not in ("Co", "SE") and names.pattern(r"^,? (?:{legal_after})(?![\w])").match(after):
            found.append("legal")
        if len(words) > 1 and names.pattern(r"(?:^| )(?:{legal_after})\.?$").search(" ".join(words)):
            found.append("legal")
        if len(words) > 1 and self._industry(words, self.titled(start)):
            found.append("industry")
        if len(words) > 1 and words[0] in names.words("org_leads"):
            found.append("org_lead")
        if self._has_abbreviation(words, after):
            found.append("abbreviation")
        found += self._context(candidate, before, after)
        found += self._lists(candidate)
        return found

    def _context(self, candidate: Candidate, before: str, after: str) -> list[str]:
        """What stands before and after."""
        names, found = self.names, []
        intro = names.pattern(r"(?:^|[^\w-])((?i:{intro_before})) [«“\"„]?$").search(before[-_NEAR:])
        if intro:
            of_person = names.pattern(r"^(?:{intro_of_persons})$").match(intro[1])
            found.append("intro_any" if of_person else "intro")
        if names.pattern(r"(?:^|[^\w])(?:{role_of}) ?(?:[Tt]he |l['’]|la |il )?$").search(before[-_NEAR:]):
            found.append("role_of")
        apposition = names.pattern(r"^[»”\"]?(?:,| \(|\s[–—-]) ?((?:{appositive}))").match(after)
        if apposition:
            phrase = apposition[1] + after[apposition.end() :][:14]
            person = names.pattern(r"(?:^|[^\w])(?:{person_words})").search(phrase)
            found.append("appositive_person" if person else "appositive")
        elif names.pattern(r"^,? (?:[\w’'-]+ ){0,3}(?:{person_words})").match(after):
            found.append("person_after")
        if names.pattern(r"(?:^|[^\w])(?:{person_words})\w* $").search(before[-_NEAR:]):
            found.append("person_before")
        if names.pattern(r"^(?:{role_after})").match(after):
            found.append("role_after")
        if names.pattern(r"(?:{by_whom}) ?(?:[Tt]he |l['’]|la |il )?$").search(before):
            found.append("by_whom")
        if names.pattern(r"^ (?:{does})").match(after):
            found.append("does")
        if names.pattern(r"^ (?:{subject_verbs})(?!\w)").match(after):
            found.append("subject_verb")
        if names.pattern(r"^ (?:{speech_verbs})(?!\w)").match(after):
            found.append("speech_verb")
        if names.pattern(r"^(?:{org_after})").match(after):
            found.append("org_after")
        if names.pattern(r"(?:^|[^\w])(?:{org_before}) $").search(before[-_NEAR:]):
            found.append("org_before")
        return found

    def _lists(self, candidate: Candidate) -> list[str]:
        """Whether the candidate stands in a list with known organisations: "Positivo e a Intelbras"."""
        found = []
        before = self.text[max(0, candidate.start - 12) : candidate.start]
        ahead = self.names.pattern(r"(?: (?:{and}) |, (?:(?:{and}) )?|[/、・] ?)(?:{articles})?$").search(
            before
        )
        if ahead and candidate.start - len(ahead.group()) in self._ends:
            found.append("list_left")
        after = self.text[candidate.end : candidate.end + 12]
        behind = self.names.pattern(r"^(?:,? (?:{and}) |, |[/、・] ?)(?:{articles})?").match(after)
        if behind and candidate.end + behind.end() in self._starts:
            found.append("list_right")
        return found

    def in_brackets(self, candidate: Candidate) -> bool:
        """Whether it is the ticker of the name before it, or its abbreviation: "Baltic Wafer Company (BWC)"."""
        text, start, end = self.text, candidate.start, candidate.end
        if len(candidate.words) > 1 or not candidate.words[0].isupper():
            return False
        if self.names.pattern(r"[(（](?:{exchanges})\s?[:：]\s?$").search(text[max(0, start - 20) : start]):
            return True
        if text[start - 2 : start] != " (" or text[end : end + 1] != ")":
            return False
        before = text[max(0, start - 90) : start - 2].split(" ")
        return any(self._abbreviates(candidate.words[0], before[-n:]) for n in range(2, 8))

    def excluded(self, candidate: Candidate) -> bool:
        """Whether the words cannot be an organisation: a month, a model number, a word that is also plain."""
        words, banned = candidate.words, not_names()
        if words[0] in banned or words[0][0].isdigit() or all(word in banned for word in words):
            return True
        if _INDEX.match(self.text, candidate.end):
            return True
        if len(words) > 1:
            return any(_MODEL.fullmatch(word) for word in words[1:])
        before = self.text[max(0, candidate.start - _NEAR) : candidate.start]
        if self.names.pattern(r"(?<!\w)(?:{located_after}) $|(?:^|[.!?\n] ?)(?:{located_first}) $").search(
            before
        ):
            return True  # "l'azienda di Merano", "In Hürth baut ..."
        word = words[0]
        if len(word) < 2 or word.islower() or word.casefold() in first_names() or _MODEL.fullmatch(word):
            return True
        return self.lang != "de" and self.also_plain(word)

    def also_plain(self, word: str) -> bool:
        """Whether the article has the word in lower case too: then it is a plain word."""
        if self._lower_words is None:
            self._lower_words = set(_LOWER.findall(self.text))
        return word[1:].islower() and word.lower() in self._lower_words

    def is_surname(self, word: str) -> bool:
        """Whether the article also has the word after a first name or a title ("President Xi")."""
        if self._surnames is None:
            titles = {re.sub(r"\W", "", title) for title in self.names.words("person_titles")}
            self._surnames = {
                second
                for first, second in _PAIR.findall(self.text)
                if first.split("-")[0].casefold() in first_names() or first in titles
            }
        return word in self._surnames

    def titled(self, start: int) -> bool:
        """Whether the line is set In Title Case, where capitals show nothing."""
        return self._lines.titled(start)

    def attested(self, candidate: Candidate) -> bool:
        """Whether the name stands inside a sentence, where its capital means something, or twice."""
        name = self.text[candidate.start : candidate.end]
        if self.lang == "de" and len(candidate.words) == 1:
            return not any(f" {article} {name}" in self.text for article in self.names.words("determiners"))
        titled = self.titled(candidate.start)
        if is_mid(self.text, candidate.start) and not titled:
            return True
        times, at = 0, self.text.find(name)
        while at >= 0 and times < _ENOUGH:
            after = self.text[at + len(name) : at + len(name) + 1]
            if not after.isalnum() and not self.text[at - 1 : at].isalnum():
                times += 1
                inside = at > 1 and self.text[at - 1] == " "
                if inside and (self.text[at - 2].islower() or self.text[at - 2] in ",;"):
                    return True
            at = self.text.find(name, at + 1)
        return times > 1 and not titled

    def _industry(self, words: list[str], titled: bool) -> bool:
        """Ends in a word that names of companies end in, and begins like a name."""
        name, first = " ".join(words), words[0]
        if any(joint in words for joint in JOINTS if joint != "&") or len(words) > 5:
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
            and not self.also_plain(first)
        )

    def _has_abbreviation(self, words: list[str], after: str) -> bool:
        """ "European Semiconductor Manufacturing Company (ESMC)", or the other way round."""
        short = _ABBREVIATION.match(after)
        if short and self._abbreviates(short[1], words):
            return True
        full = _FULL_NAME.match(after) if len(words) == 1 and words[0].isupper() else None
        return full is not None and self._abbreviates(words[0], full[1].split(" "))

    def _abbreviates(self, short: str, words: list[str]) -> bool:
        """Initials, and a word of organisations."""
        initials = "".join(word[0] for word in words if word[0].isupper())
        near = short.upper() == initials.upper() or (
            len(short) > 2 and initials.upper().startswith(short.upper()[:2])
        )
        return near and len(words) > 1 and any(word in self.names.words("org_tokens") for word in words)
