"""The embedded server: one a data folder, whoever starts it, whatever was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from pipeline.store import embedded, open_store
from pipeline.store import embedded_account as accounts
from pipeline.store.errors import NoPermission, WrongVersion


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "own"
    yield path
    if path.exists():
        embedded.destroy(path)


def _ask(url: str, query: str = "SELECT 1") -> object:
    with psycopg.connect(url) as conn:
        row = conn.execute(query).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return row[0]


def test_start_stop_and_start_again_keep_data_and_port(folder: Path) -> None:
    url = embedded.start(folder, durable=False)
    with psycopg.connect(url) as conn:
        conn.execute("CREATE TABLE kept AS SELECT 42 AS n")
    assert embedded.start(folder) == url
    assert embedded.status(folder).url == url
    assert embedded.stop(folder)
    assert not embedded.status(folder).running
    assert not embedded.stop(folder)
    assert embedded.start(folder) == url
    assert _ask(url, "SELECT n FROM kept") == 42


def test_killed_server_comes_back_at_once_with_its_data(folder: Path) -> None:
    url = embedded.start(folder)
    with psycopg.connect(url) as conn:
        conn.execute("CREATE TABLE kept AS SELECT 42 AS n")
    pid = embedded.status(folder).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    again = embedded.start(folder)
    assert _ask(again, "SELECT n FROM kept") == 42


def test_a_pid_file_that_names_a_stranger_is_stale(folder: Path) -> None:
    embedded.start(folder, durable=False)
    pid_file = embedded.status(folder).home / "cluster" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    embedded.stop(folder)
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert not embedded.status(folder).running
    assert not embedded.stop(folder)
    assert _ask(embedded.start(folder)) == 1
    assert psutil.pid_exists(os.getpid())


def test_a_taken_port_is_left_alone(folder: Path) -> None:
    import socket

    embedded.start(folder, durable=False)
    port = embedded.status(folder).port
    embedded.stop(folder)
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", port))
        squatter.listen()
        url = embedded.start(folder)
    assert embedded.status(folder).port != port
    assert _ask(url) == 1


def test_processes_that_start_it_together_share_one(folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from pipeline.store import embedded;"
        "print(embedded.start(Path(sys.argv[1]), durable=False))"
    )
    starters = [
        subprocess.Popen([sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    urls = {starter.communicate(timeout=120)[0].strip() for starter in starters}
    assert [starter.returncode for starter in starters] == [0, 0, 0]
    assert len(urls) == 1
    assert _ask(urls.pop()) == 1


def test_starter_killed_in_initdb_leaves_nothing_half_made(folder: Path) -> None:
    half = folder / "postgres" / "cluster.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    assert _ask(embedded.start(folder, durable=False)) == 1


def test_only_the_password_opens_it_and_only_on_loopback(folder: Path) -> None:
    url = embedded.start(folder, durable=False)
    password = folder / "postgres" / "password"
    assert password.stat().st_mode & 0o777 == 0o600
    assert len(password.read_text()) >= 24
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(url.replace(password.read_text(), "wrong"))
    assert _ask(url, "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'") == 0
    assert _ask(url, "SHOW listen_addresses") == "127.0.0.1"


def test_text_is_utf8_whatever_the_users_locale(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "POSIX")
    url = embedded.start(folder, durable=False)
    assert _ask(url, "SELECT datlocale FROM pg_database WHERE datname = 'chipwire'") == "C.UTF-8"
    assert _ask(url, "SELECT lower('ÄÖÉ')") == "äöé"
    assert _ask(url, "SELECT '台积电 하이닉스'") == "台积电 하이닉스"


def test_a_changed_password_is_explained(folder: Path) -> None:
    embedded.start(folder, durable=False)
    (folder / "postgres" / "password").write_text("something else")
    with pytest.raises(NoPermission, match="is not that of the server"):
        embedded.start(folder)


def test_a_folder_of_another_postgres_is_explained(folder: Path) -> None:
    embedded.start(folder, durable=False)
    cluster = embedded.status(folder).home / "cluster"
    embedded.stop(folder)
    (cluster / "PG_VERSION").write_text("12\n")
    with pytest.raises(WrongVersion, match=r"made by Postgres 12.*pg_dump"):
        embedded.start(folder)
    (cluster / "PG_VERSION").write_text("18\n")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has Postgres run under another account")
def test_as_root_in_a_folder_that_others_may_not_enter(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    try:
        url = embedded.start(closed / "data", durable=False)
        assert _ask(url) == 1
        pid = embedded.status(closed / "data").pid
        assert psutil.Process(pid).uids().effective != 0
        assert closed.stat().st_mode & 0o777 == 0o700
        home = embedded.status(closed / "data").home
        assert embedded.stop(closed / "data")
        assert _ask(embedded.start(closed / "data")) == 1
    finally:
        embedded.destroy(closed / "data")
    assert not home.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has Postgres run under another account")
def test_places_of_vanished_temporary_folders_are_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "SHARED", tmp_path / "shared")
    kept = {
        "fresh": (tmp_path / "gone", 0),
        "mine": (tmp_path, 9_000),
        "unmounted": (Path("/mnt/gone"), 9_000),
    }
    for name, (folder, age) in {**kept, "orphan": (tmp_path / "gone", 9_000)}.items():
        note = tmp_path / "shared" / "embedded" / name / "data_folder"
        note.parent.mkdir(parents=True)
        note.write_text(f"{folder}\n")
        os.utime(note, (note.stat().st_atime, note.stat().st_mtime - age))
    accounts._sweep()
    assert {path.name for path in (tmp_path / "shared" / "embedded").iterdir()} == set(kept)


def test_an_open_store_brings_its_server_back(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(timeout=3) as store:
        run = store.runs.start("ingest")
        data_dir = Path(os.environ["CHIPWIRE_DATA_DIR"])
        pid = embedded.status(data_dir).pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=10)
        found = store.runs.get(run)
    assert found is not None and found.state == "running"
