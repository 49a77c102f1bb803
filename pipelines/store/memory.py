"""The crawl's memory: which stories are known, which are due and leased, what became of them; readings are kept next door.

Every function works inside the caller's transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import ColumnElement, Text, any_, case, cast, false, func, literal, literal_column, null, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from pipelines.store.rows import plain
from pipelines.store.tables import FORGOTTEN, HELD, OPEN, pages

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from pipelines.nouns import Place

TRIES = 8
FIRST_WAIT, FACTOR, DAY = 30, 4, 86_400  # seconds: 30, 120, 480, 1,920, 7,680, 30,720, a day, then dead: an outage costs no story
LONGEST_WAIT = 30 * DAY  # a Retry-After beyond that is a mistake
BEYOND = "60 days"  # nothing that waits is that far ahead
LATER = ("1 hour", "1 day", "8 days")  # after it was discovered: what refused us, or gave another page, may have been a wall

LOST = ("gone", "dead")  # states of a story that nobody asks for any more

Failing = Literal["failed", "gone", "forbidden", "unchanged"]


@dataclass(frozen=True, slots=True)
class Due:
    """A story to be fetched now. ``etag`` and ``last_modified`` are those of its last answer, if there was one.

    ``look``: it is held, and looked at again; ``digest`` and ``place`` are then its page's, ``published_at`` the article's.
    ``repeat``: it is refused, barred or gone, and what says so once more is no news.
    """

    story_id: str
    url: str
    tries: int
    etag: str | None
    last_modified: str | None
    look: bool = False
    digest: str | None = None
    published_at: datetime | None = None
    place: Place | None = None
    repeat: bool = False


def lease(connection: Connection, run: int, outlet: str, limit: int, only: Sequence[str] | None = None) -> list[Due]:
    """Take up to ``limit`` stories that are due, newest announcement first, then undated ones in the order of their door.

    Two leases at once never take the same story and never wait for each other.
    """
    wanted = select(pages.c.story_id).where(*_due(outlet, only)).order_by(*_feed(pages.c)).limit(limit)
    due = wanted.with_for_update(skip_locked=True).cte()
    own = pages.c.outlet == outlet, pages.c.story_id == due.c.story_id
    taken = update(pages).where(*own).values(leased_by=run).returning(*pages.c).cte()
    told = (taken.c.story_id, taken.c.url, taken.c.tries, taken.c.etag, taken.c.last_modified)
    return [Due(*row) for row in connection.execute(select(*told).order_by(*_feed(taken.c)))]


def give_back(connection: Connection, run: int) -> int:
    """Free what a run has leased and is not working on; return how many stories that were.

    A lease whose COMMIT was lost on the way is taken but was never handed out: only the run can know.
    """
    return connection.execute(update(pages).where(pages.c.leased_by == run).values(leased_by=None)).rowcount


def due_count(connection: Connection, outlet: str, only: Sequence[str] | None = None) -> int:
    """How many stories could be leased now."""
    return connection.execute(select(func.count()).select_from(pages).where(*_due(outlet, only))).scalar_one()


def next_due(connection: Connection, outlet: str, only: Sequence[str] | None = None) -> float | None:
    """Seconds until the earliest failed story is due again, 0 if it is; None if none waits."""
    waits = func.extract("epoch", func.min(pages.c.next_try_at) - func.clock_timestamp())
    seconds = connection.scalar(select(waits).where(*_free(outlet, only), pages.c.state == "failed"))
    return None if seconds is None else max(0.0, float(seconds))


def among(outlet: str, only: Sequence[str] | None) -> tuple[ColumnElement[bool], ...]:
    """An outlet's stories: those listed, or all of them."""
    chosen = () if only is None else (pages.c.story_id == any_(cast(list(only), ARRAY(Text))),)
    return (pages.c.outlet == outlet, *chosen)


def _free(outlet: str, only: Sequence[str] | None) -> tuple[ColumnElement[bool], ...]:
    return (*among(outlet, only), pages.c.leased_by.is_(None), pages.c.state.in_(OPEN))


def _due(outlet: str, only: Sequence[str] | None) -> tuple[ColumnElement[bool], ...]:
    return (*_free(outlet, only), or_(pages.c.next_try_at.is_(None), is_due(pages.c.next_try_at)))


def is_due(moment: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a moment has come; what lies further ahead than anything waits was written by a clock that was ahead."""
    return or_(moment <= func.now(), moment > func.now() + literal_column(f"interval '{BEYOND}'"))


def _feed(of: Any) -> tuple[ColumnElement[Any], ...]:
    return (of.announced_at.desc().nulls_last(), of.discovered_at.desc())


def mark(
    connection: Connection,
    outlet: str,
    story_id: str,
    *,
    state: Failing,
    cause: str | None,
    http_status: int | None = None,
    retry_after: float | None = None,
    next_look_at: datetime | None = None,
    tried: bool = True,
) -> str:
    """Say what became of a story that gave no page, end its lease and return its state: the eighth failure in a row is ``dead``.

    A failed one is due again after 30 s, 2 min, 8 min …, or after ``retry_after`` seconds if that is longer. Any other is
    looked at again at ``next_look_at``, a forbidden one in any case for some days. A forgotten one stays so. ``tried`` is false
    where its host was not asked at all.
    """
    facts: dict[str, Any] = {"state": state, "cause": cause and plain(cause), "http_status": http_status}
    look = later() if state == "forbidden" and next_look_at is None else next_look_at
    facts |= {"leased_by": None, "next_try_at": None, "next_look_at": look}
    if state == "unchanged":
        facts["tries"] = 0
    if state == "failed":
        last, soon = again(retry_after, tried=tried)
        tries = pages.c.tries + int(tried)
        facts |= {"state": case((last, "dead"), else_="failed"), "tries": tries, "next_try_at": case((~last, soon))}
    row = update(pages).where(pages.c.outlet == outlet, pages.c.story_id == story_id, pages.c.state != FORGOTTEN).values(facts)
    told = connection.execute(row.returning(pages.c.state)).scalar_one_or_none()
    return told or state_of(connection, outlet, story_id)


def again(retry_after: float | None, *, tried: bool = True) -> tuple[ColumnElement[bool], ColumnElement[Any]]:
    """Whether a failure now is the last one that counts, and when to ask again if it is not."""
    usual = func.least(FIRST_WAIT * func.power(FACTOR, pages.c.tries), DAY)
    asked = literal(min(max(retry_after or 0.0, 0.0), LONGEST_WAIT))
    wait = func.greatest(usual, asked) if tried or retry_after is None else asked  # a server that asks for 0 s counts out no story
    last = pages.c.tries + 1 >= TRIES if tried else false()
    return last, func.now() + wait * literal_column("interval '1 second'")


def later() -> ColumnElement[Any]:
    """When to ask once more for a story that was refused: in an hour, a day and eight days from its discovery, then never."""
    steps = [pages.c.discovered_at + literal_column(f"interval '{step}'") for step in LATER]
    return case(*((step > func.now(), step) for step in steps), else_=null())


def passed_over(connection: Connection, outlet: str, story_ids: Sequence[str]) -> tuple[int, int]:
    """Count, of stories that a person lists, those held and those given up: a crawl asks for neither."""
    held, lost = (func.count().filter(pages.c.state.in_(states)) for states in (HELD, LOST))
    told = connection.execute(select(held, lost).where(*among(outlet, story_ids))).one()
    return told[0], told[1]


def state_of(connection: Connection, outlet: str, story_id: str) -> str:
    """Give a story's state; NoResultFound where nobody knows it."""
    here = pages.c.outlet == outlet, pages.c.story_id == story_id
    return str(connection.execute(select(pages.c.state).where(*here)).scalar_one())


def reopen(connection: Connection, outlet: str, story_ids: Sequence[str]) -> int:
    """Make stories due again that were given up: failed, dead, gone, forbidden or refused ones; return how many that were.

    A refused one is due for a look: if its page is refused once more, that is no news of the outlet.
    """
    given_up = pages.c.state.in_(("failed", "dead", "gone", "forbidden", "refused"))
    refused = pages.c.state == "refused"
    facts: dict[str, Any] = {"tries": 0, "next_try_at": None, "next_look_at": case((refused, func.now()))}
    facts |= {"state": case((refused, pages.c.state), else_="discovered"), "cause": case((refused, pages.c.cause))}
    rows = update(pages).where(*among(outlet, story_ids), given_up)
    return connection.execute(rows.values(facts)).rowcount
