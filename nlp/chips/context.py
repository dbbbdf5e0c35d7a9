"""Whether an ambiguous form is the chip: vendors and chip words around it; no people, places, roads.

Rules (column ``context`` of the knowledge): "code" a model number that is also a road or a part of another
name; "near" a word that hardly means anything else in an article that names the vendor; "tight" a word that
is mostly something else and needs its vendor, a chip word or another chip beside it; "vendor" a word or
number that needs its vendor, or another of its vendor's chips, beside it; "named" one that needs its
vendor anywhere.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

from nlp.chips.forms import Forms
from nlp.chips.spans import Hit

_QUOTES = r"[\s\"'“”„«»‘’「」『』《》（(\-–,]*"
_BETWEEN = re.compile(rf"{_QUOTES}(?:'s\s+|’s\s+)?(?:[\w\-/]+\s+){{0,2}}{_QUOTES}$")
_CLOSE = re.compile(
    r"[\s\"'“”„«»‘’「」『』《》（(\-–]*(?:'s|’s|s|的|の|의)?[\s\"'“”„«»‘’「」『』《》（(\-–]*$"
)
_STOP = re.compile(r"[.;!?。；！？]\s|[。；！？]|\n")
_LIST = re.compile(
    r"[\s\"'“”„«»‘’「」『』,/、，;]*(?:and|or|und|oder|et|ou|y|o|e|&|\+|和|及|与|與|或|や|と|および|및|와|과|or|plus|sowie|ed|vs\.?)?"
    r"(?:\s+(?:the|die|der|das|den|les?|los|las|os|as|i|gli))?[\s\"'“”„«»‘’「」『』,/、，]*$"
)
_KIN = re.compile(r"(?:\s(?:of|de|du|di|des)\s\w+)?[,:]?[\s\"'“”„«»‘’「」『』の(]{0,4}")
_LAST_WORD = re.compile(r"([^\W\d_][\w.]*)[\s\u00a0]$")
_FIRST_WORD = re.compile(r"[\s\u00a0]?([^\W\d_]+)")
_CAPITAL_AFTER = re.compile(r"[\s\u00a0-][A-ZÀ-Þ][a-zà-ÿ]+")
_CAPITAL_BEFORE = re.compile(r"[A-ZÀ-Þ][\w.]*[\s\u00a0-]$")
_REACH = 30
_SENTENCE = 120
_NEAR = 160


@dataclass(slots=True)
class Scene:
    """A text with what stands in it. All lists are sorted by place.

    ``heads``: all chip words; ``chips``: for one chip ("processor", not "rack"); ``kin``: "successor" and
    the like. ``named``: the vendors of the whole text; ``sure``: a chip that needs no context is named.
    """

    text: str
    forms: Forms
    vendors: list[tuple[int, int, str]] = field(default_factory=list)
    heads: list[tuple[int, int]] = field(default_factory=list)
    chips: list[tuple[int, int]] = field(default_factory=list)
    kin: list[tuple[int, int]] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    sure: bool = False

    def vendors_near(self, start: int) -> list[tuple[int, int, str]]:
        """The vendor names next to the place, at most a dozen each side."""
        at = bisect_left(self.vendors, (start, 0, ""))
        return self.vendors[max(0, at - 12) : at + 12]

    def vendors_around(self, start: int, end: int, reach: int) -> Iterable[tuple[int, int, str]]:
        """The vendor names that begin within ``reach`` characters of the place, at most a dozen each side."""
        for v in self.vendors_near(start):
            if (v[1] <= start and start - v[1] <= reach) or (v[0] >= end and v[0] - end <= reach):
                yield v

    def heads_around(self, start: int, end: int, reach: int) -> Iterable[tuple[int, int]]:
        """The chip words that stand within ``reach`` characters of the place, at most a dozen each side."""
        at = bisect_left(self.heads, (start, 0))
        for h in self.heads[max(0, at - 12) : at + 12]:
            if (h[1] <= start and start - h[1] <= reach) or (h[0] >= end and h[0] - end <= reach):
                yield h


def is_blocked(scene: Scene, hit: Hit) -> bool:
    """A person, a road, or one of the words with which the knowledge rules the chip out."""
    if not hit.rule:
        return False
    text, blocks = scene.text, scene.forms.blocks
    before = _STOP.split(text[max(0, hit.start - _REACH) : hit.start])[-1]
    after = _STOP.split(text[hit.end : hit.end + _REACH])[0]
    chip = scene.forms.chips.get(hit.key)
    if chip and any(word in before or word in after for word in chip.context.blockers):
        return True
    last, first = _LAST_WORD.search(before), _FIRST_WORD.match(after)
    words = {m[1].rstrip(".") for m in (last, first) if m}
    if words & blocks["road"] and any(c.isdigit() for c in text[hit.start : hit.end]):
        return True
    if hit.rule == "code":
        return False
    if last and last[1].rstrip(".") in blocks["person"] | blocks["first name"]:
        return True
    return hit.rule in ("tight", "vendor") and bool(last and last[1].lower() in blocks["place word"])


def vendor_beside(scene: Scene, hit: Hit, reach: int) -> bool:
    """The chip's own vendor before it within ``reach``, in the same sentence, or right behind it."""
    for start, end, vendor in scene.vendors_around(hit.start, hit.end, reach):
        if vendor != hit.vendor:
            continue
        if end <= hit.start:
            between = scene.text[end : hit.start]
            if _CLOSE.fullmatch(between):
                return True
            if not _STOP.search(between) and not _CAPITAL_AFTER.match(scene.text, hit.end):
                return True
        if (
            start >= hit.end
            and start - hit.end <= 10
            and not _CAPITAL_AFTER.match(scene.text, hit.end, start)
            and not re.search(r"[.;,!?\n]", scene.text[hit.end : start])
        ):
            return True
    return False


def vendor_in_sentence(scene: Scene, hit: Hit) -> bool:
    """The chip's own vendor in the same sentence, where no capitalised word beside it makes a longer name."""
    text = scene.text
    if _CAPITAL_AFTER.match(text, hit.end) or _CAPITAL_BEFORE.search(
        text[max(0, hit.start - _REACH) : hit.start]
    ):
        return False
    for start, end, vendor in scene.vendors_around(hit.start, hit.end, _SENTENCE):
        if vendor == hit.vendor:
            between = text[end : hit.start] if end <= hit.start else text[hit.end : start]
            if not _STOP.search(between):
                return True
    return False


def vendor_touches(scene: Scene, hit: Hit) -> bool:
    """The chip's own vendor right before it: "nvidia blackwell", "Google's Axion"."""
    return any(
        vendor == hit.vendor and end <= hit.start and _CLOSE.fullmatch(scene.text[end : hit.start])
        for _, end, vendor in scene.vendors_around(hit.start, hit.end, 4)
    )


def head_beside(scene: Scene, hit: Hit, reach: int = 18) -> bool:
    """A chip word beside it: "Venice processors", "puces Blackwell", "GPU “Rubin”"."""
    for start, end in scene.heads_around(hit.start, hit.end, reach):
        between = scene.text[end : hit.start] if end <= hit.start else scene.text[hit.end : start]
        if "," not in between and not _STOP.search(between) and _BETWEEN.match(between):
            return True
    return False


def kin_beside(scene: Scene, hit: Hit) -> bool:
    """A word of succession right before it: "its predecessor, Sycamore", "codenamed Venice"."""
    at = bisect_left(scene.kin, (hit.start, 0))
    return at > 0 and bool(_KIN.fullmatch(scene.text, scene.kin[at - 1][1], hit.start))


def chip_beside(scene: Scene, hit: Hit, accepted: list[Hit], vendor: bool = False) -> bool:
    """A settled chip beside it or in one list with it: "Graviton and Cobalt", "Venice EPYC"."""
    at = bisect_left(accepted, hit.start, key=lambda h: h.start)
    for other in accepted[max(0, at - 3) : at + 3]:
        if vendor and other.vendor != hit.vendor:
            continue
        if other is hit or (other.start < hit.end and hit.start < other.end):
            continue
        left, right = (other, hit) if other.start < hit.start else (hit, other)
        if right.start - left.end <= 12 and _LIST.match(scene.text[left.end : right.start]):
            return True
    return False


def allowed(scene: Scene, hit: Hit, accepted: list[Hit]) -> bool:
    """Whether the context settles an ambiguous hit as the chip."""
    first = scene.text[hit.start]
    if first.islower() and not vendor_touches(scene, hit):
        return hit.rule in ("code", "near") and head_beside(scene, hit, 2)
    if hit.rule == "named":
        return hit.vendor in scene.named
    if hit.rule in ("code", "near"):
        return (
            hit.vendor in scene.named
            or (
                hit.rule == "code"
                and (scene.sure or any(True for _ in scene.heads_around(hit.start, hit.end, _NEAR)))
            )
            or head_beside(scene, hit)
            or chip_beside(scene, hit, accepted)
        )
    if hit.rule == "vendor":
        return vendor_beside(scene, hit, 14) or chip_beside(scene, hit, accepted, vendor=True)
    if vendor_beside(scene, hit, _REACH) or kin_beside(scene, hit) or vendor_in_sentence(scene, hit):
        return True
    return head_beside(scene, hit) or chip_beside(scene, hit, accepted)


def settle(scene: Scene, hits: list[Hit]) -> None:
    """Mark each hit of the text accepted or not; ``hits`` in order of their place."""
    blocked_until = -1
    for hit in hits:
        hit.blocked = hit.start < blocked_until or is_blocked(scene, hit)
        if hit.blocked and hit.rule != "code":
            blocked_until = max(blocked_until, hit.end)
        hit.accepted = not hit.rule
    accepted = [h for h in hits if h.accepted]
    scene.sure = bool(accepted)
    open_hits = [h for h in hits if h.rule and not h.blocked]
    for _ in range(3):
        new = []
        for hit in open_hits:
            if not hit.accepted and allowed(scene, hit, accepted):
                hit.accepted = True
                new.append(hit)
        if not new:
            break
        accepted = sorted([*accepted, *new], key=lambda h: h.start)
    settled = {scene.text[h.start : h.end] for h in open_hits if h.accepted}
    for hit in open_hits:
        surface = scene.text[hit.start : hit.end]
        if not hit.accepted and surface in settled and not surface[0].islower():
            hit.accepted = True
