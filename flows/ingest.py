"""The Prefect flow ``ingest``: the steps of ``flows.run`` as tasks, with retries, limits and an artifact of the counts.

Tasks get and give ids and counts, never pages or articles: those are in the store. What can pass (a database that restarts,
a site that is down) is tried again; what cannot is a counted outcome inside the step.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prefect import flow, get_client, task
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate
from prefect.concurrency.sync import concurrency
from prefect.exceptions import ObjectAlreadyExists
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import BaseModel, ConfigDict

from flows import run
from flows.delivery import Delivered, notify
from flows.deps import companies, store_for
from flows.stages import resolve_waiting
from pipeline.settings import get_settings
from pipeline.store import Store, database_url, migrate_database, worker_name
from pipeline.store.rows import SaveResult
from spiders.source import load_source, load_sources

logger = logging.getLogger(__name__)

CRAWLS = "chipwire-crawls"
CRAWLS_AT_ONCE = 8
"""Crawls under way at once over all workers: a global limit of Prefect's."""

watch: run.Progress = run.nothing
"""Who watches the progress of a flow that runs in this process; the command line sets it."""
show: Any = None
"""Where the terminal channel of alerts prints; the command line sets it."""


class IngestParams(BaseModel):
    """What a run may be told. The database comes from CHIPWIRE_DATABASE_URL, so that no password stands in Prefect."""

    model_config = ConfigDict(extra="forbid")

    sources: Path | None = None
    only: list[str] = []
    alerts: Path | None = None


class IngestResult(BaseModel):
    """How it ended."""

    run_id: int
    outcomes: dict[str, int]
    by_source: dict[str, dict[str, int]]
    failed: dict[str, str]
    deals: dict[str, int]
    alerts: dict[str, int]


@task(retries=1, retry_delay_seconds=20, task_run_name="crawl {source_id}")
def crawl_source(source_file: str, source_id: str, run_id: int) -> str | None:
    """Crawl one source; gives the reason where it failed."""
    # occupy nothing where the server does not know the limit: it is created when the flow begins
    with concurrency(CRAWLS, occupy=1):
        result = run.crawl(_store(), get_settings(), load_source(Path(source_file)), run_id, watch)
    return None if result.ok else result.error or "failed"


@task(retries=3, retry_delay_seconds=[5, 20, 60])
def extract(run_id: int) -> int:
    """Pages to articles."""
    return run.extract_all(_store(), get_settings(), watch)


@task(retries=3, retry_delay_seconds=[5, 20, 60])
def group(run_id: int) -> int:
    """Articles to stories."""
    return run.stories_all(_store())


@task(retries=3, retry_delay_seconds=[5, 20, 60])
def read(run_id: int) -> int:
    """Articles to readings."""
    return run.read_all(_store(), watch)


@task(retries=3, retry_delay_seconds=[5, 20, 60])
def resolve(run_id: int) -> dict[str, int]:
    """Readings to deals."""
    saved = resolve_waiting(_store(), companies()) or SaveResult()
    return {name: len(getattr(saved, name)) for name in ("new", "changed", "unchanged", "withdrawn", "merged")}


@task(retries=3, retry_delay_seconds=[5, 20, 60])
def tell(alerts: str) -> dict[str, int]:
    """Deals to alerts."""
    told: Delivered = notify(_store(), Path(alerts), companies(), worker_name(), show=show)
    return {"queued": told.queued, "sent": told.sent, "failed": told.failed}


@flow(name="ingest", task_runner=ThreadPoolTaskRunner(max_workers=4), retries=0)
def ingest(params: IngestParams | None = None) -> IngestResult:
    """Crawl every source, then extract, read, resolve and notify all that waits."""
    params = params or IngestParams()
    settings = get_settings()
    folder = params.sources or settings.sources_dir
    _ensure_limit()
    migrate_database(database_url())
    store = _store()
    sources = [s for s in load_sources(folder) if not params.only or s.id in params.only]
    run_id = run.begin(store, sources)
    failed: dict[str, str] = {}
    try:
        crawls = {s.id: crawl_source.submit(str(_file_of(folder, s.id)), s.id, run_id) for s in sources if s.enabled}
        for done, (source_id, future) in enumerate(crawls.items(), 1):
            reason = future.result(raise_on_failure=False)
            if reason is not None:
                failed[source_id] = reason if isinstance(reason, str) else str(reason)
            watch("crawl", done, len(crawls))
        extract(run_id)
        group(run_id)
        read(run_id)
        deals = resolve(run_id)
        told = tell(str(params.alerts or settings.alerts_file))
    except BaseException as error:
        run.fail(store, run_id, error)
        raise
    summary = run.summarize(store, run_id, failed, SaveResult(), Delivered())
    store.runs.finish(run_id, "failed" if failed else "ok", "; ".join(f"{k}: {v}" for k, v in failed.items()) or None)
    result = IngestResult(
        run_id=run_id,
        outcomes=dict(summary.outcomes),
        by_source={k: dict(v) for k, v in summary.by_source.items()},
        failed=failed,
        deals=deals,
        alerts=told,
    )
    create_markdown_artifact(key="chipwire-ingest", markdown=markdown(result), description=f"Run {run_id}")
    return result


def _file_of(folder: Path, source_id: str) -> Path:
    return next(path for ending in ("yml", "yaml") if (path := folder / f"{source_id}.{ending}").exists())


def _store() -> Store:
    return store_for(database_url())


def _ensure_limit() -> None:
    """Create the global limit: until it exists, ``concurrency`` silently limits nothing."""
    with get_client(sync_client=True) as client:
        try:
            client.create_global_concurrency_limit(GlobalConcurrencyLimitCreate(name=CRAWLS, limit=CRAWLS_AT_ONCE))
        except ObjectAlreadyExists:
            logger.debug("limit %s is there", CRAWLS)


def markdown(result: IngestResult) -> str:
    """The run's counts as a page of Prefect's."""
    lines = [f"# Ingest, run {result.run_id}", "", "| outcome | addresses |", "|---|---:|"]
    lines += [f"| {name} | {count} |" for name, count in sorted(result.outcomes.items(), key=lambda one: -one[1])]
    lines += ["", "| deals | |", "|---|---:|", *_rows(result.deals), "", "| alerts | |", "|---|---:|", *_rows(result.alerts)]
    if result.failed:
        lines += ["", "**Sources that failed**", "", *(f"- `{name}`: {why}" for name, why in result.failed.items())]
    return "\n".join(lines) + "\n"


def _rows(counts: Mapping[str, int]) -> list[str]:
    return [f"| {name} | {count} |" for name, count in counts.items()]
