"""What goes into and comes out of the store besides the values of ``pipeline.types``.

Frozen dataclasses. Times are aware and UTC, money is Decimal, texts are cleaned of NUL and lone
surrogates by the store itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from pipeline.types import Article, Deal, Report

State = Literal["running", "ok", "failed"]


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source as the store keeps it. ``expected_per_day`` None: no expectation is stated. ``timezone``: of
    times that it writes without one (IANA name).
    """

    id: str
    name: str
    kind: str
    url: str
    language: str | None = None
    country: str | None = None
    expected_per_day: Decimal | None = None
    enabled: bool = True
    verified: date | None = None
    timezone: str | None = None
    expected_fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedState:
    """Validators of a feed, sitemap or listing for the next conditional request.

    Save it only when everything that the feed lists has been recorded; else a kill loses entries.
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None
    fetched_at: datetime | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PaceRow:
    """When a source is due; ``gap`` and ``newest``: how it publishes, None where no dates were ever seen."""

    source: str
    due_at: datetime
    gap: timedelta | None = None
    newest: datetime | None = None


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run of a flow."""

    id: int
    kind: str
    state: State
    started_at: datetime
    finished_at: datetime | None
    worker: str
    error: str | None


@dataclass(frozen=True, slots=True)
class CrawlRow:
    """One source's crawl within a run. ``attempts`` above 1: begun again after a failure or a kill."""

    run_id: int
    source: str
    state: State
    started_at: datetime
    finished_at: datetime | None
    attempts: int
    error: str | None


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """How many URLs of one source ended in one outcome in a run."""

    run_id: int
    source: str
    outcome: str
    count: int


@dataclass(frozen=True, slots=True)
class KnownPage:
    """What the store knows of a URL; ``etag`` and ``last_modified`` go into the conditional request.

    ``failures``: fetches in a row that brought no page. ``article_id`` None: no article came of it.
    """

    id: int
    canonical_url: str
    source: str
    outcome: str
    first_seen: datetime
    last_fetched: datetime | None
    published: datetime | None
    etag: str | None
    last_modified: str | None
    digest: str | None
    failures: int
    article_id: str | None


@dataclass(frozen=True, slots=True)
class PageRecord:
    """One URL's end in one crawl.

    ``outcome`` is one of pipeline.store.outcomes, "fetched" with ``warc`` for a page to extract. ``digest``
    is the SHA-256 of the decoded body in hex; ``published`` what feed or sitemap say. ``hint_title`` and
    ``hint_text`` may carry what a full-text feed gave.
    """

    source: str
    url: str
    canonical_url: str
    outcome: str
    fetched_at: datetime
    final_url: str | None = None
    status: int | None = None
    digest: str | None = None
    warc: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    published: datetime | None = None
    detail: str | None = None
    hint_title: str | None = None
    hint_text: str | None = None


@dataclass(frozen=True, slots=True)
class RecordedPage:
    """``outcome`` as counted: "fetched" becomes "unchanged" where the digest is the known one."""

    id: int
    outcome: str


@dataclass(frozen=True, slots=True)
class LeasedPage:
    """A page handed to one worker for extraction until ``lease_until``; ``attempts`` counts this one."""

    id: int
    source: str
    url: str
    canonical_url: str
    final_url: str | None
    fetched_at: datetime
    status: int | None
    warc: str | None
    published: datetime | None
    hint_title: str | None
    hint_text: str | None
    run_id: int | None
    attempts: int
    lease_until: datetime


@dataclass(frozen=True, slots=True)
class SavedArticle:
    """The store's id of the article (use it from here on), and what became of it."""

    id: str
    revision: int
    outcome: Literal["new", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class ArticleRevision:
    """A text that the article had before."""

    article_id: str
    revision: int
    title: str
    text: str
    published_at: datetime | None
    extractor: str
    extractor_version: str
    replaced_at: datetime


@dataclass(frozen=True, slots=True)
class LeasedArticle:
    """An article handed to one worker for reading. Give ``revision`` back with the reading."""

    article: Article
    revision: int
    attempts: int
    lease_until: datetime


@dataclass(frozen=True, slots=True)
class StoryMatch:
    """An article that shares a band of the signature with a new one."""

    article_id: str
    story_id: str
    signature: bytes
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Story:
    """Near-duplicate articles. ``origin``: the voice, the wire that they credit or the first source."""

    id: str
    origin: str
    first_article: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResolveBatch:
    """Reports to resolve together: those ``waiting`` and all that are linked to one of them.

    ``deal_ids``: (article id, claim index) → the deal that it belongs to now.
    Resolve ``reports`` as a whole, keep deal ids where a deal's reports have one.
    """

    waiting: tuple[Report, ...]
    neighbours: tuple[Report, ...]
    deal_ids: dict[tuple[str, int], str]
    dirty: tuple[str, ...] = ()

    @property
    def reports(self) -> tuple[Report, ...]:
        """All reports of the batch."""
        return self.waiting + self.neighbours

    def __bool__(self) -> bool:
        return bool(self.waiting or self.dirty)


@dataclass(frozen=True, slots=True)
class SaveResult:
    """What saving resolved deals changed, as deal ids."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DealChange:
    """One line of a deal's history. ``kind``: see pipeline.resolve.changes.KINDS; old and new are words."""

    deal_id: str
    revision: int
    kind: str
    old: str | None
    new: str | None
    article_id: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class DealRevision:
    """All that one save changed in one deal, with the deal as it is now: what alert rules judge."""

    deal: Deal
    state: str
    revision: int
    changes: tuple[DealChange, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class DealFilter:
    """Which deals. ``company`` and ``chip``: name (or a part), alias or key, case and accents ignored.

    ``since``: last reported then or later; ``min_usd``: a bound of the largest sum is that high.
    """

    since: date | None = None
    company: str | None = None
    chip: str | None = None
    type: str | None = None
    status: str | None = None
    min_usd: Decimal | None = None
    include_withdrawn: bool = False
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words that a value of a deal rests on. ``what``: deal, party, chip, size or status."""

    article_id: str
    index: int
    what: str
    value: str
    quote: str
    start: int
    end: int
    field: str


@dataclass(frozen=True, slots=True)
class DealDetail:
    """One deal with its reports (in ``deal.reports``), all its evidence and its history, oldest first."""

    deal: Deal
    state: str
    merged_into: str | None
    revision: int
    evidence: tuple[Evidence, ...]
    history: tuple[DealChange, ...]


@dataclass(frozen=True, slots=True)
class AlertRule:
    """A rule as the outbox knows it. ``spec`` is the validated rule as plain data.

    ``created_at`` is set by the store when it first sees the rule; a rule judges later revisions only.
    """

    id: str
    name: str
    spec: dict[str, Any]
    enabled: bool = True
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewAlert:
    """An alert for the outbox; unique on (rule, deal, revision, channel). ``channel`` holds no secret."""

    rule_id: str
    deal_id: str | None
    revision: int
    kind: str
    channel: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class OutboxAlert:
    """An alert handed to one worker for delivery.

    ``key`` is the same for every try: send it along (Idempotency-Key). ``maybe_sent`` True: a worker
    died between "about to send" and "sent"; a channel that can look should look first.
    """

    id: int
    key: str
    rule_id: str
    deal_id: str | None
    revision: int
    kind: str
    channel: str
    title: str
    body: str
    attempts: int
    maybe_sent: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """A company of the knowledge files; ``parent`` is the key of its parent company."""

    key: str
    name: str
    kind: str = ""
    country: str = ""
    ticker: str = ""
    parent: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChipRow:
    """A chip of the knowledge files; ``vendor`` is a company key."""

    key: str
    name: str
    vendor: str | None = None
    family: str = ""
    kind: str = ""
    aliases: tuple[str, ...] = ()
