"""Readings to plain JSON data and back, without loss. Decimals are strings."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pipeline.store.db import clean
from pipeline.types import DealClaim, Mention, Party, Reading, Size, Span


def encode(value: Any) -> Any:
    """A dataclass of ``pipeline.types`` as data that json takes; strings cleaned for Postgres."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: encode(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    return value


def decode_reading(data: Mapping[str, Any]) -> Reading:
    """The Reading that ``encode`` made this of."""
    return Reading(
        article_id=data["article_id"],
        lang=data["lang"],
        relevant=data["relevant"],
        companies=tuple(map(_mention, data["companies"])),
        chips=tuple(map(_mention, data["chips"])),
        sizes=tuple(map(_size, data["sizes"])),
        deals=tuple(map(decode_claim, data["deals"])),
        reader_version=data["reader_version"],
    )


def decode_claim(data: Mapping[str, Any]) -> DealClaim:
    """The DealClaim that ``encode`` made this of."""
    return DealClaim(
        primary=data["primary"],
        type=data["type"],
        status=data["status"],
        parties=tuple(map(_party, data["parties"])),
        chips=tuple(map(_mention, data["chips"])),
        sizes=tuple(map(_size, data["sizes"])),
        confidence=data["confidence"],
        evidence=tuple(map(_span, data["evidence"])),
        status_span=None if data["status_span"] is None else _span(data["status_span"]),
    )


def _span(data: Mapping[str, Any]) -> Span:
    return Span(data["start"], data["end"], data["quote"], data["field"])


def _mention(data: Mapping[str, Any]) -> Mention:
    return Mention(data["name"], tuple(data["also"]), data["key"], _span(data["span"]))


def _party(data: Mapping[str, Any]) -> Party:
    return Party(data["name"], data["role"], data["key"], _span(data["span"]), tuple(data["also"]))


def _size(data: Mapping[str, Any]) -> Size:
    return Size(data["kind"], data["unit"], _decimal(data["min"]), _decimal(data["max"]), _span(data["span"]))


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
