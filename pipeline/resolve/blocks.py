"""Blocks: what two reports share at least one of where they may tell of one deal. Whoever looks for the
candidates of a report looks for those in its blocks.

A company that everybody deals with makes no block by itself: it takes two parties, or a party with an
amount, or a party that stands for a deal of its own (what is taken over, funded, lent or granted to).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from itertools import combinations

from pipeline.resolve.identity import alike
from pipeline.resolve.items import Item

VERSION = "1"
"""Goes up whenever the blocks of a report become others: stored ones are then made anew."""

_ONCE = ("target", "investee", "borrower", "grantee")
_STEP = math.log(1.15)


def blocks(one: Item) -> frozenset[int]:
    """The blocks of an item as signed 64-bit numbers, the same on every machine."""
    return frozenset(_number(block) for block in _blocks(one))


def _blocks(one: Item) -> Iterator[tuple[object, ...]]:
    parties = [(p, sorted(p.who.tokens)) for p in one.parties]
    for (_, mine), (_, theirs) in combinations(parties, 2):
        for a in mine:
            for b in theirs:
                yield ("pair", *sorted((a, b)))
    if all(alike(p.who, one.parties[0].who) for p in one.parties):
        for _, tokens in parties:
            yield from (("alone", token) for token in tokens)
    for party, tokens in parties:
        for role in party.roles:
            if role in _ONCE:
                yield from ((role, token) for token in tokens)
    for m in one.sizes:
        for value in {m.usd_low or m.low, m.usd_high or m.high} - {None}:
            assert value is not None
            # The step and the next one: whatever is within 15% shares one of the two.
            step = math.floor(math.log(value) / _STEP) if value > 0 else 0
            for _, tokens in parties:
                for token in tokens:
                    yield ("size", token, m.kind, step)
                    yield ("size", token, m.kind, step + 1)


def _number(block: tuple[object, ...]) -> int:
    digest = hashlib.blake2b(repr(block).encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
