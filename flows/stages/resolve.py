"""Resolution: claims that wait become deals, or reports of deals that are known."""

from __future__ import annotations

import logging
import time
from collections import Counter

from flows.knowledge import chip_rows, companies, company_rows
from flows.progress import Tell, silent
from pipeline import fx
from pipeline.resolve import resolve
from pipeline.store import Store
from pipeline.store.errors import RetryableStoreError

logger = logging.getLogger(__name__)

WAIT = 60.0
"""Seconds to wait for another resolver to end, which does our work too."""

_TRIES = 5


def sync_knowledge(store: Store) -> None:
    """Bring the store's companies and chips up to the knowledge files."""
    store.knowledge.sync(company_rows(), chip_rows())


def resolve_waiting(store: Store, *, wait: float = WAIT, tell: Tell = silent) -> Counter[str]:
    """Resolve all that waits; counts of deals: new, changed, unchanged, withdrawn, merged.

    One resolver works at a time on all machines. Where another one is at it still after ``wait`` seconds,
    counts hold "busy": it does this work too.
    """
    until = time.monotonic() + wait
    while True:
        with store.deals.resolving() as mine:
            if mine:
                return _resolve(store, tell)
        if time.monotonic() >= until:
            return Counter(busy=1)
        time.sleep(1)


def _resolve(store: Store, tell: Tell) -> Counter[str]:
    counts: Counter[str] = Counter()
    done = failures = 0
    while batch := store.deals.batch():
        deals = resolve(batch.reports, batch.deal_ids, companies=companies(), to_usd=fx.to_usd)
        try:
            saved = store.deals.save(batch, deals)
        except RetryableStoreError:
            # Articles were read anew meanwhile: the next batch holds their new claims.
            failures += 1
            if failures >= _TRIES:
                raise
            continue
        failures = 0
        for what in ("new", "changed", "unchanged", "withdrawn", "merged"):
            counts[what] += len(getattr(saved, what))
        done += len(batch.waiting)
        tell("resolve", done, None, f"{counts['new']} new deals")
    return counts
