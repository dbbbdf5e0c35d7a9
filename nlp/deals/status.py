"""How sure a deal is by its words: rumored, announced, completed, cancelled; and what makes it no deal at all."""

from __future__ import annotations

from nlp.deals.actors import POSTPOSED
from nlp.deals.cues import Cue

REACH = 140
BEHIND_VERB = 5
"""Characters within which a Japanese or Korean verb is denied or wished behind its stem."""


def _near(cue: Cue, trigger: Cue, reach: int) -> bool:
    return cue.start - trigger.end < reach and trigger.start - cue.end < reach


def status_of(trigger: Cue, cues: list[Cue], past: bool) -> tuple[str, Cue | None]:
    """The status that the words of the trigger's sentence give it, and those words.

    A cancelling word wins over a rumour, a rumour over completion; nothing said is an announcement.
    """
    found: dict[str, Cue] = {}
    for cue in cues:
        if cue.group != "status" or not _near(cue, trigger, REACH):
            continue
        old = found.get(cue.label)
        if old is None or abs(cue.start - trigger.start) < abs(old.start - trigger.start):
            found[cue.label] = cue
    if "cancelled" in found and _near(found["cancelled"], trigger, 90):
        return "cancelled", found["cancelled"]
    if "rumored" in found:
        return "rumored", found["rumored"]
    if "completed" in found and (past or _near(found["completed"], trigger, 12)):
        return "completed", found["completed"]
    return "announced", found.get("announced")


def hypothetical(trigger: Cue, cues: list[Cue], text: str, lang: str) -> bool:
    """Whether the trigger is only wished, supposed or denied: "should buy", "did not order", 買収すべきだ."""
    if lang in POSTPOSED and any(
        cue.group in ("wish", "negation") and 0 <= cue.start - trigger.end < BEHIND_VERB for cue in cues
    ):
        return True
    opinion = any(cue.group == "opinion" for cue in cues)
    for cue in cues:
        # "devrait" announces in a report and wishes in an opinion
        reach = {"wish": 45, "negation": 22, "hypothesis": 45 if opinion else 0}.get(cue.group, 0)
        between = text[cue.end : trigger.start]
        if 0 <= trigger.start - cue.end < reach and not any(sign in between for sign in ",;:.—–，。"):
            return True
    return False
