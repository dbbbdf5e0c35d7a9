"""Reports for tests, from one line each (see cases.yml)."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from pipeline.types import DealClaim, Mention, Party, Report, Size, Span

NOWHERE = Span(0, 0, "")
_KINDS = {"W": "power", "%": "stake"} | dict.fromkeys(
    ("chip", "server", "rack", "system", "wafer", "share"), "units"
)


def size(words: str) -> Size:
    """ "USD ..5e9" → a Size."""
    unit, amount = words.split()
    low, dots, high = amount.partition("..")
    bounds = [Decimal(b) if b else None for b in (low, high if dots else low)]
    return Size(_KINDS.get(unit, "money"), unit, bounds[0], bounds[1], Span(0, len(words), words))


def report(name: str, line: str, **more: object) -> Report:
    """The report of one line; ``name`` is "article" or "article.index"."""
    head, parties, chips, sizes, *rest = (part.strip() for part in re.split(r"\s\|(?=\s|$)", line))
    day, *flags, kind, status = head.split()
    article, _, index = name.partition(".")
    said = "They expanded their contract." if rest == ["more"] else "They signed a contract."
    claim = DealClaim(
        primary="background" not in flags,
        type=kind,
        status=status,
        parties=tuple(_party(p) for p in re.split(r",\s*", parties)),
        chips=tuple(_mention(c) for c in re.split(r",\s*", chips) if c),
        sizes=tuple(size(s) for s in re.split(r",\s*", sizes) if s),
        confidence=float(more.pop("confidence", 0.8)),  # type: ignore[arg-type]
        evidence=(Span(0, len(said), said),),
    )
    fields = {
        "source": article,
        "url": f"https://{article}.example/",
        "lang": "en",
        "title": f"Title {name}",
        **more,
    }
    published = None if day == "none" else date.fromisoformat(day)
    return Report(article, int(index or 0), published=published, claim=claim, **fields)  # type: ignore[arg-type]


def _party(words: str) -> Party:
    role, _, names = words.partition("=")
    name, *also = names.split("/")
    return Party(name, role, None, NOWHERE, tuple(also))


def _mention(names: str) -> Mention:
    name, *also = names.split("/")
    return Mention(name, tuple(also), None, NOWHERE)
