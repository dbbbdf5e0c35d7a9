"""How much of what a person read in articles a reading has: deals paired one to one, their values counted.

Works on plain data: annotated articles ("id", "deals" …) and readings as ``chipwire extract`` writes them. A name may
carry alternatives after "|"; two names are the same where they share one, letter case, punctuation and legal forms
aside. A deal of an article may be paired with a read one that shares two of its parties; one with a single party needs
that party and the type.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

Deal = dict[str, Any]

_FORMS = re.compile(
    r" (?:inc|corp|corporation|co|company|ltd|limited|llc|plc|ag|se|sa|nv|gmbh|spa|kk|holdings?|group|"
    r"technolog(?:y|ies)|sas|ab)$"
)
"""Ends of names that say only what kind of company it is."""
_MAKERS = re.compile(
    r"(?:nvidia|amd|intel|google|aws|amazon|microsoft|meta|qualcomm|huawei|apple|samsung|micron|sk|hynix)"
)
TOLERANCE = 0.01
"""Two amounts this near each other, as a share, are the same."""


def forms(name: str) -> set[str]:
    """The names that a string with alternatives stands for, in plain form."""
    found = set()
    for part in name.split("|"):
        folded = unicodedata.normalize("NFKC", part).casefold().replace("’", "'")
        plain = " ".join(re.sub(r"[.,()\[\]'\"™®©\s\-‐‑–]+", " ", folded).split())
        while (shorter := _FORMS.sub("", plain)) != plain:
            plain = shorter
        if plain:
            found.add(plain)
    return found


def same_name(a: str, b: str) -> bool:
    """Whether two names may mean the same."""
    return not forms(a).isdisjoint(forms(b))


def same_chip(a: str, b: str) -> bool:
    """Whether two products may be the same: one's words within the other's, more than the maker in common."""
    for one in forms(a):
        for other in forms(b):
            left, right = set(one.split()), set(other.split())
            if (left <= right or right <= left) and not all(map(_MAKERS.fullmatch, left & right)):
                return True
    return False


def same_size(a: Deal, b: Deal) -> bool:
    """Whether two sizes say the same."""
    if (a["kind"], a["unit"]) != (b["kind"], b["unit"]):
        return False
    for bound in ("min", "max"):
        x, y = a.get(bound), b.get(bound)
        if (x is None) != (y is None):
            return False
        if x is not None and y is not None and abs(x - y) > TOLERANCE * max(abs(x), abs(y)):
            return False
    return True


def same_word(a: str, b: str) -> bool:
    """Whether a type, status or role is right, where two may be equally right."""
    return not set(a.split("|")).isdisjoint(b.split("|"))


def matched(left: list[Any], right: list[Any], same: Callable[[Any, Any], bool]) -> list[tuple[Any, Any]]:
    """Items of two lists that are the same, one to one, in order."""
    free = list(right)
    pairs = []
    for item in left:
        for other in free:
            if same(item, other):
                pairs.append((item, other))
                free.remove(other)
                break
    return pairs


def _parties(gold: Deal, read: Deal) -> list[tuple[Any, Any]]:
    return matched(gold["parties"], read["parties"], lambda a, b: same_name(a["name"], b["name"]))


def may_pair(gold: Deal, read: Deal) -> bool:
    """Whether a read deal can be this deal of the article."""
    shared = len(_parties(gold, read))
    if len(gold["parties"]) == 1:
        return shared == 1 and same_word(gold["type"], read["type"])
    return shared >= 2


def values(deal: Deal) -> int:
    """How many values a deal has: type, status, each party in its role, each chip, each size."""
    return 2 + sum(len(deal.get(part) or ()) for part in ("parties", "chips", "sizes"))


def right_values(gold: Deal, read: Deal) -> Counter[str]:
    """How many values of each kind a read deal has right."""
    return Counter(
        type=int(same_word(gold["type"], read["type"])),
        status=int(same_word(gold["status"], read["status"])),
        role=sum(same_word(a["role"], b["role"]) for a, b in _parties(gold, read)),
        chip=len(matched(gold.get("chips") or [], read.get("chips") or [], same_chip)),
        size=len(matched(gold.get("sizes") or [], read.get("sizes") or [], same_size)),
    )


def pair(golds: list[Deal], reads: list[Deal]) -> list[tuple[int, int]]:
    """Which read deal is which deal of the article, the likest first, each at most once."""
    likeness = []
    for i, gold in enumerate(golds):
        for j, read in enumerate(reads):
            if may_pair(gold, read):
                good = right_values(gold, read).total()
                likeness.append((2 * good / (values(gold) + values(read)), i, j))
    pairs: list[tuple[int, int]] = []
    for _, i, j in sorted(likeness, reverse=True):
        if all(i != a and j != b for a, b in pairs):
            pairs.append((i, j))
    return pairs


@dataclass(slots=True)
class Measure:
    """Counts over many articles."""

    gold: int = 0
    read: int = 0
    right: int = 0
    deals_gold: int = 0
    deals_read: int = 0
    deals_right: int = 0
    kinds: Counter[str] = field(default_factory=Counter)

    def add(self, golds: list[Deal], reads: list[Deal]) -> None:
        """Counts one article."""
        pairs = pair(golds, reads)
        self.gold += sum(map(values, golds))
        self.read += sum(map(values, reads))
        for i, j in pairs:
            counts = right_values(golds[i], reads[j])
            self.kinds += counts
            self.right += counts.total()
        self.deals_gold += len(golds)
        self.deals_read += len(reads)
        self.deals_right += len(pairs)

    @property
    def slot_f1(self) -> float:
        """F1 over all values of all deals."""
        return f1(self.right, self.read, self.gold)

    @property
    def deal_f1(self) -> float:
        """F1 over whole deals, right where paired."""
        return f1(self.deals_right, self.deals_read, self.deals_gold)


def f1(right: int, read: int, gold: int) -> float:
    """The harmonic mean of precision and recall; 1 where there was nothing to find and nothing was."""
    return 2 * right / (read + gold) if read + gold else 1.0


def measure(golds: Iterable[Deal], readings: dict[str, Deal]) -> Measure:
    """Annotated articles against readings by id; an article without one has none of its deals."""
    counts = Measure()
    for article in golds:
        counts.add(article["deals"], readings.get(str(article["id"]), {}).get("deals") or [])
    return counts
