"""What is known of an outlet's doors: what to ask one next time, whether its last walk was finished, what it alone announced.

Every function works inside the caller's transaction.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, and_, any_, case, cast, func, literal, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from pipelines.store.rows import plain
from pipelines.store.tables import FORGOTTEN, days, doors, pages

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from sqlalchemy import ColumnElement, Connection

LONGEST = 2000  # bytes of a door's address: a row of the index takes 2,704
WHOLE: ColumnElement[Any] = literal_column("interval '1 hour'")  # a door may lie for that long: then it is asked whole again


@dataclass(frozen=True, slots=True)
class Known:
    """What a door may be asked by, whether its last walk came to its end, whether it ever gave an answer."""

    etag: str | None = None
    last_modified: str | None = None
    finished: bool = False
    came: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """What a door announced, as the seed writes it, and of that what no other door knew."""

    outlet: str
    door: str
    announced: int
    alone: int


def begin(connection: Connection, outlet: str, url: str) -> Known:
    """Give what is known of a door about to be asked, and note that its walk is under way: one that breaks off is unfinished."""
    d = doors.c
    fresh = and_(~d.lies, d.whole_at > func.now() - WHOLE)
    told = select(case((fresh, d.etag)), case((fresh, d.last_modified)), d.finished, d.whole_at.is_not(None))
    known = connection.execute(told.where(d.outlet == outlet, d.url == url)).first()
    _put(connection, outlet, url, finished=False)
    return Known(*known) if known else Known()


def came(
    connection: Connection, outlet: str, url: str, ids: Collection[str], *, etag: str | None, last_modified: str | None
) -> None:
    """Note a whole answer. One that announced nothing, or other stories under the same ETag, is asked whole ever after."""
    digest = hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest() if ids else None
    said = {"etag": etag and plain(etag), "last_modified": last_modified and plain(last_modified)}
    d = doors.c
    same = and_(*(d[name].is_not_distinct_from(cast(value, Text)) for name, value in said.items()))
    sent = literal(any(said.values()))
    lies = case((and_(sent, same, d.digest.is_not(None), d.digest.is_distinct_from(digest)), True), else_=d.lies)
    kept = said if digest else dict.fromkeys(said)
    _put(connection, outlet, url, lies=lies, digest=digest, whole_at=func.now(), **kept)


def end(connection: Connection, outlet: str, url: str) -> None:
    """Note that the walk came to its end."""
    _put(connection, outlet, url, finished=True)


def _put(connection: Connection, outlet: str, url: str, **facts: Any) -> None:
    first = {name: value for name, value in facts.items() if name != "lies"}
    row = insert(doors).values(outlet=outlet, url=plain(url), **first)
    connection.execute(row.on_conflict_do_update(index_elements=list(doors.primary_key), set_=facts))


def unheard(connection: Connection, outlet: str, door: str, ids: Collection[str]) -> int:
    """Count the stories that this door never announced before."""
    here = pages.c.outlet == outlet, pages.c.story_id == any_(cast(list(ids), ARRAY(Text)))
    heard = select(func.count()).where(*here, _told_by(door))
    return len(ids) - connection.execute(heard).scalar_one()


def _told_by(door: str) -> ColumnElement[bool]:
    return pages.c.announced_by.contains([door]) | (pages.c.state == FORGOTTEN)


def walked(
    connection: Connection, outlet: str, door: str, day: date, *, announced: int, complete: bool, further: bool = False
) -> None:
    """Note that a day was walked to its end; ``further``: only as far as what the walk before had announced."""
    row = insert(days).values(outlet=outlet, door=door, day=day, announced=announced, complete=complete)
    before = days.c.announced if further else 0
    facts = {"announced": before + row.excluded.announced, "complete": complete, "walked_at": func.now()}
    connection.execute(row.on_conflict_do_update(index_elements=list(days.primary_key), set_=facts))


def day_complete(connection: Connection, outlet: str, door: str, day: date) -> bool:
    """Say whether a dated door was walked to its end after its day was over."""
    return bool(connection.scalar(select(days.c.complete).where(days.c.outlet == outlet, days.c.door == door, days.c.day == day)))


def day_read(connection: Connection, outlet: str, door: str, day: date) -> bool:
    """Say whether a dated door, walked to its end, announced anything for a day."""
    here = days.c.outlet == outlet, days.c.door == door, days.c.day == day
    return bool(connection.scalar(select(days.c.announced).where(*here)))


def last_complete(connection: Connection, outlet: str, door: str) -> date | None:
    """Give the newest day of a dated door that was walked to its end after it was over."""
    newest = select(func.max(days.c.day)).where(days.c.outlet == outlet, days.c.door == door, days.c.complete)
    day: date | None = connection.scalar(newest)
    return day


def shares(connection: Connection, outlet: str | None = None) -> list[Share]:
    """Give what each door announced, the one that alone knew most first."""
    door = func.unnest(pages.c.announced_by).label("door")
    told = select(pages.c.outlet, door, func.cardinality(pages.c.announced_by).label("doors"))
    each = (told if outlet is None else told.where(pages.c.outlet == outlet)).subquery().c
    alone = func.count().filter(each.doors == 1)
    rows = select(each.outlet, each.door, func.count(), alone).group_by(each.outlet, each.door)
    return [Share(*row) for row in connection.execute(rows.order_by(each.outlet, alone.desc(), each.door))]
