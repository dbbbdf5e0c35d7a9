"""Killed at any moment and run again, the store ends as if nothing had happened; a database that goes away is told of."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from tiny_newsroom import DEAL, GARDEN, OTHER, Tiny, page

from demo.newsroom import Answer
from flows.leases import free_dead
from flows.run import ingest
from pipeline.store import Store, embedded, open_store

Contents = Callable[[], dict[str, object]]


def many(number: int) -> dict[str, Answer]:
    texts = (DEAL, OTHER, GARDEN)
    return {f"/2025/{n:03}": page(f"Story number {n}", texts[n % 3]) for n in range(number)}


def kill(process: object) -> None:
    """End a command line and all that it started, as a power cut would."""
    pid = process.pid  # type: ignore[attr-defined]
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    for one in family:
        one.send_signal(signal.SIGKILL)
    process.communicate()  # type: ignore[attr-defined]


def until(seen: Callable[[], bool], process: object) -> None:
    """Wait until something is seen; fails where the process ended before."""
    while not seen():
        assert process.poll() is None, "it ended before it could be killed"  # type: ignore[attr-defined]
        time.sleep(0.01)


MOMENTS = {
    "crawling": "SELECT count(*) >= 3 FROM page",
    "extracting": "SELECT count(*) >= 5 FROM article",
    "reading": "SELECT count(*) >= 2 FROM reading",
    "resolving": "SELECT count(*) >= 1 FROM deal",
}


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_and_run_again_nothing_is_lost_or_twice(
    tiny: Tiny, store: Store, contents: Contents, moment: str
) -> None:
    tiny.add("one", many(24))

    def seen() -> bool:
        with store._db.transaction() as conn:
            row = conn.execute(MOMENTS[moment]).fetchone()
        return bool(row and row[0])

    process = tiny.start("run", "--no-prefect", "--quiet")
    until(seen, process)
    kill(process)

    code, _, err = tiny.run("run", "--no-prefect", "--quiet")
    assert code == 0, err
    code, _, err = tiny.run("run", "--no-prefect", "--quiet")  # whatever waited is done by now
    assert code == 0, err
    found = contents()
    assert len(found["pages"]) == 24  # type: ignore[arg-type]
    assert {outcome for _, outcome in found["pages"]} == {"new", "not_relevant"}  # type: ignore[attr-defined]
    assert len(found["articles"]) == 24  # type: ignore[arg-type]
    deals = _deals(store)
    assert len(deals) == len(set(deals)) > 0
    keys = [alert["key"] for alert in tiny.alerts]
    assert len(keys) == len(set(keys))
    assert {state for _, state in found["alerts"]} == {"sent"}  # type: ignore[attr-defined]


def _deals(store: Store) -> list[tuple[object, ...]]:
    with store._db.transaction() as conn:
        return conn.execute(
            """
            SELECT type, string_agg(party.name, ',' ORDER BY party.name) FROM deal
            JOIN deal_party party ON party.deal_id = deal.id WHERE state = 'active' GROUP BY deal.id
            """
        ).fetchall()


def test_what_a_dead_process_held_is_free_at_once(
    tiny: Tiny, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.add("one", many(3))
    settings = tiny.settings(monkeypatch)
    monkeypatch.setattr("flows.run.process", lambda *args, **kwargs: {})
    assert ingest(store, settings).waiting == 3
    import socket

    assert len(store.pages.lease(f"{socket.gethostname()}:999999999:abc", 2)) == 2
    assert len(store.pages.lease(f"{socket.gethostname()}:{os.getpid()}:abc", 1)) == 1
    assert free_dead(store) == 2
    assert len(store.pages.lease("another", 10)) == 2


def test_a_database_that_is_down_is_named(tiny: Tiny) -> None:
    tiny.add("one", many(1))
    tiny.database_url = "postgresql://nobody:hidden@127.0.0.1:9/none"
    code, _out, err = tiny.run("run", "--no-prefect")
    assert code == 1
    assert "127.0.0.1:9" in err
    assert "CHIPWIRE_DATABASE_URL" in err
    assert "hidden" not in err
    assert "Traceback" not in err


@pytest.mark.slow
def test_a_database_that_dies_in_the_middle(tiny: Tiny, tmp_path: Path) -> None:
    """Told in one line, nothing half written; the next run, with the database back, does the rest."""
    home = tmp_path / "server"
    home.mkdir(mode=0o755)
    tiny.database_url = embedded.start(home)
    try:
        site = tiny.add("one", many(12))
        process = tiny.start("run", "--no-prefect", "--quiet")
        until(lambda: len(site.requests) >= 4, process)
        embedded.stop(home, at_once=True)
        _, err = process.communicate(timeout=200)
        assert process.returncode in (1, 3)
        assert "database" in err
        assert "Traceback" not in err

        tiny.database_url = embedded.start(home)
        code, _, err = tiny.run("run", "--no-prefect", "--quiet")
        assert code == 0, err
        with open_store(tiny.database_url) as store, store._db.transaction() as conn:
            assert conn.execute("SELECT count(*), count(DISTINCT title) FROM article").fetchone() == (12, 12)
            assert conn.execute("SELECT count(*) FROM page WHERE waiting").fetchone() == (0,)
    finally:
        embedded.destroy(home)
