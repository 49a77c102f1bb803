"""Whether the database has the tables this Kliping knows, and making it so; only here is Alembic called, and only at need."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from pipelines.store.engine import connect, is_embedded
from pipelines.store.tables import HEAD, metadata

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection, Engine

__all__ = ["HEAD", "SchemaError", "check", "downgrade", "folder", "lacking", "opened", "revision", "upgrade"]

LOCK = 0x6B6C6970696E67  # "kliping" in ASCII: one migration at a time
UNDEFINED_TABLE = "42P01"


class SchemaError(Exception):
    """The tables are not those this Kliping knows; str() is one line that says what to run."""


def opened() -> Engine:
    """Connect and check: the engine that every program of ours works with. The embedded database's tables are mended at need."""
    engine = connect()
    check(engine, mend=is_embedded())
    return engine


def check(engine: Engine, *, mend: bool) -> None:
    """Make sure that the schema is this Kliping's; with ``mend`` bring an older one up to date."""
    with engine.connect() as connection:
        found = revision(connection)
    if found == HEAD:
        return
    _refuse_newer(found)
    if not mend:
        state = "has no tables yet" if found is None else f"has the tables of an older Kliping ({found}, needed is {HEAD})"
        raise SchemaError(f"the database {state}: run: kliping db upgrade")
    upgrade(engine)


def lacking(engine: Engine) -> list[str]:
    """Name each column that our code knows and a database at HEAD has not: somebody changed it by hand."""
    here = text("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = ANY (current_schemas(false))")
    with engine.connect() as connection:
        told = {(table, column) for table, column in connection.execute(here)}
    columns = (column for table in metadata.sorted_tables for column in table.columns)
    return [str(column) for column in columns if (column.table.name, column.name) not in told]


def revision(connection: Connection) -> str | None:
    """Which migration the database is at, None if it is empty: then the connection's transaction, if it has one, is ended."""
    try:
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    except ProgrammingError as error:
        if getattr(error.orig, "pgcode", None) != UNDEFINED_TABLE:
            raise
        connection.rollback()
        return None
    return found


def upgrade(engine: Engine) -> None:
    """Bring the database to HEAD, in one transaction; of two who start together the second waits and finds it done."""
    with engine.connect() as connection:
        _refuse_newer(found := revision(connection))
        _refuse_narrow(connection)
        if found is None:
            _refuse_elsewhere(connection)
    from alembic import command

    with engine.begin() as connection:
        command.upgrade(_config(connection), "head")


def downgrade(engine: Engine, to: str) -> None:
    """Take the database back to a revision, or to ``base``: no tables, no data."""
    with engine.connect() as connection:
        _refuse_newer(revision(connection))
    from alembic import command
    from alembic.util import CommandError

    try:
        with engine.begin() as connection:
            command.downgrade(_config(connection), to)
    except CommandError as error:
        raise SchemaError(f"no way down to {to}: {error}") from error


def folder() -> Path:
    """Where the migrations are: in the installed wheel, else in the checkout."""
    package = Path(__file__).parents[1]
    inside, beside = package / "migrations", package.parent / "migrations"
    return inside if inside.is_dir() else beside


def _refuse_newer(found: str | None) -> None:
    """Revisions are numbered 0001, 0002 …: what is not below HEAD is not known here."""
    if found is not None and not (found.isdecimal() and found <= HEAD):
        raise SchemaError(f"the database is at revision {found}, newer than this Kliping knows ({HEAD}): upgrade Kliping")


def _refuse_narrow(connection: Connection) -> None:
    """News quotes in every script: an encoding that holds one alone takes neither our comments nor their stories."""
    encoding, name = connection.execute(text("SELECT current_setting('server_encoding'), current_database()")).one()
    if encoding != "UTF8":
        made = "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
        raise SchemaError(f"the database {name} is encoded in {encoding}, Kliping needs UTF8: make another ({made})")


def _refuse_elsewhere(connection: Connection) -> None:
    """Backups and readers know of the schema public alone."""
    where = connection.scalar(text("SELECT current_schema()"))
    if where != "public":
        raise SchemaError(f"tables would go into the schema {where}, Kliping needs public: put it first in the role's search_path")


def _config(connection: Connection) -> Config:
    """Take the lock until the end of the transaction, and hand the connection to migrations/env.py."""
    from alembic.config import Config

    connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    config = Config()
    config.set_main_option("script_location", str(folder()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
