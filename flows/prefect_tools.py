"""What our Prefect flows share: the limits, which must exist before they limit, and which failures are tried
again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any

from prefect import Task, get_client
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate
from prefect.client.schemas.objects import State, TaskRun
from prefect.concurrency.sync import concurrency
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound

from flows.leases import free_dead
from pipeline.settings import get_settings
from pipeline.store import Store, open_store
from pipeline.store.errors import RetryableStoreError

LIMITS = {"chipwire-crawl": 8, "chipwire-heavy": 4}
"""Global concurrency limits → slots over all machines: sources crawled at once; extractions and readings at
once.
"""

TASK: dict[str, Any] = {
    "retries": 3,
    "retry_delay_seconds": [2, 10, 60],
    "cache_policy": NO_CACHE,
    "persist_result": False,
}
"""Of all our tasks: tried again where that may help (see ``can_pass``), nothing cached."""


def can_pass(task: Task[Any, Any], run: TaskRun, state: State[Any]) -> bool:
    """Whether a failed task is worth another try: the database may be back then."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, RetryableStoreError)


@lru_cache(maxsize=1)
def make_limits() -> None:
    """Create the limits that are not there; those that an operator changed stay as they are."""
    with get_client(sync_client=True) as client:
        for name, slots in LIMITS.items():
            try:
                client.read_global_concurrency_limit_by_name(name)
            except ObjectNotFound:
                with suppress(ObjectAlreadyExists):
                    client.create_global_concurrency_limit(
                        GlobalConcurrencyLimitCreate(name=name, limit=slots)
                    )


@contextmanager
def slot(name: str) -> Iterator[None]:
    """Hold one slot of a limit of ``LIMITS``; waits for it. An unknown limit is an error, not a free pass."""
    with concurrency(name, strict=True):
        yield


@lru_cache(maxsize=1)
def shared_store() -> Store:
    """This process's store, as the settings say."""
    store = open_store()
    free_dead(store)
    return store


def reopen() -> None:
    """Close the shared store: settings changed, or the process is about to end."""
    if shared_store.cache_info().currsize:
        shared_store().close()
        shared_store.cache_clear()
    get_settings.cache_clear()
