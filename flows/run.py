"""One whole ingest as plain function calls: crawl, extract, read, resolve, notify. Prefect's flow makes the
same calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from flows.delivery import judge, load_rules, notify, sync_rules
from flows.leases import free_dead
from flows.pool import Pool
from flows.progress import Tell, silent
from flows.retry import again
from flows.stages.crawl import choose_sources, crawl_all, sync_sources
from flows.stages.due import When, choose_due
from flows.stages.extract import extract_waiting
from flows.stages.read import read_waiting
from flows.stages.resolve import resolve_waiting, sync_knowledge
from flows.stages.stories import assign_stories
from flows.summary import Summary, summarise
from pipeline.alerts import Config
from pipeline.settings import Settings
from pipeline.store import Store
from spiders.pace import Clock, utc_now
from spiders.source import Source

ABANDONED = timedelta(hours=2)
"""A run that has stored nothing for so long is taken for killed."""


def begin(store: Store, settings: Settings, sources: Sequence[Source] = (), kind: str = "ingest") -> int:
    """Tidy up after killed runs, store sources, knowledge and rules, and start a run; its id. Raises
    AlertsError.
    """
    rules = load_rules(settings)  # what is wrong in there is told before the work, not after
    free_dead(store)
    store.runs.close_abandoned(ABANDONED)
    sync_sources(store, sources)
    sync_knowledge(store)
    sync_rules(store, rules)
    return store.runs.start(kind)


def ingest(
    store: Store,
    settings: Settings,
    *,
    sources_dir: Path | None = None,
    only: Sequence[str] = (),
    when: When = "any",
    tell: Tell = silent,
    clock: Clock = utc_now,
) -> Summary:
    """One whole ingest without Prefect, of the sources whose time has come as ``when`` says. Raises
    SourceError, AlertsError, StoreError; a failed source does not raise.
    """
    sources = choose_sources(sources_dir or settings.sources_dir, only)
    run_id = again(lambda: begin(store, settings, sources))
    try:
        due, not_due = choose_due(store, sources, when, clock())
        crawl_all(store, due, run_id, settings, tell, clock=clock, patient=when != "now")
        work = process(store, settings, tell=tell)
        return finish(store, run_id, work, not_due)
    except BaseException as error:
        _fail(store, run_id, error)
        raise


def process(
    store: Store, settings: Settings, *, tell: Tell = silent, alerts: bool = True
) -> dict[str, dict[str, int]]:
    """Everything after the crawl, on all that waits; counts by stage. Without ``alerts`` nobody is told of
    the deals.
    """
    with Pool(settings.workers) as pool:
        work = {"extract": dict(again(lambda: extract_waiting(store, settings, pool, tell=tell)))}
        work["read"] = dict(again(lambda: read_waiting(store, settings, pool, tell=tell)))
    work["stories"] = {"assigned": again(lambda: assign_stories(store, tell=tell))}
    work["deals"] = dict(again(lambda: resolve_waiting(store, tell=tell)))
    if not alerts:
        judge(store, Config({}, ()))  # judged by no rule: they are nobody's news any more
    work["alerts"] = dict(again(lambda: notify(store, load_rules(settings), tell=tell)))
    return work


def finish(
    store: Store,
    run_id: int,
    work: dict[str, dict[str, int]] | None = None,
    not_due: dict[str, str] | None = None,
) -> Summary:
    """End the run: "ok" where every source that was asked ended well."""
    summary = again(lambda: summarise(store, run_id, work, not_due))
    failed = "; ".join(f"{name}: {why}" for name, why in summary.failed.items())
    store.runs.finish(run_id, "failed" if failed else "ok", failed[:2_000] or None)
    return summary


def _fail(store: Store, run_id: int, error: BaseException) -> None:
    with suppress(Exception):  # the database may be what failed; close_abandoned will note it then
        store.runs.finish(run_id, "failed", f"{type(error).__name__}: {error}"[:2_000])
