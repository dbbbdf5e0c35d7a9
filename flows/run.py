"""One whole ingest as plain calls: crawl each source, extract, group, read, resolve, notify. No Prefect needed.

``flows.ingest`` runs the very same steps as a Prefect flow.
"""

from __future__ import annotations

import concurrent.futures
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from flows.deps import archive_for, chip_rows, companies, company_rows, reader
from flows.delivery import Delivered, notify
from flows.stages import extract_batch, read_batch, resolve_waiting, story_batch
from pipeline.settings import Settings
from pipeline.store import Store, worker_name
from pipeline.store.rows import SaveResult, SourceRow
from spiders.crawl import CrawlResult, crawl_source
from spiders.source import Source

logger = logging.getLogger(__name__)

Progress = Callable[[str, int, int | None], None]
"""Called with a step's name, how many are done, and of how many (None: unknown)."""


@dataclass(frozen=True, slots=True)
class Summary:
    """How an ingest ended. ``outcomes`` count every URL of the run once; ``failed`` names sources with the reason."""

    run_id: int
    outcomes: Mapping[str, int]
    by_source: Mapping[str, Mapping[str, int]]
    failed: Mapping[str, str]
    deals: SaveResult = field(default_factory=SaveResult)
    alerts: Delivered = field(default_factory=Delivered)

    @property
    def ok(self) -> bool:
        """Whether every source ended well."""
        return not self.failed


def nothing(_step: str, _done: int, _total: int | None) -> None:
    """Progress that nobody watches."""


def source_row(source: Source) -> SourceRow:
    """A source file as the store keeps it."""
    expected = source.expect.articles_per_day
    return SourceRow(
        id=source.id,
        name=source.name,
        kind=source.kind,
        url=source.urls[0],
        language=source.language,
        country=source.country,
        expected_per_day=Decimal(expected) if expected is not None else None,
        enabled=source.enabled,
        verified=None if source.verified == "never" else source.verified,
    )


def begin(store: Store, sources: Sequence[Source], kind: str = "ingest") -> int:
    """Start a run: the sources and the knowledge in the store are those of the files. Returns the run's id."""
    store.knowledge.sync(company_rows(), chip_rows())
    store.sources.upsert(source_row(source) for source in sources)
    return store.runs.start(kind, worker_name())


def crawl(store: Store, settings: Settings, source: Source, run_id: int, progress: Progress = nothing) -> CrawlResult:
    """Crawl one source in a child process of its own."""

    def show(counts: Mapping[str, int]) -> None:
        progress(f"crawl {source.id}", sum(counts.values()), None)

    return crawl_source(source, store=store, run_id=run_id, settings=settings, on_progress=show)


def extract_all(store: Store, settings: Settings, progress: Progress = nothing) -> int:
    """Extract every waiting page."""
    return _drain("extract", progress, store.pages.waiting, lambda: extract_batch(store, archive_for(settings.archive), worker_name()))


def stories_all(store: Store) -> int:
    """Put every new article into its story."""
    return _drain("stories", nothing, None, lambda: story_batch(store))


def read_all(store: Store, progress: Progress = nothing) -> int:
    """Read every article that this reader version has not read."""
    from nlp.version import READER_VERSION

    return _drain(
        "read", progress, lambda: store.articles.waiting(READER_VERSION), lambda: read_batch(store, reader(), worker_name())
    )


def _drain(step: str, progress: Progress, waiting: Callable[[], int] | None, take: Callable[[], int]) -> int:
    total = waiting() if waiting else None
    done = 0
    while taken := take():
        done += taken
        progress(step, done, max(total, done) if total is not None else None)
    return done


def summarize(store: Store, run_id: int, failed: Mapping[str, str], deals: SaveResult, alerts: Delivered) -> Summary:
    """The counts of a run as the store has them."""
    outcomes: dict[str, int] = {}
    by_source: dict[str, dict[str, int]] = {}
    for row in store.runs.outcomes(run_id):
        if row.count:
            outcomes[row.outcome] = outcomes.get(row.outcome, 0) + row.count
            by_source.setdefault(row.source, {})[row.outcome] = row.count
    return Summary(run_id, outcomes, by_source, failed, deals, alerts)


def ingest(
    store: Store,
    settings: Settings,
    sources: Sequence[Source],
    *,
    progress: Progress = nothing,
    alerts: Path | None = None,
    show: Callable[[str], None] | None = None,
    crawls: int = 4,
) -> Summary:
    """Run everything once. A source that fails is named in the summary; the others are unharmed.

    Raises StoreError where the database fails for good; the run is then marked failed and the next one goes on from there.
    """
    run_id = begin(store, sources)
    failed: dict[str, str] = {}
    try:
        enabled = [s for s in sources if s.enabled]
        with concurrent.futures.ThreadPoolExecutor(max_workers=crawls) as pool:
            results = {pool.submit(crawl, store, settings, s, run_id, progress): s for s in enabled}
            for done, future in enumerate(concurrent.futures.as_completed(results), 1):
                result = future.result()
                if not result.ok:
                    failed[result.source] = result.error or "failed"
                progress("crawl", done, len(enabled))
        extract_all(store, settings, progress)
        stories_all(store)
        read_all(store, progress)
        saved = resolve_waiting(store, companies()) or SaveResult()
        delivered = notify(store, alerts or settings.alerts_file, companies(), worker_name(), show=show)
    except BaseException as error:
        fail(store, run_id, error)
        raise
    summary = summarize(store, run_id, failed, saved, delivered)
    store.runs.finish(run_id, "failed" if failed else "ok", "; ".join(f"{k}: {v}" for k, v in failed.items()) or None)
    return summary


def fail(store: Store, run_id: int, error: BaseException) -> None:
    """Mark a run failed, where the database still answers."""
    try:
        store.runs.finish(run_id, "failed", f"{type(error).__name__}: {error}")
    except Exception:
        logger.warning("run %s could not be marked failed; it will be when it stays silent", run_id)
