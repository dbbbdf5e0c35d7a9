"""Light verbs: what "receives", "provides" or "wins" says depends on the noun it governs.

"A receives an order from B" makes A the seller, "receives a grant" the grantee; "provides a loan" is no supply. The verb
takes over the class that verb and noun make together, and the noun tells no event of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nlp.deals.actors import POSTPOSED
from nlp.deals.cues import Cue
from nlp.mentions import Amount

BEHIND = 90
BEHIND_SPACELESS = 30
AHEAD = 26
CONTROLS = 8
"""Characters within which a noun is governed by a verb: behind it, or before it where verbs stand last."""

LICENCE_REACH = 30
LETS = {
    "de": re.compile(r"(?<!\w)(?:lässt|lassen|ließ|ließen)(?!\w)"),
    "en": re.compile(
        r"\b(?:ha(?:s|ve|d|ving)|get(?:s|ting)?|got) (?=(?:its|their|his|her|the|an?|all|some|most|parts?|future|custom|new|both)\b)"
    ),
}
LETS_REACH = 160

PURPOSE = (["to"], ["para"], ["pour"], ["per"], ["zu"], ["zur"])
PURPOSE_REACH = 60

GETS = {
    "order": "win",
    "grant": "endow",
    "lend": "borrow",
    "invest": "raise",
    "raise": "raise",
    "warrant": "invest",
}
GIVES = {"grant": "grant", "lend": "lend", "invest": "invest", "raise": "invest", "warrant": "issue"}
"""Who gets warrants invests, who gives them gets the investment: the other way round than with money."""
TOGETHER: dict[str, dict[str, str]] = {
    "use": GETS,
    "supply": GIVES,
    "lend": {"grant": "grant", "warrant": "issue"},
    "grant": {"warrant": "issue"},
    "buy": {"warrant": "invest"},
    "raise": {"lend": "borrow"},
    "issue": {"lend": "borrow", "warrant": "issue"},
    "choose": {"make": "entrust"},
    "order": {"make": "entrust"},
    "win": {**GETS, "make": "make"},
}
MONEY_IS = {"use": "raise", "win": "raise", "supply": "invest"}
MONEY_REACH = 30
GOODS_ARE = {"acquire": "order", "sell": "supply"}
COUNTED = frozenset({"chip", "server", "system", "rack", "wafer"})
COUNTED_REACH = 6
BEFORE_MONEY = re.compile(
    r"\s*(?:(?:it|him|them|another|further|a further|an additional|back|ihm|ihr|ihnen|weitere|lui|leur|otros|outros|altri)\s)?"
    r"(?:(?!The|A|An)[A-ZÀ-Þ][\w.&’'-]*\s){0,3}"
)
BEHIND_MONEY = re.compile(
    r"\s*(?:from|by|for|to|into|[,;.)]|$|and\b|von der|vom|für|an\b|para|pour|auprès|aux?\b|à\b|al?\b|alla|ao\b|per\b"
    r"|(?:de|da|do|dos|das|del|della|dal|dalla|dei|di|von|du|des|d['’]) ?(?:la |l['’])?[A-ZÀ-Þ])"
)
"""What follows money that is an object itself; in "wins a $4 billion contract" and "$4 billion of chips" it is none."""
OBJECTS = {"subsidy": "grant", "credit": "lend", "funding": "raise", "warrant": "warrant", "foundry": "make"}
"""Object words that stand for the noun of a trigger class."""
DROPPED = frozenset({"order", "grant", "lend", "invest", "raise", "make"})


def govern(
    triggers: list[Cue], cues: list[Cue], text: str, lang: str, amounts: Sequence[Amount] = ()
) -> list[Cue]:
    """The triggers of a sentence, light verbs with the class that their noun gives them, these nouns left out. Money
    among the ``amounts`` may be what a verb governs as well.
    """
    if lang not in POSTPOSED and lang != "zh":
        sums = [a for a in amounts if a.kind == "money"]
        triggers = [_of_money(t, sums, text) for t in triggers]
        goods = [a for a in amounts if a.kind == "units" and a.unit in COUNTED]
        triggers = [_of_goods(t, goods) for t in triggers]
    triggers = [t for n, t in enumerate(triggers) if not _only_controls(t, triggers[n + 1 :], lang)]
    triggers = [t for t in triggers if not _only_purpose(t, triggers, text)]
    triggers = [t for t in triggers if not _only_gets(t, triggers, lang)]
    if lang in LETS:
        triggers = [_has_made(t, triggers, text, LETS[lang]) for t in triggers]
    warrants = [c for c in cues if c.group == "objects" and c.label == "warrant"]
    nouns = [
        (t, t.label)
        for t in triggers
        if t.form == "nouns"
        and t.label in DROPPED
        and not any(w.start < t.end and t.start < w.end for w in warrants)
    ]
    nouns += [(c, OBJECTS[c.label]) for c in cues if c.group == "objects" and c.label in OBJECTS]
    if not nouns:
        return triggers
    verbs = [t for t in triggers if t.form != "nouns"]
    changed: dict[int, Cue] = {}
    dropped: set[int] = set()
    for verb in verbs:
        table = TOGETHER.get(verb.label)
        if table is None:
            continue
        near = [(n, label) for n, label in nouns if label in table and _governs(verb, n, verbs, text, lang)]
        if not near:
            continue
        noun, label = min(near, key=lambda pair: abs(pair[0].start - verb.start))
        changed[id(verb)] = replace(verb, label=table[label])
        dropped.update(
            id(t) for t in triggers if t.form == "nouns" and t.start < noun.end and noun.start < t.end
        )
    return [changed.get(id(t), t) for t in triggers if id(t) not in dropped]


def _of_goods(verb: Cue, goods: list[Amount]) -> Cue:
    """ "acquired two CS-3 systems", "la vente de trois machines": goods change hands, no company does."""
    label = GOODS_ARE.get(verb.label)
    if label and any(0 <= a.start - verb.end <= COUNTED_REACH for a in goods):
        return replace(verb, label=label)
    return verb


def _of_money(verb: Cue, sums: list[Amount], text: str) -> Cue:
    """ "gets $4 billion from A", "hands £225 million to A": money itself is got or given, not goods for it."""
    label = MONEY_IS.get(verb.label)
    if label is None or verb.form == "nouns":
        return verb
    for amount in sums:
        if 0 <= amount.start - verb.end <= MONEY_REACH and BEFORE_MONEY.fullmatch(
            text, verb.end, amount.start
        ):
            return replace(verb, label=label) if BEHIND_MONEY.match(text, amount.end) else verb
    return verb


def _only_controls(verb: Cue, behind: list[Cue], lang: str) -> bool:
    """ "committed to buy": what is committed to is told by the verb right behind."""
    return (
        verb.label == "commit"
        and lang not in POSTPOSED
        and any(t.form == "verbs" and 0 < t.start - verb.end <= CONTROLS for t in behind)
    )


def _has_made(verb: Cue, triggers: list[Cue], text: str, lets_be: re.Pattern[str]) -> Cue:
    """ "lässt seine Chips von X produzieren", "will have its wafers processed at X": who lets it be made buys."""
    if verb.label not in ("make", "build", "supply") or verb.form == "nouns":
        return verb
    all_lets = list(lets_be.finditer(text, max(0, verb.start - LETS_REACH), verb.start))
    lets = all_lets[-1] if all_lets else None
    if lets is None or any(lets.end() <= t.start < verb.start and t.form != "nouns" for t in triggers):
        return verb
    if any(sign in text[lets.end() : verb.start] for sign in ".;:"):
        return verb
    return replace(verb, label="entrust")


def _only_gets(verb: Cue, triggers: list[Cue], lang: str) -> bool:
    """ "has obtained a licence": the licence tells the deal, the verb only that there is one."""
    if verb.label not in ("use", "win", "buy", "pay") or verb.form == "nouns":
        return False
    if lang in POSTPOSED:
        gaps = [verb.start - t.end for t in triggers if t.label == "license"]
    else:
        gaps = [t.start - verb.end for t in triggers if t.label == "license"]
    return any(0 < gap <= LICENCE_REACH for gap in gaps)


def _only_purpose(verb: Cue, triggers: list[Cue], text: str) -> bool:
    """ "a licence to use the technology": what a licence is for is no deal of its own."""
    if verb.label not in ("use", "make", "build"):
        return False
    return any(
        t.label == "license"
        and 0 < verb.start - t.end <= PURPOSE_REACH
        and text[t.end : verb.start].split()[-1:] in PURPOSE
        for t in triggers
    )


def _governs(verb: Cue, noun: Cue, verbs: list[Cue], text: str, lang: str) -> bool:
    """Whether a noun is near enough on the side where the verb's object stands, and no other verb is between."""
    if lang in POSTPOSED:
        low, high, reach = noun.end, verb.start, AHEAD
    else:
        low, high, reach = verb.end, noun.start, BEHIND_SPACELESS if lang == "zh" else BEHIND
    if not 0 <= high - low <= reach:
        return False
    if any(sign in text[low:high] for sign in (";", "。", ". ", " – ", "—", ":")):
        return False
    return not any(low <= other.start < high for other in verbs if other is not verb)
