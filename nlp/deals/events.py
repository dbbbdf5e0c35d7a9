"""Events: what each trigger of a sentence says, with the companies on their sides."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from nlp.deals.actors import POSTPOSED, Actor
from nlp.deals.cues import Cue
from nlp.deals.sentences import Sentence

REACH = 130
"""Characters from a trigger within which an object word speaks for its type."""


@lru_cache(maxsize=1)
def frames() -> dict[str, Any]:
    """The meaning of trigger classes, object classes and roles (frames.yml)."""
    loaded: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "frames.yml").read_text(encoding="utf-8"))
    return loaded


@dataclass(slots=True)
class Event:
    """What one trigger says. ``sides``: org id → (side, how sure, the actor)."""

    trigger: Cue
    sentence: Sentence
    sides: dict[str, tuple[str, float, Actor]] = field(default_factory=dict)
    types: dict[str, float] = field(default_factory=dict)
    passive: bool = False

    def put(self, ident: str, side: str, sure: float, actor: Actor) -> None:
        """Puts an organisation on a side, unless it stands surer on one already."""
        if ident not in self.sides or self.sides[ident][1] < sure:
            self.sides[ident] = (side, sure, actor)


def is_passive(trigger: Cue, cues: list[Cue], text: str, groups: list[list[Actor]]) -> bool:
    """Whether a participle stands in the passive: a form of "be" before it, or "by" and a company behind."""
    if trigger.form != "participles":
        return False
    for cue in cues:
        if cue.group == "passive" and 0 <= trigger.start - cue.end <= 22:
            return True
    return any(g[0].case == "by" and 0 <= g[0].start - trigger.end <= 40 for g in groups)


def read_sides(
    event: Event, groups: list[list[Actor]], ident: Any, lang: str, previous_end: int, next_start: int, taken: set[int]
) -> None:
    """Fills the event's sides from the companies of its sentence.

    ``previous_end`` and ``next_start`` bound the verb's own clause; ``taken`` are groups that an earlier trigger of
    the sentence has for its object.
    """
    frame = frames()["triggers"][event.trigger.label]
    subject_side, object_side = frame.get("subject"), frame.get("object")
    if event.passive:
        subject_side, object_side = object_side, subject_side
    noun = event.trigger.form == "nouns"
    left = [g for g in groups if g[-1].end <= event.trigger.start]
    right = [g for g in groups if g[0].start >= event.trigger.end]

    def put(group: list[Actor], side: str | None, sure: float) -> None:
        if side:
            for actor in group:
                event.put(ident(actor.entity), side, sure, actor)

    if lang in POSTPOSED:
        for group in left + right[:1]:
            case = group[0].case
            near = group[0].start >= previous_end
            sure = 0.9 if near else 0.6
            if group in right and case not in ("subject", "by"):
                continue
            if case == "subject":
                put(group, subject_side, sure)
            elif case == "object":
                put(group, object_side, sure)
            elif case in ("gen", "") and group is left[-1]:
                put(group, object_side if noun else subject_side, 0.4)
            elif case in frame and not (case == "gen"):
                put(group, frame[case], sure)
        return

    # The subject: the nearest bare group before the trigger that is no earlier verb's object.
    subject = None
    for group in reversed(left):
        case = group[0].case
        if noun and case == "gen" and event.trigger.start - group[-1].end < 45 and frame.get("gen"):
            subject = group
            put(group, frame["gen"], 0.95)
            break
        if case in ("", "subject") and id(group) not in taken:
            subject = group
            put(group, subject_side, 0.9 if group[-1].end >= previous_end else 0.75)
            break
    for group in left:
        case = group[0].case
        if group is subject or group[0].start < previous_end:
            continue
        if case in ("from", "with", "by", "to", "for", "in", "of") and case in frame:
            put(group, frame[case] if not (case == "by" and not event.passive) else frame["by"], 0.55)

    first_bare = True
    for group in right:
        case = group[0].case
        if group[0].start > next_start and case not in ("from", "with", "by", "to"):
            break
        distance = group[0].start - event.trigger.end
        if case in ("", "subject", "object", "vendor") and first_bare and group[0].start <= next_start:
            first_bare = False
            if case == "vendor":
                put(group, "seller", 0.6)
                continue
            if subject is None and not noun and distance < 60 and lang not in ("en", "zh"):
                subject = group
                put(group, subject_side, 0.6)
                first_bare = True
                continue
            if distance < 90:
                put(group, object_side, 0.85 if distance < 40 else 0.6)
                taken.add(id(group))
        elif case == "gen" and distance < 60:
            # "buy AMD's server business": of whom.
            put(group, "seller" if event.trigger.label in ("acquire", "buy", "use", "order") else object_side, 0.6)
            taken.add(id(group))
        elif case in frame and distance < 220:
            side = frame[case]
            if event.passive and case == "by":
                side = frame.get("by", side)
            put(group, side, 0.9 if distance < 90 else 0.65)
            taken.add(id(group))


def type_scores(event: Event, cues: list[Cue], amounts: list[Any], kinds: dict[str, str]) -> dict[str, float]:
    """How strongly the trigger, what stands near it, and what the companies are speak for each type."""
    table = frames()
    scores: dict[str, float] = dict(table["triggers"][event.trigger.label]["types"])
    seen: set[str] = set()
    for cue in cues:
        if cue.group != "objects" or cue.label == "soft" or cue.label in seen:
            continue
        gap = cue.start - event.trigger.end if cue.start >= event.trigger.end else event.trigger.start - cue.end
        if gap > REACH:
            continue
        seen.add(cue.label)
        nearness = 1.0 if 0 <= gap < 50 else 0.6
        if cue.start < event.trigger.start:
            nearness *= 0.7
        for deal_type, weight in table["objects"][cue.label].items():
            scores[deal_type] = scores.get(deal_type, 0) + weight * nearness
    for amount in amounts:
        for deal_type, weight in table["amounts"].get(amount.unit, {}).items():
            scores[deal_type] = scores.get(deal_type, 0) + weight
    for org, (side, _, _) in event.sides.items():
        for deal_type, weight in table["kinds"].get(side, {}).get(kinds.get(org, ""), {}).items():
            scores[deal_type] = scores.get(deal_type, 0) + weight
    if event.trigger.label in ("buy", "sell") and any(side == "target" for side, _, _ in event.sides.values()):
        scores["acquisition"] = scores.get("acquisition", 0) + 2
    return scores
