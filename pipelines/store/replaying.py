"""What a rebuild asks of the store and tells it, beside what a crawl does: what is held, and when things were first seen.

Every function works inside the caller's transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, insert, select, update

from pipelines.store.tables import articles, pages, rebuilds, rejects, revisions

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Known:
    """A story's page as its row has it."""

    state: str
    digest: str | None
    fetched_at: datetime | None
    published_at: datetime | None


def known(connection: Connection, outlet: str, story_ids: Collection[str]) -> dict[str, Known]:
    """Give what is known of some stories."""
    p = pages.c
    same = and_(articles.c.outlet == p.outlet, articles.c.story_id == p.story_id)
    rows = select(p.story_id, p.state, p.digest, p.fetched_at, articles.c.published_at).select_from(pages.outerjoin(articles, same))
    found = connection.execute(rows.where(p.outlet == outlet, p.story_id.in_(story_ids)))
    return {story_id: Known(*facts) for story_id, *facts in found}


def is_empty(connection: Connection, outlet: str) -> bool:
    """Say whether nothing is known of an outlet."""
    return connection.execute(select(pages.c.story_id).where(pages.c.outlet == outlet).limit(1)).first() is None


def begin(connection: Connection, outlet: str) -> bool:
    """Note that a rebuild begins, and say whether it may: where nothing is known, or what an unfinished one left, which goes.

    The note is in the database that it speaks of: a backup put in its place knows nothing of it, nor does another database.
    """
    if connection.scalar(select(rebuilds.c.outlet).where(rebuilds.c.outlet == outlet)):
        connection.execute(delete(articles).where(articles.c.outlet == outlet))
        connection.execute(delete(pages).where(pages.c.outlet == outlet))  # with all that hangs on them
    elif not is_empty(connection, outlet):
        return False
    else:
        connection.execute(insert(rebuilds).values(outlet=outlet))
    return True


def end(connection: Connection, outlet: str) -> None:
    """Note that it came to its end."""
    connection.execute(delete(rebuilds).where(rebuilds.c.outlet == outlet))


def date_back(connection: Connection, outlet: str) -> None:
    """Let what was rebuilt carry the days of its pages, not that of the rebuild. It was read now: new to search and kinship."""
    first = select(func.min(revisions.c.fetched_at)).where(
        revisions.c.outlet == articles.c.outlet, revisions.c.story_id == articles.c.story_id
    )
    here = pages.c.outlet == outlet, pages.c.fetched_at.is_not(None)
    same = articles.c.outlet == pages.c.outlet, articles.c.story_id == pages.c.story_id
    seen = func.coalesce(first.scalar_subquery(), pages.c.fetched_at)
    connection.execute(update(articles).where(*here, *same).values(first_seen_at=seen))
    same = rejects.c.outlet == pages.c.outlet, rejects.c.story_id == pages.c.story_id
    connection.execute(update(rejects).where(*here, *same).values(refused_at=pages.c.fetched_at))
