"""What the health report shows of an outlet: its days, what its stories had, what was cut of them, how late they came to us."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import Date, Double, cast, extract, func, select

from pipelines.nouns import Exit
from pipelines.standing import Day
from pipelines.store import vitals
from pipelines.store.ledger import WIB
from pipelines.store.tables import articles, runs

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

DAYS = 28
LATEST = timedelta(days=2)  # what came later was fetched back in time: that is no lag


def days(connection: Connection, outlet: str, now: datetime) -> list[Day]:
    """Give the last days in Jakarta, today the last, each with what is known of it."""
    zone = ZoneInfo(WIB)
    today = now.astimezone(zone).date()
    since = datetime.combine(today - timedelta(days=DAYS - 1), datetime.min.time(), zone)
    stories: Counter[date] = Counter()
    for hour, count in vitals.hours(connection, outlet, now).items():
        stories[hour.astimezone(zone).date()] += count
    signs, lags = vitals.by_day(connection, outlet, since), _lags(connection, outlet, since)
    alarmed = _alarmed(connection, outlet, since)
    every = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    return [Day(day, stories[day], signs.get(day, {}), lags.get(day), day in alarmed) for day in every]


def _lags(connection: Connection, outlet: str, since: datetime) -> dict[date, tuple[float, float]]:
    """Minutes from publication to storage by the day of publication, of stories published since we crawl."""
    a = articles.c
    lag = cast(extract("epoch", a.first_seen_at - a.published_at), Double) / 60
    day = cast(func.timezone(WIB, a.published_at), Date)
    began = max(vitals.first_run(connection, outlet) or since, since)
    rows = select(day, *(func.percentile_cont(share).within_group(lag) for share in (0.5, 0.95)))
    ours = a.outlet == outlet, a.published_at >= began, a.first_seen_at < a.published_at + LATEST
    return {when: (usual, late) for when, usual, late in connection.execute(rows.where(*ours).group_by(day))}


def _alarmed(connection: Connection, outlet: str, since: datetime) -> set[date]:
    day = cast(func.timezone(WIB, runs.c.started_at), Date)
    rows = select(day).where(runs.c.outlet == outlet, runs.c.started_at >= since, runs.c.exit_code == Exit.ALARM)
    return set(connection.scalars(rows.distinct()))
