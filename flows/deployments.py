"""Deployments served by one process, for a single machine; prefect.yaml has those for work pools."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from prefect import serve

from flows.ingest import ingest
from flows.maintain import upkeep


def deployments(every: int) -> list[Any]:
    """Ingest every so many minutes, one at a time; upkeep at night."""
    return [
        ingest.to_deployment("ingest", interval=timedelta(minutes=every), concurrency_limit=1),
        upkeep.to_deployment("upkeep", cron="10 3 * * *"),
    ]


def serve_all(every: int) -> None:
    """Serve until stopped."""
    serve(*deployments(every))
