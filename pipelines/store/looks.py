"""Looking again at stories that are held: which are due, and what a look that failed means. What it finds is kept next door.

Every function works inside the caller's transaction.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, literal, select, update

from pipelines.nouns import Place
from pipelines.store.memory import Due, again
from pipelines.store.rows import plain
from pipelines.store.tables import HELD, Instant, articles, pages

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection


def lease(connection: Connection, run: int, outlet: str, limit: int) -> list[Due]:
    """Take up to ``limit`` stories that are due for a look, the longest due first; never one that another has taken."""
    wanted = select(pages.c.story_id).where(*_due(outlet)).order_by(pages.c.next_look_at).limit(limit)
    due = wanted.with_for_update(skip_locked=True).cte()
    own = pages.c.outlet == outlet, pages.c.story_id == due.c.story_id
    taken = update(pages).where(*own).values(leased_by=run).returning(*pages.c).cte()
    t, published = taken.c, articles.c.published_at
    told = (t.story_id, t.url, t.tries, t.etag, t.last_modified, literal(True), t.digest, published)  # noqa: FBT003 (SQL's true)
    lies = (t.archive_file, t.archive_offset, t.archive_length)
    same = and_(articles.c.outlet == t.outlet, articles.c.story_id == t.story_id)
    rows = select(*told, *lies).select_from(taken.outerjoin(articles, same)).order_by(t.next_look_at)
    return [_due_of(row) for row in connection.execute(rows).all()]


def _due_of(row: Sequence[Any]) -> Due:
    *facts, file, offset, length = row
    return replace(Due(*facts), place=Place(file, offset, length) if file else None)


def failed(
    connection: Connection,
    outlet: str,
    story_id: str,
    *,
    cause: str,
    otherwise: datetime | None,
    http_status: int | None = None,
    retry_after: float | None = None,
    tried: bool = True,
) -> None:
    """Note a look that brought no answer and end its lease: the story is held all the same, and so keeps its state.

    It is looked at again as a failed story is asked again; after the eighth failure in a row at ``otherwise``.
    """
    last, soon = again(retry_after, tried=tried)
    when = case((last, literal(otherwise, Instant)), else_=soon)
    facts = {"cause": plain(cause), "http_status": http_status, "leased_by": None, "next_look_at": when}
    tries = case((last, 0), else_=pages.c.tries + int(tried))
    here = pages.c.outlet == outlet, pages.c.story_id == story_id, pages.c.state.in_(HELD)
    connection.execute(update(pages).where(*here).values(**facts, tries=tries))


def _due(outlet: str) -> tuple[ColumnElement[bool], ...]:
    return pages.c.outlet == outlet, pages.c.leased_by.is_(None), pages.c.next_look_at <= func.now()
