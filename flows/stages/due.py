"""Which sources' time has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from pipeline.store import Store
from spiders.pace import hosts_of
from spiders.source import Source

When = Literal["due", "any", "now"]
"""Which sources a run asks: "due" those whose time has come (scheduled runs); "any" all, save on hosts that
asked to be left alone; "now" those too.
"""

SLACK = timedelta(minutes=3)
"""A source that is due so soon is taken along: the next scheduled run would be late for it."""


def choose_due(
    store: Store, sources: Sequence[Source], when: When, now: datetime
) -> tuple[list[Source], dict[str, str]]:
    """The sources to ask at ``now``, and of the others why not."""
    if when == "now":
        return list(sources), {}
    alone = store.pace.left_alone(now)
    paces = store.pace.get(source.id for source in sources) if when == "due" else {}
    chosen: list[Source] = []
    not_due: dict[str, str] = {}
    for source in sources:
        hosts = hosts_of(source)
        pace = paces.get(source.id)
        if hosts <= alone.keys():
            host = min(hosts, key=lambda host: alone[host])
            not_due[source.id] = f"{host} asked to be left alone until {_utc(alone[host])}"
        elif pace is not None and pace.due_at > now + SLACK:
            not_due[source.id] = f"due at {_utc(pace.due_at)}"
        else:
            chosen.append(source)
    return chosen, not_due


def _utc(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M} UTC"
