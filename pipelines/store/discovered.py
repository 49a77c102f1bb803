"""What doors announce, remembered: a story is one row from the first time it is heard of. Inside the caller's transaction."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Integer, Text, and_, case, cast, func, literal, literal_column, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from pipelines.store.memory import LOST, TRIES
from pipelines.store.rows import plain
from pipelines.store.tables import FORGOTTEN, Instant, pages
from pipelines.store.upserts import ADDED, given

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection, TableValuedAlias
    from sqlalchemy.types import TypeEngine

    from pipelines.nouns import Link

ELSEWHERE = 3  # tries that a lost story is worth which is announced again
BARRED = ("refused", "forbidden")  # states that may be a wall's doing: a person may ask again
NOT_FOUND = 404
FACTS = ("announced_at", "title_announced")
OLDEST = datetime(1900, 1, 1, tzinfo=UTC)


def discover(
    connection: Connection,
    run: int | None,
    outlet: str,
    links: Sequence[Link],
    source: str = "",
    *,
    at: datetime | None = None,
    again: bool = False,
) -> int:
    """Remember what a door announced and return how many stories are new; of a known one only missing facts are filled in.

    ``source`` is the door as the seed writes it, empty for addresses asked for by hand. ``at`` is now, but for a rebuild.
    ``again``: the person who asks wants what was given up, too.
    """
    wanted = () if source else (*BARRED, *(LOST if again else ()))
    heard = _heard(links)
    told = heard.c
    known = pages.alias()
    same = known.c.outlet == outlet, known.c.story_id == told.story_id
    gaps = [and_(known.c[name].is_(None), told[name].is_not(None)) for name in FACTS]
    unheard = ~known.c.announced_by.contains([source] if source else [])
    news = or_(*gaps, unheard, _asked_again(known.c, told.url, wanted))
    nothing_new = select(known.c.outlet).where(*same, or_(known.c.state == FORGOTTEN, ~news))
    found = (func.now() if at is None else literal(at, Instant)) - told.place * literal_column("interval '1 microsecond'")
    row = (told.story_id, told.url, told.door, *(told[name] for name in FACTS), found)
    into = ["story_id", "url", "door", *FACTS, "discovered_at", "outlet", "discovered_by", "state", "announced_by"]
    sources = cast([source] if source else [], ARRAY(Text))
    # Sorted, as every writer does it: two that lock the same rows in different orders would wait for each other.
    rows = select(*row, literal(outlet), literal(run), literal("discovered"), sources).where(~nothing_new.exists())
    put = insert(pages).from_select(into, rows.order_by(told.story_id))
    filled = put.on_conflict_do_update(
        index_elements=list(pages.primary_key), set_=_filled(put.excluded, wanted), where=pages.c.state != FORGOTTEN
    )
    done = filled.returning(ADDED.label("added")).cte()
    return connection.execute(select(func.count()).where(done.c.added)).scalar_one()


def _filled(new: Any, wanted: Sequence[str]) -> dict[str, Any]:
    """What a story's row takes from an announcement: facts it lacks, the door, and another address where its own is gone."""
    heard = case((new.announced_by.contained_by(pages.c.announced_by), pages.c.announced_by))
    told = {"announced_by": func.coalesce(heard, func.array_cat(pages.c.announced_by, new.announced_by))}
    again = _asked_again(pages.c, new.url, wanted)
    tries = case((pages.c.state.in_(wanted), 0), else_=pages.c.tries + 1)
    moved = {"url": new.url, "state": "discovered", "tries": tries, "cause": None, "next_look_at": None}
    facts = {name: func.coalesce(pages.c[name], new[name]) for name in FACTS}
    return facts | told | {name: case((again, value), else_=pages.c[name]) for name, value in moved.items()}


def _asked_again(row: Any, url: ColumnElement[str], wanted: Sequence[str]) -> ColumnElement[bool]:
    """Whether a lost story that is announced once more is worth another try; a few times, then it is enough.

    It is under another address than the one it was lost at, or it is new and was not there yet: doors are often ahead of
    the pages. A refused or forbidden one only a person asks for: two doors that name two unreadable pages would never rest.
    ``wanted`` are the states that he asks for.
    """
    elsewhere = row.url != url
    day, soon = (literal_column(f"now() - interval '{ago}'", Instant) for ago in ("1 day", "10 minutes"))
    young = and_(row.http_status == NOT_FOUND, row.discovered_at.between(day, soon))
    return or_(
        and_(row.state == "gone", row.tries < ELSEWHERE, or_(elsewhere, young)),
        and_(row.state == "dead", row.tries < TRIES + ELSEWHERE, elsewhere),
        row.state.in_(wanted),
    )


def _heard(links: Iterable[Link]) -> TableValuedAlias:
    stories: dict[str, list[Any]] = {}
    for place, link in enumerate(links):
        when = link.published_at if link.published_at and link.published_at >= OLDEST else None
        known = stories.setdefault(link.story_id, [link.story_id, plain(link.url), plain(link.door), None, None, place])
        known[3], known[4] = known[3] or when, known[4] or (link.title and plain(link.title))
    facts: dict[str, TypeEngine[Any]] = {"announced_at": Instant, "title_announced": Text()}
    return given(stories.values(), story_id=Text(), url=Text(), door=Text(), **facts, place=Integer())
