"""Bring a database's schema up to date. Safe when several processes do it at once."""

from __future__ import annotations

import warnings
from pathlib import Path
from urllib.parse import quote

import psycopg
import sqlalchemy
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from psycopg import sql

import pipeline.migrations
from pipeline.store.errors import NoPermission, WrongVersion, translate, unavailable

OLDEST_SERVER = 15
BI_ROLE = "chipwire_bi"
_LOCK = 4_714_208_111
"""Advisory lock of whoever migrates; any number that nobody else takes."""


def migrate(url: str) -> str:
    """Migrate the database at ``url`` to the newest schema and return its version.

    All in one transaction. Raises WrongVersion, NoPermission, DatabaseUnavailable.
    """
    engine = sqlalchemy.create_engine(
        "postgresql+psycopg://", creator=lambda: _connect(url), poolclass=sqlalchemy.pool.NullPool
    )
    notices: list[str] = []
    try:
        with engine.begin() as connection:
            raw = connection.connection.driver_connection
            assert isinstance(raw, psycopg.Connection)
            raw.add_notice_handler(
                lambda d: notices.append(d.message_primary or "") if d.severity == "WARNING" else None
            )
            _prepare(raw)
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            raw.execute("SELECT chipwire.grant_bi()")
    except CommandError as error:
        raise WrongVersion(
            f"The database's schema is newer than this Chipwire ({error}). "
            "Update Chipwire, or use another database."
        ) from None
    except sqlalchemy.exc.DBAPIError as error:
        original = error.orig
        known = translate(original) if isinstance(original, psycopg.Error) else None
        raise known or error from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise NoPermission(
            f"The account may not set up Chipwire's schemas: {error}. Use the database's owner, or let an "
            "administrator run: GRANT CREATE ON DATABASE … TO …;"
        ) from None
    except psycopg.Error as error:
        raise translate(error) or error from error
    finally:
        engine.dispose()
    for notice in notices:
        warnings.warn(notice, stacklevel=2)
    return newest()


def newest() -> str:
    """The schema version that this program is written for."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def bi_login(url: str, password: str) -> str:
    """Give the read-only role ``password`` on the server of ``url`` (the owner's); returns its URL."""
    with _connect(url) as conn:
        try:
            conn.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(BI_ROLE), sql.Literal(password))
            )
        except psycopg.errors.UndefinedObject:
            raise NoPermission(
                f"The server has no role {BI_ROLE}. Run chipwire db migrate as an administrator."
            ) from None
        except psycopg.errors.InsufficientPrivilege as error:
            raise NoPermission(
                f"Only an administrator of the server may set the password of {BI_ROLE}: {error}"
            ) from None
        parts = conn.info
        who, where = f"{BI_ROLE}:{quote(password, safe='')}", f"{parts.host}:{parts.port}"
        return f"postgresql://{who}@{where}/{quote(parts.dbname)}"


def _config() -> Config:
    config = Config()
    config.set_main_option(
        "script_location", str(Path(pipeline.migrations.__file__).parent).replace("%", "%%")
    )
    return config


def _connect(url: str) -> psycopg.Connection:
    try:
        return psycopg.connect(
            url, connect_timeout=30, application_name="chipwire migrate", options="-c timezone=UTC"
        )
    except psycopg.OperationalError as error:
        raise unavailable(url, error) from None


def _prepare(conn: psycopg.Connection) -> None:
    """What must be there before alembic looks: the lock, the schemas, the extensions."""
    version = conn.info.server_version // 10_000
    if version < OLDEST_SERVER:
        raise WrongVersion(f"The server is Postgres {version}; Chipwire needs {OLDEST_SERVER} or newer.")
    conn.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    conn.execute("CREATE SCHEMA IF NOT EXISTS chipwire")
    conn.execute("CREATE SCHEMA IF NOT EXISTS bi")
    conn.execute("SET LOCAL search_path = chipwire, public")
    for extension in ("pg_trgm", "unaccent"):
        try:
            with conn.transaction():
                conn.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
        except psycopg.Error as error:
            raise NoPermission(
                f"Cannot set up the extension {extension}: {str(error).strip()}. Let an administrator "
                f"install Postgres's contrib package and run in this database: CREATE EXTENSION {extension};"
            ) from None
