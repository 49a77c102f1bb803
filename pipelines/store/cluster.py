"""A PostgreSQL cluster seen from outside: where it listens, what it answers, who lives in it. Nothing here changes it."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2

if TYPE_CHECKING:
    from psycopg2.extensions import connection

NAME = "kliping"  # of the role and of the database
PORT = "5432"  # only names the socket's file: no TCP port is opened
# A machine that died does not hang up: the server, which keeps its outlets' locks, is to notice within two minutes, not two hours.
GREETING = "SET TIME ZONE 'UTC'; SET tcp_keepalives_idle = 60; SET tcp_keepalives_interval = 15; SET tcp_keepalives_count = 4"
LONGEST = 103  # bytes of a socket's path: Linux takes 107, macOS 103


class State(Enum):
    """What a server says when it is called."""

    UP = "up"
    BUSY = "not ready"
    DOWN = "down"


def call(data: Path, **how: str) -> connection:
    """Connect to the server on `data`. OSError if nobody left an address there."""
    return reach(**address(data) | how)


def reach(**words: str) -> connection:
    """Connect and have a first order obeyed: a server killed a moment ago may still accept a connection."""
    link = psycopg2.connect(**words)
    link.cursor().execute(GREETING)  # not as options of the connection: PgBouncer refuses those
    link.commit()
    return link


def backend(link: connection) -> int:
    """Ask which of the server's processes answers, in a transaction of its own; a pooler has told libpq of another one."""
    with link, link.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (found,) = cursor.fetchone()
    return int(found)


def address(data: Path) -> dict[str, str]:
    """Where the server on `data` says it listens; it may be dead. OSError if it says nothing."""
    lines = (data / "postmaster.pid").read_text().splitlines()
    place = lines[4] if len(lines) > 4 else ""  # noqa: PLR2004  a server writes its pid first and its socket's directory fifth
    return {"host": place or str(data), "port": PORT, "user": NAME, "dbname": NAME}


def state(data: Path) -> State:
    """Call the server and start nothing."""
    try:
        call(data, connect_timeout="5").close()
    except OSError:
        return State.DOWN
    except psycopg2.OperationalError as error:
        return _meant(str(error))
    return State.UP


def _meant(said: str) -> State:
    if re.search("Connection refused|No such file", said):
        return State.DOWN
    if re.search("starting up|shutting down|recovery|not yet accepting", said) or "FATAL" not in said:
        return State.BUSY  # nor is a server dead that is too loaded to answer in time
    return State.UP  # it refuses us, so it is there: too many clients, no such database yet


def processes(data: Path) -> set[int]:
    """Every process of PostgreSQL's that works in `data`, also by hand. A zombie has no directory, so it does not count."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "cwd").readlink() == data and (process / "comm").read_text().strip() == "postgres":
                found.add(int(process.name))
    return found


def pid(data: Path) -> int | None:
    """Find the server's process, if it lives where we can see it: another container's we cannot."""
    with suppress(OSError, ValueError, IndexError):
        number = int((data / "postmaster.pid").read_text().split()[0])
        return number if number in processes(data) else None
    return None


def version(data: Path) -> str | None:
    """Major version that wrote the cluster, None before it is there."""
    with suppress(OSError):
        return (data / "PG_VERSION").read_text().strip()
    return None


def size(data: Path) -> int | None:
    """Bytes on the disk, None before it is there."""
    if version(data) is None:
        return None
    total = 0
    for path in data.rglob("*"):
        with suppress(OSError):  # a running server removes files
            total += path.lstat().st_blocks * 512
    return total


def fits(place: Path) -> bool:
    """Whether a socket can live there: its path is short enough, and libpq would read a comma as a list of hosts."""
    return len(os.fsencode(place / f".s.PGSQL.{PORT}")) <= LONGEST and "," not in str(place)


def last_words(data: Path, read: int = 0) -> str:
    """Tell the end of the server's log, what stood there before byte `read` left out."""
    with suppress(OSError), (data / "server.log").open(errors="replace") as log:
        log.seek(read)
        return in_one_line(log.read())
    return "it left no log"


def in_one_line(text: str) -> str:
    """Join the last three lines, without their time stamps and without what initdb says after the reason."""
    lines = [re.sub(r"^[-\d]+ [:.\d]+ \S+ \[\d+\] ", "", line.strip()) for line in text.splitlines() if line.strip()]
    return " / ".join([line for line in lines if not re.match("Aborted|child process|initdb: removing", line)][-3:])
