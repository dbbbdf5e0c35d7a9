"""Upkeep: runs of killed processes are closed, sources in trouble are told to the operator, the archive is counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from prefect import flow, task

from flows.delivery import deliver, load_rules
from flows.deps import store_for
from pipeline.settings import get_settings
from pipeline.store import Store, database_url, worker_name
from pipeline.store.rows import NewAlert

SILENT = timedelta(hours=6)
HEALTHY = frozenset({"ok", "new", "disabled", "quiet"})


def health_alerts(store: Store, channel: str = "operator", today: datetime | None = None) -> int:
    """One alert a day for each source that is silent or broken; returns how many are new."""
    day = (today or datetime.now(UTC)).date()
    queued = 0
    for row in store.health.sources():
        if not row.enabled or row.verdict in HEALTHY:
            continue
        seen = "never" if row.last_success is None else f"{row.last_success:%Y-%m-%d %H:%M} UTC"
        body = f"{row.reason}\nLast success: {seen}. Failures in a row: {row.failures_in_a_row}.\n{row.last_error or ''}".strip()
        alert = NewAlert(
            rule_id=f"source-health-{row.source}"[:100],
            deal_id=None,
            revision=day.toordinal(),
            kind=row.verdict,
            channel=channel,
            title=f"Source {row.source}: {row.verdict}",
            body=body,
        )
        queued += store.alerts.add(alert)
    return queued


@task(retries=2, retry_delay_seconds=30)
def close_runs() -> int:
    """Runs that a killed process left open become failed."""
    return len(store_for(database_url()).runs.close_abandoned(SILENT))


@task(retries=2, retry_delay_seconds=30)
def tell_operator(alerts: str) -> int:
    """Sources in trouble, to the channel "operator"."""
    store = store_for(database_url())
    queued = health_alerts(store)
    deliver(store, load_rules(Path(alerts)), worker_name())
    return queued


@flow(name="upkeep")
def upkeep() -> dict[str, int]:
    """Nightly."""
    return {"closed": close_runs(), "told": tell_operator(str(get_settings().alerts_file))}
