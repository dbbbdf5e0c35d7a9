"""Work on items in processes of their own, so that an item that crashes or hangs one takes nothing else with
it.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

logger = logging.getLogger(__name__)

HANGS = 300.0
"""Seconds without any result after which the workers are taken for hanging and killed."""


class WorkerDied(RuntimeError):
    """The process that worked on the item crashed, was killed (out of memory?) or hung."""


class Pool:
    """Processes started with the spawn method when they are first needed, for calls of picklable functions.

    ``workers`` 0: as many as there are cores.
    """

    def __init__(self, workers: int = 0, *, hangs: float = HANGS) -> None:
        self.workers = workers or os.cpu_count() or 1
        self._hangs = hangs
        self._executor: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes."""
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None

    def map(self, call: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        """``call(item)`` for each item, in order; an item that kills its process twice gives a WorkerDied."""
        ahead: list[Any] = []
        for item in items:
            ahead.append(item)
            if len(ahead) >= 16 * self.workers:
                yield from self._batch(call, ahead)
                ahead = []
        yield from self._batch(call, ahead)

    def _batch(self, call: Callable[[Any], Any], items: Sequence[Any]) -> Iterator[Any]:
        results = self._try(call, items)
        for item, result in zip(items, results, strict=True):
            if isinstance(result, WorkerDied):
                # Whoever was at work when a process died is suspect; alone, an innocent one passes.
                yield self._try(call, [item])[0]
            else:
                yield result

    def _try(self, call: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
        if not items:
            return []
        executor = self._running()
        futures: list[Future[Any]] = []
        with suppress(BrokenProcessPool):
            futures.extend(executor.submit(call, item) for item in items)
        self._await(futures)
        results: list[Any] = []
        broken = len(futures) < len(items)
        for future in futures:
            try:
                results.append(future.result())
            except BrokenProcessPool:
                broken = True
                results.append(
                    WorkerDied("the process that worked on it died (crashed, out of memory or hung)")
                )
        results += [WorkerDied("the process that worked on it died")] * (len(items) - len(futures))
        if broken:
            self.close()
        return results

    def _await(self, futures: Sequence[Future[Any]]) -> None:
        left = set(futures)
        while left:
            done, left = wait(left, timeout=self._hangs, return_when=FIRST_COMPLETED)
            if not done:
                logger.warning("no result for %g s: killing the worker processes", self._hangs)
                for process in list(((self._executor and self._executor._processes) or {}).values()):
                    process.kill()
                wait(left)
                return

    def _running(self) -> ProcessPoolExecutor:
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                self.workers, mp_context=multiprocessing.get_context("spawn"), initializer=_quiet
            )
        return self._executor


def _quiet() -> None:
    """Ctrl-C is the parent's to handle."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
