"""Articles and readings as JSON lines: the fixed form of ``chipwire extract``, which others build on."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pipeline.types import Article, DealClaim, Mention, Party, Reading, Size, Span


def _whole(value: Any) -> Any:
    """A string without lone surrogates, which no encoder writes; one replacement a surrogate keeps offsets."""
    if not isinstance(value, str):
        return value
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace").decode("utf-8")
    return value


Whole = BeforeValidator(_whole)
Limited = Annotated[str, Field(max_length=2_000_000), Whole]
Short = Annotated[str, Whole]


class ArticleLine(BaseModel):
    """One line of input. Unknown keys are ignored, so that gold files can be read as they are."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    id: Annotated[str, Field(min_length=1, max_length=1000), Whole]
    title: Limited | None = None
    text: Limited
    lang: Short | None = None
    published: Short | None = None
    url: Short | None = None


class BadLine(ValueError):
    """A line that is no article; the message says why."""


def article_from_json(obj: Any, line: int | None = None) -> Article:
    """An article from one decoded line.

    Raises BadLine with what is wrong (and the line's number, where given).
    """
    where = f"line {line}: " if line is not None else ""
    try:
        read = ArticleLine.model_validate(obj)
        published = _published(read.published)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "the line"
        raise BadLine(f"{where}{key}: {first['msg']}") from error
    except ValueError as error:
        raise BadLine(f"{where}published: {error}") from error
    url = read.url or ""
    return Article(
        id=read.id,
        url=url,
        canonical_url=url,
        source="",
        title=read.title or "",
        text=read.text,
        published_at=published,
        language=read.lang,
    )


def _published(value: str | None) -> datetime | None:
    if not value:
        return None
    if len(value) == 10:
        return datetime.combine(date.fromisoformat(value), time(), UTC)
    when = datetime.fromisoformat(value)
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def reading_to_json(reading: Reading) -> dict[str, Any]:
    """A reading as a JSON object: names with the article's own words behind "|", offsets into the text.

    A span that lies in the title has ``"in": "title"``.
    """
    return {
        "id": reading.article_id,
        "lang": reading.lang,
        "relevant": reading.relevant,
        "reader": reading.reader_version,
        "companies": [_names(m) for m in reading.companies],
        "chips": [_names(m) for m in reading.chips],
        "sizes": [_size(s) for s in reading.sizes],
        "deals": [_deal(d) for d in reading.deals],
    }


def _names(mention: Mention | Party) -> str:
    return "|".join([mention.name, *(also.replace("|", " ") for also in mention.also)])


def _place(span: Span) -> dict[str, Any]:
    place: dict[str, Any] = {"start": span.start, "end": span.end}
    if span.field != "text":
        place["in"] = span.field
    return place


def _number(value: Decimal | None) -> float | int | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _size(size: Size) -> dict[str, Any]:
    return {
        "kind": size.kind,
        "unit": size.unit,
        "min": _number(size.min),
        "max": _number(size.max),
        "text": size.span.quote,
        **_place(size.span),
    }


def _deal(deal: DealClaim) -> dict[str, Any]:
    return {
        "primary": deal.primary,
        "type": deal.type,
        "status": deal.status,
        "parties": [
            {"name": _names(p), "role": p.role, "key": p.key, "text": p.span.quote, **_place(p.span)}
            for p in deal.parties
        ],
        "chips": [_names(m) for m in deal.chips],
        "sizes": [_size(s) for s in deal.sizes],
        "confidence": deal.confidence,
        "status_words": {"quote": deal.status_span.quote, **_place(deal.status_span)}
        if deal.status_span
        else None,
        "evidence": [{"quote": s.quote, **_place(s)} for s in deal.evidence],
    }
