"""The schema: made from nothing, by several at once; what analysts may see and what they find."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from pipeline.store import migrate_database, open_store
from pipeline.store.errors import NoPermission, SchemaMissing, WrongVersion
from pipeline.store.migrate import BI_ROLE, bi_login, newest

BI_VIEWS = {
    "deals", "deal_parties", "deal_chips", "deal_sizes", "deal_evidence", "deal_history", "company_exposure",
    "chip_demand", "supply_graph", "deals_daily", "source_health",
}  # fmt: skip


@pytest.fixture
def bi_url(database_url: str) -> str:
    return bi_login(database_url, "a password for tests")


def test_from_nothing_and_again(empty_database_url: str) -> None:
    assert migrate_database(empty_database_url) == newest()
    with open_store(empty_database_url, migrate=False) as store:
        run = store.runs.start("ingest")
    assert migrate_database(empty_database_url) == newest()
    with open_store(empty_database_url) as store:
        assert store.runs.get(run) is not None


def test_rights_are_given_again_with_every_migration(database_url: str, bi_url: str) -> None:
    with psycopg.connect(database_url) as conn:
        conn.execute("CREATE VIEW bi.later AS SELECT 1 AS one")
        conn.execute("REVOKE ALL ON ALL TABLES IN SCHEMA bi FROM chipwire_bi")
    migrate_database(database_url)
    with psycopg.connect(bi_url) as conn:
        assert conn.execute("SELECT one FROM bi.later").fetchone() == (1,)


def test_several_at_once(empty_database_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(migrate_database, [empty_database_url] * 4)) == [newest()] * 4
    with psycopg.connect(empty_database_url) as conn:
        assert conn.execute("SELECT count(*) FROM chipwire.alembic_version").fetchone() == (1,)


def test_a_newer_schema_is_refused(database_url: str) -> None:
    with psycopg.connect(database_url) as conn:
        conn.execute("UPDATE chipwire.alembic_version SET version_num = '9999'")
    with pytest.raises(WrongVersion, match="newer than this Chipwire"):
        migrate_database(database_url)


def test_an_unmigrated_database_says_what_to_do(empty_database_url: str) -> None:
    with (
        open_store(empty_database_url, migrate=False) as store,
        pytest.raises(SchemaMissing, match="chipwire db migrate"),
    ):
        store.runs.start("ingest")


def test_bi_is_flat_and_explained(database_url: str) -> None:
    with psycopg.connect(database_url) as conn:
        columns = conn.execute(
            """
            SELECT table_name, column_name, data_type,
                col_description(format('bi.%I', table_name)::regclass, ordinal_position)
            FROM information_schema.columns WHERE table_schema = 'bi'
            """
        ).fetchall()
        uncommented = conn.execute(
            """
            SELECT relname FROM pg_class
            WHERE relnamespace = 'bi'::regnamespace AND obj_description(oid, 'pg_class') IS NULL
            """
        ).fetchall()
    assert {row[0] for row in columns} == BI_VIEWS
    assert not uncommented
    assert not [row[:2] for row in columns if not row[3]]
    allowed = {
        "text",
        "integer",
        "bigint",
        "numeric",
        "double precision",
        "boolean",
        "date",
        "timestamp with time zone",
    }
    assert not [row[:3] for row in columns if row[2] not in allowed]


def test_bounds_have_columns_of_their_own_and_dollars_stand_beside(database_url: str) -> None:
    with psycopg.connect(database_url) as conn:
        names = {row[0] for row in conn.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'bi.deals'::regclass"
        )}  # fmt: skip
    assert {
        "currency",
        "amount_low",
        "amount_high",
        "usd_low",
        "usd_high",
        "power_w_low",
        "chips_high",
    } <= names


def test_the_analysts_role_reads_bi(bi_url: str) -> None:
    with psycopg.connect(bi_url) as conn:
        for view in BI_VIEWS:
            conn.execute(sql.SQL("SELECT * FROM bi.{}").format(sql.Identifier(view))).fetchall()


def test_the_analysts_role_sees_nothing_else(bi_url: str, database_url: str) -> None:
    with psycopg.connect(database_url) as conn:
        objects = conn.execute(
            """
            SELECT relname FROM pg_class
            WHERE relnamespace = 'chipwire'::regnamespace AND relkind IN ('r', 'v', 'S', 'm', 'p')
            """
        ).fetchall()
        functions = conn.execute(
            "SELECT 1 FROM pg_proc WHERE pronamespace = 'chipwire'::regnamespace AND proname = 'grant_bi'"
        ).fetchall()
    assert len(objects) > 25 and functions
    with psycopg.connect(bi_url, autocommit=True) as conn:
        for (name,) in objects:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(sql.SQL("SELECT 1 FROM chipwire.{}").format(sql.Identifier(name)))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("SELECT chipwire.grant_bi()")
        visible = conn.execute(
            """
            SELECT table_schema, table_name FROM information_schema.tables
            WHERE table_schema NOT IN ('bi', 'pg_catalog', 'information_schema')
            """
        ).fetchall()
        assert visible == []


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM bi.deals",
        "UPDATE bi.source_health SET verdict = 'ok'",
        "CREATE TABLE bi.mine (a integer)",
        "CREATE TABLE public.mine (a integer)",
        "CREATE SCHEMA mine",
        "ALTER ROLE chipwire_bi SUPERUSER",
        "SELECT pg_read_file('/etc/hostname')",
        "COPY (SELECT 1) TO PROGRAM 'true'",
    ],
)
def test_the_analysts_role_changes_nothing(bi_url: str, statement: str) -> None:
    with psycopg.connect(bi_url, autocommit=True) as conn, pytest.raises(psycopg.Error) as caught:
        conn.execute(statement)
    assert caught.value.sqlstate in {"42501", "55000", "25006"}


def test_writing_as_analyst_is_a_clear_error(bi_url: str) -> None:
    with pytest.raises(NoPermission, match="read-only"):
        open_store(bi_url, migrate=False)


def test_an_account_that_may_not_create_is_told_so(database_url: str, empty_database_url: str) -> None:
    bi_login(database_url, "a password for tests")
    parts = urlsplit(empty_database_url)
    netloc = f"{BI_ROLE}:a%20password%20for%20tests@{parts.hostname}:{parts.port}"
    with pytest.raises(NoPermission, match="GRANT CREATE"):
        migrate_database(urlunsplit(parts._replace(netloc=netloc)))


def test_history_is_append_only(database_url: str) -> None:
    with psycopg.connect(database_url) as conn:
        conn.execute(
            "INSERT INTO chipwire.deal (id, type, status, confidence, origins) VALUES ('d', 'x', 'x', 1, 1)"
        )
        conn.execute(
            "INSERT INTO chipwire.deal_revision (deal_id, revision, seq, kind) VALUES ('d', 1, 0, 'new')"
        )
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
            conn.execute("UPDATE chipwire.deal_revision SET kind = 'x'")
