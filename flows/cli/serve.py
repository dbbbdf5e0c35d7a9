"""serve: scheduled runs."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli.common import fail


def serve(
    every: Annotated[int, typer.Option("--every", min=5, help="Minutes between two ingests.")] = 60,
    once: Annotated[bool, typer.Option("--once", help="Only say what would be served.")] = False,
) -> None:
    """Serve the flows on a schedule: ingest every hour, upkeep every night. Runs until stopped.

    For more machines use work pools: prefect.yaml has the deployments.

    Example: chipwire serve --every 30
    """
    if once:
        print(f"ingest every {every} minutes; upkeep at 03:10 UTC")
        return
    import os

    from flows import prefect_env

    prefect_env.prepare()
    if not os.environ.get("PREFECT_API_URL"):
        fail(
            "a schedule needs a Prefect server that stays up. Start one with `.venv/bin/prefect server start` "
            "and set PREFECT_API_URL=http://127.0.0.1:4200/api, or use docker-compose.yml."
        )
    from flows.deployments import serve_all

    serve_all(every)
