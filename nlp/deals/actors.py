"""Companies as actors of sentences: where each stands, how it is marked, and with whom it is coordinated."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from nlp.deals.cues import SPACELESS, load_cues
from nlp.deals.sentences import Sentence
from nlp.mentions import Entity

OF = frozenset({"de", "d", "di", "do", "da", "del", "della", "dei", "delle", "des", "du"})
"""How Romance languages join what a company makes to what it is ("fabricante de chips")."""
AT = frozenset({"at", "from", "of", "with", "bei", "von", "der", "chez"})
"""What stands between an analyst and the house that pays him ("analysts at", "Analysten von")."""
POSTPOSED = frozenset({"ja", "ko"})
OUTSIDE = frozenset({"other", "speaker", "owner"})
"""Cases of companies that a sentence names without telling that they take part."""
_WORD_BEFORE = re.compile(r"([^\s,.;:()\[\]–—\"“”«»„]+)[\s]*$")


@dataclass(slots=True)
class Actor:
    """A company in a sentence. ``case`` is how it is marked: "" bare, subject, object, from, to, with, for, by, of, in,
    at, gen (owner of what follows), buyer, seller, giver ("customers such as A"),
    vendor (names the maker of the chip that follows), speaker (says what follows), other (takes no part), owner (named
    only as whose another company is).
    ``meant`` True where the article says "the company" or "it" and this is who is meant."""

    start: int
    end: int
    entity: Entity
    case: str = ""
    group: int = 0
    meant: bool = False
    sentence: int = 0


@dataclass(frozen=True, slots=True)
class CaseWords:
    """How a language marks the part a company plays."""

    before: dict[str, str]
    after: tuple[tuple[str, str], ...]
    skip: frozenset[str]
    examples: frozenset[str]
    example_of: dict[str, str]
    joins: re.Pattern[str]
    backed: re.Pattern[str] | None
    led_by: re.Pattern[str] | None
    speaker: re.Pattern[str]
    speakers: frozenset[str]
    opines: re.Pattern[str]
    longest: int = field(default=2)


@lru_cache(maxsize=16)
def case_words(lang: str) -> CaseWords:
    """The case words of a language from its deals.yml."""
    data = load_cues(lang).data
    before = {str(word): case for case, words in data.get("cases", {}).items() for word in words}
    after = [(str(word), case) for case, words in data.get("cases_after", {}).items() for word in words]
    after.sort(key=lambda pair: -len(pair[0]))
    joins = "|".join(re.escape(str(j)) for j in sorted(data.get("joins", ()), key=lambda j: -len(str(j))))
    lead = "|".join(re.escape(str(w)) for w in data.get("words_between", ()))
    spaced = lang not in SPACELESS
    if spaced:
        epithets = rf"(?:(?:{lead})\s+){{0,4}}" if lead else ""
        join = rf"\s*(?:,|;|/|\(|、)?\s*(?:(?:{joins})\b)?\s*{epithets}"
    else:
        join = rf"\s*(?:{joins}|、|,|，|/|・)\s*"
    backed = data.get("backed")
    return CaseWords(
        before=before,
        after=tuple(after),
        skip=frozenset(str(w) for w in data.get("words_between", ())),
        examples=frozenset(data.get("examples", ())),
        example_of=dict(data.get("example_of", {})),
        joins=re.compile(join + r"$", re.IGNORECASE),
        backed=re.compile(rf"[-‑](?:{_any(backed)})\b", re.IGNORECASE) if backed else None,
        led_by=re.compile(
            rf"[-‑](?:led|backed|arranged|funded|financed)\s(?:[\w-]+\s){{0,2}}?(?:{_any(data['led_by'])})\b"
        )
        if data.get("led_by")
        else None,
        speaker=re.compile(rf"(?:['’]s)?\s?(?:{_any(data.get('speaker') or [chr(0)])})", re.IGNORECASE),
        speakers=frozenset(w for w in data.get("speaker", ()) if " " not in w),
        opines=re.compile(rf"\s(?:{_any(data.get('opines') or [chr(0)])})\b", re.IGNORECASE),
        longest=max((len(w.split()) for w in before), default=1),
    )


def _any(words: list[str]) -> str:
    return "|".join(re.escape(str(word)) for word in words)


def case_before(text: str, low: int, start: int, lang: str) -> str:
    """The case that a preposition or its like before a place gives it; "" in languages whose words stand behind."""
    return "" if lang in POSTPOSED or lang == "zh" else _before(text, low, start, case_words(lang))


def _before(text: str, low: int, start: int, words: CaseWords) -> str:
    """The case that the words before a name give it: back over articles and epithets to a case word."""
    back = _words_back(text, low, start, 9)
    found = _case_of(back, words, 8)
    for n, word in enumerate(back[:4]):
        example = word in words.examples or (n + 1 < len(back) and f"{back[n + 1]} {word}" in words.examples)
        if example and set(back[n + 1 : n + 5]) & set(words.example_of):
            after = next(k for k in range(n + 1, len(back)) if back[k] in words.example_of)
            told = words.example_of[back[after]]
            return told if told != "with" else _case_of(back[after + 1 :], words, 3) or "with"
    return found


def _words_back(text: str, low: int, start: int, most: int) -> list[str]:
    """The words before a place, the nearest first, up to punctuation."""
    back: list[str] = []
    end = start
    while len(back) < most:
        match = _WORD_BEFORE.search(text, max(low, end - 30), end)
        if not match:
            break
        back.append(match[1].lower().strip("'’*"))
        end = match.start()
    return back


def _case_of(back: list[str], words: CaseWords, reach: int) -> str:
    inside = 0
    for n, word in enumerate(back[:reach]):
        if n < inside:
            continue
        if n and word in OF and n + 1 < len(back) and back[n + 1] in words.skip:
            inside = n + 2  # "le concepteur de puces X": of what it makes, and not from X
            continue
        if words.longest > 1 and n + 1 < len(back) and (case := words.before.get(f"{back[n + 1]} {word}")):
            return case
        if case := words.before.get(word):
            return case
        if word not in words.skip:
            return ""
    return ""


def _before_cjk(text: str, low: int, start: int, words: CaseWords) -> str:
    """Chinese: the marking word stands right before the name, or before a short epithet of it."""
    near = text[max(low, start - 8) : start]
    for sign in "，。、；：（）“”《》":
        near = near.rsplit(sign, 1)[-1]
    best, at = "", -1
    for word, case in words.before.items():
        place = near.rfind(word)
        if (
            place >= 0
            and place + len(word) > at
            and (len(near) - place - len(word) <= (4 if len(word) > 1 else 2))
        ):
            best, at = case, place + len(word)
    return best


def mark_case(text: str, sentence: Sentence, start: int, end: int, lang: str) -> str:
    """How the company at [start, end) is marked in its sentence."""
    words = case_words(lang)
    tail = text[end : min(sentence.end, end + 24)]
    if words.led_by and words.led_by.match(text, end):
        return "by"  # "a Goldman Sachs-led loan"
    if words.backed and words.backed.match(tail):
        return "owner"
    if words.speaker.match(tail):
        return "speaker"
    if lang in POSTPOSED:
        tail = re.sub(r"^\s*[（(][^）)]{0,20}[）)]", "", tail).lstrip("」』”’\"'")
        for word, case in words.after:
            if tail.startswith(word):
                return case
        return ""
    if re.match(r"['’]s?\s|['’]$", tail) and lang in ("en", "de", "fr", "it", "pt", "es"):
        return "gen"
    if lang == "zh":
        if tail.startswith(("的", "旗下")):
            return "gen"
        return _before_cjk(text, sentence.start, start, words)
    back = _words_back(text, sentence.start, start, 3)
    if len(back) > 1 and back[0] in OF | AT and words.speakers & set(back[1:]):
        return "speaker"  # "analysts at TD Cowen"
    return _before(text, sentence.start, start, words)


def opines(text: str, end: int, lang: str) -> bool:
    """Whether the company that ends here is said to think something ("TD Cowen estimates that")."""
    return bool(case_words(lang).opines.match(text, end))


def _topic_of_headline(text: str, actors: list[Actor], gap: str, words: CaseWords) -> bool:
    """Whether the first company of a sentence of Japanese or Korean is its topic by a comma alone ("A、Bに出資")."""
    first, second = actors[0], actors[1]
    if gap.strip() not in (",", "、") or first.case or second.case in ("subject", "with"):
        return False
    if any(a.case == "subject" for a in actors):
        return False
    listed = (
        len(actors) > 2 and bool(words.joins.match(text[second.end : actors[2].start])) and not second.case
    )
    return not listed


def coordinate(text: str, actors: list[Actor], lang: str) -> None:
    """Numbers the groups of coordinated companies and gives a group one case."""
    words = case_words(lang)
    group = 0
    for i, actor in enumerate(actors):
        if i:
            before = actors[i - 1]
            gap = text[before.end : actor.start]
            gap = re.sub(r"^\s*\([^)]{0,40}\)", "", gap)
            gap = re.sub(r"^\s*（[^）]{0,40}）", "", gap)
            joined = (
                len(gap) < 60 and bool(gap.strip()) and bool(words.joins.match(gap)) and before.case != "gen"
            )
            if joined and actor.meant and actor.entity is before.entity and lang not in POSTPOSED:
                joined, actor.case = False, "other"  # "A, the company he founded": an aside on A
            if joined and lang in POSTPOSED and before.case not in ("", "with", "join"):
                joined = False
            if (
                joined
                and lang in POSTPOSED
                and gap.strip() in (",", "、")
                and before.case == ""
                and actor.case == "with"
            ):
                joined = False  # "A, B와 계약": A is the topic
            if joined and lang in POSTPOSED and i == 1 and _topic_of_headline(text, actors, gap, words):
                joined = False
                before.case = "subject"
            if not joined:
                group += 1
        actor.group = group
    for number in range(group + 1):
        members = [a for a in actors if a.group == number]
        if len(members) < 2:
            continue
        source = members[-1] if lang in POSTPOSED else members[0]
        case = source.case
        if case in OUTSIDE and lang not in POSTPOSED:
            for member in members:
                member.case = case if member.case == "" else member.case
        if lang not in POSTPOSED and case in ("", *OUTSIDE):
            for member in members:
                if member.case == "with" and case == "":
                    member.case = ""  # 和 joined it, and did not mark it
            continue
        for member in members:
            if member.case in ("", "join", "with") or lang in POSTPOSED:
                member.case = case
