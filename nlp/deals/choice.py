"""Which type and which status a draft has: each possible answer is scored by a logistic model, the likeliest is taken."""

from __future__ import annotations

import re

from nlp.deals.drafts import Draft
from nlp.deals.events import frames
from nlp.deals.scoring import probability
from nlp.deals.state import State
from nlp.deals.times import month_tense, tense
from nlp.mentions import Entity
from pipeline.types import DEAL_TYPES, STATUSES

HALF = 50
"""Percent: who buys more takes a company over, who buys less invests in it."""
SAYS = re.compile(
    r"['’]?s?\s?(?:News\s)?(?:had |has |have |hat |ha |a )?(?:first )?(?:reported|reports|wrote|writes|revealed|reveals"
    r"|learned|said|says|noticiou|publicou|informou|escreveu|apurou|revelou|diz|disse|avança|avançou"
    r"|informó|publicó|publica|reveló|adelantó|asegura|rapporté|rapporte|écrit|écrivait|révélé|révèle|affirme"
    r"|berichtete|berichtet|schreibt|schrieb|meldete|meldet|zufolge|riportato|scrive|ha scritto|riferisce|rivela"
    r"|报道|披露|引述|援引|报导|報導|が報じた|報じた|によると|が伝えた|보도|에 따르면|가 전했다|이 전했다)"
)
"""What a newspaper does with what it has from its sources, behind its name."""
ACCORDING = re.compile(
    r"(?:according to|reported by|a report (?:in|by|from)|segundo|de acordo com|conforme|noticiado pel[ao]|según"
    r"|de acuerdo con|selon|d['’]après|laut|secondo|stando a|据|據|根据|根據)"
    r"(?:\s(?:the|an?|o|a|el|la|le|il|lo|l['’]|der|die|dem))?\s?[«“\"„『]?$",
    re.IGNORECASE,
)
GOVERNED = re.compile(
    r"\s(?:(?:its|their|the|a|an|this|that|la|le|el|il|lo|o|a|sua|seu|su|son|sa|die|der|das|den|seine|ihre)\s)?"
    r"(?:[^\s,;:]{1,20}\s){0,4}"
)
"""What may stand between a word of status and the noun that it governs."""
NEAR_YEAR = 60
"""Characters within which a year is a trigger's own."""


def type_features(state: State, draft: Draft, deal_type: str) -> dict[str, float]:
    """What speaks for a draft being of one type. ``share``: of what the words say for the strongest type."""
    most = max(draft.types.values(), default=1.0) or 1.0
    share = draft.types.get(deal_type, 0.0) / most
    out = {
        "bias": 1.0,
        "share": share,
        "best": float(share == 1.0),
        "score": min(draft.types.get(deal_type, 0.0), 6) / 6,
        f"{deal_type}": 1.0,
        f"{deal_type}:share": share,
    }
    for event in draft.events:
        out[f"{deal_type}:{event.trigger.label}"] = 1.0
        out[f"{deal_type}:{event.trigger.label}.{event.trigger.form[:1]}"] = 1.0
    labels = {e.trigger.label for e in draft.events}
    first = draft.events[0]
    out[f"{deal_type}:first={first.trigger.label}"] = 1.0
    for index in {e.sentence.index for e in draft.events}:
        for cue in state.cues[index]:
            if cue.group == "objects" and any(
                abs(cue.start - e.trigger.start) < 90 for e in draft.events if e.sentence.index == index
            ):
                out[f"{deal_type}:object={cue.label}"] = 1.0
                for label in labels:
                    out[f"{deal_type}:{label}+{cue.label}"] = 1.0
        for amount in state.amounts[index]:
            if amount.kind in ("power", "stake", "units"):
                out[f"{deal_type}:unit={amount.unit}"] = 1.0
                if amount.kind == "stake" and (percent := amount.max or amount.min) is not None:
                    out[f"{deal_type}:{'majority' if percent > HALF else 'minority'}"] = 1.0
        if state.chips[index]:
            out[f"{deal_type}:chip"] = 1.0
    for ident in draft.sides:
        out[f"{deal_type}:kind={state.kinds.get(ident, '')}"] = 1.0
    return out


def status_features(state: State, draft: Draft, status: str) -> dict[str, float]:
    """What speaks for a draft having one status."""
    total = sum(draft.status.values()) or 1.0
    out = {
        "bias": 1.0,
        status: 1.0,
        f"{status}:vote": draft.status.get(status, 0.0) / total,
        "vote": draft.status.get(status, 0.0) / total,
        f"{status}:lead": float(draft.events[0].sentence.index <= 2),
        f"{status}:past": float(draft.past),
        f"{status}:single": float(len(draft.sides) == 1),
        f"{status}:type={max(draft.types, key=lambda t: (draft.types[t], t)) if draft.types else ''}": 1.0,
    }
    for index in {e.sentence.index for e in draft.events}:
        if any(_as_source(state, e) for e in state.companies[index]):
            out[f"{status}:media"] = 1.0
        if any(e.kind == "media" and _reports(state, e) for e in state.companies[index]):
            out[f"{status}:reported"] = 1.0
    for event in draft.events:
        out[f"{status}:form={event.trigger.form[:1]}"] = 1.0
        out[f"{status}:trigger={event.trigger.label}.{event.trigger.form[:1]}"] = 1.0
        for cue in state.cues[event.sentence.index]:
            if cue.group not in ("status", "past", "hypothesis", "negation"):
                continue
            gap = max(cue.start - event.trigger.end, event.trigger.start - cue.end, 0)
            if cue.group == "status" and GOVERNED.fullmatch(state.text, cue.end, event.trigger.start):
                out[f"{status}:governs.{cue.label}"] = 1.0  # "closed its €2.5 billion purchase"
            for reach in (15, 60, 160):
                if gap < reach:
                    out[f"{status}:{cue.group}.{cue.label}<{reach}"] = 1.0
        if state.year is not None:
            for place, year in state.years[event.sentence.index]:
                when = tense(year, state.year)
                out[f"{status}:{when}"] = 1.0
                if abs(place - event.trigger.start) < NEAR_YEAR:
                    out[f"{status}:{when}<{NEAR_YEAR}"] = 1.0
        if state.month is not None:
            for place, month in state.months[event.sentence.index]:
                if abs(place - event.trigger.start) < NEAR_YEAR:
                    out[f"{status}:month={month_tense(month, state.month)}"] = 1.0
    return out


def _as_source(state: State, entity: Entity) -> bool:
    """Whether a newspaper or an agency is named as who told it, not as whose report this is ("(Reuters) -")."""
    return entity.kind == "media" and state.text[max(0, entity.start - 1) : entity.start] not in (
        "(",
        "（",
        "=",
    )


def _reports(state: State, entity: Entity) -> bool:
    """Whether a newspaper is said to have reported it: "The Information reported", "según Bloomberg"."""
    return bool(
        SAYS.match(state.text, entity.end)
        or ACCORDING.search(state.text, max(0, entity.start - 24), entity.start)
    )


def choose_type(state: State, draft: Draft) -> str:
    """The likeliest type, "" where nothing speaks for any."""
    if not draft.types or max(draft.types.values()) <= 0:
        return ""
    possible = [t for t in DEAL_TYPES if draft.types.get(t, 0) > 0 and t in frames()["roles"]]
    return max(possible, key=lambda t: (probability("type", type_features(state, draft, t)), t))


def choose_status(state: State, draft: Draft) -> str:
    """The likeliest status."""
    return max(
        STATUSES, key=lambda s: (probability("status", status_features(state, draft, s)), s == "announced")
    )
