"""What can go wrong in the store. The class says what happens next; the message says what to do.

StoreError
├── RetryableStoreError       try the same call again, later: every write is idempotent
│   └── DatabaseUnavailable   no connection at all
├── WrongVersion              the server, or the schema, is not one that this program can use
│   └── SchemaMissing         never migrated
├── NoPermission              the account may not do what is needed
└── DiskFull                  free space, then run again
"""

from __future__ import annotations

import psycopg
from psycopg import errors as pg


class StoreError(Exception):
    """Anything that the store cannot do."""


class RetryableStoreError(StoreError):
    """The connection broke or the server refused for the moment. Nothing was half written."""


class DatabaseUnavailable(RetryableStoreError):
    """The database cannot be reached."""


class WrongVersion(StoreError):
    """The server is too old, or its schema is newer than this program."""


class SchemaMissing(WrongVersion):
    """The database has no Chipwire tables, or older ones."""


class NoPermission(StoreError):
    """The account lacks a right."""


class DiskFull(StoreError):
    """The server has no space left. Nothing was half written."""


def safe_url(url: str) -> str:
    """``url`` without its password, for messages."""
    try:
        parts = psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.Error:
        return "(an unreadable database URL)"
    who = f"{parts['user']}@" if parts.get("user") else ""
    port = f":{parts['port']}" if parts.get("port") else ""
    host = parts.get("host") or parts.get("hostaddr") or "localhost"
    return f"postgresql://{who}{host}{port}/{parts.get('dbname') or ''}"


def unavailable(url: str, error: BaseException) -> StoreError:
    """The error for a connection attempt that failed."""
    reason = " ".join(str(error).split())
    where = safe_url(url)
    if "password authentication failed" in reason or "no password supplied" in reason:
        return NoPermission(f"{where} refuses the user or password. Check CHIPWIRE_DATABASE_URL. ({reason})")
    if "does not exist" in reason and "database" in reason:
        return DatabaseUnavailable(
            f"{where}: that database does not exist. Create it (createdb) or correct CHIPWIRE_DATABASE_URL. "
            f"({reason})"
        )
    return DatabaseUnavailable(
        f"Cannot reach the database at {where}. Is the server running? Start it, or correct "
        f"CHIPWIRE_DATABASE_URL, or unset it to use the embedded one. ({reason})"
    )


def translate(error: psycopg.Error) -> StoreError | None:
    """The store's error for psycopg's; None where it is a fault of the program and shall be seen as such."""
    reason = " ".join(str(error).split())
    match error:
        case pg.DiskFull():
            return DiskFull(
                f"The database server's disk is full: free space there, then run again. ({reason})"
            )
        case pg.InsufficientPrivilege() | pg.ReadOnlySqlTransaction():
            return NoPermission(
                "The database account may not write here. Use the owner's account in CHIPWIRE_DATABASE_URL, "
                f"not the read-only one. ({reason})"
            )
        case pg.UndefinedTable() | pg.InvalidSchemaName() | pg.UndefinedColumn():
            return SchemaMissing(
                f"The database lacks Chipwire's tables. Run: chipwire db migrate. ({reason})"
            )
        case (
            pg.DeadlockDetected()
            | pg.SerializationFailure()
            | pg.LockNotAvailable()
            | pg.QueryCanceled()
            | pg.TooManyConnections()
            | pg.AdminShutdown()
            | pg.CrashShutdown()
            | pg.CannotConnectNow()
        ):
            return RetryableStoreError(f"The database could not do it just now; run again. ({reason})")
        case pg.DatabaseError() if error.sqlstate and error.sqlstate.startswith(("53", "57", "58", "08")):
            return RetryableStoreError(f"The database is in trouble; see its log, then run again. ({reason})")
        case psycopg.OperationalError() if error.sqlstate is None:
            return RetryableStoreError(
                f"The connection to the database broke. Nothing was half written; run again. ({reason})"
            )
    return None
