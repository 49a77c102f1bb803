"""Hosts that asked to be left alone (Retry-After), and for how long. Every function works inside the caller's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Double, cast, extract, func, literal_column, select
from sqlalchemy.dialects.postgresql import insert

from pipelines.store.rows import plain
from pipelines.store.tables import rests

if TYPE_CHECKING:
    from sqlalchemy import Connection

SLACK = 3_600.0  # seconds by which a clock may have been set back; what lies further than LONGEST beyond, a wrong clock wrote
LONGEST = 7 * 86_400.0  # seconds; a host that asks for more is asked again then: of the days until then its indexes still tell


def begin(connection: Connection, host: str, seconds: float) -> None:
    """Leave a host alone from now on for so many seconds, by the database's clock."""
    until = func.now() + min(seconds, LONGEST) * literal_column("interval '1 second'")
    row = insert(rests).values(host=plain(host), until=until)
    connection.execute(row.on_conflict_do_update(index_elements=["host"], set_={"until": row.excluded.until}))


def left(connection: Connection, host: str) -> float:
    """Seconds that a host is still to be left alone, 0 if it may be asked, as where a clock that was ahead wrote the rest."""
    seconds = cast(extract("epoch", rests.c.until - func.now()), Double)
    told: float | None = connection.scalar(select(seconds).where(rests.c.host == plain(host)))
    return bounded(told or 0.0)


def bounded(seconds: float) -> float:
    """Seconds that are left of a rest, by what is written down of it."""
    return 0.0 if seconds > LONGEST + SLACK else min(max(seconds, 0.0), LONGEST)
