"""Which amounts belong to which event, and which belong to something else (revenue, market value, a price)."""

from __future__ import annotations

from math import log

from nlp.deals.cues import Cue
from nlp.deals.drafts import Draft
from nlp.deals.events import Event
from nlp.deals.sentences import Sentence
from nlp.deals.state import State
from nlp.mentions import Amount

CLAUSE = 60
"""Characters that a word of another clause counts as farther off."""
BREAKS = ";:()（）—–。；"


def figure_features(
    state: State, amount: Amount, sentence: Sentence, event: Event | None, draft: Draft, away: int
) -> dict[str, float]:
    """What speaks for and against an amount being a size of a draft. ``away``: sentences since it was last told."""
    cues = state.cues[sentence.index]
    low, high = _clause(state.text, sentence, amount)
    family = draft.family() or "none"
    out = {
        "bias": 1.0,
        f"away={min(away, 4)}": 1.0,
        f"kind={amount.kind}": 1.0,
        f"kind={amount.kind},family={family}": 1.0,
        f"unit={amount.unit}" if amount.kind == "units" else "nounit": 1.0,
        "bounded": float(amount.min != amount.max),
        "elided": float(amount.elided),
        "title": float(sentence.start < state.title_end),
        "lead": float(sentence.index <= 2),
        "others": min(len(state.amounts[sentence.index]), 5) / 5,
        "parties": float(len(draft.sides) >= 2),
    }
    if event is not None:
        gap = _gap(event.trigger, amount)
        between = state.text[min(event.trigger.end, amount.end) : max(event.trigger.start, amount.start)]
        out["gap"] = log(1 + gap / 10)
        out["breaks"] = min(sum(between.count(sign) for sign in ",;:—–，；、"), 4) / 4
        out["before"] = float(amount.end <= event.trigger.start)
        out[f"trigger={event.trigger.label}"] = 1.0
        out["own_clause"] = float(low <= event.trigger.start <= high)
    nearest: dict[str, int] = {}
    for cue in cues:
        if cue.group not in ("sizes_not", "dealref", "past", "trigger", "hypothesis", "objects"):
            continue
        gap = _gap(cue, amount)
        inside = low <= cue.start <= high
        name = f"{cue.group}.{cue.label}" if cue.group in ("sizes_not", "objects") else cue.group
        if cue.group == "sizes_not" and cue.label == "price" and (cue.start < amount.start or gap > 14):
            continue
        nearest[name] = min(nearest.get(name, 999), gap if inside else gap + CLAUSE)
    against = min((gap for name, gap in nearest.items() if name.startswith("sizes_not")), default=999)
    told = min((gap for name, gap in nearest.items() if name in ("trigger", "dealref")), default=999)
    out["other_clause"] = float(against < CLAUSE <= told)
    out["other_nearer"] = float(against < min(told, CLAUSE))
    for name, gap in nearest.items():
        if gap < 25:
            out[f"{name}<25"] = 1.0
        elif gap < 60:
            out[f"{name}<60"] = 1.0
        elif gap < 120 and name.startswith(("sizes_not", "dealref")):
            out[f"{name}<120"] = 1.0
    return out


def _clause(text: str, sentence: Sentence, amount: Amount) -> tuple[int, int]:
    low, high = sentence.start, sentence.end
    for i in range(amount.start - 1, sentence.start, -1):
        if text[i] in BREAKS or (text[i] == "," and text[i + 1 : i + 2] == " ") or text[i] in "，、":
            low = i
            break
    for i in range(amount.end, sentence.end):
        if text[i] in BREAKS or (text[i] == "," and text[i + 1 : i + 2] == " ") or text[i] in "，、":
            high = i
            break
    return low, high


def _gap(cue: Cue, amount: Amount) -> int:
    return max(cue.start - amount.end, amount.start - cue.end, 0)


def own_event(text: str, amount: Amount, events: list[Event]) -> Event | None:
    """The event of a sentence that an amount stands nearest to: a break between counts as distance."""
    best, chosen = 10_000, None
    for event in events:
        gap = _gap(event.trigger, amount)
        low, high = sorted((event.trigger.start, amount.start))
        between = text[low:high]
        gap += 25 * sum(between.count(sign) for sign in ",;:—–，；、") + (
            0 if event.trigger.end <= amount.start else 8
        )
        for other in events:
            if other is not event and low < other.trigger.start < high and other.trigger.label != "deal":
                gap += 20
        if (
            amount.kind == "stake"
            and event.types.get("investment", 0) + event.types.get("acquisition", 0) > 1
        ):
            gap -= 40
        if gap < best:
            best, chosen = gap, event
    return chosen
