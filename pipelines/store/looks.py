"""Looking again: at stories that are held, and at those refused that may have been a wall. What is found is kept next door.

Every function works inside the caller's transaction.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, literal, select, update

from pipelines.nouns import Place
from pipelines.store.memory import Due, again, among
from pipelines.store.rows import plain
from pipelines.store.tables import HELD, Instant, articles, pages

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection


def wish(connection: Connection, outlet: str, story_ids: Sequence[str]) -> None:
    """Make held stories due for a look now, whatever their age: a person asks. If the run dies, the next one looks."""
    held = update(pages).where(*among(outlet, story_ids), pages.c.state.in_(HELD))
    connection.execute(held.values(next_look_at=func.now()))


def lease(connection: Connection, run: int, outlet: str, limit: int, only: Sequence[str] | None = None) -> list[Due]:
    """Take up to ``limit`` stories that are due for a look, the longest due first; never one that another has taken.

    Of one that is gone or refused now, what we know is of its last page: it is asked for anew.
    """
    wanted = select(pages.c.story_id).where(*_due(outlet, only)).order_by(pages.c.next_look_at).limit(limit)
    due = wanted.with_for_update(skip_locked=True).cte()
    own = pages.c.outlet == outlet, pages.c.story_id == due.c.story_id
    taken = update(pages).where(*own).values(leased_by=run).returning(*pages.c).cte()
    t, published = taken.c, articles.c.published_at
    has = articles.c.story_id.is_not(None)
    etag, modified, digest = (case((t.state.in_(HELD), column)) for column in (t.etag, t.last_modified, t.digest))
    told = (t.story_id, t.url, t.tries, etag, modified, has, digest, published)
    lies = (case((t.state.in_(HELD), t.archive_file)), t.archive_offset, t.archive_length)
    same = and_(articles.c.outlet == t.outlet, articles.c.story_id == t.story_id)
    rows = select(*told, *lies, ~t.state.in_(HELD)).select_from(taken.outerjoin(articles, same)).order_by(t.next_look_at)
    return [_due_of(row) for row in connection.execute(rows).all()]


def _due_of(row: Sequence[Any]) -> Due:
    *facts, file, offset, length, repeat = row
    return replace(Due(*facts), place=Place(file, offset, length) if file else None, repeat=repeat)


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
    """Note a look that brought no answer and end its lease: what is known of the story is true all the same.

    It is looked at again as a failed story is asked again; after the eighth failure in a row at ``otherwise``.
    """
    last, soon = again(retry_after, tried=tried)
    when = case((last, literal(otherwise, Instant)), else_=soon)
    held = pages.c.state.in_(HELD)
    told = {"cause": case((held, plain(cause)), else_=pages.c.cause), "http_status": http_status}
    facts = {**told, "leased_by": None, "next_look_at": when, "tries": case((last, 0), else_=pages.c.tries + int(tried))}
    here = pages.c.outlet == outlet, pages.c.story_id == story_id, pages.c.state.in_((*HELD, "gone", "forbidden", "refused"))
    connection.execute(update(pages).where(*here).values(facts))


def _due(outlet: str, only: Sequence[str] | None) -> tuple[ColumnElement[bool], ...]:
    return *among(outlet, only), pages.c.leased_by.is_(None), pages.c.next_look_at <= func.now()
