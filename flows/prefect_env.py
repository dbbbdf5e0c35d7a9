"""Prefect's environment for runs of our own: its files in our data folder, no telemetry, patience with its start.

Import and call ``prepare()`` before anything imports prefect. What the user has set stays.
"""

from __future__ import annotations

import os
import sys

from pipeline.settings import get_settings


def prepare() -> None:
    """Set what is not set. Without PREFECT_API_URL Prefect starts a server of its own for the run (15 to 25 s)."""
    home = get_settings().data_dir / "prefect"
    home.mkdir(parents=True, exist_ok=True)
    for name, value in {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
        "PREFECT_CLI_PROMPT": "false",
    }.items():
        os.environ.setdefault(name, value)


def end(code: int) -> None:
    """Leave the process without Prefect's farewell.

    At exit its event loop prints CancelledError tracebacks of services that it cancels itself, which look like
    failures; the flow's result is stored by then. Its own server is stopped first.
    """
    module = sys.modules.get("prefect.server.api.server")
    if module is not None:
        for server in list(getattr(module.SubprocessASGIServer, "_instances", {}).values()):
            server.stop()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
