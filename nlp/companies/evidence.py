"""Whether a doubtful form ("Together", "Meta", "Washington") means the organisation where it stands."""

from __future__ import annotations

import re

from nlp.companies.features import places
from nlp.companies.lines import Lines
from nlp.companies.normal import normal
from nlp.companies.words import common_in, first_names, names_of
from nlp.knowledge.companies import OTHER_THING, PLACE, SAFE, WORD, Organisation

_OPENERS = '.!?:;\n"“”«»„‘([•–—*·|'
_SENTENCE_END = re.compile(r"[!?。！？\n]|\.(?=\s)(?<!\b[A-Z]\.)(?<!\bMio\.)(?<!\bMrd\.)(?<!\bRs\.)")
_PARTNER = r"(?:the |das |den |dem |la |el |il |o |a |l['’])?[A-ZÀ-Þ][\w-]+(?: [A-ZÀ-Þ][\w-]+)?"
"""Who acts together with a place: "Berlin and Saarland"."""
_LOCATED = re.compile(
    r"(?<!\w)(?:from|in|near|outside|at|into|aus|bei|nach|im|de|da|do|di|en|em|à|dans|na|no|nel|nella|near)\s$"
)
_AROUND = 70
_HOME = re.compile(r"(?:^|[\s(“\"])((?:South |North |Saudi |New |Hong |United )?[A-Z][a-zA-Z]+)['’]s? $")
_NEXT_NAME = re.compile(r" [A-ZÀ-Þ][a-zà-ÿ]+")
_LAST_NAME = re.compile(r"(?:^|[ (“\"«]|\n)([A-ZÀ-Þ][\w’'-]+) $")


class Evidence:
    """What one article shows. ``sure``: keys named by a safe form; ``spans``: where the safe forms stand."""

    def __init__(self, text: str, lang: str, sure: set[str], spans: list[tuple[int, int]]) -> None:
        self.text, self.lang, self.sure = text, lang, sure
        self._names = names_of(lang)
        self._starts = {start for start, _ in spans}
        self._ends = {end for _, end in spans}
        self._lines = Lines(text)

    def belief(self, start: int, end: int, risk: int, organisation: Organisation) -> float:
        """0 to 1: how sure that the form in ``text[start:end]`` is the organisation; under 0.5 is no."""
        if organisation.kind == "government":
            return self._government(start, end, risk)
        if risk == SAFE:
            return 0.98
        if risk == PLACE:
            return 0.85 if self.acts(start, end) else 0.0
        if not self._capital(start) or self._inside_name(start, end) or self._determined(start):
            return 0.0
        known = organisation.key in self.sure or (
            organisation.group in self.sure and risk == OTHER_THING and self._mid(start)
        )
        if known:
            return 0.95 if self._mid(start) or self._cue(start, end, risk) else 0.8
        if self._near(start, end, organisation.near):
            return 0.9
        if self._cue(start, end, risk):
            return 0.85
        if (
            self._mid(start)
            and not self._lines.titled(start)
            and self._of_its_kind(start, end, organisation.kind)
        ):
            return 0.7
        if risk == WORD:
            return self._plain_word(start, end)
        return 0.0

    def _determined(self, start: int) -> bool:
        """After an article where names take none and nouns are capitalised: German "der Arm"."""
        ahead = self.text[max(0, start - 12) : start]
        return self._names.pattern(r"(?:^|[^\w])(?:{determiners}) $").search(ahead) is not None

    def _inside_name(self, start: int, end: int) -> bool:
        """A surname after another capitalised word ("Malcolm Turner"), or a first name ("Leonardo Mayer")."""
        if " " in self.text[start:end] or self.text[start] > "ʯ" or self._lines.titled(start):
            return False
        if self.text[start:end].casefold() in first_names() and _NEXT_NAME.match(self.text, end):
            return True
        ahead = _LAST_NAME.search(self.text[max(0, start - 30) : start])
        if ahead is None:
            return False
        word, names = ahead[1], self._names
        intro = names.pattern(r"^(?:{intro_before}|{org_before}|{starters}|{role_words})$")
        return not (
            intro.match(word) or intro.match(word.lower()) or word.isupper() or not ahead[0].startswith(" ")
        )

    def again(self, start: int, end: int, risk: int) -> bool:
        """Whether a form of an organisation that the article names elsewhere counts here."""
        if risk == PLACE:
            return False
        if self._determined(start) or self._inside_name(start, end):
            return False
        return self._capital(start) and (
            risk != OTHER_THING or self._mid(start) or self._cue(start, end, risk)
        )

    def acts(self, start: int, end: int) -> bool:
        """Whether a place acts as a party does: it pays, buys, owns, signs."""
        after, before = self.text[end : end + 60], self.text[max(0, start - 60) : start]
        located = _LOCATED.search(before) is not None  # "the shareholder from Tokyo would pay"
        return bool(
            (
                not located
                and self._names.pattern(
                    rf"^(?:['’]s?)?(?: (?:{{and}}) {_PARTNER})? ?(?:{{place_acts}})"
                ).match(after)
            )
            or self._names.pattern(
                rf"(?:{{place_acted_on}})(?: ?the| ?l['’]| ?la| ?o| ?a)? ?(?:{_PARTNER} (?:{{and}}) )?$"
            ).search(before)
        )

    def _government(self, start: int, end: int, risk: int) -> float:
        """A state is a party where it acts, or where its name stands in a sentence about its money."""
        if self.acts(start, end):
            return 0.9
        if risk == PLACE or (risk == WORD and not self._capital(start)):
            return 0.0
        sentence = self._sentence(start, end)
        if self._names.pattern(r"(?:{state_money})").search(sentence):
            only_permits = self._names.pattern(r"(?:{state_permits})").search(sentence)
            return 0.0 if only_permits else 0.8
        return 0.0

    def _sentence(self, start: int, end: int) -> str:
        low, high = max(0, start - 200), end + 200
        first = max((m.end() for m in _SENTENCE_END.finditer(self.text, low, start)), default=low)
        last = _SENTENCE_END.search(self.text, end, high)
        return self.text[first : last.start() if last else high]

    def _plain_word(self, start: int, end: int) -> float:
        """A capitalised word without other evidence: enough where this language has no such word."""
        if self.text[start] > "ʯ":
            return 0.6
        if normal(self.text[start:end]) not in common_in(self.lang) and (
            self.lang != "en" or " " in self.text[start:end]
        ):
            return 0.8
        return 0.8 if self.lang != "de" and self._mid(start) and not self._lines.titled(start) else 0.0

    def _capital(self, start: int) -> bool:
        char = self.text[start]
        return char.isupper() or not char.isalpha() or char > "ʯ"

    def _mid(self, start: int) -> bool:
        """Not at the beginning of a sentence, line or quotation."""
        ahead = self.text[max(0, start - 3) : start].rstrip(" ")
        return bool(ahead) and ahead[-1] not in _OPENERS

    def _near(self, start: int, end: int, words: tuple[str, ...]) -> bool:
        if not words:
            return False
        around = f"{self.text[max(0, start - _AROUND) : start]} {self.text[end : end + _AROUND]}".casefold()
        return any(word in around for word in words)

    def _of_its_kind(self, start: int, end: int, kind: str) -> bool:
        """After a preposition, and near words of its trade: "rents capacity from Lambda"."""
        near = tuple(self._names.words("near", kind))
        before = self.text[max(0, start - 40) : start]
        return self._near(start, end, near) and bool(
            self._names.pattern(r"(?:^|[^\w])(?:{org_prepositions}) $").search(before)
        )

    def _cue(self, start: int, end: int, risk: int) -> bool:
        """The words around speak of an organisation: a verb of which only they are subject, a list."""
        names, text = self._names, self.text
        if self._listed(start, end):
            return True
        after, before = text[end : end + 90], text[max(0, start - 60) : start]
        home = _HOME.search(before)
        if home and home[1] in places():
            return True  # "India's Yotta"
        if names.pattern(
            r"^(?:,? (?:{legal_after})(?![A-Za-z])|(?:{org_after})"
            r"| \((?:{exchanges})?[:：]? ?[A-Z0-9.]{1,8}\)"
            r"|, (?:{apposition_start}).{0,60}?(?:{org_nouns}))"
        ).match(after) or names.pattern(r"(?:^|[^\w])(?:{org_before}) $").search(before):
            return True
        if names.pattern(r"^ (?:{subject_verbs})(?!\w)").match(after):
            return (
                risk == WORD
                or not self._mid(start)
                or self._names.pattern(r"^ (?:{speech_verbs})(?!\w)").match(after) is not None
            )
        return risk == WORD and bool(names.pattern(r"(?:^|[^\w])(?:{org_prepositions}) $").search(before))

    def _listed(self, start: int, end: int) -> bool:
        """Beside a sure organisation in a list: "Nvidia, Lambda and CoreWeave"."""
        joints = self._names.pattern(r"^(?:, (?:{and} )?| (?:{and}) |[、，・/])").match(
            self.text[end : end + 8]
        )
        if joints and end + joints.end() in self._starts:
            return True
        first = max(0, start - 8)
        ahead = self._names.pattern(r"(?:, (?:{and} )?| (?:{and}) |[、，・/])$").search(
            self.text[first:start]
        )
        return ahead is not None and first + ahead.start() in self._ends
