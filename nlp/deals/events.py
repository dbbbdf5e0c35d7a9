"""Events: what each trigger of a sentence says, with the companies on their sides."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from nlp.deals.actors import POSTPOSED, Actor
from nlp.deals.cues import Cue
from nlp.deals.sentences import Sentence

GOODS = frozenset(
    {
        "supply",
        "use",
        "choose",
        "order",
        "buy",
        "pay",
        "sell",
        "lease",
        "win",
        "deal",
        "build",
        "commit",
        "make",
        "entrust",
        "client",
        "vendor",
    }
)
MADE_FOR = frozenset({"make", "entrust"})
"""Triggers whose chips are those of the customer: "TSMC makes Nvidia's chips"."""
PICKED = frozenset({"choose", "order", "buy", "use"})
PARTS = frozenset({"client", "vendor", "financier"})
"""Nouns of who plays which part: those they name stand on one side, whose they are on the other."""
TAKEN = frozenset({"acquire", "merge", "bid", "buy", "sell", "invest"})
GENITIVE_FROM = frozenset({"pt", "es", "fr", "it", "de"})
AGENT_FROM = frozenset({"de", "it"})
"""Languages whose "from" also marks the genitive ("de", "von"), or the agent of a passive ("von", "da")."""
TOLD = 2.0
"""How sure a side is that the text itself names ("customers such as A")."""
DASHES = ("—", " – ", " -- ")
ASIDE_TO_VERB = 30
PAIR = 2
OWN_OBJECT = 30
"""Characters behind a verb within which a company is what the verb is about."""
ADNOMINAL = re.compile(r"(?:する|した|している|される|された|하는|한|할|했던|되는|된|될)\s?")
"""What stands between a Japanese or Korean verb and the noun that its clause belongs to."""
PLAN_REACH = 30
STAKES = frozenset({"invest", "buy", "acquire"})
"""Triggers whose object may be a share of a company: "toma una participación del 4 % de Intel"."""
HAVE = ("ha", "av")
"""How forms of "have" begin in Italian and German: before a participle they make it active."""


@lru_cache(maxsize=1)
def frames() -> dict[str, Any]:
    """The meaning of trigger classes, object classes and roles (frames.yml)."""
    loaded: dict[str, Any] = yaml.safe_load(
        (Path(__file__).parent / "frames.yml").read_text(encoding="utf-8")
    )
    return loaded


@dataclass(slots=True)
class Event:
    """What one trigger says. ``sides``: org id → (side, how sure, the actor). ``past``: told of earlier days; ``sums``:
    the exact sums of money that stand nearest to it."""

    trigger: Cue
    sentence: Sentence
    sides: dict[str, tuple[str, float, Actor]] = field(default_factory=dict)
    types: dict[str, float] = field(default_factory=dict)
    passive: bool = False
    past: bool = False
    weak: bool = False
    sums: set[tuple[object, ...]] = field(default_factory=set)

    def put(self, ident: str, side: str, sure: float, actor: Actor) -> None:
        """Puts an organisation on a side, unless it stands surer on one already."""
        if ident not in self.sides or self.sides[ident][1] < sure:
            self.sides[ident] = (side, sure, actor)


def is_passive(trigger: Cue, cues: list[Cue], text: str, lang: str, groups: list[list[Actor]]) -> bool:
    """Whether a participle stands in the passive: a form of "be" before it, or "by" and a company behind."""
    if trigger.form != "participles":
        return False
    # German: "wird von X für 6 Milliarden übernommen", the participle at the end
    reach = 140 if lang == "de" else 22
    ahead = text[max(0, trigger.start - 10) : trigger.start].lower().split()
    if ahead and ahead[-1].startswith(HAVE):
        return False  # "was to have bought", "ha ricevuto da AMD"
    for cue in cues:
        if cue.group == "passive" and 0 <= trigger.start - cue.end <= reach:
            return True
    if any(g[0].case == "by" and 0 <= g[0].start - trigger.end <= 40 for g in groups):
        return True
    # "Xilinx, acquisita da AMD"
    return lang in AGENT_FROM and any(
        g[0].case == "from" and 0 <= g[0].start - trigger.end <= 8 for g in groups
    )


def read_sides(
    event: Event,
    text: str,
    groups: list[list[Actor]],
    ident: Any,
    lang: str,
    previous_end: int,
    next_start: int,
    taken: set[int],
    rejected: bool = False,
) -> None:
    """Fills the event's sides from the companies of its sentence.

    ``previous_end`` and ``next_start`` bound the verb's own clause; ``taken`` are groups that an earlier trigger of
    the sentence has for its object. ``rejected``: "voted down the bid", so that the subject is who was bid for.
    """
    frame = frames()["triggers"][event.trigger.label]
    noun = event.trigger.form == "nouns"
    if noun:
        special = {k.removeprefix("noun_"): side for k, side in frame.items() if k.startswith("noun_")}
        frame = {**frame, **special}
    subject_side, object_side = frame.get("subject"), frame.get("object")
    if event.passive:
        subject_side, object_side = object_side, subject_side
    if rejected and noun and event.trigger.label in TAKEN:
        subject_side = "target"
        frame = {**frame, "of": "buyer", "from": "buyer", "by": "buyer", "gen": "target"}
    if event.trigger.label == "lease" and any(g[0].case == "from" for g in groups):
        subject_side = "buyer"  # "rents capacity from X", where "rents it to X" makes the subject the seller
    elif (
        event.trigger.label == "lease"
        and lang == "en"
        and not noun
        and not event.passive
        and not {g[0].case for g in groups} & {"to", "by", "with"}
    ):
        subject_side, object_side = "buyer", "seller"  # "leases the whole of a campus"
    if event.trigger.label == "license" and not event.passive:
        given = {g[0].case for g in groups}
        if "to" in given or (lang == "zh" and not given & {"by", "from"}):
            subject_side, object_side = (
                "seller",
                "buyer",
            )  # "licenses it to X", where "licenses it from X" makes it the buyer
    left = [g for g in groups if g[-1].end <= event.trigger.start]
    right = [g for g in groups if g[0].start >= event.trigger.end]
    cases = {id(g): g[0].case for g in groups}
    for group in groups:
        if cases[id(group)] != "from":
            continue
        if event.passive and lang in AGENT_FROM:
            cases[id(group)] = "by"
        elif (
            noun
            and not rejected
            and event.trigger.label in TAKEN
            and group is (right[0] if right else None)
            and lang in GENITIVE_FROM
        ):
            # "la adquisición de X", "die Übernahme von X": of whom, not from whom
            cases[id(group)] = "of" if group[0].start - event.trigger.end < 45 else "from"

    own = right[0] if right and right[0][0].start - event.trigger.end < OWN_OBJECT else None
    if event.trigger.label == "invest" and not noun and own and cases[id(own)] in ("of", "from"):
        cases[id(own)] = "in"  # "entra nel capitale di X", "compra uma fatia da X": in whom
    if event.trigger.label in STAKES:
        for group in right:
            # "una quota del 4% di Intel": of whom, where "l'investimento di Intel" has who gives
            if cases[id(group)] in ("of", "from") and "%" in text[event.trigger.end : group[0].start][-12:]:
                cases[id(group)] = "in"

    def put(group: list[Actor], side: str | None, sure: float) -> None:
        if side:
            for actor in group:
                event.put(ident(actor.entity), side, sure, actor)

    if lang in POSTPOSED:
        for group in left + right[:1]:
            case = cases[id(group)]
            near = group[0].start >= previous_end
            sure = 0.9 if near else 0.6
            if group in right and ADNOMINAL.fullmatch(text[event.trigger.end : group[0].start]):
                put(group, object_side, 0.85)  # "Xが65億ドルで買収するYは": what is taken over stands behind
                continue
            if group in right and case not in ("subject", "by"):
                continue
            if case == "subject":
                put(group, subject_side, sure)
            elif case == "object":
                put(group, object_side, sure)
            elif (
                case == ""
                and group is left[-1]
                and len(left) > 1
                and event.trigger.start - group[-1].end <= 2
            ):
                put(
                    group, object_side, 0.7
                )  # "두산, SK실트론 인수": the bare name before the verb is its object
            elif case in ("gen", "") and group is left[-1]:
                put(group, object_side if noun else subject_side, 0.4)
            elif case == "":
                put(group, subject_side, 0.5)
            elif case in frame and case != "gen":
                put(group, frame[case], sure)
            elif case == "vendor" and event.trigger.label in GOODS - MADE_FOR:
                put(group, "seller", 0.5)  # "삼성전자의 HBM이 A에 공급된다"
        return

    # The subject: the nearest bare group before the trigger that is no earlier verb's object.
    subject = None
    if lang == "de" and event.trigger.form == "participles" and not event.passive:
        bare = [g for g in left if cases[id(g)] == "" and g[0].start >= previous_end and id(g) not in taken]
        if (
            len(bare) > 1
        ):  # "Bosch hat Globalfoundries beauftragt": the verb stands last, its object before it
            put(bare[-1], object_side, 0.85)
            taken.add(id(bare[-1]))
    for group in reversed(_without_asides(text, left, event.trigger)):
        case = cases[id(group)]
        if noun and case == "gen" and event.trigger.start - group[-1].end < 45 and frame.get("gen"):
            subject = group
            put(group, frame["gen"], 0.95)
            break
        if case in ("", "subject") and id(group) not in taken:
            subject = group
            put(group, subject_side, 0.9 if group[-1].end >= previous_end else 0.75)
            break
    if subject is None and not noun and _is_planned(text, event.trigger):
        planner = next((g for g in reversed(left) if cases[id(g)] in ("gen", "from", "of")), None)
        if planner is not None:
            subject = planner  # "Siltronic's contract to sell wafers": whose contract it is sells
            put(subject, subject_side, 0.75)
    owner = next((g for g in reversed(left) if cases[id(g)] == "from"), None)
    if subject is None and noun and owner is not None and lang in GENITIVE_FROM:
        # "a presença da NVIDIA … acordos com clientes": whose presence it is makes the deals
        subject = owner
        put(subject, subject_side, 0.6)
    if subject is None and left and cases[id(left[-1])] == "by":
        # "a consortium led by Blackstone agreed to acquire": who leads it stands for it
        subject = left[-1]
        put(subject, subject_side, 0.75)
    for group in left:
        case = cases[id(group)]
        if group is subject or group[0].start < previous_end:
            continue
        if event.trigger.label in MADE_FOR and case in ("vendor", "gen") and not noun:
            put(group, "buyer", 0.6)  # "Groq's chips are made by Samsung"
            continue
        if event.passive and subject is None and case == "gen" and event.trigger.label in PICKED:
            put(group, "seller", 0.75)  # "Nokia's switches have been picked by Nscale"
            continue
        if case in ("from", "with", "by", "to", "for", "in", "of", "at") and case in frame:
            put(group, frame[case] if not (case == "by" and not event.passive) else frame["by"], 0.55)

    first_bare = True
    for group in right:
        case = cases[id(group)]
        if case in ("buyer", "seller", "giver"):
            put(group, case, TOLD)
            continue
        if any(dash in text[event.trigger.end : group[0].start] for dash in DASHES):
            break
        if group[0].start > next_start and case not in ("from", "with", "by", "to"):
            break
        distance = group[0].start - event.trigger.end
        towards = lang == "zh" and case == "" and not noun and left and cases[id(left[-1])] == "to"
        if towards and text[group[0].start - 1] == "的":
            put(group, subject_side, 0.85)  # "向A供应TPU的B": B supplies
            continue
        if case in ("", "subject", "object", "vendor") and first_bare and group[0].start <= next_start:
            if noun and text[group[0].start - 2 : group[0].start] == ", ":
                continue  # "after months of talks, A bought B": not what the talks were with
            first_bare = False
            if case == "vendor":
                first_bare = True
                if event.trigger.label in MADE_FOR:
                    put(group, "buyer", 0.7)
                elif event.trigger.label in GOODS:
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
            put(
                group,
                "seller" if event.trigger.label in ("acquire", "buy", "use", "order") else object_side,
                0.6,
            )
            taken.add(id(group))
        elif case in frame and distance < 220:
            sure = 0.9 if distance < 60 else 0.7 if distance < 120 else 0.5
            sure *= 0.75 ** text[event.trigger.end : group[0].start].count(", ")
            put(group, frame[case], sure if group[0].start < next_start else sure * 0.6)
            taken.add(id(group))
    alone = subject is not None and len(subject) == PAIR == len(event.sides)
    if subject is not None and alone and event.trigger.label == "deal" and not noun:
        # "A and B have signed an agreement": with each other, and who sells is for the kinds to say
        event.sides[ident(subject[1].entity)] = (object_side or "seller", 0.5, subject[1])
    told = {cases[id(g)] for g in right} & {"buyer", "seller"}
    two_sided = event.trigger.label in frames()["symmetric"] or event.trigger.label in PARTS
    if subject is not None and len(told) == 1 and two_sided:
        # "deals with customers such as A": who makes them is the supplier
        put(subject, "seller" if told == {"buyer"} else "buyer", TOLD)


def _is_planned(text: str, verb: Cue) -> bool:
    """Whether an infinitive follows a noun of a plan: "the contract to", "el acuerdo para", "l'accord pour"."""
    ahead = text[max(0, verb.start - PLAN_REACH) : verb.start].lower().replace("’", "'").split()
    known = frames()
    return (
        len(ahead) > 1 and ahead[-1] in known["plan_links"] and ahead[-2].rpartition("'")[2] in known["plans"]
    )


def _without_asides(text: str, left: list[list[Actor]], trigger: Cue) -> list[list[Actor]]:
    """The groups before a trigger without those of an aside: "A, the unit of B, will sell": B sells nothing."""
    if len(left) < 2:
        return left
    comma = text.rfind(",", left[-1][-1].end, trigger.start)
    if comma < 0 or trigger.start - comma > ASIDE_TO_VERB or trigger.form == "nouns":
        return left
    for n in range(len(left) - 1):
        tail = text[left[n][-1].end : left[n + 1][0].start]
        opens = tail.lstrip("*_’'s)").lstrip()
        if opens.startswith(",") and left[n][0].case in ("", "subject"):
            inside = text[left[n][-1].end : comma]
            if "." not in inside.replace("Inc.", "").replace("Corp.", "") and ";" not in inside:
                return left[: n + 1]
    return left
