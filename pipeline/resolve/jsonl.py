"""Readings as JSON lines in, resolved deals as JSON lines out: the fixed form of ``chipwire resolve``.

A line in: ``{"id", "published", "source", "title", "url", "lang", "origin", "deals": [...]}``, all but ``id``
and ``deals``
optional. A deal has the form of the gold articles (names with alternatives behind "|"), and may have
``confidence`` and
``evidence`` (list of ``{"quote", "start", "end"}``, with ``"in": "title"`` for words of the title).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from pipeline.resolve.history import steps
from pipeline.resolve.identity import Companies
from pipeline.resolve.sizes import ToUsd
from pipeline.types import DEAL_TYPES, STATUSES, Deal, DealClaim, DealSize, Mention, Party, Report, Size, Span

UNSTATED_CONFIDENCE = 0.7
"""Of a deal whose line states none, such as one that people annotated."""

Name = Annotated[str, Field(min_length=1, max_length=2_000)]
ROLES = tuple(dict.fromkeys(role for roles in DEAL_TYPES.values() for role in roles))
_NOWHERE = Span(0, 0, "")


@dataclass(frozen=True, slots=True)
class Resolved:
    """What ``resolve_jsonl`` did: lines read, lines left out as bad, deals written."""

    lines: int
    bad: int
    deals: int


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


def _all_of(value: str, allowed: tuple[str, ...]) -> str:
    """The value, where all its alternatives are allowed."""
    unknown = [part for part in value.split("|") if part not in allowed]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is none of {', '.join(allowed)}")
    return value


class _Span(_Line):
    quote: str = ""
    start: int = 0
    end: int = 0
    where: Literal["title", "text"] = Field("text", alias="in")


class _Placed(_Line):
    """A value with its words and place in the article, where the line has them."""

    text: str = ""
    start: int = 0
    end: int = 0
    where: Literal["title", "text"] = Field("text", alias="in")

    @property
    def span(self) -> Span:
        return Span(self.start, self.end, self.text, self.where)


class _Size(_Placed):
    kind: Literal["money", "power", "units", "stake"]
    unit: Annotated[str, Field(min_length=1, max_length=20)]
    min: Decimal | None = None
    max: Decimal | None = None

    @model_validator(mode="after")
    def _bounded(self) -> _Size:
        if self.min is None and self.max is None:
            raise ValueError("a size has a min, a max or both")
        if any(v is not None and (not v.is_finite() or v < 0) for v in (self.min, self.max)):
            raise ValueError("min and max are finite and not negative")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min is larger than max")
        return self


class _Party(_Placed):
    name: Name
    role: str
    key: str | None = None

    @field_validator("role")
    @classmethod
    def _known(cls, value: str) -> str:
        return _all_of(value, ROLES)


class _Deal(_Line):
    primary: bool = True
    type: str
    status: str = "announced"
    parties: Annotated[list[_Party], Field(min_length=1, max_length=200)]
    chips: list[Name] = []
    sizes: list[_Size] = []
    confidence: Annotated[float, Field(ge=0, le=1)] = UNSTATED_CONFIDENCE
    evidence: list[_Span] = []

    @field_validator("type", "status")
    @classmethod
    def _known(cls, value: str, info: Any) -> str:
        return _all_of(value, tuple(DEAL_TYPES) if info.field_name == "type" else STATUSES)


class _Reading(_Line):
    id: Annotated[str, Field(min_length=1, max_length=1_000)]
    deals: list[_Deal]
    published: date | None = None
    source: str | None = None
    title: str | None = None
    url: str | None = None
    lang: str | None = None
    origin: str | None = None

    @field_validator("published", mode="before")
    @classmethod
    def _day(cls, value: object) -> object:
        """The day in UTC of a date or time; a time without a zone is taken for UTC."""
        if not isinstance(value, str) or len(value) <= 10:
            return value or None
        when = datetime.fromisoformat(value)
        return (when if when.tzinfo is None else when.astimezone(UTC)).date()


def reports_of(line: str) -> list[Report]:
    """The reports of one line. Raises ValueError with what is wrong in it."""
    try:
        reading = _Reading.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{key}: {first['msg']}" if key else str(first["msg"])) from None
    return [
        Report(
            article_id=reading.id,
            index=index,
            source=reading.source or "",
            published=reading.published,
            claim=_claim(deal),
            url=reading.url,
            title=reading.title,
            lang=reading.lang,
            origin=reading.origin,
        )
        for index, deal in enumerate(reading.deals)
    ]


def resolve_jsonl(
    lines: Iterable[str],
    write: Callable[[str], object],
    on_error: Callable[[int, str], object],
    *,
    companies: Companies | None = None,
    to_usd: ToUsd | None = None,
) -> Resolved:
    """Readings in, deals out: ``write`` gets one JSON line (without its end) for each deal, earliest first.

    ``on_error(line number, what is wrong)`` is called for every bad line, counting from 1; the good ones all
    go on.
    Empty lines are skipped. An id that occurs again replaces the earlier line of that id.
    """
    from pipeline.resolve import resolve

    count = bad = 0
    readings: dict[str, list[Report]] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        count += 1
        try:
            found = reports_of(line)
        except ValueError as error:
            bad += 1
            on_error(number, str(error))
            continue
        article = _id_of(line)
        readings[article] = found
    deals = resolve((r for found in readings.values() for r in found), companies=companies, to_usd=to_usd)
    for deal in deals:
        write(json.dumps(deal_to_json(deal), ensure_ascii=False))
    return Resolved(count, bad, len(deals))


def deal_to_json(deal: Deal) -> dict[str, Any]:
    """A deal as a JSON object; ``reports`` are ``[article id, index]``, oldest first; dates ISO 8601; amounts
    numbers."""
    return {
        "id": deal.id,
        "type": deal.type,
        "status": deal.status,
        "parties": [{"name": p.name, "role": p.role, "key": p.key} for p in deal.parties],
        "chips": list(deal.chips),
        "sizes": [_size_to_json(s) for s in deal.sizes],
        "confidence": deal.confidence,
        "first_reported": deal.first_reported.isoformat() if deal.first_reported else None,
        "last_reported": deal.last_reported.isoformat() if deal.last_reported else None,
        "origins": deal.origins,
        "history": [
            {
                "status": s.status,
                "on": s.on.isoformat() if s.on else None,
                "report": [s.report.article_id, s.report.index],
            }
            for s in steps(deal.reports)
        ],
        "reports": [[r.article_id, r.index] for r in deal.reports],
        "evidence": list(_evidence(deal)),
    }


def _evidence(deal: Deal) -> Iterator[dict[str, Any]]:
    for report in deal.reports:
        for span in report.claim.evidence:
            place = {"in": "title"} if span.field == "title" else {}
            yield {
                "id": report.article_id, "url": report.url, "quote": span.quote, "start": span.start, "end":
                span.end, **place,
            }  # fmt: skip


def _id_of(line: str) -> str:
    return str(json.loads(line)["id"])


def _claim(deal: _Deal) -> DealClaim:
    return DealClaim(
        primary=deal.primary,
        type=deal.type,
        status=deal.status,
        parties=tuple(_party(p) for p in deal.parties),
        chips=tuple(_mention(name) for name in deal.chips),
        sizes=tuple(Size(s.kind, s.unit, s.min, s.max, s.span) for s in deal.sizes),
        confidence=deal.confidence,
        evidence=tuple(Span(s.start, s.end, s.quote, s.where) for s in deal.evidence),
    )


def _party(party: _Party) -> Party:
    name, *also = _alternatives(party.name)
    return Party(name, party.role, party.key, party.span, tuple(also))


def _mention(names: str) -> Mention:
    name, *also = _alternatives(names)
    return Mention(name, tuple(also), None, _NOWHERE)


def _alternatives(names: str) -> list[str]:
    return [part.strip() for part in names.split("|") if part.strip()] or [names]


def _size_to_json(size: DealSize) -> dict[str, Any]:
    numbers = {key: _number(getattr(size, key)) for key in ("min", "max", "usd_min", "usd_max")}
    return {"kind": size.kind, "unit": size.unit, **numbers, "text": size.text}


def _number(value: Decimal | None) -> float | int | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
