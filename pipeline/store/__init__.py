"""The store: everything that Chipwire keeps, in Postgres. The only part of the core that opens connections.

    from pipeline.store import open_store
    with open_store() as store:             # Settings' database_url, or the embedded server
        run = store.runs.start("ingest")

``open_store(url=None, *, migrate=True, max_connections=None, timeout=None, max_attempts=None) -> Store``.
A Store is safe to share between threads, not between processes: every process opens its own.
``store.close()``, or use it as a context manager. All methods are synchronous, each is one transaction,
and all are idempotent.

Row types are in ``pipeline.store.rows``, what a URL may end in in ``pipeline.store.outcomes``, errors in
``pipeline.store.errors``: ``StoreError`` above all; ``RetryableStoreError`` (server gone in the middle,
deadlock: try the same call again) and its child ``DatabaseUnavailable`` (cannot be reached at all);
``WrongVersion``, ``NoPermission``, ``DiskFull``, ``SchemaMissing``. ``worker_name()`` gives a lease
holder's name.

Leases: a leased row is nobody else's until ``lease_until`` (the database's clock); then it comes back by
itself. Results that arrive later than that are still taken, since every write is idempotent. After
``max_attempts`` leases without a result the row is quarantined (counted as such, never dropped).

store.sources (sources.py)
    upsert(rows: Iterable[SourceRow]) -> int                  how many were new or changed
    get(source: str) -> SourceRow | None;  list() -> list[SourceRow]
    feeds(source: str) -> dict[str, FeedState]                 by feed URL
    save_feeds(source: str, feeds: Iterable[FeedState])        only once all that they list is recorded

store.runs (runs.py)
    start(kind: str, worker: str | None = None) -> int         run id; kind: ingest, backfill, replay, read …
    finish(run_id, state: "ok"|"failed", error: str | None = None)
    start_crawl(run_id, source) -> CrawlRow                    again in the same run: attempts + 1, recounted
    finish_crawl(run_id, source, state: "ok"|"failed", error=None)
    count(run_id, source, outcomes: Mapping[str, int])         URLs that get no page row (too_many …)
    outcomes(run_id) -> list[OutcomeCount];  crawls(run_id) -> list[CrawlRow]
    get(run_id) -> RunRow | None;  latest(kind=None) -> RunRow | None
    close_abandoned(silent_for: timedelta) -> list[int]        runs of killed processes become failed

store.pages (pages.py): one row a canonical URL, over all sources
    known(canonical_urls: Iterable[str]) -> dict[str, KnownPage]
    count_known(run_id, source, canonical_urls) -> int         listed, not fetched again
    record(run_id: int | None, page: PageRecord) -> RecordedPage     stored and counted; "fetched" waits
    record_many(run_id, pages: Iterable[PageRecord]) -> list[RecordedPage]
    lease(worker, limit=50, seconds=600, *, run_id=None, source=None) -> list[LeasedPage]     for extraction
    settle(page_id, outcome, detail=None)                      extraction found no article
    release(page_id, error)                                    it failed: waits again, or is quarantined
    waiting() -> int
    requeue(run_id, *, source=None, extractor=None, version=None, limit=None) -> int     for replay

store.articles (articles.py)
    save(article: Article, *, page_id: int | None = None, run_id: int | None = None) -> SavedArticle
        natural key canonical_url; settles the page; without a page (backfill) one is noted and counted.
    get(article_id) -> Article | None;  by_url(canonical_url) -> Article | None
    ids(*, source=None, limit=None) -> list[str]
    page_warc(article_id) -> str | None;  revisions(article_id) -> list[ArticleRevision]
    lease(worker, reader_version, limit=50, seconds=600) -> list[LeasedArticle]     not read by that version
    release(article_id, error, *, reader_version)              it failed: waits again, or is quarantined
    waiting(reader_version) -> int

store.stories (stories.py)
    unassigned(limit=500) -> list[Article]
    similar(bands: Iterable[int]) -> list[StoryMatch]          one signed 64-bit hash a band of the signature
    assign(article_id, *, signature: bytes, bands: Iterable[int], origin: str,
           same_as: Iterable[str] = ()) -> Story               same_as: article ids; their stories are joined
    get(story_id) -> Story | None

store.readings (readings.py)
    save(reading: Reading, *, revision: int) -> bool           False: an out-of-date revision, nothing written
    get(article_id) -> Reading | None

store.deals (deals.py for resolution, queries.py for questions)
    resolving() -> context manager yielding bool               one resolver at a time; False: another is
    batch(limit=500) -> ResolveBatch                           falsy: nothing to do
    save(batch: ResolveBatch, deals: Iterable[Deal]) -> SaveResult
        a deal that lost all its reports is withdrawn, or merged into the deal that took them.
    list(where: DealFilter = DealFilter()) -> list[Deal]       largest first, without reports
    get(deal_id) -> DealDetail | None                          a merged deal gives the one it became part of
    history(deal_id) -> list[DealChange]                       kinds: pipeline.resolve.changes.KINDS

store.alerts (alerts.py): delivery is at least once, with a stable key; see there
    sync_rules(rules: Iterable[AlertRule])                     rules not in the list are disabled
    rules() -> list[AlertRule]
    unjudged(limit=200) -> list[DealRevision]                  deals changed since they were last judged
    judged(deal_id, revision, alerts: Iterable[NewAlert]) -> int     into the outbox, and marked, at once
    add(alert: NewAlert) -> bool                               an operator's, deal_id None; False: known
    lease(worker, limit=50, seconds=120) -> list[OutboxAlert]
    sending(alert_id)                                          just before the request: the intent
    sent(alert_id)
    defer(alert_id, until: datetime)                           quiet hours: not before then
    failed(alert_id, error, *, retry: bool = True)             next try after 1, 2, 4 … minutes
    counts() -> dict[str, int]                                 by state: pending, sending, sent, dead

store.pace (pace.py): when a source is due, until when a host asked to be left alone; the caller's clock
    save(row: PaceRow);  get(sources) -> dict[str, PaceRow];  failures(source) -> int     in a row
    leave_alone(hosts: Mapping[str, datetime]);  left_alone(now) -> dict[str, datetime]

store.leases.owners() -> set[str];  give_back(owner) -> int    after a kill: its rows need not wait
store.health.sources() -> list[SourceHealth] (health.py)       those in trouble first
store.knowledge.sync(companies: Iterable[CompanyRow], chips: Iterable[ChipRow])

Beside the Store: ``database_url() -> str`` (starts the embedded server where that is meant), ``bi_url()
-> str`` (for BI tools: the read-only role), ``migrate_database(url) -> str``.
"""

from __future__ import annotations

from types import TracebackType
from typing import Self

from pipeline.settings import get_settings
from pipeline.store import embedded
from pipeline.store.alerts import Alerts
from pipeline.store.articles import Articles
from pipeline.store.db import Db, worker_name
from pipeline.store.deals import Deals
from pipeline.store.health import Health
from pipeline.store.knowledge import Knowledge
from pipeline.store.leases import Leases
from pipeline.store.migrate import bi_login
from pipeline.store.migrate import migrate as migrate_database
from pipeline.store.pace import Pace
from pipeline.store.pages import Pages
from pipeline.store.readings import Readings
from pipeline.store.runs import Runs
from pipeline.store.sources import Sources
from pipeline.store.stories import Stories

__all__ = ["Store", "bi_url", "database_url", "migrate_database", "open_store", "worker_name"]


class Store:
    """All areas of one database. Made by ``open_store``."""

    def __init__(self, db: Db, *, max_attempts: int = 5) -> None:
        self._db = db
        self.url = db.url
        self.sources = Sources(db)
        self.runs = Runs(db)
        self.pace = Pace(db)
        self.pages = Pages(db, max_attempts=max_attempts)
        self.articles = Articles(db, max_attempts=max_attempts)
        self.stories = Stories(db)
        self.readings = Readings(db)
        self.deals = Deals(db)
        self.alerts = Alerts(db, max_attempts=max_attempts)
        self.leases = Leases(db)
        self.health = Health(db)
        self.knowledge = Knowledge(db)

    def close(self) -> None:
        """Close the connections. The embedded server goes on running."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def database_url() -> str:
    """The owner's URL of the database that the settings mean; starts the embedded server where that is it."""
    settings = get_settings()
    return settings.database_url or embedded.start(settings.data_dir)


def bi_url(password: str | None = None) -> str:
    """A URL for BI tools: the read-only account, its password set. Needs an administrator's account.

    ``password`` None: a random one, kept in the data folder.
    """
    chosen = password or embedded.secret(get_settings().data_dir, "bi_password")
    return bi_login(database_url(), chosen)


def open_store(
    url: str | None = None,
    *,
    migrate: bool = True,
    max_connections: int | None = None,
    timeout: float | None = None,
    max_attempts: int | None = None,
) -> Store:
    """Open the store at ``url`` (None: as the settings say), its schema brought up to date.

    What is None is taken from the settings. Raises DatabaseUnavailable, WrongVersion, NoPermission.
    """
    settings = get_settings()
    own = url is None and settings.database_url is None
    target = url or database_url()
    if migrate:
        migrate_database(target)
    db = Db(
        target,
        max_connections=max_connections or settings.database_connections,
        timeout=timeout or settings.database_timeout,
        revive=(lambda: embedded.start(settings.data_dir)) if own else None,
    )
    return Store(db, max_attempts=max_attempts or settings.max_attempts)
