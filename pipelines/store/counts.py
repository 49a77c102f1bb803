"""What the corpus looks like in numbers: stories by day, section and length, cuts by rule. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, and_, cast, func, select

from pipelines.store.ledger import WIB
from pipelines.store.tables import articles, cuts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Connection

STEP, LAST = 100, 1500  # words: the lengths are counted in steps, the last one open
MOST = 15  # sections and rules


@dataclass(frozen=True, slots=True)
class Counts:
    """``days``: outlet → day in WIB → stories, busiest first; ``lengths``: least words → stories; ``cuts``: rule → (n, letters)."""

    days: dict[str, dict[date, int]]
    sections: dict[str, int]
    lengths: dict[int, int]
    cuts: dict[str, tuple[int, int]]
    stories: int
    undated: int


def counts(connection: Connection, since: datetime, until: datetime, outlets: Sequence[str] = ()) -> Counts:
    """Count what was published from ``since`` until before ``until``."""
    a = articles.c
    chosen = [a.published_at >= since, a.published_at < until, *([a.outlet.in_(outlets)] if outlets else [])]
    undated = select(func.count()).where(a.published_at.is_(None), *([a.outlet.in_(outlets)] if outlets else []))
    days = _days(connection, chosen)
    sections = _most(connection, func.coalesce(a.section, "(none)"), chosen)
    step = func.least(a.words // STEP, LAST // STEP)  # `/` would be a fraction to SQLAlchemy 2
    lengths = {int(least) * STEP: n for least, n in connection.execute(select(step, func.count()).where(*chosen).group_by(step))}
    stories, dateless = sum(n for told in days.values() for n in told.values()), connection.execute(undated).scalar_one()
    return Counts(days, sections, dict(sorted(lengths.items())), _cuts(connection, chosen), stories, dateless)


def _days(connection: Connection, chosen: Sequence[ColumnElement[bool]]) -> dict[str, dict[date, int]]:
    day = cast(func.timezone(WIB, articles.c.published_at), Date)
    found: dict[str, dict[date, int]] = {}
    rows = select(articles.c.outlet, day, func.count()).where(*chosen).group_by(articles.c.outlet, day).order_by(day)
    for outlet, when, number in connection.execute(rows):
        found.setdefault(outlet, {})[when] = number
    return dict(sorted(found.items(), key=lambda told: (-sum(told[1].values()), told[0])))


def _most(connection: Connection, what: ColumnElement[Any], chosen: Sequence[ColumnElement[bool]]) -> dict[str, int]:
    rows = select(what, func.count()).where(*chosen).group_by(what).order_by(func.count().desc(), what).limit(MOST)
    return {name: number for name, number in connection.execute(rows)}  # noqa: C416 (a row is no pair to mypy)


def _cuts(connection: Connection, chosen: Sequence[ColumnElement[bool]]) -> dict[str, tuple[int, int]]:
    same = and_(cuts.c.outlet == articles.c.outlet, cuts.c.story_id == articles.c.story_id)
    told = (cuts.c.rule, func.count(), func.sum(func.length(cuts.c.text)))
    rows = select(*told).join_from(cuts, articles, same).where(*chosen).group_by(cuts.c.rule)
    most = connection.execute(rows.order_by(func.count().desc(), cuts.c.rule).limit(MOST))
    return {rule: (n, int(size)) for rule, n, size in most}
