"""The other Prefect flows, each one call of a plain function: notify, maintain, backfill, replay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact

from flows import backfill as backfilling
from flows import delivery
from flows import maintain as maintaining
from flows import replay as replaying
from flows.prefect_tools import TASK, can_pass, make_limits, shared_store, slot
from flows.progress import tell
from flows.summary import Summary
from pipeline.settings import get_settings


@task(name="alerts", retry_condition_fn=can_pass, **TASK)
def send_alerts() -> dict[str, int]:
    """Judge and deliver."""
    return dict(delivery.notify(shared_store(), delivery.load_rules(get_settings()), tell=tell))


@task(name="maintain", retry_condition_fn=can_pass, **TASK)
def tidy() -> dict[str, int]:
    """Housekeeping."""
    return maintaining.maintain(shared_store(), delivery.load_rules(get_settings()))


@task(name="backfill", retry_condition_fn=can_pass, **TASK)
def load(paths: list[str], source: str | None, alerts: bool) -> Summary:
    """Load archives."""
    with slot("chipwire-heavy"):
        files = [Path(path) for path in paths]
        return backfilling.backfill(
            shared_store(), get_settings(), files, source=source, alerts=alerts, tell=tell
        )


@task(name="replay", retry_condition_fn=can_pass, **TASK)
def extract_again(source: str | None, everything: bool, limit: int | None) -> Summary:
    """Extract again."""
    with slot("chipwire-heavy"):
        return replaying.replay(
            shared_store(), get_settings(), source=source, everything=everything, limit=limit, tell=tell
        )


@flow(name="notify", persist_result=False)
def notify() -> dict[str, int]:
    """Alerts that are due: those that a channel did not take, and those that quiet hours kept back."""
    return send_alerts()


@flow(name="maintain", persist_result=False)
def maintain() -> dict[str, int]:
    """Leases and runs of killed processes, sources in trouble."""
    return tidy()


@flow(name="backfill", persist_result=False)
def backfill(paths: list[str], source: str | None = None, alerts: bool = False) -> dict[str, Any]:
    """WARC files, folders of HTML, JSON lines of articles into the store."""
    make_limits()
    return _told(load(paths, source, alerts))


@flow(name="replay", persist_result=False)
def replay(source: str | None = None, everything: bool = False, limit: int | None = None) -> dict[str, Any]:
    """Archived pages through the present extractor."""
    make_limits()
    return _told(extract_again(source, everything, limit))


def _told(summary: Summary) -> dict[str, Any]:
    create_markdown_artifact(
        summary.to_markdown(), key="chipwire-run", description=f"Counts of run {summary.run_id}"
    )
    return summary.to_json()
