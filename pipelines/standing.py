"""How an outlet stands: green, or red with every reason. Pure; a person on call reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.nouns import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime, timedelta, tzinfo

    from pipelines.health import Alarm
    from pipelines.vitals import Signs

OVERDUE = 3  # times the time between two runs: then cron itself may be dead
SAID: dict[int | None, str] = {
    None: "the last run was killed",
    Exit.UNREACHABLE: "the last run could not reach the outlet",
    Exit.NO_STORIES: "the last run's doors announced no story at all",
    Exit.ALARM: "the last run raised an alarm",
    Exit.DATABASE: "the last run lost the database",
    Exit.LOCKED: "the last run lost its lock",
    Exit.INTERRUPTED: "the last run was interrupted",
    Exit.NOT_PERMITTED: "the last run was not permitted",
}


@dataclass(frozen=True, slots=True)
class LastRun:
    """An outlet's latest run by its doors that is over, and since when the one at work, if one is."""

    id: int
    started_at: datetime
    ended_at: datetime
    exit_code: int | None
    working_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How an outlet is: green where nothing is wrong. ``usual_24h`` is None without enough history."""

    outlet: str
    wrong: tuple[str, ...]
    run: LastRun | None = None
    stories_24h: int | None = None
    usual_24h: int | None = None
    signs: Signs = field(default_factory=dict, repr=False)

    @property
    def green(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong


@dataclass(frozen=True, slots=True)
class Day:
    """A day of an outlet, as a report shows it. ``lag`` are minutes from publication to storage: the median, the 95th of 100."""

    day: date
    stories: int
    signs: Signs = field(repr=False)
    lag: tuple[float, float] | None
    alarmed: bool


def wrongs(
    run: LastRun, alarms: Sequence[Alarm], every: timedelta, now: datetime, zone: tzinfo, *, killed: bool = False
) -> Iterator[str]:
    """Give every reason why an outlet is red: how its last run ended, that none came since, what is unusual.

    ``killed``: the run that is written down as being at work holds no lock.
    """
    if killed and run.working_since:
        yield f"{SAID[None]}: it began at {run.working_since.astimezone(zone):%Y-%m-%d %H:%M} and never ended"
    if run.exit_code != Exit.DONE and not (run.exit_code == Exit.ALARM and alarms):  # else the alarms say it
        yield SAID.get(run.exit_code, f"the last run ended with exit code {run.exit_code}")
    at = run.working_since or run.ended_at
    if now - at > OVERDUE * every:
        what = "it is being crawled since" if run.working_since else "its last run ended"
        yield f"{what} {at.astimezone(zone):%Y-%m-%d %H:%M}, and it is due every {span(every)}: is cron dead?"
    yield from (alarm.line for alarm in alarms)


def span(time: timedelta) -> str:
    """Write a span as a seed does: 20m, 6h."""
    minutes = round(time.total_seconds() / 60)
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"
