"""How many stories an outlet publishes, by the hour: too few, too many, none for too long, for that weekday and hour. Pure."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING

from pipelines.health import Alarm
from pipelines.odds import count_odds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# The spans of a day overlap, and so do its runs: on invented outlets chance alone alarms about once in 400 days.
CHANCE = 2e-5
WEEKS = 8  # of history
DAY = 24
SPANS = (1, 3, 6, 12, DAY, 3 * DAY, 7 * DAY)  # hours that are judged, each ending with the last whole hour
HOUR = timedelta(hours=1)
LATE = HOUR  # a story may be announced an hour after it was published
LEAST_LIKE = 3  # days that are alike, before they are a usual
SATURDAY = 5

Hours = dict[datetime, int]  # stories published, by the hour that begins then; hours without one may be missing


class Flow:
    """An outlet's stories by the hour, up to the last whole hour before ``now``, in whose zone a weekday is one.

    ``since`` is when the outlet was first crawled: what lies before was never complete.
    """

    def __init__(self, hours: Mapping[datetime, int], since: datetime, now: datetime) -> None:
        self.end = (now - LATE).replace(minute=0, second=0, microsecond=0)
        whole = max(int((self.end - since) / HOUR), 0)
        back = (hours.get(self.end - number * HOUR, 0) for number in range(1, min(whole, 7 * DAY * WEEKS + DAY) + 1))
        self.sums = [0, *accumulate(back)]

    def told(self, span: int, ago: int = 0) -> int | None:
        """Count the stories of ``span`` hours that ended ``ago`` hours before the end; None where history does not reach."""
        return self.sums[ago + span] - self.sums[ago] if ago + span < len(self.sums) else None

    def before(self, span: int) -> list[list[int]]:
        """Give the span on earlier days, like days first: of the same weekday, of weekdays or weekends, or all. Empty: too few."""
        spans = ((days, self.told(span, days * DAY)) for days in range(-(-span // DAY), 7 * WEEKS + 1))
        known = [(self.middle(span) - timedelta(days=days), told) for days, told in spans if told is not None]
        for alike in (datetime.weekday, _is_weekend, bool):
            groups: defaultdict[object, list[int]] = defaultdict(list)
            for middle, told in known:
                groups[alike(middle)].append(told)
            like = groups.pop(alike(self.middle(span)), [])
            if len(like) >= LEAST_LIKE:
                return [like, *groups.values()]
        return []

    def middle(self, span: int) -> datetime:
        """When half of the span is over: on that day it lies."""
        return self.end - span * HOUR / 2


def unusual_volume(flow: Flow, expect: tuple[int, int] | None = None) -> list[Alarm]:
    """Judge the latest hours; where a person said what to ``expect`` of a day, that counts instead of its history."""
    known = flow.told(DAY)
    if expect and known is not None:
        return list(_expected(known, expect)) or _spans(flow, SPANS[: SPANS.index(DAY)])
    return _spans(flow, SPANS)


def usual_day(flow: Flow) -> int | None:
    """Give the usual count of a day like the last; None without enough history."""
    before = flow.before(DAY)
    return round(count_odds(0, before)[0]) if before else None


def _expected(told: int, expect: tuple[int, int]) -> Iterator[Alarm]:
    low, high = expect
    if told < low:
        yield Alarm("volume", f"{told} stories in 24 h, its seed expects {low} at least")
    if told > high:
        yield Alarm("volume", f"{told} stories in 24 h, its seed expects {high} at most")


def _spans(flow: Flow, spans: tuple[int, ...]) -> list[Alarm]:
    """Of several spans with too few the longest is told."""
    return [alarm for span in spans if (alarm := _judged(flow, span))][-1:]


def _judged(flow: Flow, span: int) -> Alarm | None:
    before, told = flow.before(span), flow.told(span)
    if not before or told is None:
        return None
    usual, low, high = count_odds(told, before)
    if low < CHANCE or (span >= DAY and high < CHANCE):  # news comes in bursts: too many is asked of whole days alone
        return Alarm("volume", f"{told} stories in {span} h to {flow.end:%A %H:%M}, usually {usual:.0f}")
    return None


def _is_weekend(day: datetime) -> bool:
    return day.weekday() >= SATURDAY
