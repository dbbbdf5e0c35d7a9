"""The learned decision whether a name that no list has is an organisation: a table of feature → weight.

``data/weights.json`` is written by ``bench/train_names.py``; a feature that it lacks weighs nothing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from functools import lru_cache

from nlp.companies.candidates import Candidate
from nlp.companies.cues import Looker
from nlp.companies.features import name_features, place_features
from nlp.companies.words import SHARED

MENTIONS = 6
"""So many mentions of a name are looked at: more tell nothing new."""


@lru_cache(maxsize=1)
def weights() -> dict[str, float]:
    """Feature → weight."""
    table: dict[str, float] = json.loads((SHARED / "weights.json").read_text(encoding="utf-8"))
    return table


def features(looker: Looker, mentions: list[Candidate]) -> set[str]:
    """The features of a name: of itself and of all its mentions together."""
    found = {"bias", *name_features(looker, mentions[0])}
    for mention in mentions[:MENTIONS]:
        found.update(place_features(looker, mention))
    found.add(f"times={min(len(mentions), 3)}")
    return found


def belief(found: Iterable[str]) -> float:
    """0 to 1: how likely that a name with these features is an organisation."""
    table = weights()
    score = sum(table.get(feature, 0.0) for feature in found)
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
