"""Find the chips that a text names: known forms, model numbers, lists; ambiguous words only in context."""

from __future__ import annotations

import re
from dataclasses import replace

from nlp.chips.context import Scene, settle
from nlp.chips.cues import cued
from nlp.chips.forms import CODE_LEAD, Form, Forms, Pattern, bare, load_forms
from nlp.chips.spans import Hit, fold, is_word
from nlp.knowledge.chips import lineage
from nlp.mentions import Entity

_CODE = re.compile(rf"(?<![^\W_])([a-z]{{1,{CODE_LEAD}}})(?=[ -]?[a-z]{{0,2}}\d|[ -][a-z]-?[a-z]\d)")
_MODEL = re.compile(r"(.*?[^\W\d_][ -]?)(v?\d\w*)", re.IGNORECASE | re.DOTALL)
_NEXT = re.compile(
    r"\s{0,2}(?:(/)|[,、，;]?\s{0,2}(?:and|or|und|oder|et|ou|y|o|e|&|和|及|与|與|や|と|および|및|와|과)?)\s{0,2}-?(v?\d\w{0,6})(?![\w%])",
    re.IGNORECASE,
)
_GLUE = re.compile(r"[\s\"'“”„«»‘’「」『』-]*")
_MAX_LIST = 12
_MAX_PARTS = 4


def find_chips(text: str, lang: str) -> list[Entity]:
    """The chips named in the text, sorted, without overlap, the longest form at each place.

    ``name`` is canonical, ``also`` the article's words and shorter names, ``key`` None where only a pattern
    or a cue knows the chip, ``kind`` as in the knowledge, ``group`` the vendor's key.
    """
    forms = load_forms()
    low = fold(text)
    scene = Scene(text, forms)
    hits = scan(scene, low)
    hits.sort(key=lambda h: (h.start, h.start - h.end, not h.key))
    settle(scene, hits)
    chosen = select(hits)
    chosen = merge(text, with_lists(scene, low, chosen), forms)
    unknown = cued(scene, lang, [*chosen, *(h for h in hits if h.blocked)])
    if unknown:
        chosen = sorted([*chosen, *unknown], key=lambda h: h.start)
    return [entity(scene, hit) for hit in chosen]


def scan(scene: Scene, low: str) -> list[Hit]:
    """Every form that stands in the text on its own; vendors and chip words go into the scene."""
    forms, hits = scene.forms, []
    size = len(low)
    for last, (length, meanings) in forms.automaton.iter(low):
        start, end = last + 1 - length, last + 1
        # the two commonest reasons to go on, without a call: in the midst of a Latin word
        if start and low[start - 1].isalnum() and is_word(low, start) and is_word(low, start - 1):
            continue
        if end < size and low[end].isalnum() and is_word(low, last) and is_word(low, end):
            hits += leads(low, start, end, meanings)
            if low[end] != "s" or is_word(low, end + 1):
                continue
        elif end + 1 < size and low[end] == "." and low[end + 1].isdigit() and low[last].isdigit():
            continue
        for form in meanings:
            if form.what == "chip":
                hits.append(known(forms, form, start, end))
            elif form.what == "vendor":
                if scene.text[start].islower() and low[start:end] not in forms.blocks["small vendor"]:
                    continue  # "horizon", "block", "meta" are words
                scene.vendors.append((start, end, form.key))
                scene.named.add(form.key)
            elif form.what == "head":
                scene.heads.append((start, end))
                if form.key == "chip":
                    scene.chips.append((start, end))
                elif form.key == "kin":
                    scene.kin.append((start, end))
            else:
                hits += leads(low, start, end, (form,))
    for m in _CODE.finditer(low):
        for pattern in forms.code_leads.get(m[1], ()):
            hit = numbered(low, m.start(), m.end(), pattern)
            if hit:
                hits.append(hit)
    scene.vendors.sort()
    scene.heads.sort()
    scene.chips.sort()
    scene.kin.sort()
    return [hit for hit in hits if not within_vendor(scene, hit)]


def within_vendor(scene: Scene, hit: Hit) -> bool:
    """Whether the form is only a part of a vendor's written name."""
    return any(
        start <= hit.start and hit.end <= end and hit.end - hit.start < end - start
        for start, end, _ in scene.vendors_near(hit.start)
    )


def known(forms: Forms, form: Form, start: int, end: int) -> Hit:
    """The hit of a chip of the knowledge."""
    chip = forms.chips[form.key]
    return Hit(start, end, chip.key, chip.name, chip.vendor, chip.kind, chip.family, form.rule)


def leads(low: str, start: int, end: int, meanings: tuple[Form, ...]) -> list[Hit]:
    """The hits of the model-number patterns whose lead stands at the place."""
    found = [numbered(low, start, end, m.pattern) for m in meanings if m.pattern]
    return [hit for hit in found if hit]


def numbered(low: str, start: int, end: int, pattern: Pattern) -> Hit | None:
    """The hit of one pattern whose lead stands from start to end, or None."""
    m = pattern.rest.match(low, end)
    if not m:
        return None
    number = re.sub(r"\s+", " ", m[1]).strip()
    number = re.sub(r"[a-z]+", lambda w: cased(w[0]), number)
    plain = number.lower().lstrip("v")
    name = pattern.name.format(number, v=plain)
    return Hit(
        start, m.end(1), "", name, pattern.vendor, pattern.kind, pattern.family, pattern.rule, confidence=0.85
    )


def cased(word: str) -> str:
    """How a part of a model number is usually written: "Pro", but "XT"."""
    return word.capitalize() if len(word) > 2 and word not in ("xtx", "nvl", "gre", "hbm") else word.upper()


def select(hits: list[Hit]) -> list[Hit]:
    """The accepted hits, leftmost and longest, known before unknown.

    Where one overlaps the next of its vendor ("Intel Xeon", "Xeon 6980P"), the later one takes both.
    """
    out: list[Hit] = []
    for hit in hits:
        if not hit.accepted:
            continue
        if not out or hit.start >= out[-1].end:
            out.append(hit)
        elif hit.end > out[-1].end and hit.vendor == out[-1].vendor:
            out[-1] = replace(hit, start=out[-1].start)
    return out


def with_lists(scene: Scene, low: str, hits: list[Hit]) -> list[Hit]:
    """Add the members of lists that leave out the name: "MI350X and 355X", "TPU v5e and v6"."""
    out: list[Hit] = []
    starts = {h.start: h for h in hits}
    done = -1
    for hit in hits:
        if hit.start < done:
            continue
        out.append(hit)
        m = _MODEL.fullmatch(low, hit.start, hit.end)
        at = hit.end
        for _ in range(_MAX_LIST if m else 0):
            step = _NEXT.match(low, at)
            if not step or not m or step.start(2) == at or step.start(2) in starts:
                break
            member = listed(scene.forms, m[1], step[2], bool(step[1]), hit)
            if member is None:
                break
            member.start, member.end = step.span(2)
            out.append(member)
            done = at = member.end
    return out


def listed(forms: Forms, prefix: str, number: str, slash: bool, first: Hit) -> Hit | None:
    """The chip that prefix and number name together, or None where that is no known or patterned name."""
    spelt = prefix + number
    meanings = [m for m in forms.exact.get(spelt, ()) if m.what == "chip"]
    has_letter = any(c.isalpha() for c in number)
    if meanings and (has_letter or slash or (len(prefix) > 3 and len(number) >= 3)):
        return known(forms, meanings[0], 0, 0)
    lead = prefix.rstrip(" -")
    patterns = forms.code_leads.get(lead, [])
    patterns = patterns or [m.pattern for m in forms.exact.get(lead, ()) if m.pattern]
    for pattern in patterns if has_letter or slash else ():
        hit = numbered(spelt, 0, len(lead), pattern)
        if hit and hit.end == len(spelt) and hit.vendor == first.vendor:
            return hit
    return None


def merge(text: str, hits: list[Hit], forms: Forms) -> list[Hit]:
    """Join what names one product side by side: family and model, code name and model, vendor before them."""
    out: list[Hit] = []
    for hit in hits:
        if out and len(out[-1].parts) < _MAX_PARTS and _GLUE.fullmatch(text, out[-1].end, hit.start):
            whole = joined(text, out[-1], hit, forms)
            if whole:
                out[-1] = whole
                continue
        out.append(hit)
    return out


def joined(text: str, left: Hit, right: Hit, forms: Forms) -> Hit | None:
    """The more exact of two neighbours over the words of both, or None where they are two products."""
    chains = [(h.key, *lineage(h.family, forms.chips)) if h.family else (h.key,) for h in (left, right)]
    one, two = chains
    same = left.key and left.key == right.key
    inside = (left.key and left.key in two) or (right.key and right.key in one)
    digits = [any(c.isdigit() for c in text[h.start : h.end]) for h in (left, right)]
    kin = one[-1] == two[-1] and one[-1] and not all(digits)
    if not (same or inside or kin):
        return None
    exact = max((left, right), key=lambda h: (len(chains[h is right]), digits[h is right]))
    parts = (
        *(left.parts or (text[left.start : left.end],)),
        *(right.parts or (text[right.start : right.end],)),
    )
    return replace(exact, start=left.start, end=right.end, parts=parts)


def entity(scene: Scene, hit: Hit) -> Entity:
    """The hit as the components after this one see it, its vendor's name before it included."""
    text, start = scene.text, hit.start
    for v_start, v_end, vendor in scene.vendors_around(hit.start, hit.end, 1):
        if (
            vendor == hit.vendor
            and v_end <= hit.start
            and text[v_end : hit.start] in ("", " ", "\u00a0", "-")
        ):
            start = min(start, v_start)
    words = text[start : hit.end]
    short = bare(hit.name, scene.forms.vendor_names.get(hit.vendor, ()))
    names = (words, text[hit.start : hit.end], short, *hit.parts)
    also = tuple(dict.fromkeys(" ".join(n.split()) for n in names))
    return Entity(
        start,
        hit.end,
        words,
        hit.name,
        hit.key or None,
        kind=hit.kind,
        group=hit.vendor or None,
        confidence=hit.confidence,
        also=tuple(n for n in also if n != hit.name),
    )
