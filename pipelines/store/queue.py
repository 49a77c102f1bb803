"""The queue of due outlets that workers on any machines share: procrastinate, in a PostgreSQL schema of its own.

Its tables are no part of our migrations: they are the queue's own business, hold nothing that is not found again by
the next look at the timetable, and may be dropped whenever no worker runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.store import engine
from pipelines.store.errors import DatabaseError

if TYPE_CHECKING:
    from procrastinate import App
    from psycopg import AsyncConnection

SCHEMA = "procrastinate"
LOCK = 0x6B6C69717565  # "klique" in ASCII: one installation at a time


def open_queue(slots: int) -> App:
    """Give the queue, installed if it is not there yet. DatabaseError is one line; ImportError where the extra is missing."""
    from procrastinate import App, PsycopgConnector
    from psycopg.conninfo import make_conninfo

    words: dict[str, Any] = engine.mannered(engine.words())
    conninfo = make_conninfo("", **words)
    _install(conninfo)
    return App(connector=PsycopgConnector(conninfo=conninfo, configure=_look_there, min_size=1, max_size=slots + 4))


async def _look_there(connection: AsyncConnection[Any]) -> None:
    """Not as an option of the connection: PgBouncer refuses those."""
    await connection.set_autocommit(True)
    await connection.execute(f"SET search_path TO {SCHEMA}")


def _install(conninfo: str) -> None:
    import psycopg
    from procrastinate import __version__ as release
    from procrastinate.schema import SchemaManager

    try:
        with psycopg.connect(conninfo) as link:
            link.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            held = link.execute("SELECT obj_description(to_regnamespace(%s), 'pg_namespace')", [SCHEMA]).fetchone()
            if held and held[0] is not None:
                return _same(held[0], release)
            link.execute(f"CREATE SCHEMA {SCHEMA}")
            link.execute(f"SET LOCAL search_path TO {SCHEMA}")
            link.execute(SchemaManager.get_schema())
            link.execute(f"COMMENT ON SCHEMA {SCHEMA} IS 'procrastinate {release}'")
    except psycopg.Error as error:
        raise DatabaseError(f"the queue cannot be installed: {str(error).splitlines()[0]}") from None


def _same(held: str, release: str) -> None:
    if held != f"procrastinate {release}":
        mend = f'stop every worker, then: kliping sql -c "DROP SCHEMA {SCHEMA} CASCADE"'
        raise DatabaseError(f"the queue was installed by {held}, this is {release}; {mend} (it holds nothing but the queue)")
