"""The Prefect flow ``ingest``: the calls of ``flows.run.ingest``, each a task that is seen, limited and tried
again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.futures import wait
from prefect.task_runners import ThreadPoolTaskRunner

from flows import run
from flows.delivery import load_rules, notify
from flows.pool import Pool
from flows.prefect_tools import TASK, can_pass, make_limits, shared_store, slot
from flows.progress import tell
from flows.stages.crawl import AT_ONCE, choose_sources, crawl_one
from flows.stages.due import When, choose_due
from flows.stages.extract import extract_waiting
from flows.stages.read import read_waiting
from flows.stages.resolve import resolve_waiting
from flows.stages.stories import assign_stories
from flows.summary import Summary
from pipeline.settings import get_settings
from spiders.pace import utc_now


class SourcesFailed(Exception):
    """Some sources failed; what the others brought is stored. ``summary`` is the run's."""

    def __init__(self, summary: Summary) -> None:
        super().__init__("; ".join(f"{name}: {why}" for name, why in summary.failed.items()))
        self.summary = summary


class SourceFailed(Exception):
    """This source's crawl failed; the message says why."""


@task(name="begin", retry_condition_fn=can_pass, **TASK)
def begin(sources_dir: str, only: list[str], when: When) -> tuple[int, list[str], dict[str, str]]:
    """Start a run; its id, the sources to crawl, and those whose time has not come with the reason."""
    sources = choose_sources(Path(sources_dir), only)
    run_id = run.begin(shared_store(), get_settings(), sources)
    due, not_due = choose_due(shared_store(), sources, when, utc_now())
    return run_id, [source.id for source in due], not_due


@task(name="crawl", task_run_name="crawl {source_id}", retry_condition_fn=can_pass, **TASK)
def crawl(run_id: int, source_id: str, sources_dir: str, *, patient: bool = True) -> dict[str, int]:
    """Crawl one source; its outcomes."""
    with slot("chipwire-crawl"):
        source = choose_sources(Path(sources_dir), [source_id])[0]
        result = crawl_one(shared_store(), source, run_id, get_settings(), tell, patient=patient)
    if not result.ok:
        raise SourceFailed(f"{source_id}: {result.error}")
    return dict(result.outcomes)


@task(name="extract", retry_condition_fn=can_pass, **TASK)
def extract() -> dict[str, int]:
    """Pages that wait become articles."""
    settings = get_settings()
    with slot("chipwire-heavy"), Pool(settings.workers) as pool:
        return dict(extract_waiting(shared_store(), settings, pool, tell=tell))


@task(name="read", retry_condition_fn=can_pass, **TASK)
def read() -> dict[str, int]:
    """Articles that wait become readings."""
    settings = get_settings()
    with slot("chipwire-heavy"), Pool(settings.workers) as pool:
        return dict(read_waiting(shared_store(), settings, pool, tell=tell))


@task(name="stories", retry_condition_fn=can_pass, **TASK)
def stories() -> dict[str, int]:
    """Reprints find their story."""
    return {"assigned": assign_stories(shared_store(), tell=tell)}


@task(name="resolve", retry_condition_fn=can_pass, **TASK)
def resolve() -> dict[str, int]:
    """Claims become deals."""
    return dict(resolve_waiting(shared_store(), tell=tell))


@task(name="alerts", retry_condition_fn=can_pass, **TASK)
def alerts() -> dict[str, int]:
    """Deals that changed become alerts, and these go out."""
    return dict(notify(shared_store(), load_rules(get_settings()), tell=tell))


@task(name="finish", retry_condition_fn=can_pass, **TASK)
def finish(run_id: int, work: dict[str, dict[str, int]], not_due: dict[str, str]) -> Summary:
    """End the run and note its counts."""
    return run.finish(shared_store(), run_id, work, not_due)


@flow(
    name="ingest",
    task_runner=ThreadPoolTaskRunner(max_workers=AT_ONCE),  # type: ignore[arg-type]
    persist_result=False,
    log_prints=False,
)
def ingest(sources_dir: str | None = None, only: list[str] | None = None, when: When = "any") -> Summary:
    """One whole ingest of the sources in ``sources_dir`` (None: as the settings say), or of ``only`` these.

    ``when``: "due" asks only sources whose time has come (what the schedules do), "any" all but those whose
    hosts asked to be left alone, "now" these as well.
    Raises SourcesFailed where some failed, so that the flow run shows it; the rest is stored all the same.
    """
    make_limits()
    folder = str(sources_dir or get_settings().sources_dir)
    run_id, source_ids, not_due = begin(folder, only or [], when)
    patient = when != "now"
    wait([crawl.submit(run_id, source_id, folder, patient=patient) for source_id in source_ids])
    work = {
        "extract": extract(),
        "read": read(),
        "stories": stories(),
        "deals": resolve(),
        "alerts": alerts(),
    }
    summary = finish(run_id, work, not_due)
    create_markdown_artifact(summary.to_markdown(), key="chipwire-run", description=f"Counts of run {run_id}")
    if summary.failed:
        raise SourcesFailed(summary)
    return summary


def run_with_prefect(sources_dir: str | None, only: list[str], when: When) -> Summary:
    """The flow, here and now; failed sources are in the summary instead of an exception."""
    options: dict[str, Any] = {"sources_dir": sources_dir, "only": only or None, "when": when}
    try:
        summary: Summary = ingest(**options)
        return summary
    except SourcesFailed as failed:
        return failed.summary
