"""The store: everything that Chipwire keeps, in Postgres. The only part of the core that opens connections.

    from pipeline.store import open_store
    with open_store() as store:             # Settings' database_url, or the embedded server
        run = store.runs.start("ingest")

``open_store(url: str | None = None, *, migrate: bool = True, max_connections: int = 8) -> Store``. A Store is
safe to share between threads, not between processes: every process opens its own. ``store.close()``, or use it
as a context manager. All methods are synchronous and each is one transaction; all are idempotent.

Row types are in ``pipeline.store.rows``, errors in ``pipeline.store.errors``: ``StoreError`` above all;
``RetryableStoreError`` (server gone in the middle, deadlock: try the same call again) and its child
``DatabaseUnavailable`` (cannot be reached at all); ``WrongVersion``, ``NoPermission``, ``DiskFull``,
``SchemaMissing``. ``worker`` is any name; ``pipeline.store.worker_name()`` gives host:pid:random.

Leases: a leased row is nobody else's until ``lease_until`` (the database's clock); then it comes back by itself.
Results that arrive later than that are still taken, since every write is idempotent. After ``max_attempts``
leases without a result the row is quarantined (counted as such, never dropped).

store.sources (sources.py)
    upsert(rows: Iterable[SourceRow]) -> int                  how many were new or changed
    get(source: str) -> SourceRow | None;  list() -> list[SourceRow]
    feeds(source: str) -> dict[str, FeedState]                 by feed URL
    save_feeds(source: str, feeds: Iterable[FeedState]) -> None   only once all that they list is recorded

store.runs (runs.py)
    start(kind: str, worker: str | None = None) -> int         run id; kind: ingest, backfill, replay, read …
    finish(run_id, state: "ok"|"failed", error: str | None = None) -> None
    start_crawl(run_id, source) -> CrawlRow                    again in the same run: attempts + 1, counts recounted
    finish_crawl(run_id, source, state, error=None) -> None
    count(run_id, source, outcomes: Mapping[str, int]) -> None    URLs that are not recorded as pages (known, too_many …)
    outcomes(run_id) -> list[OutcomeCount];  crawls(run_id) -> list[CrawlRow]
    get(run_id) -> RunRow | None;  latest(kind=None) -> RunRow | None
    close_abandoned(silent_for: timedelta) -> list[int]        runs of killed processes become failed

store.pages (pages.py)
    known(canonical_urls: Iterable[str]) -> dict[str, KnownPage]
    record(run_id: int | None, page: PageRecord) -> RecordedPage     one row a canonical URL, over all sources; counted
    record_many(run_id, pages) -> list[RecordedPage]
    lease(worker, limit=50, seconds=600, *, run_id=None, source=None) -> list[LeasedPage]     waiting for extraction
    settle(page_id, outcome, detail=None) -> None              extraction found no article
    release(page_id, error) -> None                            failed, may be tried again (or is quarantined)
    waiting() -> int
    requeue(*, extractor: str | None = None, older_than_version: str | None = None, source=None) -> int     for replay

store.articles (articles.py)
    save(article: Article, *, page_id: int | None = None, run_id: int | None = None) -> SavedArticle
        natural key canonical_url; settles the page; without a page (backfill) counts into run_id.
    get(article_id) -> Article | None;  by_url(canonical_url) -> Article | None;  page_warc(article_id) -> str | None
    revisions(article_id) -> list[ArticleRevision]
    lease(worker, reader_version, limit=50, seconds=600) -> list[LeasedArticle]   current revision not read by that version
    release(article_id, error) -> None;  waiting(reader_version) -> int

store.stories (stories.py)
    unassigned(limit=500) -> list[Article]
    similar(bands: Iterable[int]) -> list[StoryMatch]          bands: one signed 64-bit hash a band of the signature
    assign(article_id, *, signature: bytes, bands: Iterable[int], origin: str, same_as: Iterable[str] = ()) -> Story
        same_as: article ids that are the same story; several stories are joined, the oldest id stays.
    get(story_id) -> Story | None

store.readings (readings.py)
    save(reading: Reading, *, revision: int) -> bool           False: an out-of-date revision, nothing written
    get(article_id) -> Reading | None

store.deals (deals.py for resolution, queries.py for questions)
    batch(limit=500, *, window_days: int | None = 365) -> ResolveBatch     falsy: nothing to do
    save(batch: ResolveBatch, deals: Iterable[Deal]) -> SaveResult
        deals must hold all reports of the batch; a deal that lost all is withdrawn, or merged where another took them.
    resolving() -> context manager yielding bool               one resolver at a time over all machines; False: another is at it
    list(where: DealFilter = DealFilter()) -> list[Deal]       largest first, without reports
    get(deal_id) -> DealDetail | None                          a merged deal gives the one it became part of
    history(deal_id) -> list[DealChange]

store.alerts (alerts.py)
    sync_rules(rules: Iterable[AlertRule]) -> None             rules not in the list are disabled
    rules() -> list[AlertRule]
    unjudged(limit=200) -> list[DealRevision]                  deals changed since they were last judged, oldest first
    judged(deal_id, revision, alerts: Iterable[NewAlert]) -> int      alerts into the outbox and revision marked, at once
    add(alert: NewAlert) -> bool                               an operator's alert (deal_id None); False: known already
    lease(worker, limit=50, seconds=120) -> list[OutboxAlert]
    sending(alert_id) -> None                                  just before the request: the intent
    sent(alert_id) -> None
    failed(alert_id, error, *, retry: bool = True) -> None     next try after 1, 2, 4 … minutes; gives up after max_attempts
    counts() -> dict[str, int]                                 by state
    Delivery is at least once with a stable key: see alerts.py.

store.health (health.py)
    sources(now: datetime | None = None) -> list[SourceHealth]

store.knowledge (knowledge.py)
    sync(companies: Iterable[CompanyRow], chips: Iterable[ChipRow]) -> None     for countries, kinds and vendors in bi
"""
