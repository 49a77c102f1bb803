"""The vital signs of runs, written at their end; and what the house asks of an outlet's history, cheap at millions of stories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, and_, cast, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, TEXT, insert

from pipelines.health import LONG
from pipelines.nouns import Exit
from pipelines.standing import LastRun
from pipelines.store.ledger import WIB
from pipelines.store.rows import plain
from pipelines.store.tables import READ, articles, pages, runs, vitals
from pipelines.vitals import Sign, Signs
from pipelines.volume import WEEKS

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement, Connection

    from pipelines.volume import Hours

DAYS = 28  # of vital signs: newsrooms change their templates within a season
RECENT = timedelta(days=1)
AWAY = ("failed", "dead", "forbidden")  # states of a story that was asked for and did not come
UNJUDGED = (Exit.USAGE, Exit.SCHEMA, Exit.LOCKED, Exit.INTERRUPTED)  # ends of which nobody is told
SICK = timedelta(days=7)  # so long an alarmed run is no part of the usual; what stays so for a week is the new usual
# Runs by the outlet's doors: what a person asked for by address or by day tells nothing of today.
_DAY = cast(func.timezone(WIB, runs.c.started_at), Date)
_ASIDE = cast(["urls", "since", "until"], ARRAY(TEXT))


@dataclass(frozen=True, slots=True)
class Past:
    """An outlet's history before a run: ``recent`` the runs of a day before it, newest first, ``days`` the days before these.

    ``last`` are its last runs, newest first, whenever they were.
    """

    recent: list[Signs]
    days: list[Signs]
    last: list[Signs]


def keep(connection: Connection, run: int, signs: Signs) -> None:
    """Write a run's signs; once more, the same."""
    rows = [
        {"run": run, "name": plain(name), "count": sign.count, "total": sign.total or None, "squares": sign.squares or None}
        for name, sign in signs.items()
    ]
    if rows:
        put = insert(vitals)
        same = {name: put.excluded[name] for name in ("count", "total", "squares")}
        connection.execute(put.on_conflict_do_update(index_elements=["run", "name"], set_=same), rows)


def of_run(connection: Connection, run: int) -> Signs:
    """Give a run's signs."""
    return _by(connection, vitals.c.run, runs.c.id == run).get(run, {})


def by_day(connection: Connection, outlet: str, since: datetime) -> dict[date, Signs]:
    """Give the signs of an outlet's days, of every run by its doors."""
    return _by(connection, _DAY, and_(_ours(outlet), runs.c.started_at >= since))


def past(connection: Connection, outlet: str, run: int, now: datetime) -> Past:
    """Give what an outlet was like before a run."""
    r = runs.c
    usable = or_(r.exit_code == Exit.DONE, r.started_at < now - SICK)
    before = and_(_ours(outlet), r.id < run, usable, r.started_at >= now - timedelta(days=DAYS))
    recent = _by(connection, r.id, and_(before, r.started_at >= now - RECENT))
    days = _by(connection, _DAY, and_(before, r.started_at < now - RECENT))
    judged = _ours(outlet), r.id < run, r.exit_code.is_not(None), r.exit_code.not_in(UNJUDGED)
    last = _by(connection, r.id, r.id.in_(select(r.id).where(*judged).order_by(r.id.desc()).limit(LONG - 1)))
    return Past([*recent.values()][::-1], [*days.values()], [*last.values()])


def told(connection: Connection, outlet: str, run: int) -> set[str]:
    """Name the alarms of the run before this one that were sent to whoever is on call, each behind its way: ``email volume``."""
    judged = _ours(outlet), runs.c.id < run, runs.c.exit_code.not_in(UNJUDGED), runs.c.ended_at.is_not(None)
    last = select(func.max(runs.c.id)).where(*judged).scalar_subquery()
    v = vitals.c
    rows = select(v.name).where(v.run == last, v.name.startswith("alarm "), v.count > 0)
    return {name.removeprefix("alarm ") for name in connection.scalars(rows)}


def _by(connection: Connection, group: ColumnElement[Any], which: ColumnElement[bool]) -> dict[Any, Signs]:
    """Signs added up by group, in the groups' order."""
    v = vitals.c
    rows = select(group, v.name, func.sum(v.count), func.sum(v.total), func.sum(v.squares)).join(runs, runs.c.id == v.run)
    found: dict[Any, Signs] = {}
    for key, name, count, total, squares in connection.execute(rows.where(which).group_by(group, v.name).order_by(group)):
        found.setdefault(key, {})[name] = Sign(count, total or 0.0, squares or 0.0)
    return found


def hours(connection: Connection, outlet: str, now: datetime) -> Hours:
    """Count the stories published by the hour, for as many weeks as a usual needs."""
    a = articles.c
    hour = func.date_trunc("hour", a.published_at).label("hour")
    since = now - timedelta(weeks=WEEKS, days=1)
    rows = select(hour, func.count().label("stories")).where(a.outlet == outlet, a.published_at.between(since, now))
    return {row.hour: row.stories for row in connection.execute(rows.group_by(hour))}


def last_day(connection: Connection, outlet: str, now: datetime) -> tuple[int, int]:
    """Count the stories that the outlet's doors first told of in the last day and that were asked for: those still away, and all.

    One that is gone is neither: that is for the outlet's history to judge. One that only waits for its turn is neither, too.
    """
    p, r, a = pages.c, runs.c, articles.c
    by_doors = select(r.id).where(_ours(outlet), or_(r.ended_at.is_(None), r.ended_at >= now - RECENT))
    held = select(a.story_id).where(a.outlet == p.outlet, a.story_id == p.story_id).exists()
    away = and_(p.state.in_(AWAY), ~held)
    new = p.outlet == outlet, p.discovered_by.in_(by_doors), p.discovered_at >= now - RECENT
    asked = or_(held, p.state.in_((*READ, *AWAY)))
    told = connection.execute(select(func.count().filter(away), func.count()).where(*new, asked)).one()
    return told[0], told[1]


def last_run(connection: Connection, outlet: str) -> LastRun | None:
    """Give the latest run that is over, None where there is none."""
    r = runs.c
    ours = _ours(outlet)
    working = select(func.max(r.started_at)).where(ours, r.ended_at.is_(None)).scalar_subquery()
    rows = select(r.id, r.started_at, r.ended_at, r.exit_code, working).where(ours, r.ended_at.is_not(None))
    row = connection.execute(rows.order_by(r.id.desc()).limit(1)).first()
    return LastRun(*row) if row else None


def first_run(connection: Connection, outlet: str) -> datetime | None:
    """Say when an outlet was first crawled by its doors."""
    began: datetime | None = connection.scalar(select(func.min(runs.c.started_at)).where(_ours(outlet)))
    return began


def _ours(outlet: str) -> ColumnElement[bool]:
    return and_(runs.c.outlet == outlet, ~runs.c.arguments.has_any(_ASIDE))


def crawled(connection: Connection) -> list[str]:
    """Name every outlet that was ever crawled."""
    return list(connection.scalars(select(runs.c.outlet).distinct().order_by(runs.c.outlet)))
