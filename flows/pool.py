"""Work on items in processes of their own, so that an item that crashes or hangs one takes nothing else with
it.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from itertools import islice
from types import TracebackType
from typing import Any, Self, TypeVar

Thing = TypeVar("Thing")
logger = logging.getLogger(__name__)

CHUNK = 32
"""Items that travel together: one by one, handing them over takes as long as the work on a short article."""

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
        """``call(item)`` for each item, in order; an item that kills its process twice gives a WorkerDied.

        Items travel in chunks, as many of them under way as keep every process busy while the results are used.
        """
        chunks = _chunked(items)
        under_way: deque[tuple[list[Any], Future[list[Any]] | None]] = deque()
        for chunk in islice(chunks, 2 * self.workers + 1):
            under_way.append((chunk, self._submit(call, chunk)))
        while under_way:
            chunk, future = under_way.popleft()
            results = self._result(future)
            if results is None:
                # Whoever was at work when a process died is suspect; alone, an innocent one passes.
                yield from (self._alone(call, item) for item in chunk)
            else:
                yield from results
            for chunk in islice(chunks, 1):
                under_way.append((chunk, self._submit(call, chunk)))

    def pairs(self, call: Callable[[Any], Any], items: Iterable[Thing]) -> Iterator[tuple[Thing, Any]]:
        """Each item with its result, as of ``map``. The items may be drawn from afar: no more are taken than are
        under way, so that the processes have work while more is fetched and results are stored."""
        taken: deque[Thing] = deque()

        def noted() -> Iterator[Thing]:
            for item in items:
                taken.append(item)
                yield item

        for result in self.map(call, noted()):
            yield taken.popleft(), result

    def _submit(self, call: Callable[[Any], Any], chunk: list[Any]) -> Future[list[Any]] | None:
        with suppress(BrokenProcessPool):
            return self._running().submit(_each, call, chunk)
        return None

    def _result(self, future: Future[list[Any]] | None) -> list[Any] | None:
        """The results of a chunk, None where its process died or hung."""
        if future is None:
            return None
        try:
            return future.result(timeout=self._hangs)
        except TimeoutError:
            logger.warning("no result for %g s: killing the worker processes", self._hangs)
            for process in list(((self._executor and self._executor._processes) or {}).values()):
                process.kill()
            with suppress(BrokenProcessPool):
                return future.result()
        except (BrokenProcessPool, CancelledError):
            pass
        self.close()
        return None

    def _alone(self, call: Callable[[Any], Any], item: Any) -> Any:
        results = self._result(self._submit(call, [item]))
        return (
            results[0]
            if results
            else WorkerDied("the process that worked on it died (crashed, out of memory or hung)")
        )

    def _running(self) -> ProcessPoolExecutor:
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                self.workers, mp_context=multiprocessing.get_context("spawn"), initializer=_quiet
            )
        return self._executor


def _chunked(items: Iterable[Any]) -> Iterator[list[Any]]:
    left = iter(items)
    while chunk := list(islice(left, CHUNK)):
        yield chunk


def _each(call: Callable[[Any], Any], chunk: list[Any]) -> list[Any]:
    return [call(item) for item in chunk]


def _quiet() -> None:
    """Ctrl-C is the parent's to handle."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
