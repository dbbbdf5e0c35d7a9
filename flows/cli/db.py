"""``chipwire db``: the database's address, its schema, a prompt."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Annotated

import typer

from flows.cli import common

app = typer.Typer(help="The database: address for BI tools, migration, psql.", no_args_is_help=True)


@app.command()
def url(
    owner: Annotated[bool, typer.Option("--owner", help="The owner's address, who may write.")] = False,
) -> None:
    """Print the address for BI tools: the read-only role, which sees the schema bi and nothing else.

    Example: [bold]psql "$(chipwire db url)" -c 'select * from bi.deals'[/bold]
    """
    from pipeline.store import bi_url, database_url, migrate_database

    common.settings()
    migrate_database(database_url())
    typer.echo(database_url() if owner else bi_url())


@app.command()
def migrate() -> None:
    """Bring the schema up to date; safe at any time, also by several at once.

    Example: [bold]CHIPWIRE_DATABASE_URL=postgresql://… chipwire db migrate[/bold]
    """
    from pipeline.store import database_url, migrate_database

    common.settings()
    typer.echo(f"The schema is at version {migrate_database(database_url())}.")


@app.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
def psql(
    ctx: typer.Context,
    owner: Annotated[bool, typer.Option("--owner", help="As the owner, who may write.")] = False,
) -> None:
    """Open psql (yours, or the one of the embedded server) as the read-only role; what follows goes to psql.

    Example: [bold]chipwire db psql -c 'select * from bi.deals limit 5'[/bold]
    """
    from pipeline.store import bi_url, database_url, migrate_database

    common.settings()
    migrate_database(database_url())
    target = database_url() if owner else bi_url()
    program = shutil.which("psql")
    if program is None:
        raise typer.BadParameter(
            "psql is not installed (Debian: postgresql-client); the address is: chipwire db url"
        )
    # By the environment, so that the password is in no list of processes.
    raise typer.Exit(subprocess.call([program, *ctx.args], env={**os.environ, **_libpq(target)}))


def _libpq(url: str) -> dict[str, str]:
    from psycopg.conninfo import conninfo_to_dict

    names = {
        "host": "PGHOST",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "dbname": "PGDATABASE",
    }
    return {names[key]: str(value) for key, value in conninfo_to_dict(url).items() if key in names and value}
