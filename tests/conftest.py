"""Fixtures for everybody: a fresh, migrated Postgres database a test; settings without the user's.

The server is an embedded one in a temporary folder, one a test process, or the one of
``CHIPWIRE_TEST_DATABASE_URL``: an administrator's account on a server for tests. Only databases whose
names begin with chipwire_test_ are made and dropped there, and the role chipwire_bi gets a password.
Without a server the tests fail: they are never skipped.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from pipeline.settings import PREFIX, get_settings
from pipeline.store import Store, embedded, migrate_database, open_store


def database_of(server_url: str, name: str) -> str:
    """The URL of another database on the same server."""
    return urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))


def _execute(server_url: str, statement: str, *names: str) -> None:
    with psycopg.connect(server_url, autocommit=True) as conn:
        conn.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No setting of the user's environment; a data folder of the test's own, its server stopped after."""
    for name in os.environ:
        if name.startswith(PREFIX) and not name.startswith("CHIPWIRE_TEST_"):
            monkeypatch.delenv(name)
    data_dir = tmp_path / "data"
    monkeypatch.setenv("CHIPWIRE_DATA_DIR", str(data_dir))
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()
    if (data_dir / "postgres").exists():
        embedded.destroy(data_dir)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of an administrator's account on a running server."""
    given = os.environ.get("CHIPWIRE_TEST_DATABASE_URL")
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="chipwire-test-") as folder:
        Path(folder).chmod(0o755)
        try:
            yield embedded.start(Path(folder), durable=False)
        finally:
            embedded.destroy(Path(folder))


@pytest.fixture(scope="session")
def template_database(postgres_server: str) -> Iterator[str]:
    """Name of a migrated database that others are copied from."""
    name = f"chipwire_test_template_{secrets.token_hex(6)}"
    _execute(postgres_server, "CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0", name)
    try:
        migrate_database(database_of(postgres_server, name))
        yield name
    finally:
        _execute(postgres_server, "DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture
def empty_database_url(postgres_server: str) -> Iterator[str]:
    """A fresh database without any table."""
    name = f"chipwire_test_{secrets.token_hex(6)}"
    _execute(postgres_server, "CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0", name)
    yield database_of(postgres_server, name)
    _execute(postgres_server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


@pytest.fixture
def database_url(postgres_server: str, template_database: str) -> Iterator[str]:
    """A fresh database with the newest schema, empty."""
    name = f"chipwire_test_{secrets.token_hex(6)}"
    _execute(postgres_server, "CREATE DATABASE {} TEMPLATE {}", name, template_database)
    yield database_of(postgres_server, name)
    _execute(postgres_server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store on a fresh database."""
    with open_store(database_url, migrate=False, max_connections=8, timeout=30) as opened:
        yield opened
