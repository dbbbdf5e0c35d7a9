"""The connection pool, and what every area of the store shares."""

from __future__ import annotations

import os
import re
import secrets
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

from pipeline.store.errors import NoPermission, RetryableStoreError, StoreError, translate, unavailable

Connection = psycopg.Connection[Any]
MAX_URL = 2_000
"""Longest URL that gets a row, in characters; what is longer is only counted."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """``text`` as Postgres can keep it: NUL and lone surrogates become U+FFFD, so that offsets stay."""
    return _UNSTORABLE.sub("�", text)


def clean_or_none(text: str | None) -> str | None:
    """``clean``, for what may be missing."""
    return None if text is None else clean(text)


def insert_many(conn: Connection, query: LiteralString, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """What one INSERT … RETURNING gives for each of ``rows``, None where nothing was inserted. They are sent
    together, without a way there and back for each.
    """
    found: list[Any] = []
    if rows:
        with conn.cursor() as cursor:
            cursor.executemany(query, rows, returning=True)
            found.append(cursor.fetchone())
            while cursor.nextset():
                found.append(cursor.fetchone())
    return found


def worker_name() -> str:
    """A name for a lease's holder: host, process and something random."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"


class Db:
    """A pool of connections to one database. Made for one process; threads may share it."""

    def __init__(
        self,
        url: str,
        *,
        max_connections: int = 8,
        timeout: float = 30.0,
        revive: Callable[[], object] | None = None,
    ) -> None:
        """``revive`` is called once when no connection can be had: it may start the server again."""
        self.url = url
        self._timeout = timeout
        self._revive = revive
        options = (
            "-c search_path=chipwire,public -c timezone=UTC -c idle_in_transaction_session_timeout=600000"
        )
        self._kwargs: dict[str, Any] = {
            "connect_timeout": max(2, int(timeout)),
            "application_name": "chipwire",
            "options": options,
            "keepalives_idle": 30,
        }
        try:
            with psycopg.connect(url, **self._kwargs) as probe:  # the pool would hide why it fails
                _check_rights(probe)
        except psycopg.OperationalError as error:
            raise unavailable(url, error) from None
        except psycopg.Error as error:
            raise StoreError(f"The database URL cannot be read: {error}") from None
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            url,
            kwargs=self._kwargs,
            min_size=1,
            max_size=max_connections,
            timeout=timeout,
            check=ConnectionPool.check_connection,
            reconnect_timeout=timeout,
            num_workers=1,
            open=True,
        )

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection in a transaction: committed at the end, rolled back on any exception.

        Raises the errors of ``pipeline.store.errors``; a fault of the program comes through as psycopg's.
        """
        try:
            with self._connection() as conn:
                yield conn
        except psycopg.Error as error:
            known = translate(error)
            if known is None:
                raise
            raise known from error

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        conn = self._take()
        try:
            with conn:
                # leaving this block commits or rolls back, and closes the connection unless it is the pool's
                yield conn
        finally:
            self._pool.putconn(conn)

    def _take(self) -> Connection:
        try:
            return self._pool.getconn()
        except PoolTimeout:
            self._explain()
        assert self._revive is not None
        self._revive()
        try:
            return self._pool.getconn()
        except PoolTimeout as error:
            raise unavailable(self.url, error) from None

    def _explain(self) -> None:
        """Raise why no connection is to be had, unless reviving the server may help."""
        try:
            psycopg.connect(self.url, **self._kwargs).close()
        except psycopg.OperationalError as error:
            if self._revive is None:
                raise unavailable(self.url, error) from None
        else:
            raise RetryableStoreError(
                f"All {self._pool.max_size} database connections of this process are busy, "
                f"for {self._timeout:g} s now. Use fewer threads, or raise CHIPWIRE_DATABASE_CONNECTIONS."
            )

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


def _check_rights(conn: Connection) -> None:
    row = conn.execute(
        "SELECT current_user, has_schema_privilege(oid, 'USAGE') FROM pg_namespace WHERE nspname = 'chipwire'"
    ).fetchone()
    if row and not row[1]:
        raise NoPermission(
            f"The account {row[0]} may not use Chipwire's work tables (is it the read-only one?). "
            "Use the owner's account in CHIPWIRE_DATABASE_URL."
        )
