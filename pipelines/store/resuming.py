"""Where a look through the readings stopped, so that the next one begins there: told by the rows that it left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, text

from pipelines.store.tables import articles

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

OVERLAP = "interval '1 hour'"  # a reading's time is that of its transaction's begin: one that took long becomes visible late


def stopped_at(connection: Connection, seen: Table) -> Any:
    """Give the newest reading in ``seen`` less the overlap, or None; what a clock that was ahead dated later says nothing of it."""
    return connection.scalar(select(func.max(seen.c.read_at) - text(OVERLAP)).where(seen.c.read_at <= func.now()))


def is_short(connection: Connection, seen: Table) -> bool:
    """Whether fewer stories were seen than there are: what a clock that was ahead dated hid them when it was reached."""
    held, had = (select(func.count()).select_from(table).scalar_subquery() for table in (articles, seen))
    return bool(connection.scalar(select(held > had)))
