"""Housekeeping: what killed processes left, and what the operator should know of the sources."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flows.delivery import deliver
from flows.leases import free_dead
from flows.run import ABANDONED
from pipeline.alerts import Config
from pipeline.store import Store
from pipeline.store.health import SourceHealth
from pipeline.store.rows import NewAlert

OPERATOR = "operator"
"""The channel of alerts.yml that hears of sources in trouble."""

FINE = frozenset({"ok", "paused", "new"})
"""Verdicts of bi.source_health that need nobody."""

GIVEN_UP = timedelta(days=14)
"""A source that was not crawled for so long is no longer told of: its file is gone."""


def maintain(store: Store, config: Config) -> dict[str, int]:
    """Free the leases of dead processes, close abandoned runs, tell the operator of sources in trouble;
    counts.
    """
    from nlp.version import READER_VERSION

    done = {
        "leases freed": free_dead(store),
        "runs closed": len(store.runs.close_abandoned(ABANDONED)),
        "sources told of": tell_operator(store, config),
    }
    done |= {f"alerts {word}": count for word, count in deliver(store, config).items()}
    return done | {
        "pages waiting": store.pages.waiting(),
        "articles waiting": store.articles.waiting(READER_VERSION),
    }


def tell_operator(store: Store, config: Config, now: datetime | None = None) -> int:
    """One alert a day for each source that is silent or broken, where the operator has a channel; how many
    are new.
    """
    if not config.channels.get(OPERATOR):
        return 0
    day = (now or datetime.now(UTC)).date()
    added = 0
    for row in store.health.sources():
        if not row.enabled or row.verdict in FINE or _given_up(row, now or datetime.now(UTC)):
            continue
        last = f"{row.last_success:%Y-%m-%d %H:%M} UTC" if row.last_success else "never"
        lines = [
            row.reason,
            f"Last success: {last}. Failures in a row: {row.failures_in_a_row}.",
            row.last_error,
        ]
        added += store.alerts.add(
            NewAlert(
                rule_id="source-health",
                deal_id=None,
                revision=day.toordinal(),
                kind=row.verdict,
                channel=OPERATOR,
                title=f"Source {row.source}: {row.verdict}",
                body="\n".join(line for line in lines if line),
            )
        )
    return added


def _given_up(row: SourceHealth, now: datetime) -> bool:
    """Whether nobody crawls a source any more: its file was taken away, and that was told long enough."""
    return row.last_attempt is not None and row.last_attempt < now - GIVEN_UP
