"""What a run did, counted; what that means for cron is verdict.py's to say."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.nouns import Reason
from pipelines.vitals import LOST, TRIED, Sign

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.items import Settled
    from pipelines.vitals import Signs

UNREAD = {Reason.NO_LAYOUT, Reason.NO_TITLE, Reason.NO_BODY}  # what a changed layout looks like from inside
ASTRAY = {Reason.WRONG_STORY, Reason.NOT_A_STORY, Reason.FUTURE}  # what a login page or a wrong clock looks like


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
    unnoted: int = 0  # requests that neither guest book nor turns could note: nobody can check that we kept our manners
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
