"""What a run did, counted, and the exit code that tells cron so."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from crawler.walk import DEAD
from pipelines.nouns import Exit, Reason
from pipelines.vitals import LOST, TRIED, Sign

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.items import Settled
    from pipelines.vitals import Signs

UNREAD = {Reason.NO_LAYOUT, Reason.NO_TITLE, Reason.NO_BODY}  # what a changed layout looks like from inside
ASTRAY = {Reason.WRONG_STORY, Reason.NOT_A_STORY, Reason.FUTURE}  # what a login page or a wrong clock looks like
SEVERAL = 5  # stories that are all gone: one or two were taken down, five are an address that changed


@dataclass(slots=True)
class Tally:
    """Counts of one run. Doors: asked = answered + forbidden + resting + failed once it is done. The rest are stories."""

    doors: int = 0
    doors_answered: int = 0
    doors_unchanged: int = 0  # of those answered, that had nothing new to say
    doors_naming: int = 0  # of those answered, sitemaps that hold no story and only name others
    doors_forbidden: int = 0
    doors_resting: int = 0  # not asked, for their host wants to be left alone
    doors_dead: int = 0  # dated ones given up on a walk back in time, for they no longer answered
    days_empty: int = 0  # on such a walk, of an index that could be read before: the most days in a row that list no story
    announced: int = 0
    new: int = 0
    held: int = 0  # listed and passed over, for they are held
    given_up: int = 0  # listed and passed over, for they are gone or dead
    asked: int = 0
    fetched: int = 0
    stored: int = 0
    unchanged: int = 0  # fetched once more and found in the database as they were
    looked: int = 0  # held stories looked at again, with an answer
    changed: int = 0  # of these, found changed
    refused: int = 0
    unread: int = 0  # refused because no layout, title or body was found
    astray: int = 0  # refused because the page is another's, or of a day to come
    strays: int = 0  # of those stored, unchanged or looked at: read though they fit no layout of the seed
    broken: int = 0  # our reader raised
    gone: int = 0
    forbidden: int = 0
    barred: int = 0  # of those forbidden, by robots.txt
    failed: int = 0
    requests: int = 0  # sent in all: robots.txt, doors, stories, their further pages, redirects
    seconds: int = 0
    trouble: str = ""  # the latest cause of a failure, in a few words
    resting: str = ""  # the latest host that was left alone, in a few words
    away: dict[str, str] = field(default_factory=dict)  # of the new stories those that did not come, with their state

    def settled(self, item: Settled, *, looked: bool) -> None:
        """Count what a page came to; ``looked`` says that its story was held before."""
        self.away.pop(item.story_id, None)
        self.broken += Reason.READER_FAILED in item.reasons
        self.strays += item.stray and item.state == "stored"
        if item.state == "stored" and looked:
            self.looked += 1
            self.changed += item.changed
        elif item.state == "stored":
            self.stored += item.new
            self.unchanged += not item.new
        else:
            self.refused += item.state == "refused"
            self.failed += item.state == "failed"
            self.unread += any(reason in UNREAD for reason in item.reasons)
            self.astray += not UNREAD.intersection(item.reasons) and bool(ASTRAY.intersection(item.reasons))

    def missed(self, how: Mapping[str, Any], story_id: str, *, looked: bool) -> None:
        """Count a story that did not come, by what ``how_missed`` says of it."""
        if not looked:
            self.away[story_id] = how["state"]
        setattr(self, how["state"], getattr(self, how["state"]) + 1)
        self.barred += how["state"] == "forbidden" and "http_status" not in how
        self.trouble = how["cause"]

    def counts(self) -> dict[str, int]:
        """Give the counts for the row in ``runs``."""
        return {name: value for name, value in asdict(self).items() if isinstance(value, int)}

    @property
    def came(self) -> int:
        """New stories whose page came."""
        return self.stored + self.unchanged + self.refused

    @property
    def read(self) -> int:
        """Stories that were read, new ones and old."""
        return self.stored + self.unchanged + self.looked

    @property
    def signs(self) -> Signs:
        """Of the new stories that were tried, how many did not come, and how."""
        tried = {TRIED: Sign(self.came + len(self.away))} if self.came or self.away else {}
        return tried | {f"{LOST} {state}": Sign(count) for state, count in Counter(self.away.values()).items()}


def verdict(tally: Tally, reason: str | None) -> tuple[Exit, str]:
    """Give the exit code and its one line. ``reason`` is Scrapy's finish reason; None where the run never finished."""
    if reason != "finished":
        return _cut_short(tally, reason)
    heard = tally.doors_answered - tally.doors_naming
    if tally.doors > tally.doors_answered and not heard:
        return _shut(tally)
    if _is_mute(tally):
        return Exit.NO_STORIES, _silent(tally) or "its doors announced no story at all: has their layout changed?"
    code, line = _stories(tally)
    return (Exit.UNREACHABLE, _silent(tally)) if tally.doors_dead and code == Exit.DONE else (code, line)


def _shut(tally: Tally) -> tuple[Exit, str]:
    """No door told anything. Where one of them failed it may open again, whatever forbids us the others."""
    shut = tally.doors - tally.doors_answered
    if tally.doors_forbidden == shut:
        return Exit.NOT_PERMITTED, "its robots.txt or server forbids us every door"
    if tally.doors_resting == shut:
        return Exit.UNREACHABLE, f"{tally.resting}: none of its doors was asked"
    barred = f": it forbids us {tally.doors_forbidden} of {shut}, others failed" if tally.doors_forbidden else ""
    return Exit.UNREACHABLE, f"none of its doors could be reached{barred} ({tally.trouble})"


def _is_mute(tally: Tally) -> bool:
    """Nothing was announced. On a walk back in time a day without a story is one: today at its dawn, a holiday of the desk."""
    if not tally.doors or tally.announced or tally.doors_unchanged or tally.broken:
        return False
    return bool(tally.doors_dead) or not 0 < tally.days_empty < DEAD


def _silent(tally: Tally) -> str:
    which = f"{tally.doors_dead} of its dated doors given up, after days in a row without an answer"
    return f"{which}: what is left of the walk stays unread" if tally.doors_dead else ""


def _cut_short(tally: Tally, reason: str | None) -> tuple[Exit, str]:
    if reason == "database":
        return Exit.DATABASE, f"{tally.trouble}; what was leased is due again in the next run"
    if reason == "locked":
        return Exit.LOCKED, f"lost its lock: {tally.trouble}"
    if reason == "start_error":
        return Exit.ALARM, "our crawler broke: see the log"
    return Exit.INTERRUPTED, f"interrupted ({reason or 'killed'}); the next run goes on from here"


def _stories(tally: Tally) -> tuple[Exit, str]:
    if tally.broken:
        return Exit.ALARM, f"the reader broke on {tally.broken} pages or doors: see `kliping refusals` and the log"
    return _unreached(tally) or _mostly_unreached(tally) or _unread(tally) or (Exit.DONE, tally.resting)


def _unreached(tally: Tally) -> tuple[Exit, str] | None:
    few = _few(tally)
    if tally.read or tally.refused:
        return None
    if tally.failed or tally.forbidden > few or tally.gone >= (SEVERAL if tally.doors else 1):
        if tally.forbidden > tally.failed + tally.gone:
            return Exit.NOT_PERMITTED, f"its robots.txt or server forbids us {tally.forbidden} of {tally.asked} stories"
        return Exit.UNREACHABLE, f"none of {tally.asked} stories could be reached ({tally.trouble})"
    return None


def _few(tally: Tally) -> int:
    """Of many announced, the one or two that robots.txt bars are a section it bars; who listed them is told."""
    return tally.barred if tally.barred < min(SEVERAL, tally.announced) and tally.doors else 0


def _mostly_unreached(tally: Tally) -> tuple[Exit, str] | None:
    """One story that came is no proof that a wall is down. Those gone are for the outlet's history to judge."""
    states = Counter(tally.away.values())
    out = states["forbidden"] - _few(tally) + states["failed"]
    if not tally.doors or out < SEVERAL or out <= tally.came:
        return None
    line = f"{out} of {tally.came + len(tally.away)} stories could not be reached ({tally.trouble})"
    return (Exit.NOT_PERMITTED if states["forbidden"] > states["failed"] else Exit.UNREACHABLE), line


def _unread(tally: Tally) -> tuple[Exit, str] | None:
    if not tally.read and tally.astray >= SEVERAL:
        line = f"all {tally.astray} pages are another's or of a day to come: a login page, our clock? see `kliping refusals`"
        return Exit.ALARM, line
    strange, known = tally.unread + tally.strays, tally.read - tally.strays
    if strange and (not known or (strange > known and strange > 2)):  # noqa: PLR2004 (a majority of three)
        return Exit.ALARM, _strange(tally)
    return None


def _strange(tally: Tally) -> str:
    if not tally.strays:
        return f"{tally.unread} of {tally.fetched} pages could not be read: has the layout changed? see `kliping refusals`"
    line = f"{tally.strays} of {tally.fetched} stories fit no layout of the seed and were read without: has the layout changed?"
    return f"{line} {tally.unread} more could not be read: see `kliping refusals`" if tally.unread else line
