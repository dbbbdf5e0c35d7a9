"""Where Prefect's API comes from, settled before ``prefect`` is imported.

``PREFECT_API_URL`` if set; else the server of a running ``chipwire serve``; else one of our own for the
length of the command, started early so that it comes up beside the database. Its SQLite file is kept in the
data folder, which makes it come up in 3 seconds instead of 20.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from pipeline.settings import Settings

STARTS = 180.0
"""Seconds that a server may take to come up, on a slow and busy machine."""

_DEFAULTS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_LOGGING_INTERNAL_LEVEL": "ERROR",
    "PREFECT_CLI_PROMPT": "false",
}


class PrefectDown(RuntimeError):
    """Prefect's server does not come up, or the one that is set does not answer."""


@dataclass(slots=True)
class Api:
    """A Prefect API, maybe still on its way up. ``child`` None: it is not ours to end."""

    home: Path
    url: str | None = None
    child: subprocess.Popen[str] | None = None

    def wait(self) -> str:
        """The API's URL, once it answers. Raises PrefectDown."""
        until = time.monotonic() + STARTS
        if self.child is not None and self.url is None:
            assert self.child.stdout is not None
            line = self.child.stdout.readline()
            if not line:
                raise PrefectDown(
                    f"Prefect's server did not start; see {self.log}. To do without: --no-prefect"
                )
            self.url = f"http://127.0.0.1:{json.loads(line)['port']}/api"
        assert self.url is not None
        while not answers(self.url):
            if self.child is None:
                raise PrefectDown(
                    f"No Prefect API answers at {self.url} (PREFECT_API_URL). Start it, unset the "
                    "variable, or do without: --no-prefect"
                )
            if self.child.poll() is not None or time.monotonic() > until:
                raise PrefectDown(
                    f"Prefect's server did not come up; see {self.log}. To do without: --no-prefect"
                )
            time.sleep(0.1)
        os.environ["PREFECT_API_URL"] = self.url
        return self.url

    @property
    def log(self) -> Path:
        """What our own server says."""
        return self.home / "server.log"

    def close(self) -> None:
        """End the server where it is ours."""
        if self.child is None:
            return
        if self.child.stdin is not None:
            self.child.stdin.close()  # it leaves without a word
        try:
            self.child.wait(10)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


def start(settings: Settings, *, port: int | None = None, shared: bool = True) -> Api:
    """Begin to bring up the API; returns at once. Must come before ``prefect`` is imported.

    ``shared`` False: a server of one's own even where ``chipwire serve`` has one. ``port`` None: any free
    one.
    """
    home = settings.data_dir / "prefect"
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("PREFECT_HOME", str(home))
    if given := os.environ.get("PREFECT_API_URL"):
        return Api(home, given)
    if shared and (running := _served(home)):
        return Api(home, running)
    home.mkdir(parents=True, exist_ok=True)
    with (home / "server.log").open("a", encoding="utf-8") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "flows.prefect_server", *([str(port)] if port is not None else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
    return Api(home, None, child)


def announce(api: Api) -> None:
    """Let later commands find this server."""
    (api.home / "server.json").write_text(json.dumps({"url": api.url, "pid": os.getpid()}), encoding="utf-8")


def withdraw(api: Api) -> None:
    """It is no more."""
    (api.home / "server.json").unlink(missing_ok=True)


def answers(url: str) -> bool:
    """Whether a Prefect API answers there."""
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _served(home: Path) -> str | None:
    try:
        url = json.loads((home / "server.json").read_text(encoding="utf-8"))["url"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return url if isinstance(url, str) and url.startswith("http://127.0.0.1:") and answers(url) else None
