"""db: addresses for BI tools and people, migrations, psql."""

from __future__ import annotations

import os
import shutil
from typing import Annotated

import typer

from flows.cli.common import DatabaseOption, fail, use_database

app = typer.Typer(help="The database: where it is, its schema, psql.", no_args_is_help=True)


@app.command()
def url(
    bi: Annotated[bool, typer.Option("--bi", help="The read-only account for BI tools, which sees the schema bi only.")] = False,
    database_url: DatabaseOption = None,
) -> None:
    """The database's URL, to connect with.

    Example: chipwire db url --bi
    """
    use_database(database_url)
    from pipeline import store

    target = store.database_url()
    store.migrate_database(target)
    print(store.bi_url() if bi else target)


@app.command()
def migrate(database_url: DatabaseOption = None) -> None:
    """Bring the schema up to date. Every command does so by itself; this one does only that.

    Example: chipwire db migrate
    """
    use_database(database_url)
    from pipeline import store

    print(f"schema at {store.migrate_database(store.database_url())}")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def psql(context: typer.Context, database_url: DatabaseOption = None) -> None:
    """Open psql on the database; further arguments go to psql.

    Example: chipwire db psql -c 'select * from bi.deals limit 5'
    """
    use_database(database_url)
    from pipeline import store

    program = shutil.which("psql")
    if program is None:
        fail("psql is not installed. Any client will do: `chipwire db url` gives the address.")
    target = store.database_url()
    os.execv(program, [program, target, *context.args])


@app.command()
def stop() -> None:
    """Stop the embedded server; the next command starts it again.

    Example: chipwire db stop
    """
    from pipeline.settings import get_settings
    from pipeline.store import embedded

    settings = get_settings()
    if settings.database_url:
        fail("CHIPWIRE_DATABASE_URL names a server that is not ours to stop")
    print("stopped" if embedded.stop(settings.data_dir) else "it was not running")
