"""What the reading tests share: articles from a few words, one reader, expectations in a short form."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any

from nlp.reader import Reader
from pipeline.types import Article, DealClaim, Party, Reading, Size


@lru_cache(maxsize=1)
def reader() -> Reader:
    """One reader for all tests: a pipeline is loaded once."""
    return Reader()


def article(text: str, lang: str | None = None, title: str = "", ident: str = "a") -> Article:
    """An article of nothing but words."""
    return Article(ident, "", "", "", title, text, language=lang)


def read(text: str, lang: str | None = None, title: str = "") -> Reading:
    """The reading of a few words."""
    return reader().read_one(article(text, lang, title))


def called(party: Party) -> set[str]:
    """Every name a party goes by, lower case."""
    return {name.lower() for name in (party.name, *party.also)}


def party_named(deal: DealClaim, name: str) -> Party | None:
    """The party of a deal that goes by a name, or by one of several with "|" between, as gold articles have them."""
    return next((p for p in deal.parties if called(p) & set(name.lower().split("|"))), None)


def size(words: str) -> tuple[str, str, Decimal | None, Decimal | None]:
    """``"money USD 4e9 ~"``: kind, unit, low, high; ``~`` is no bound."""
    kind, unit, low, high = words.split()
    return kind, unit, *(None if bound == "~" else Decimal(bound) for bound in (low, high))  # type: ignore[return-value]


def plain(found: Size) -> tuple[str, str, Decimal | None, Decimal | None]:
    """A size without its words."""
    return found.kind, found.unit, found.min, found.max


def tell(reading: Reading) -> str:
    """A reading's deals in short, for the message of a failed test."""
    named = [c.name for c in reading.companies]
    return (
        "; ".join(
            f"{d.type}/{d.status} {[(p.name, p.role) for p in d.parties]} {[c.name for c in d.chips]} "
            f"{[(s.span.quote, str(s.min), str(s.max)) for s in d.sizes]} {d.confidence}"
            for d in reading.deals
        )
        or f"no deal (relevant {reading.relevant}, {reading.lang}, companies {named})"
    )


def complaints(reading: Reading, want: dict[str, Any]) -> list[str]:
    """What of an expected deal a reading has not: an empty list where all is there."""
    best: list[str] | None = None
    for deal in reading.deals:
        wrong = _differences(deal, want)
        if best is None or len(wrong) < len(best):
            best = wrong
    return ["no deal"] if best is None else best


def _differences(deal: DealClaim, want: dict[str, Any]) -> list[str]:
    wrong: list[str] = []
    if deal.type not in want["type"].split("|"):
        wrong.append(f"type {deal.type}, not {want['type']}")
    if "status" in want and deal.status not in want["status"].split("|"):
        wrong.append(f"status {deal.status}, not {want['status']}")
    for name, role in want["parties"].items():
        party = party_named(deal, name)
        if party is None:
            wrong.append(f"{name} is no party")
        elif party.role not in role.split("|"):
            wrong.append(f"{name} is {party.role}, not {role}")
    sizes = [plain(s) for s in deal.sizes]
    wrong += [f"size {words} missing" for words in want.get("sizes", ()) if size(words) not in sizes]
    wrong += [f"size {words} too many" for words in want.get("not_sizes", ()) if size(words) in sizes]
    chips = " ".join(c.name.lower() for c in deal.chips)
    wrong += [f"chip {chip} missing" for chip in want.get("chips", ()) if chip.lower() not in chips]
    if want.get("only_parties") and len(deal.parties) != len(want["parties"]):
        wrong.append(f"parties {[p.name for p in deal.parties]}")
    return wrong
