"""Who works on an outlet: its lock, and the row that each run leaves behind; what a run finds and keeps lies next door."""

from __future__ import annotations

import hashlib
import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, text, update

from pipelines.nouns import Exit
from pipelines.store.tables import pages, runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Engine

PAUSE = 0.1  # seconds between two looks at a lock that another holds
CUT_SHORT = (Exit.DATABASE, Exit.INTERRUPTED)  # an outlet whose run ended so is due again at once
LOCKS = """
    SELECT classid::int8 << 32 | objid::int8 FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND datname = current_database()
"""


class Locked(Exception):
    """Another run works on the outlet; its text names it."""


@dataclass(frozen=True, slots=True)
class Timetable:
    """When each outlet's doors were last asked, and who is being crawled, all by the database's clock."""

    now: datetime
    begun: Mapping[str, datetime]
    busy: frozenset[str]


def lock(connection: Connection, outlet: str, wait: float = 2.0) -> str | None:
    """Take the outlet's lock and return None, or after ``wait`` seconds a sentence that names its holder.

    The lock belongs to the session, not to the transaction: it lasts until the connection is really closed. Give it a connection
    of its own, best in AUTOCOMMIT, and invalidate or detach it at the end: one that goes back to the pool takes the lock with it.
    """
    until = monotonic() + wait
    while not connection.scalar(select(func.pg_try_advisory_lock(_key(outlet)))):
        holder = _holder(connection, outlet)
        if monotonic() >= until or _is_alive(holder):
            return _named(holder, outlet)
        sleep(PAUSE)
    return None


def locked(engine: Engine, outlet: str) -> Connection:
    """Give a connection that holds the outlet's lock until it is closed; Locked where another run has it."""
    held = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    held.detach()  # back in the pool it would take the lock along
    if holder := lock(held, outlet):
        held.close()
        raise Locked(holder)
    return held


def timetable(connection: Connection, outlets: Iterable[str]) -> Timetable:
    """Look when each outlet's last whole round of its doors began: a run of listed addresses, of past days or cut short is none.

    Nor is one to come, begun while the server's clock was ahead: until that day nothing would be due.
    """
    over = runs.c.exit_code.is_not(None), runs.c.exit_code.not_in(CUT_SHORT)
    whole = *over, runs.c.arguments == {}, runs.c.started_at <= func.now()
    rounds = select(runs.c.outlet, func.max(runs.c.started_at).label("began")).where(*whole).group_by(runs.c.outlet)
    held = set(connection.scalars(text(LOCKS)))
    busy = frozenset(outlet for outlet in outlets if _key(outlet) in held)
    begun = {row.outlet: row.began for row in connection.execute(rounds)}
    return Timetable(connection.execute(select(func.now())).scalar_one(), begun, busy)


def is_held(connection: Connection, outlet: str) -> bool:
    """Whether somebody works on the outlet now."""
    return _key(outlet) in set(connection.scalars(text(LOCKS)))


def is_crawled(connection: Connection) -> bool:
    """Whether any outlet is being crawled into this database now."""
    return connection.execute(text(LOCKS)).first() is not None


def _key(outlet: str) -> int:
    return int.from_bytes(hashlib.sha256(f"kliping:{outlet}".encode()).digest()[:8], "big", signed=True)


def _holder(connection: Connection, outlet: str) -> Any:
    working = select(runs).where(runs.c.outlet == outlet, runs.c.ended_at.is_(None)).order_by(runs.c.id.desc()).limit(1)
    return connection.execute(working).first()


def _is_alive(run: Any) -> bool:
    """Whether the run is seen at work here: then its lock is no dead one's. A zombie has no words, a reused number others."""
    if run is None or run.host != socket.gethostname() or run.pid == os.getpid():
        return False
    with suppress(OSError):
        return run.outlet.encode() in Path(f"/proc/{run.pid}/cmdline").read_bytes().split(b"\0")
    return False


def _named(run: Any, outlet: str) -> str:
    if run is None:  # it has the lock and is about to write its row
        return f"{outlet} is being crawled by a run that has just begun"
    since = f"{run.started_at.astimezone():%Y-%m-%d %H:%M:%S %Z}"
    return f"{outlet} is being crawled by run {run.id} since {since} (host {run.host}, pid {run.pid})"


def release_dead(connection: Connection, outlet: str) -> int:
    """Free what dead runs had leased and end their rows; return how many leases that were.

    For the holder of the lock, before its own ``begin_run``: whoever else has a row without an end is dead. Such a row gets the
    time at which it was found as its end and keeps its exit code null, because nobody heard it.
    """
    connection.execute(update(runs).where(runs.c.outlet == outlet, runs.c.ended_at.is_(None)).values(ended_at=func.now()))
    leased = pages.c.outlet == outlet, pages.c.leased_by.is_not(None)
    return connection.execute(update(pages).where(*leased).values(leased_by=None)).rowcount


def begin_run(connection: Connection, outlet: str, arguments: Mapping[str, Any]) -> int:
    """Write the row of a run that begins, and return its number."""
    row = {"outlet": outlet, "arguments": dict(arguments), "host": socket.gethostname(), "pid": os.getpid()}
    return int(connection.execute(insert(runs).values(row).returning(runs.c.id)).scalar_one())


def end_run(connection: Connection, run: int, exit_code: int, counts: Mapping[str, Any]) -> None:
    """Close the run's row; its leases end with it."""
    closed = {"ended_at": func.now(), "exit_code": exit_code, "counts": dict(counts)}
    connection.execute(update(runs).where(runs.c.id == run).values(closed))
    connection.execute(update(pages).where(pages.c.leased_by == run).values(leased_by=None))
