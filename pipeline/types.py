"""The values that pass between the stages. Frozen dataclasses; nothing here opens, fetches or computes.

Offsets are character offsets (Python string indices), end exclusive, into the field that ``field`` names.
Money is Decimal, times are aware and UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

DEAL_TYPES: dict[str, tuple[str, ...]] = {
    "compute": ("supplier", "customer"),
    "supply": ("supplier", "customer"),
    "manufacturing": ("supplier", "customer"),
    "codevelopment": ("partner", "supplier", "customer"),
    "licensing": ("supplier", "customer"),
    "investment": ("investor", "investee"),
    "financing": ("lender", "borrower"),
    "acquisition": ("acquirer", "target", "seller"),
    "datacenter": ("supplier", "customer", "partner", "investor"),
    "grant": ("grantor", "grantee"),
}
"""Deal type → the roles that its parties may have (gold guide)."""

STATUSES = ("rumored", "announced", "completed", "cancelled")
LANGUAGES = ("en", "pt", "es", "fr", "de", "it", "zh", "ja", "ko")
UNITS = ("chip", "server", "rack", "system", "wafer", "share")

Field = Literal["title", "text"]


@dataclass(frozen=True, slots=True)
class Span:
    """Words of an article: ``article.<field>[start:end] == quote``."""

    start: int
    end: int
    quote: str
    field: Field = "text"


@dataclass(frozen=True, slots=True)
class RawPage:
    """One fetched page as it came; kept as a WARC response record.

    ``headers`` keep order and repeats. ``warc`` says where the record lies once archived
    (``<file>#<offset>``), None before.
    """

    url: str
    final_url: str
    fetched_at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    source: str
    warc: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One article's text. ``text`` has paragraphs parted by a blank line."""

    id: str
    url: str
    canonical_url: str
    source: str
    title: str
    text: str
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    language: str | None = None
    extractor: str = ""
    extractor_version: str = ""
    site_name: str | None = None


@dataclass(frozen=True, slots=True)
class Size:
    """How large. ``kind`` money, power, units or stake; ``unit`` ISO 4217 code, W, one of UNITS, or %.

    Bounds: exact min == max; "up to X" min None; "over X" max None. Never both None.
    """

    kind: str
    unit: str
    min: Decimal | None
    max: Decimal | None
    span: Span


@dataclass(frozen=True, slots=True)
class Mention:
    """A company or chip that the article names. ``name`` is canonical; ``also`` the article's own words."""

    name: str
    also: tuple[str, ...]
    key: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Party:
    """Who, in which role of the deal's type. ``key`` is the knowledge id where the company is known."""

    name: str
    role: str
    key: str | None
    span: Span
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DealClaim:
    """A deal as one article states it."""

    primary: bool
    type: str
    status: str
    parties: tuple[Party, ...]
    chips: tuple[Mention, ...]
    sizes: tuple[Size, ...]
    confidence: float
    evidence: tuple[Span, ...]
    status_span: Span | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """All that the reader found in one article. ``relevant`` False: the gate stopped it, the rest is empty."""

    article_id: str
    lang: str
    relevant: bool
    companies: tuple[Mention, ...]
    chips: tuple[Mention, ...]
    sizes: tuple[Size, ...]
    deals: tuple[DealClaim, ...]
    reader_version: str


@dataclass(frozen=True, slots=True)
class Report:
    """One article's claim as resolution sees it: a deal claim, and where and when it was published.

    ``index`` is the claim's place in its reading's ``deals``. ``origin`` names the independent voice (the
    story's first source or the wire it credits); reprints share it.
    """

    article_id: str
    index: int
    source: str
    published: date | None
    claim: DealClaim
    url: str | None = None
    title: str | None = None
    lang: str | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class DealParty:
    """A party of a resolved deal."""

    name: str
    role: str
    key: str | None


@dataclass(frozen=True, slots=True)
class DealSize:
    """A size of a resolved deal, in its own currency and in USD (None where no rate is known or not money)."""

    kind: str
    unit: str
    min: Decimal | None
    max: Decimal | None
    usd_min: Decimal | None = None
    usd_max: Decimal | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Deal:
    """One real deal, told by one or more reports. ``id`` is stable when more reports arrive."""

    id: str
    type: str
    status: str
    parties: tuple[DealParty, ...]
    chips: tuple[str, ...]
    sizes: tuple[DealSize, ...]
    confidence: float
    first_reported: date | None
    last_reported: date | None
    origins: int
    reports: tuple[Report, ...] = field(default=(), repr=False)
