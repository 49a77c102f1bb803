"""Where the database is: DATABASE_URL, else the embedded one. Nothing here knows a table."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg2
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

from pipelines.store import embedded
from pipelines.store.address import given, parsed, place, trouble, written
from pipelines.store.cluster import NAME, address, backend, call, pid, reach, size, version
from pipelines.store.embedded import data_dir
from pipelines.store.errors import DatabaseError, Misuse

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg2.extensions import connection
    from sqlalchemy import Connection, Engine

__all__ = [
    "DatabaseError", "Misuse", "Status", "binary", "connect", "data_dir", "is_embedded", "start", "status", "stop", "url", "words",
]  # fmt: skip

OLDEST = 14
LOOKS = 5  # at which process answers whom: between two of them a busy pooler may give it to somebody else
SHARED = "at {} a pooler shares the server's connections by transaction: Kliping needs pool_mode = session, or the server itself"
# A server whose machine died does not hang up: two minutes, as it waits for us (cluster.py), not the system's two hours.
_LIFE = {"keepalives_idle": "60", "keepalives_interval": "15", "keepalives_count": "4", "tcp_user_timeout": "120000"}
_MANNERS = {"application_name": "kliping", "connect_timeout": "10", **_LIFE}
_ALWAYS = {"client_encoding": "UTF8"}  # whatever PGCLIENTENCODING, the role or the database says

_SURVEY = """
    SELECT current_setting('server_version'), pg_database_size(current_database()), count(*) - 1
    FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'
"""


@dataclass(frozen=True)
class Status:
    """How the database is; what cannot be known is None. `trouble` says why it does not answer.

    `size` is in bytes: what the embedded one takes on the disk, its log of changes included; else what the server says.
    """

    running: bool
    address: str
    pid: int | None = None
    version: str | None = None
    data: Path | None = None
    size: int | None = None
    connections: int | None = None
    trouble: str | None = None


def cluster() -> Path:
    """Return PGDATA of the embedded server."""
    return data_dir() / "postgres"


def is_embedded() -> bool:
    """No DATABASE_URL is set, so the server is ours to start, stop and migrate."""
    return not given()


def connect() -> Engine:
    """Return an engine that has been answered. If the embedded server falls, its next connection starts it again."""
    engine = create_engine("postgresql+psycopg2://", creator=_opener(), pool_pre_ping=True, pool_size=4, max_overflow=28)
    try:
        with engine.connect() as one:
            if _is_pooled(one) and _is_shared(one, engine):
                raise Misuse(SHARED.format(place(_words())))
    except DBAPIError as error:  # it fell while SQLAlchemy asked its version
        raise trouble(str(error.orig), _words()) from None
    return engine


def _is_pooled(one: Connection) -> bool:
    """Whether a pooler stands between: it cannot tell beforehand which of the server's processes will answer."""
    link = _link(one)
    return backend(link) != int(link.info.backend_pid)


def _is_shared(one: Connection, engine: Engine) -> bool:
    """Whether two connections that are open at once are answered by one process: then a lock of the session is anybody's."""
    with engine.connect() as other:
        return any(backend(_link(one)) == backend(_link(other)) for _ in range(LOOKS))


def _link(one: Connection) -> Any:
    return one.connection.driver_connection


def url() -> str:
    """Return the address as psql takes it, password included; the embedded server is started if need be."""
    if is_embedded():
        _opener()().close()
        return written(address(cluster()))
    parsed(given())
    return "postgresql://" + given().partition("://")[2]


def words() -> dict[str, str]:
    """Return the address in libpq's words, the password among them; the embedded server is started if need be."""
    if is_embedded():
        _opener()().close()
        return address(cluster())
    return parsed(given())


def mannered(words: dict[str, str]) -> dict[str, str]:
    """Add to an address how we connect, by whatever driver."""
    return _MANNERS | words | _ALWAYS


def start() -> None:
    """Start the embedded server, if it does not run."""
    _refuse_given("started")
    _opener()().close()


def stop() -> bool:
    """Stop the embedded server, whoever uses it, and say whether one ran."""
    _refuse_given("stopped")
    return embedded.stop(cluster())


def status() -> Status:
    """Look, and start nothing."""
    if given():
        return _survey(Status(running=False, address=written(_words())), _opener())
    data = cluster()
    words = _words()
    with suppress(OSError):
        words = address(data)
    found = Status(running=False, address=written(words), data=data, pid=pid(data), version=version(data), size=size(data))
    return _survey(found, partial(_open, partial(call, data, **_MANNERS | _ALWAYS), words))


def _survey(found: Status, opener: Callable[[], connection]) -> Status:
    try:
        link = opener()
    except DatabaseError as error:
        return replace(found, trouble=str(error))
    with link.cursor() as cursor:
        cursor.execute(_SURVEY)
        release, held, others = cursor.fetchone()
    link.close()
    return replace(found, running=True, version=release, size=found.size or held, connections=others)


def binary(name: str) -> Path:
    """Find psql, pg_dump and the like: the embedded server's, else the system's."""
    try:
        return embedded.program(name)
    except DatabaseError:
        if found := shutil.which(name):
            return Path(found)
        raise


def _refuse_given(verb: str) -> None:
    if given():
        raise Misuse(f"DATABASE_URL names the server at {place(_words())}: it is not {verb} from here")


def _words() -> dict[str, str]:
    return parsed(given()) if given() else {"host": str(cluster()), "user": NAME, "dbname": NAME}


def _opener() -> Callable[[], connection]:
    words = _words()
    dial = partial(embedded.dial, cluster(), **_MANNERS | _ALWAYS) if is_embedded() else partial(reach, **mannered(words))
    return partial(_open, dial, words)


def _open(dial: Callable[[], connection], words: dict[str, str]) -> connection:
    try:
        link = dial()
    except (psycopg2.Error, OSError) as error:
        raise trouble(str(error), words) from None  # its traceback would show the password
    if link.server_version < OLDEST * 10000:
        major = link.server_version // 10000
        raise DatabaseError(f"PostgreSQL at {place(words)} is version {major}: Kliping needs {OLDEST} or newer")
    return link
