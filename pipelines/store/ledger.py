"""The completeness ledger: of each outlet and day, how many stories were announced, how many we hold, which are missing and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Date, and_, cast, func, or_, select

from pipelines.nouns import Reason
from pipelines.store.tables import HELD, articles, pages

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import ColumnElement, Connection, Join

# A story that was taken down, barred or lost after it was stored is held: its last text is kept. A forgotten one is nobody's.
# A story's day is the day in Jakarta of its publication, else of the date its door gave, else of its discovery.
WIB = "Asia/Jakarta"
NO_LOSS = (*HELD, "refused", "forgotten")


@dataclass(frozen=True, slots=True)
class Coverage:
    """A day of an outlet: ``known`` = ``held`` + ``refused`` (read, but no article) + ``missing``."""

    day: date
    outlet: str
    known: int
    held: int
    refused: int
    missing: int


@dataclass(frozen=True, slots=True)
class Missing:
    """A story that was announced and is not held, with its state and the cause; ``tries`` counts failures in a row."""

    outlet: str
    story_id: str
    state: str
    cause: str | None
    tries: int
    url: str


def coverage(connection: Connection, outlet: str | None = None, days: int = 14) -> list[Coverage]:
    """Give the last ``days`` days on which anything is known, newest first."""
    day = _day()
    refused = pages.c.state == "refused"
    held = or_(pages.c.state.in_(HELD), and_(articles.c.story_id.is_not(None), ~refused))
    count = [func.count().filter(which) for which in (held, refused, _is_missing())]
    back = func.dense_rank().over(order_by=day.desc()).label("back")
    rows = select(day.label("day"), pages.c.outlet, func.count(), *count, back).group_by(day, pages.c.outlet)
    rows = rows.select_from(_known()).where(pages.c.state != "forgotten")
    ranked = (rows if outlet is None else rows.where(pages.c.outlet == outlet)).subquery().c
    *columns, place = ranked
    chosen = select(*columns).where(place <= days).order_by(ranked.day.desc(), ranked.outlet)
    return [Coverage(*row) for row in connection.execute(chosen)]


def missing(connection: Connection, outlet: str, day: date | None = None, *, walled: bool = False) -> Sequence[Missing]:
    """Give what is announced and not held, of one day or of all; with ``walled`` also what a wall may have had refused."""
    p = pages.c
    rows = select(p.outlet, p.story_id, p.state, p.cause, p.tries, p.url).select_from(_known())
    chosen = rows.where(p.outlet == outlet, or_(_is_missing(), _is_walled()) if walled else _is_missing())
    if day is not None:
        chosen = chosen.where(_day() == day)
    return [Missing(*row) for row in connection.execute(chosen.order_by(p.story_id))]


def _is_missing() -> ColumnElement[bool]:
    return and_(pages.c.state.not_in(NO_LOSS), articles.c.story_id.is_(None))


def _is_walled() -> ColumnElement[bool]:
    no_film = pages.c.cause.is_distinct_from(str(Reason.VIDEO))  # a film stays a film
    return and_(pages.c.state == "refused", no_film, articles.c.story_id.is_(None))


def _known() -> Join:
    same = (articles.c.outlet == pages.c.outlet) & (articles.c.story_id == pages.c.story_id)
    return pages.outerjoin(articles, same)


def _day() -> ColumnElement[date]:
    instant = func.coalesce(articles.c.published_at, pages.c.announced_at, pages.c.discovered_at)
    return cast(func.timezone(WIB, instant), Date)
