"""An outlet's latest run and its latest hours, held against its own history. Reads; health.py, volume.py and standing.py judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.health import checkup, outstanding
from pipelines.indonesian.dates import ZONES
from pipelines.standing import Standing, wrongs
from pipelines.store import runs, vitals
from pipelines.vitals import of_seed
from pipelines.volume import DAY, Flow, unusual_volume, usual_day

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from pipelines.health import Alarm
    from pipelines.outlets import Outlet
    from pipelines.vitals import Signs


def alarms(connection: Connection, outlet: Outlet, run: int, signs: Signs, now: datetime) -> list[Alarm]:
    """Give all that is unusual at the end of a run, the gravest first."""
    before = vitals.past(connection, outlet.slug, run, now)
    recent, days, last = ([of_seed(one, outlet) for one in several] for several in (before.recent, before.days, before.last))
    flow = _flow(connection, outlet, now)
    return [*checkup(of_seed(signs, outlet), recent, days, last), *(unusual_volume(flow, outlet.expect) if flow else [])]


def standing(connection: Connection, outlet: Outlet, now: datetime) -> Standing:
    """Say how an outlet is now. One without doors is crawled by addresses that a person gives: it is never late."""
    if not outlet.doors:
        return Standing(outlet.slug, ())
    run = vitals.last_run(connection, outlet.slug)
    if run is None:
        return Standing(outlet.slug, ("it was never crawled",))
    signs, flow = vitals.of_run(connection, run.id), _flow(connection, outlet, now)
    found = alarms(connection, outlet, run.id, signs, now)
    killed = run.working_since is not None and not runs.is_held(connection, outlet.slug)
    away = [alarm.line for alarm in outstanding(*vitals.last_day(connection, outlet.slug, now))]
    wrong = (*wrongs(run, found, outlet.every, now, ZONES[outlet.zone], killed=killed), *away)
    told, usual = (flow.told(DAY), usual_day(flow)) if flow else (None, None)
    return Standing(outlet.slug, wrong, run, told, usual, signs)


def _flow(connection: Connection, outlet: Outlet, now: datetime) -> Flow | None:
    first = vitals.first_run(connection, outlet.slug)
    local = now.astimezone(ZONES[outlet.zone])
    return Flow(vitals.hours(connection, outlet.slug, now), first, local) if first else None
