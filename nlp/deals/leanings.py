"""Which types of deal an event speaks for: by its trigger, what stands near it, and what the companies are."""

from __future__ import annotations

from nlp.deals.cues import Cue
from nlp.deals.events import Event, frames
from nlp.mentions import Amount

SPECIFIC = frozenset(
    {"make", "codevelop", "license", "grant", "lend", "borrow", "raise", "acquire", "bid", "merge"}
)
"""Triggers that tell the type by themselves: chips named beside them do not make a supply of it."""
HALF = 50
NEAR = 0.7
"""A share under HALF percent, that speaks for a trigger as surely as NEAR, makes an investment of a purchase."""
REACH = 130
"""Characters from a trigger within which an object word speaks for its type."""


def _speaks_for(place: int, trigger: Cue, triggers: list[Cue]) -> float:
    """How far what stands at ``place`` speaks for a trigger: wholly for the nearest before it, little for others."""

    def cost(other: Cue) -> int:
        return place - other.end if other.end <= place else 2 * (other.start - place) + 10

    own = cost(trigger)
    if own > REACH:
        return 0.0
    rivals = [cost(t) for t in triggers if t is not trigger and t.label not in ("deal", "lead")]
    if trigger.label in ("deal", "lead"):
        return 1.0 if own < 60 else 0.6
    return (1.0 if own < 50 else 0.7) if own <= min(rivals, default=own) else 0.25


def type_scores(
    event: Event, triggers: list[Cue], cues: list[Cue], amounts: list[Amount], kinds: dict[str, str]
) -> dict[str, float]:
    """How strongly the trigger, what stands near it, and what the companies are speak for each type."""
    table = frames()
    scores: dict[str, float] = dict(table["triggers"][event.trigger.label]["types"])

    def speak(weights: dict[str, float], factor: float) -> None:
        for deal_type, weight in weights.items():
            scores[deal_type] = scores.get(deal_type, 0) + weight * factor

    strongest: dict[str, float] = {}
    for cue in cues:
        if cue.group == "objects" and cue.label in table["objects"]:
            factor = _speaks_for(cue.start, event.trigger, triggers)
            strongest[cue.label] = max(strongest.get(cue.label, 0), factor)
    for label, factor in strongest.items():
        specific = label == "chips" and event.trigger.label in SPECIFIC
        speak(table["objects"][label], factor * (0.3 if specific else 1))
    if event.trigger.label == "invest" and not any(
        s == "taker" and w >= 0.6 for s, w, _ in event.sides.values()
    ):
        # money put into a site, and no company that gets it
        speak({"datacenter": 2.0}, max(strongest.get("site", 0), strongest.get("fab", 0)))
    units: dict[str, float] = {}
    for amount in amounts:
        factor = _speaks_for(amount.start, event.trigger, triggers)
        units[amount.unit] = max(units.get(amount.unit, 0), factor)
    for unit, factor in units.items():
        speak(table["amounts"].get(unit, {}), factor)
    for ident, (side, _, _) in event.sides.items():
        speak(table["kinds"].get(side, {}).get(kinds.get(ident, ""), {}), 1)
    minority = max(
        (
            _speaks_for(a.start, event.trigger, triggers)
            for a in amounts
            if a.kind == "stake" and (a.max or 0) < HALF
        ),
        default=0.0,
    )
    if minority >= NEAR and event.trigger.label in ("buy", "pay", "sell", "acquire"):
        speak({"investment": 1.5, "acquisition": -1.5}, 1)  # "buys 4% of Intel"
    elif event.trigger.label in ("buy", "pay", "sell"):
        if any(side == "target" for side, _, _ in event.sides.values()):
            speak({"acquisition": 2}, 1)
        # "sells its sensor business to B": of whom it is bought stands beside what is bought
        speak({"acquisition": 2}, strongest.get("company", 0) if strongest.get("company", 0) >= 0.7 else 0)
        place = max(strongest.get("fab", 0), strongest.get("site", 0))
        speak({"acquisition": 1.5}, place if place >= 0.7 else 0)  # "buys its two data centres"
    return scores
