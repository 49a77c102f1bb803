"""What may be thrown away when it is old: records of runs, and pages that are no articles. Never a story, never an address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, func, select, tuple_

from pipelines.store.tables import articles, cuts, rejects, runs

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy import ColumnElement, Connection, Delete


def prune(connection: Connection, kind: str, age: timedelta) -> int:
    """Delete what of a ``kind`` (a key of KINDS) is older; give how many."""
    orders = KINDS[kind](func.now() - age)
    return [connection.execute(order).rowcount for order in orders][-1]


def _runs(before: ColumnElement[datetime]) -> list[Delete]:
    """Ended runs, but never an outlet's last: the timetable and the alarms look at it."""
    last = select(func.max(runs.c.id)).group_by(runs.c.outlet)
    return [delete(runs).where(runs.c.ended_at < before, runs.c.id.not_in(last))]


def _rejects(before: ColumnElement[datetime]) -> list[Delete]:
    """Why a page is no article, and what was cut from it. Its address keeps its state and its cause."""
    key = rejects.c.outlet, rejects.c.story_id
    old = select(*key).where(rejects.c.refused_at < before)
    story = exists().where(articles.c.outlet == cuts.c.outlet, articles.c.story_id == cuts.c.story_id)
    theirs = delete(cuts).where(tuple_(cuts.c.outlet, cuts.c.story_id).in_(old), ~story)
    return [theirs, delete(rejects).where(rejects.c.refused_at < before)]


KINDS = {"runs": _runs, "rejects": _rejects}
