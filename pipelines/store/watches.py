"""Watches: which new stories answer them, and which of these were told. Every function works inside the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, text, tuple_, update

from pipelines.clippings import Match
from pipelines.store.resuming import OVERLAP
from pipelines.store.search import Question, plan_of
from pipelines.store.tables import articles, matches, watches

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

LOCK = 0x7761746368  # "watch" in ASCII: one delivery at a time
_FIND = text(f"""
    INSERT INTO matches (watch, outlet, story_id)
    SELECT :watch, a.outlet, a.story_id FROM (
        SELECT outlet, story_id FROM search_index WHERE lexemes @@ CAST(:query AS tsquery)
        AND read_at >= greatest(CAST(:created AS timestamptz), coalesce(CAST(:looked AS timestamptz) - {OVERLAP}, '-infinity'))
    ) found JOIN articles a USING (outlet, story_id) WHERE a.first_seen_at >= :created
    ON CONFLICT DO NOTHING
""")  # noqa: S608 (a constant of ours)


@dataclass(frozen=True, slots=True)
class Watch:
    """A watch; ``found`` stories answered it so far, ``waiting`` of them are not told yet."""

    id: int
    query: str
    target: str
    created_at: datetime
    looked_at: datetime | None
    found: int
    waiting: int


def add(connection: Connection, query: str, target: str) -> int:
    """Begin to watch, and give the watch's number; QueryError where the query cannot be read."""
    plan_of(connection, Question(query))
    return int(connection.execute(insert(watches).values(query=query, target=target).returning(watches.c.id)).scalar_one())


def remove(connection: Connection, number: int) -> bool:
    """End a watch; say whether there was one."""
    return connection.execute(delete(watches).where(watches.c.id == number)).rowcount > 0


def listed(connection: Connection) -> list[Watch]:
    """Give every watch, the oldest first."""
    w, m = watches.c, matches.c
    counts = func.count(m.watch), func.count(m.watch).filter(m.told_at.is_(None))
    rows = select(w.id, w.query, w.target, w.created_at, w.looked_at, *counts).outerjoin_from(watches, matches, m.watch == w.id)
    return [Watch(*row) for row in connection.execute(rows.group_by(w.id).order_by(w.id))]


def find(connection: Connection, watch: Watch) -> int:
    """Note what was stored since the last look and answers; give how many stories that is."""
    query = plan_of(connection, Question(watch.query)).query
    given = {"watch": watch.id, "query": query, "created": watch.created_at, "looked": watch.looked_at}
    found = connection.execute(_FIND, given).rowcount
    connection.execute(update(watches).where(watches.c.id == watch.id).values(looked_at=func.now()))
    return found


def waiting(connection: Connection, watch: int, limit: int) -> list[Match]:
    """Give what is not told yet, the first found first."""
    return _matches(connection, watch, limit, new=True)


def latest(connection: Connection, watch: int, limit: int) -> list[Match]:
    """Give what was found last, told or not, the newest first."""
    return _matches(connection, watch, limit, new=False)


def _matches(connection: Connection, watch: int, limit: int, *, new: bool) -> list[Match]:
    a, m = articles.c, matches.c
    same = (a.outlet == m.outlet) & (a.story_id == m.story_id)
    rows = select(a.outlet, a.story_id, a.url, a.title, a.section, a.published_at, m.found_at, func.left(a.text, 300))
    rows = rows.join_from(matches, articles, same).where(m.watch == watch)
    order = m.found_at if new else m.found_at.desc()
    chosen = rows.where(m.told_at.is_(None)) if new else rows
    return [Match(*row) for row in connection.execute(chosen.order_by(order, a.outlet, a.story_id).limit(limit))]


def told(connection: Connection, watch: int, delivered: Sequence[Match]) -> None:
    """Note that these were delivered."""
    key = tuple_(matches.c.outlet, matches.c.story_id)
    here = matches.c.watch == watch, key.in_([(match.outlet, match.story_id) for match in delivered])
    connection.execute(update(matches).where(*here).values(told_at=func.now()))
