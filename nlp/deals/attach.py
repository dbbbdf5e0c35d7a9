"""Which amounts and chips belong to which deal in the making."""

from __future__ import annotations

from dataclasses import dataclass, replace

from nlp.deals.drafts import Draft
from nlp.deals.events import Event
from nlp.deals.figures import figure_features, own_event
from nlp.deals.roundup import apart
from nlp.deals.scoring import probability
from nlp.deals.state import State
from nlp.knowledge.chips import load_chips
from nlp.mentions import Amount

CHIP_FAMILIES = frozenset({"goods", "making", "design", ""})
KEEP_SIZE = 0.3
COUNTED_NEAR = 60
SMALL_MONEY = 20_000
SMALL_UNITS = {
    "JPY": 100,
    "KRW": 1000,
    "INR": 50,
    "TWD": 20,
    "IDR": 10_000,
    "VND": 20_000,
    "CLP": 500,
    "COP": 2000,
}
SMALL_POWER = 100_000
"""Less than these is the price or the draw of a device (dollars, units of other currencies to about a dollar, watts)."""


@dataclass(slots=True)
class Candidate:
    """An amount that may be a size of a draft, with what speaks for and against it."""

    amount: Amount
    draft: Draft
    features: dict[str, float]


def size_candidates(state: State, by_sentence: dict[int, list[tuple[Event, Draft]]]) -> list[Candidate]:
    """Each amount with the drafts it may belong to: those of its sentence, or the last told."""
    found: list[Candidate] = []
    current: Draft | None = None
    current_at = -9
    for sentence in state.sentences:
        i = sentence.index
        here = by_sentence.get(i, [])
        for raw in state.amounts[i]:
            amount = as_size(state, i, raw)
            if amount is None:
                continue
            if here:
                nearest = own_event(state.text, amount, [e for e, _ in here])
                for draft, events in _by_draft(here):
                    event = own_event(state.text, amount, events)
                    features = figure_features(state, amount, sentence, event, draft, 0)
                    features["nearest"] = float(event is nearest)
                    features["weak"] = float(all(e.weak for e in draft.events))
                    features["surest"] = _second_surest(draft)
                    features["drafts"] = min(len({id(d) for _, d in here}), 4) / 4
                    found.append(Candidate(amount, draft, features))
            elif current is not None and i - current_at <= 5 and not apart(state.items, current_at, i):
                features = figure_features(state, amount, sentence, None, current, i - current_at)
                found.append(Candidate(amount, current, features))
        if here:
            current, current_at = here[0][1], i
    return found


def _second_surest(draft: Draft) -> float:
    """How sure the words are of the draft's second company: of a deal of two, not of one and a bystander."""
    surest = sorted((max(votes.values()) for votes in draft.sides.values()), reverse=True)
    return min(surest[1], 1.0) if len(surest) > 1 else 0.0


def _by_draft(here: list[tuple[Event, Draft]]) -> list[tuple[Draft, list[Event]]]:
    """The drafts of a sentence, each with its events there."""
    found: dict[int, tuple[Draft, list[Event]]] = {}
    for event, draft in here:
        found.setdefault(id(draft), (draft, []))[1].append(event)
    return list(found.values())


def as_size(state: State, index: int, amount: Amount) -> Amount | None:
    """The amount as a size that a deal could have, None where it cannot be one.

    A bare count near a word for chips or servers counts these ("several hundred thousand", said of GPUs); a sum that
    would buy a device, or watts that one draws, is no size of a deal.
    """
    if amount.kind == "percent":
        return None
    if amount.kind == "count":
        near = any(
            c.group == "objects"
            and c.label == "chips"
            and max(c.start - amount.end, amount.start - c.end) < COUNTED_NEAR
            for c in state.cues[index]
        )
        near = near or any(
            max(c.start - amount.end, amount.start - c.end) < COUNTED_NEAR for c in state.chips[index]
        )
        return (
            replace(amount, kind="units", unit="chip")
            if near and (amount.max or amount.min or 0) >= 1000
            else None
        )
    largest = amount.max if amount.max is not None else amount.min
    if largest is None:
        return None
    if amount.kind == "money" and largest < SMALL_MONEY * SMALL_UNITS.get(amount.unit, 1):
        return None
    if amount.kind == "units" and amount.unit in ("chip", "server") and largest < 10:
        return None
    if amount.kind == "units" and largest in _held_by_one(state, index):
        return None
    if amount.kind == "power" and largest < SMALL_POWER:
        return None
    return amount


def _held_by_one(state: State, index: int) -> set[int]:
    """How many chips one rack or pod holds that a sentence or the one before names ("72 GPUs" of an NVL72)."""
    chips = load_chips()
    named = [c for i in (index - 1, index) if i >= 0 for c in state.chips[i] if c.key in chips]
    return {count for c in named for count, _ in chips[c.key or ""].holds}


def give_amounts(candidates: list[Candidate]) -> None:
    """Gives each amount that is likely enough a size of any draft to the one of which it is likeliest."""
    likeliest: dict[tuple[int, int], tuple[float, Candidate]] = {}
    total: dict[tuple[int, int], float] = {}
    for candidate in candidates:
        chance = probability("size", candidate.features)
        place = (candidate.amount.start, candidate.amount.end)
        total[place] = total.get(place, 0.0) + chance
        if chance > likeliest.get(place, (0.0, candidate))[0]:
            likeliest[place] = chance, candidate
    for place, (_, candidate) in likeliest.items():
        amounts = candidate.draft.amounts
        if total[place] >= KEEP_SIZE and not any(same_amount(a, candidate.amount) for a in amounts):
            amounts.append(candidate.amount)


def same_amount(a: Amount, b: Amount) -> bool:
    """Whether two amounts say the same: a size that the article repeats is listed once."""
    return (a.kind, a.unit, a.min, a.max) == (b.kind, b.unit, b.min, b.max)


def give_chips(state: State, by_sentence: dict[int, list[tuple[Event, Draft]]]) -> None:
    """Gives drafts of goods the chips of their sentences, each to the nearest event."""
    current: Draft | None = None
    current_at = -9
    for sentence in state.sentences:
        i = sentence.index
        here = [(e, d) for e, d in by_sentence.get(i, []) if d.family() in CHIP_FAMILIES]
        here = [(e, d) for e, d in here if not e.weak] or here
        for chip in state.chips[i]:
            target = None
            if here:
                target = min(here, key=lambda pair: abs(pair[0].trigger.start - chip.start))[1]
            elif (
                current
                and i - current_at <= 1
                and not by_sentence.get(i)
                and not apart(state.items, current_at, i)
            ):
                target = current
            if target and all(c.name != chip.name for c in target.chips):
                target.chips.append(chip)
        if here:
            current, current_at = here[0][1], i
