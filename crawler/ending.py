"""How a run ends: judged by its counts and by its outlet's history, told to whoever is on call, written down."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from crawler.progress import tell
from crawler.verdict import verdict
from pipelines.health import Alarm
from pipelines.nouns import Exit
from pipelines.store import checkup, vitals
from pipelines.store.errors import DatabaseError
from pipelines.vitals import Sign

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.run import Run
    from crawler.spiders.news import NewsSpider
    from pipelines.vitals import Signs

# Cron's own mail tells of the rest: wrong arguments, a run that is already at work, one that somebody stopped.
TOLD = {Exit.UNREACHABLE, Exit.NO_STORIES, Exit.ALARM, Exit.DATABASE, Exit.NOT_PERMITTED}


def end(crawler: Any, run: Run, broke: str = "") -> tuple[Exit, str]:
    """Close the run's row; give its exit code and its one line. ``broke`` says what a crawl died of that never began."""
    spider: NewsSpider = crawler.spider
    stats = crawler.stats.get_stats() if crawler.stats else {}
    tally, reason = spider.tally, stats.get("finish_reason")
    signs = spider.watch.signs | tally.signs
    tally.requests, tally.unnoted = stats.get("downloader/request_count", 0), stats.get("kliping/unnoted", 0)
    tally.seconds = round(stats.get("elapsed_time_seconds", 0))
    marks: Signs = {}
    try:
        by_doors = spider.links is None and not spider.days
        found = _unusual(run, spider, signs) if reason == "finished" and by_doors else []
        code, line = (Exit.ALARM, f"our crawler broke: {broke}") if broke else verdict(tally, reason)
        alarms = found if code == Exit.DONE else [Alarm(f"run {code:d}", line), *found]
        code, line = (Exit.ALARM, _in_a_line(found)) if found and code == Exit.DONE else (code, line)
        marks = _told(run, code, line, alarms) if code in TOLD else {}
        if crawler.settings.getbool("KLIPING_TELL"):
            tell(tally)
        run.patiently(lambda: run.end(int(code), tally.counts(), signs | marks))
    except DatabaseError as error:
        code, line = Exit.DATABASE, str(error)
        if not marks:  # it went away before anybody was told of anything
            _told(run, code, line, [Alarm(f"run {code:d}", line)])
    return code, _with_passed_over(line + _for_a_beginner(code, run, stats), spider)


def _for_a_beginner(code: Exit, run: Run, stats: Mapping[str, Any]) -> str:
    """Name the one crawl that needs no network to whoever begins without any; whoever is on call has no use for it."""
    nobody = code == Exit.UNREACHABLE and run.id == 1 and not stats.get("response_received_count")
    return "; `make demo` needs no network" if nobody else ""


def _with_passed_over(line: str, spider: NewsSpider) -> str:
    """Add which listed addresses were not asked. Alone it is for a terminal: cron hears of trouble."""
    kinds = {"held already": spider.tally.held, "gone or dead": spider.tally.given_up}
    listed = len({link.story_id for link in spider.links or ()})
    told = " and ".join(f"{count} of {listed} addresses are {how}" for how, count in kinds.items() if count)
    if not told or not (line or sys.stderr.isatty()):
        return line
    return "; ".join([*([line] if line else []), told, "--again asks for them once more"])


def _in_a_line(alarms: Sequence[Alarm]) -> str:
    more = f" (and {len(alarms) - 1} more: see `kliping health`)" if alarms[1:] else ""
    return f"{alarms[0].line}{more}"


def _unusual(run: Run, spider: NewsSpider, signs: Signs) -> list[Alarm]:
    def ask() -> list[Alarm]:
        with run.engine.connect() as connection:
            return checkup.alarms(connection, spider.outlet, run.id, signs, datetime.now(UTC))

    return run.patiently(ask)


def _told(run: Run, code: Exit, line: str, alarms: Sequence[Alarm]) -> Signs:
    """Tell by each way what the last run did not tell by it; give for each way each alarm as a sign, 1 if it was told."""
    from crawler.monitors import send, ways
    from crawler.report import Report

    signs: Signs = {}
    known = _known(run)
    for way in ways():
        # without its way: told by all there were, by an older Kliping
        news = tuple(alarm for alarm in alarms if not known & {alarm.what, f"{way.way} {alarm.what}"})
        sent = not news or send(Report(run.outlet, run.id, int(code), line, tuple(alarms), news), way)
        signs |= {f"alarm {way.way} {alarm.what}": Sign(int(sent or alarm not in news)) for alarm in alarms}
    return signs


def _known(run: Run) -> set[str]:
    """What was told; nothing where the database is away, for then it is told once more."""
    try:
        with run.engine.connect() as connection:
            return vitals.told(connection, run.outlet, run.id)
    except (DBAPIError, DatabaseError, NoConnectionFree):  # a DatabaseError: our engine cannot dial
        return set()
