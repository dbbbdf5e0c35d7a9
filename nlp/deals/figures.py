"""Which amounts belong to which event, and which belong to something else (revenue, market value, a price)."""

from __future__ import annotations

from nlp.deals.cues import Cue
from nlp.deals.events import Event
from nlp.deals.sentences import Sentence
from nlp.mentions import Amount

NEAR = 48
STRONG = frozenset({"revenue", "valuation", "capex", "fee", "market", "price", "people"})
BREAKS = ";:()（）—–。；"


def excluded(text: str, amount: Amount, sentence: Sentence, cues: list[Cue], triggers: list[Cue]) -> bool:
    """Whether the words round an amount say that it belongs to no deal."""
    low, high = _clause(text, sentence, amount)
    best, best_label = 10_000, ""
    for cue in cues:
        if cue.group != "sizes_not" or cue.end < low or cue.start > high:
            continue
        gap = _gap(cue, amount)
        if cue.label == "price":
            gap = gap if cue.start >= amount.start and gap < 14 else 10_000
        elif cue.label == "shares_move":
            gap = gap if amount.kind == "stake" and gap < 20 else 10_000
        elif cue.label == "market":
            gap += 12
        if gap < best:
            best, best_label = gap, cue.label
    if best > NEAR:
        return False
    speaking = min((_gap(t, amount) for t in triggers if low <= t.end and t.start <= high), default=10_000)
    return best_label != "" and best <= speaking


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
        gap += 25 * sum(between.count(sign) for sign in ",;:—–，；、") + (0 if event.trigger.end <= amount.start else 8)
        for other in events:
            if other is not event and low < other.trigger.start < high and other.trigger.label != "deal":
                gap += 20
        if amount.kind == "stake" and event.types.get("investment", 0) + event.types.get("acquisition", 0) > 1:
            gap -= 40
        if gap < best:
            best, chosen = gap, event
    return chosen
