"""Which amounts and chips belong to which deal in the making."""

from __future__ import annotations

from dataclasses import dataclass

from nlp.deals.drafts import Draft
from nlp.deals.events import Event
from nlp.deals.figures import figure_features, own_event
from nlp.deals.scoring import probability
from nlp.deals.state import State
from nlp.mentions import Amount

KEEP_SIZE = 0.5


@dataclass(slots=True)
class Candidate:
    """An amount that may be a size of a draft, with what speaks for and against it."""

    amount: Amount
    draft: Draft
    features: dict[str, float]


def size_candidates(state: State, by_sentence: dict[int, list[tuple[Event, Draft]]]) -> list[Candidate]:
    """Each amount with the draft it may belong to: that of the nearest event of its sentence, or the last told."""
    found: list[Candidate] = []
    current: Draft | None = None
    current_at = -9
    for sentence in state.sentences:
        i = sentence.index
        here = by_sentence.get(i, [])
        for amount in state.amounts[i]:
            if amount.kind in ("percent", "count"):
                continue
            draft, event = current, None
            if here:
                event = own_event(state.text, amount, [e for e, _ in here])
                draft = next(d for e, d in here if e is event)
            elif i - current_at > 5:
                continue
            if draft is not None:
                away = i - (i if here else current_at)
                features = figure_features(state, amount, sentence, event, draft, away)
                found.append(Candidate(amount, draft, features))
        if here:
            current, current_at = here[0][1], i
    return found


def give_amounts(candidates: list[Candidate]) -> None:
    """Gives each draft the amounts that are likelier its own than not."""
    for candidate in candidates:
        if probability("size", candidate.features) < KEEP_SIZE:
            continue
        amounts = candidate.draft.amounts
        if not any(same_amount(a, candidate.amount) for a in amounts):
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
        here = [(e, d) for e, d in by_sentence.get(i, []) if d.family() in ("goods", "")]
        for chip in state.chips[i]:
            target = None
            if here:
                target = min(here, key=lambda pair: abs(pair[0].trigger.start - chip.start))[1]
            elif current and i - current_at <= 1 and not by_sentence.get(i):
                target = current
            if target and all(c.name != chip.name for c in target.chips):
                target.chips.append(chip)
        if here:
            current, current_at = here[0][1], i
