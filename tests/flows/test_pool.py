"""Processes that crash or hang take one item with them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from flows.pool import CHUNK, Pool, WorkerDied


def work(item: int | str) -> object:
    if item == "crash":
        os._exit(9)
    if item == "hang":
        time.sleep(600)
    return item


def test_results_come_in_order() -> None:
    with Pool(2) as pool:
        assert list(pool.map(work, range(100))) == list(range(100))


def test_items_are_drawn_only_as_they_are_worked_on() -> None:
    drawn = 0

    def endless() -> Iterator[int]:
        nonlocal drawn
        while True:
            yield drawn
            drawn += 1

    with Pool(1) as pool:
        pairs = pool.pairs(work, endless())
        assert [next(pairs) for _ in range(CHUNK + 1)] == [(n, n) for n in range(CHUNK + 1)]
        pairs.close()
    assert drawn <= 5 * CHUNK


def test_a_crash_costs_one_item() -> None:
    items: list[int | str] = [1, 2, "crash", 3, 4, "crash", 5]
    with Pool(2) as pool:
        results = list(pool.map(work, items))
    for item, result in zip(items, results, strict=True):
        assert isinstance(result, WorkerDied) if item == "crash" else result == item


def test_a_hanging_one_is_ended() -> None:
    with Pool(1, hangs=2) as pool:
        results = list(pool.map(work, [1, "hang", 2]))
    assert results[0] == 1 and isinstance(results[1], WorkerDied) and results[2] == 2
