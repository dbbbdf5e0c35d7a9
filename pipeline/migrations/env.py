"""Alembic's environment: the connection is handed in by pipeline.store.migrate, all in one transaction."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, version_table="alembic_version", version_table_schema="chipwire")
with context.begin_transaction():
    context.run_migrations()
