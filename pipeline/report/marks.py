"""A sentence cut into pieces, so that the words of each value can be marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.report.words import visible
from pipeline.resolve.items import side
from pipeline.types import DealClaim, Span

_MOST = 900


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words. ``kind``: "" for plain ones, else payer, paid, partner, chip, size or status."""

    text: str
    kind: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class _Value:
    start: int
    end: int
    kind: str
    label: str


_KINDS = {"pays": "payer", "paid": "paid", "": "partner"}


def sentences(claim: DealClaim) -> list[list[Piece]]:
    """The claim's evidence, each sentence in pieces, in the order of the article; none twice."""
    spans = sorted(set(claim.evidence), key=lambda s: (s.field != "title", s.start, -s.end))
    kept: list[Span] = []
    for span in spans:
        if span.quote.strip() and not any(_holds(other, span) for other in kept):
            kept.append(span)
    return [pieces(span, _values(claim)) for span in kept]


def pieces(sentence: Span, values: Iterable[tuple[Span, str, str]]) -> list[Piece]:
    """The sentence cut at the values (span, kind, label) in it; of overlapping ones the longer wins."""
    inside = [
        _Value(max(span.start, sentence.start), min(span.end, sentence.end), kind, label)
        for span, kind, label in values
        if span.field == sentence.field
        and span.start < sentence.end
        and span.end > sentence.start
        and span.quote
    ]
    chosen: list[_Value] = []
    for value in sorted(inside, key=lambda v: (v.start - v.end, v.start)):
        if all(value.end <= other.start or value.start >= other.end for other in chosen):
            chosen.append(value)
    out: list[Piece] = []
    at = sentence.start
    for value in sorted(chosen, key=lambda v: v.start):
        out.append(Piece(_words(sentence, at, value.start)))
        out.append(Piece(_words(sentence, value.start, value.end), value.kind, value.label))
        at = value.end
    out.append(Piece(_words(sentence, at, sentence.end)))
    return _clipped([piece for piece in out if piece.text])


def _values(claim: DealClaim) -> list[tuple[Span, str, str]]:
    return [
        *((p.span, _KINDS[side(p.role.split("|")[0])], p.role.split("|")[0]) for p in claim.parties),
        *((chip.span, "chip", "chip") for chip in claim.chips),
        *((size.span, "size", "size") for size in claim.sizes),
        *([(claim.status_span, "status", claim.status.split("|")[0])] if claim.status_span else []),
    ]


def _holds(outer: Span, inner: Span) -> bool:
    return outer.field == inner.field and outer.start <= inner.start and inner.end <= outer.end


def _words(sentence: Span, start: int, end: int) -> str:
    return visible(sentence.quote[start - sentence.start : end - sentence.start])


def _clipped(found: list[Piece]) -> list[Piece]:
    """Long plain stretches shortened, so that the marked words stay in sight."""
    if sum(len(piece.text) for piece in found) <= _MOST:
        return found
    most = _MOST // max(1, sum(not piece.kind for piece in found))
    return [piece if piece.kind else Piece(_middle_out(piece.text, max(most, 60))) for piece in found]


def _middle_out(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most // 2].rstrip()} … {text[-most // 2 :].lstrip()}"
