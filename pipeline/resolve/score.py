"""How much speaks for two reports telling of one deal."""

from __future__ import annotations

from typing import Any

from pipeline.resolve.identity import alike
from pipeline.resolve.items import Item, Side, weights
from pipeline.resolve.sizes import evidence

NEVER = float("-inf")
_STAGE = {"rumored": 0, "announced": 1, "completed": 2, "cancelled": 3}
_REPEATED_PAYER = frozenset({"supply", "compute", "manufacturing", "licensing", "codevelopment"})


def score(a: Item, b: Item) -> float:
    """Evidence that both are one deal: above 0 for, below against, NEVER where it cannot be.

    Claims of one article are always different deals: its reader has merged what is one.
    """
    if a.report.article_id == b.report.article_id:
        return NEVER
    w = weights()
    kind = _types(a, b, w["types"])
    parties = _parties(a.parties, b.parties, _is_repeated(a, b), w["parties"])
    if parties == NEVER:
        return NEVER
    if _one_target(a, b):
        parties += w["parties"]["same_target"]
    size, digits, conflict = evidence(a.sizes, b.sizes, w["sizes"])
    when = _dates(a, b, w["dates"])
    if when < 0 and digits >= 2 and not conflict:
        when *= w["dates"]["with_size"]
    if when < 0:
        when *= min([factor for kind, factor in w["dates"]["slow"].items() if _both(a, b, kind)], default=1.0)
    return float(
        w["bias"] + kind + parties + size + when + _chips(a, b, w["chips"]) + _expansion(a, b, conflict, w)
    )


def _types(a: Item, b: Item, w: dict[str, Any]) -> float:
    best = float(w["other"])
    for x in a.types:
        for y in b.types:
            one = w["same"] if x == y else w["pairs"].get(f"{x} {y}", w["pairs"].get(f"{y} {x}", w["other"]))
            best = max(best, float(one))
    return best


def _parties(a: tuple[Side, ...], b: tuple[Side, ...], repeated: bool, w: dict[str, float]) -> float:
    pairs = _paired(a, b)
    if not pairs:
        return NEVER
    short = min(len(a), len(b))
    total = w["unmatched"] if short > len(pairs) else 0.0
    if short == len(pairs):
        total += w["all_matched"]
    likeness = sum(like for like, _, _ in pairs) / len(pairs)
    if len(a) == 1 or len(b) == 1:
        return (
            total + likeness * w["matched"] * 0.5 + w["both_one_known" if len(a) == len(b) else "one_known"]
        )
    total += w["matched"] * likeness
    turned = [1 for _, i, j in pairs if _opposite(a[i], b[j])]
    if turned and len(pairs) == 1:
        return total + w["other_side"]  # who buys here sells there, to somebody else
    if turned:
        return total + w["turned"]
    several = any(sum(p.sides == {"pays"} for p in parties) > 1 for parties in (a, b))
    payer = "other_side" if repeated else "other_payers" if several else "other_payer"
    for where, weight in (("pays", payer), ("paid", "other_side")):
        in_a, in_b = (any(p.sides == {where} for p in parties) for parties in (a, b))
        met = any(where in a[i].sides | b[j].sides for _, i, j in pairs)
        if in_a and in_b and not met:
            total += w[weight]
    if len(pairs) == 1 and not any(p.sides != {""} for p in (*a, *b)):
        total += w["other_side"]  # two alliances of one company with different partners
    return total


def _opposite(x: Side, y: Side) -> bool:
    return "" not in x.sides | y.sides and not x.sides & y.sides


def _paired(a: tuple[Side, ...], b: tuple[Side, ...]) -> list[tuple[float, int, int]]:
    """The parties of one paired with those of the other, the most alike first, each once."""
    found = [
        (alike(x.who, y.who), bool(x.sides & y.sides), -i, -j)
        for i, x in enumerate(a)
        for j, y in enumerate(b)
    ]
    pairs: list[tuple[float, int, int]] = []
    taken_a, taken_b = set(), set()
    for like, _, i, j in sorted((f for f in found if f[0] > 0), reverse=True):
        if i not in taken_a and j not in taken_b:
            pairs.append((like, -i, -j))
            taken_a.add(i)
            taken_b.add(j)
    return pairs


def _is_repeated(a: Item, b: Item) -> bool:
    """Whether one supplier has many customers for this: another payer then means another deal."""
    return bool(set(a.types) & _REPEATED_PAYER or set(b.types) & _REPEATED_PAYER)


def _both(a: Item, b: Item, kind: str) -> bool:
    return kind in a.types and kind in b.types


def _one_target(a: Item, b: Item) -> bool:
    if not _both(a, b, "acquisition"):
        return False
    return any(
        "target" in x.roles and "target" in y.roles and alike(x.who, y.who)
        for x in a.parties
        for y in b.parties
    )


def _dates(a: Item, b: Item, w: dict[str, Any]) -> float:
    if a.day is None or b.day is None:
        return 0.0
    first, then = (a, b) if a.order <= b.order else (b, a)
    assert first.day is not None and then.day is not None
    days = then.day - first.day
    if not first.report.claim.primary and not then.report.claim.primary:
        return _step(w["both_recall"], days)
    if first.report.claim.primary != then.report.claim.primary:
        return _step(w["recalled"], days if first.report.claim.primary else -days)
    stages = [
        (_STAGE[y] > _STAGE[x]) - (_STAGE[y] < _STAGE[x]) for x in first.statuses for y in then.statuses
    ]
    if 0 in stages:
        return _step(w["same"], days)
    return _step(w["forward" if 1 in stages else "backward"], days)


def _step(steps: list[list[float]], days: int) -> float:
    return next(value for limit, value in steps if days <= limit)


def _chips(a: Item, b: Item, w: dict[str, float]) -> float:
    if not a.chips or not b.chips:
        return 0.0
    shared = any(_same_chip(x, y) for x in a.chips for y in b.chips)
    return w["shared"] if shared else w["other"]


def _same_chip(x: frozenset[str], y: frozenset[str]) -> bool:
    """One of the names is the other, or all its words: "GB300" and "GB300 NVL72"."""
    return any(set(p.split()) <= set(q.split()) or set(q.split()) <= set(p.split()) for p in x for q in y)


def _expansion(a: Item, b: Item, conflict: bool, w: dict[str, Any]) -> float:
    if a.expands == b.expands:
        return 0.0
    return float(w["expansion"]["one_only"] + (w["expansion"]["and_conflict"] if conflict else 0.0))
