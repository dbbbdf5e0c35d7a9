"""Organisations of the knowledge in a text: automaton hits, boundaries, case, doubtful forms."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlp.companies.automaton import HANGUL, KANA, LATIN, Entry, automaton
from nlp.companies.evidence import Evidence
from nlp.companies.normal import normal
from nlp.companies.words import first_names, may_be_lower, names_of
from nlp.knowledge.companies import SAFE, Form, Organisation, load_companies
from nlp.mentions import Entity

_WORD = re.compile(r"[A-Za-zÀ-ɏ]+")
_SHORT_HANGUL = re.compile(
    r"(?:은|는|이|가|을|를|와|과|의|에|도|로|으로|만|측|등|및|그룹|계열|용|향|산|발|식|주|표|판|社|사(?![가-힣])"
    r"|에서|에게|까지|부터|보다|처럼|같은|이나|나|랑|하고|이라|라|인|였|이었|이다)"
)
_SITE = re.compile(r"\.(?:com?|net|org|io|ai|de|fr|it|es|pt|br|cn|jp|kr|tw|uk|eu)\b")


@dataclass(frozen=True, slots=True)
class Hit:
    """A form where it stands, boundaries and case being right."""

    start: int
    end: int
    form: Form


def _latin(char: str) -> bool:
    return char.isalnum() and char < "ʯ"


def _bounded(text: str, start: int, end: int, entry: Entry, lang: str) -> int:
    """The end of the form (a genitive s included), or -1 where it is only a part of a longer word."""
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    first = text[start]
    if _latin(first) and (
        _latin(before) or before in "@#_" or (before == "." and text[max(0, start - 2)] == " ")
    ):
        return -1
    if "゠" <= first <= "ヿ" and ("゠" < before <= "ヿ" and before != "・"):
        return -1
    if "가" <= first <= "힣" and "가" <= before <= "힣":
        return -1
    if entry.script == LATIN:
        if _latin(after):
            if lang != "de" or after != "s" or (end + 1 < len(text) and _latin(text[end + 1])):
                return -1
        elif (after == "-" and text[end + 1 : end + 2].isdigit()) or (
            after == "." and _SITE.match(text, end) and text[end - 4 : end] != ".com"
        ):
            return -1
    elif entry.script == KANA:
        if "゠" < after <= "ヿ" and after != "・" and entry.length < 5:
            return -1
    elif entry.script == HANGUL and entry.length <= 2 and "가" <= after <= "힣":
        return end if _SHORT_HANGUL.match(text, end) else -1
    return end


def _cased(surface: str, form: Form, lower: bool, lang: str = "") -> bool:
    """Whether the case and accents in which the text writes the form are those of the name.

    A text may lose accents and write in capitals, but not gain accents or lose the capitals of a name of
    several words ("the paper" is not The Paper); ``lower``: "nvidia" is Nvidia.
    """
    written = form.text
    if surface == written:
        return True
    if form.exact:
        return False
    for shown, meant in zip(surface, written, strict=True):
        odd = shown.casefold() != meant.casefold() and (shown.isalpha() or meant == "&")
        if odd and (shown > "\x7f" or meant == "&" or (form.risk and not surface.isupper())):
            return False
    if surface.islower():
        return lower
    if written.isupper() and len(written) < 4 and not surface.isupper():
        # Italian papers write "Amd", "Stm"
        plain = form.risk == SAFE and surface.casefold() not in first_names()
        return lang == "it" and plain and len(written) == 3 and surface.istitle()
    if not written[0].isupper() and not surface.isupper() and surface[0] == written[0]:
        return " " not in written
    initials = zip(_WORD.finditer(surface), _WORD.finditer(written), strict=False)
    return all(
        shown[0][0].isupper() or meant[0].casefold() in may_be_lower()
        for shown, meant in initials
        if meant[0][0].isupper()
    )


def _is_person(text: str, hit: Hit, norm_names: frozenset[str]) -> bool:
    """ "Michael Dell": a first name stands directly before a name of one word."""
    if hit.start < 3 or text[hit.start - 1] != " " or " " in hit.form.text:
        return False
    space = text.rfind(" ", 0, hit.start - 1)
    word = text[max(space + 1, hit.start - 20) : hit.start - 1].rsplit("\n", maxsplit=1)[-1]
    return word[:1].isupper() and word.casefold().strip("(\"“«'").split("-")[0] in norm_names


def raw_hits(text: str, lang: str) -> list[Hit]:
    """All forms in the text with right boundaries and case, overlapping ones included."""
    hits: list[Hit] = []
    persons = first_names()
    for last, entry in automaton().iter(normal(text)):
        end = last + 1
        start = end - entry.length
        if _bounded(text, start, end, entry, lang) < 0:
            continue
        surface = text[start:end]
        for form in entry.forms:
            if form.langs and lang not in form.langs:
                continue
            if entry.script != LATIN or _cased(surface, form, entry.lower, lang):
                hit = Hit(start, end, form)
                if not (entry.script == LATIN and _is_person(text, hit, persons)):
                    hits.append(hit)
                    break
    return hits


def longest(hits: list[Hit]) -> list[Hit]:
    """Leftmost longest hits, none overlapping; of equal ones the safest."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start, -h.end, h.form.risk)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return kept


def _not_the_name(text: str, hit: Hit, organisation: Organisation) -> bool:
    if organisation.never_before:
        rest = text[hit.end : hit.end + 40].casefold().lstrip(" -'’s")
        if any(rest.startswith(word) for word in organisation.never_before):
            return True
    if organisation.never_after:
        ahead = text[max(0, hit.start - 40) : hit.start].casefold().rstrip(" -")
        if any(ahead.endswith(word) for word in organisation.never_after):
            return True
    return False


def find_known(text: str, lang: str) -> list[Entity]:
    """The organisations of the knowledge that the text names, sorted, none overlapping."""
    companies = load_companies()
    hits = [h for h in raw_hits(text, lang) if not _not_the_name(text, h, companies[h.form.key])]
    if not hits:
        return []
    safe = longest([h for h in hits if _risk(h, companies, lang) == SAFE])
    evidence = Evidence(text, lang, {h.form.key for h in safe}, [(h.start, h.end) for h in safe])
    sure: list[tuple[Hit, float]] = []
    for hit in hits:
        belief = evidence.belief(hit.start, hit.end, _risk(hit, companies, lang), companies[hit.form.key])
        if belief >= 0.5:
            sure.append((hit, belief))
    belief_of = dict(sure)
    # A doubtful form that was believed once is the organisation wherever it stands with a capital letter.
    keys = {hit.form.key for hit, _ in sure}
    for hit in hits:
        government = companies[hit.form.key].kind == "government"
        if hit in belief_of or hit.form.key not in keys or government:
            continue
        if evidence.again(hit.start, hit.end, hit.form.risk):
            belief_of[hit] = 0.75
    return [_entity(text, hit, companies, belief_of[hit], lang) for hit in longest(list(belief_of))]


def _risk(hit: Hit, companies: dict[str, Organisation], lang: str) -> int:
    weak = lang in companies[hit.form.key].weak_langs and " " not in hit.form.text
    return max(hit.form.risk, 1) if weak else hit.form.risk


def _entity(text: str, hit: Hit, companies: dict[str, Organisation], belief: float, lang: str) -> Entity:
    organisation = companies[hit.form.key]
    sister = names_of(lang).pattern(r" (?:{sister_words})(?!\w)").match(text, hit.end)
    if sister:  # "Aker Solutions" is another company than Aker
        name = text[hit.start : sister.end()]
        return Entity(hit.start, sister.end(), name, name, None, group=organisation.key, confidence=0.8)
    start, end = with_suffix(text, hit.start, hit.end, lang)
    also = organisation.also
    if organisation.merges and organisation.group:
        also = (companies[organisation.group].name, *also)
    return Entity(
        start,
        end,
        text[start:end],
        organisation.name,
        organisation.key,
        organisation.kind,
        organisation.country,
        organisation.group,
        belief,
        also,
    )


def with_suffix(text: str, start: int, end: int, lang: str) -> tuple[int, int]:
    """The span with the legal form around it: "Inc.", "AG", 股份有限公司, 株式会社, (株)."""
    names = names_of(lang)
    after = names.pattern(r",? ?(?:{legal_after_cjk})|,? (?:{legal_after})(?![A-Za-z])\.?").match(text, end)
    before = names.pattern(r"(?:{legal_before})$").search(text, max(0, start - 6), start)
    return (before.start() if before else start), (after.end() if after else end)
