"""Deployments that one process serves, for a single machine; prefect.yaml has the same for work pools."""

from __future__ import annotations

from typing import Any

from prefect import serve

from flows.ingest import ingest
from flows.scheduled import backfill, maintain, notify, replay

NOTIFY = "*/5 * * * *"
MAINTAIN = "10 3 * * *"


def deployments(every: str) -> list[Any]:
    """All flows; ``every`` is the cron line of ingest (UTC), which never runs twice at once."""
    return [
        ingest.to_deployment("ingest", cron=every, concurrency_limit=1, parameters={"when": "due"}),
        notify.to_deployment("notify", cron=NOTIFY),
        maintain.to_deployment("maintain", cron=MAINTAIN),
        backfill.to_deployment("backfill"),
        replay.to_deployment("replay"),
    ]


def serve_all(every: str) -> None:
    """Serve until stopped."""
    serve(*deployments(every), print_starting_message=False)
