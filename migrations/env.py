"""Alembic's way to the database: the connection it is handed, else the one that every command uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import context

from pipelines.store.tables import metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection


def migrate(connection: Connection) -> None:
    """Run what was asked for. A connection that is in a transaction stays in it: its owner commits."""
    context.configure(connection=connection, target_metadata=metadata, compare_server_default=True)
    with context.begin_transaction():
        context.run_migrations()


def print_sql() -> None:
    """Write the SQL for a database administrator: alembic upgrade head --sql."""
    context.configure(dialect_name="postgresql", target_metadata=metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    print_sql()
elif (given := context.config.attributes.get("connection")) is not None:
    migrate(given)
else:
    from pipelines.store.engine import connect

    with connect().connect() as own:
        migrate(own)
