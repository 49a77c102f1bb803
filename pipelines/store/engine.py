"""Where the database is: DATABASE_URL, else the embedded one. Nothing here knows a table."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg2
from psycopg2.extensions import parse_dsn
from sqlalchemy import create_engine

from pipelines.store import embedded
from pipelines.store.cluster import NAME, address, call, pid, size, version
from pipelines.store.embedded import data_dir
from pipelines.store.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg2.extensions import connection
    from sqlalchemy import Engine

__all__ = ["DatabaseError", "Status", "binary", "connect", "data_dir", "is_embedded", "start", "status", "stop", "url"]

OLDEST = 14
_FORM = "postgresql://user:password@host:port/database"
_SCHEMES = {"postgres", "postgresql", "postgresql+psycopg2"}
_MANNERS = {"application_name": "kliping", "connect_timeout": "10"}

# What libpq and the server say, and what it means. Another language than English comes through as it is.
_MEANINGS = {
    "password authentication failed|no password supplied": "refuses the password given for {user}",
    "database .* does not exist": "has no database {dbname}: create it, or correct DATABASE_URL",
    "role .* does not exist": "has no user {user}",
    "Connection refused|No such file or directory": "is down: nothing answers there",
    "could not translate host name": "cannot be found: no such host",
    "timeout expired": "does not answer in time",
    "too many clients|remaining connection slots": "has no connection left: stop another client, or raise max_connections",
    "starting up|shutting down|recovery|not yet accepting": "is starting or stopping: try again in a moment",
}

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
    return not _given()


def connect() -> Engine:
    """Return an engine that has been answered. If the embedded server falls, its next connection starts it again."""
    engine = create_engine("postgresql+psycopg2://", creator=_opener(), pool_pre_ping=True, pool_size=4, max_overflow=4)
    engine.connect().close()
    return engine


def url() -> str:
    """Return the address as psql takes it, password included; the embedded server is started if need be."""
    if given := _given():
        _words()
        return "postgresql://" + given.partition("://")[2]
    _opener()().close()
    return _address(address(cluster()))


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
    if _given():
        return _survey(Status(running=False, address=_address(_words())), _opener())
    data = cluster()
    words = _words()
    with suppress(OSError):
        words = address(data)
    found = Status(running=False, address=_address(words), data=data, pid=pid(data), version=version(data), size=size(data))
    return _survey(found, partial(_open, partial(call, data, **_MANNERS), words))


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


def _given() -> str:
    return os.environ.get("DATABASE_URL", "").strip()


def _refuse_given(verb: str) -> None:
    if _given():
        raise DatabaseError(f"DATABASE_URL names the server at {_place(_words())}: it is not {verb} from here")


def _words() -> dict[str, str]:
    """Where to connect, in libpq's words. Nothing of a malformed address is repeated, it may be the password."""
    if not (given := _given()):
        return {"host": str(cluster()), "user": NAME, "dbname": NAME}
    scheme, _, rest = given.partition("://")
    if scheme not in _SCHEMES:
        begins = f"begins with {scheme}://" if re.fullmatch(r"[\w+.-]+", scheme) and rest else "is no address"
        raise DatabaseError(f"DATABASE_URL {begins}: Kliping needs {_FORM}")
    try:
        words: dict[str, str] = parse_dsn("postgresql://" + rest)
    except psycopg2.ProgrammingError:
        words = {}
    if not words or re.search(r"[/?@]", rest.rpartition("@")[0]):
        raise DatabaseError(f"DATABASE_URL is malformed: it is {_FORM}, with @ in a password as %40, / as %2F, % as %25")
    return words


def _place(words: dict[str, str]) -> str:
    return f"{words.get('host', 'localhost')}:{words['port']}" if "port" in words else words.get("host", "localhost")


def _address(words: dict[str, str]) -> str:
    """Write an address without its password."""
    user, host, port, dbname = (words.get(key, "") for key in ("user", "host", "port", "dbname"))
    place, query = ("", f"?host={quote(host)}") if host.startswith("/") else (host, "")
    return f"postgresql://{quote(user)}{'@' if user else ''}{place}{':' if port else ''}{port}/{quote(dbname)}{query}"


def _opener() -> Callable[[], connection]:
    words = _words()
    dial = partial(embedded.dial, cluster(), **_MANNERS) if is_embedded() else partial(psycopg2.connect, **_MANNERS | words)
    return partial(_open, dial, words)


def _open(dial: Callable[[], connection], words: dict[str, str]) -> connection:
    try:
        link = dial()
    except (psycopg2.Error, OSError) as error:
        raise DatabaseError(_meaning(str(error), words)) from None  # its traceback would show the password
    if link.server_version < OLDEST * 10000:
        major = link.server_version // 10000
        raise DatabaseError(f"PostgreSQL at {_place(words)} is version {major}: Kliping needs {OLDEST} or newer")
    # Not as an option of the connection: PgBouncer refuses those.
    link.cursor().execute("SET TIME ZONE 'UTC'")
    link.commit()
    return link


def _meaning(said: str, words: dict[str, str]) -> str:
    known = {"user": "the user", "dbname": "of that name"} | words
    for pattern, meaning in _MEANINGS.items():
        if re.search(pattern, said):
            return f"PostgreSQL at {_place(words)} {meaning.format_map(known)}"
    plain = " ".join(said.split())
    return f"PostgreSQL at {_place(words)}: {plain.replace(words['password'], '***') if words.get('password') else plain}"
