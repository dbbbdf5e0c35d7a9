"""A database that is away, or goes away: what the operator is told, and that a second try works."""

from __future__ import annotations

import socket
from pathlib import Path

import psycopg
import pytest
from psycopg import errors as pg

from pipeline.store import Store, embedded, open_store
from pipeline.store.errors import (
    DatabaseUnavailable,
    DiskFull,
    NoPermission,
    RetryableStoreError,
    StoreError,
    safe_url,
    translate,
)


def test_down_at_start() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"postgresql://me:secret@127.0.0.1:{port}/chipwire"
    with pytest.raises(
        DatabaseUnavailable, match=r"Is the server running\?.*CHIPWIRE_DATABASE_URL"
    ) as caught:
        open_store(url)
    assert "secret" not in str(caught.value) and str(port) in str(caught.value)


def test_wrong_password(database_url: str) -> None:
    user, rest = database_url.split("@", 1)
    wrong = f"{user.rsplit(':', 1)[0]}:wrong@{rest}"
    with psycopg.connect(database_url) as conn:
        row = conn.execute("SELECT count(*) FROM pg_hba_file_rules WHERE auth_method = 'trust'").fetchone()
    if row and row[0]:
        pytest.skip("the given server trusts everybody")
    with pytest.raises(NoPermission, match="refuses the user or password") as caught:
        open_store(wrong)
    assert "wrong" not in str(caught.value)


def test_no_such_database(database_url: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="createdb"):
        open_store(database_url.rsplit("/", 1)[0] + "/chipwire_test_nowhere")


def test_not_a_url() -> None:
    with pytest.raises(StoreError):
        open_store("postgresql://[nonsense", migrate=False)


def test_connections_cut_in_the_middle_are_survived(store: Store, database_url: str) -> None:
    run = store.runs.start("ingest")
    with pytest.raises(RetryableStoreError), store._db.transaction() as conn:
        conn.execute("UPDATE run SET state = 'failed' WHERE id = %s", [run])
        with psycopg.connect(database_url, autocommit=True) as killer:
            killer.execute("SELECT pg_terminate_backend(%s)", [conn.info.backend_pid])
        conn.execute("SELECT 1")
    found = store.runs.get(run)
    assert found is not None and found.state == "running", "half a transaction counts for nothing"


def test_server_that_dies_and_returns(tmp_path: Path) -> None:
    folder = tmp_path / "dying"
    try:
        url = embedded.start(folder)
        with open_store(url, timeout=2) as store:
            run = store.runs.start("ingest")
            embedded.stop(folder, at_once=True)
            with pytest.raises(RetryableStoreError, match=r"Is the server running|broke"):
                store.runs.finish(run, "ok")
            assert embedded.start(folder) == url
            store.runs.finish(run, "ok")
            found = store.runs.get(run)
            assert found is not None and found.state == "ok"
    finally:
        embedded.destroy(folder)


def test_all_connections_busy_is_said(database_url: str) -> None:
    with (
        open_store(database_url, migrate=False, max_connections=1, timeout=1) as store,
        store._db.transaction(),
        pytest.raises(RetryableStoreError, match="CHIPWIRE_DATABASE_CONNECTIONS"),
    ):
        store.runs.latest()


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (pg.DiskFull("could not extend file"), DiskFull, "free space"),
        (pg.InsufficientPrivilege("denied"), NoPermission, "may not write"),
        (pg.ReadOnlySqlTransaction("read only"), NoPermission, "may not write"),
        (pg.DeadlockDetected("deadlock"), RetryableStoreError, "run again"),
        (pg.AdminShutdown("bye"), RetryableStoreError, "run again"),
        (pg.IoError("disk"), RetryableStoreError, "see its log"),
        (psycopg.OperationalError("connection lost"), RetryableStoreError, "connection"),
    ],
)
def test_servers_errors_become_ours(error: psycopg.Error, kind: type[StoreError], words: str) -> None:
    found = translate(error)
    assert type(found) is kind and words in str(found)


def test_faults_of_the_program_are_not_hidden() -> None:
    assert translate(pg.UniqueViolation("twice")) is None
    assert translate(pg.SyntaxError("oops")) is None


def test_no_password_in_messages() -> None:
    assert safe_url("postgresql://me:s%40crt@db.example:5433/cw") == "postgresql://me@db.example:5433/cw"
    assert "s3cret" not in safe_url("postgresql://me:s3cret@[bad")
