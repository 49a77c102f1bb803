"""Who is kin to a story, as it is known now: the newest word of ``families`` on each. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, func, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on

from pipelines.store.tables import articles, families
from pipelines.store.upserts import given

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from pipelines.store.rows import Key


@dataclass(frozen=True, slots=True)
class Member:
    """A story of a family; ``share`` is of the shorter text, with ``kin``; ``said`` is how its page names its source."""

    outlet: str
    story_id: str
    url: str
    title: str
    published_at: datetime | None
    family: str
    share: float | None
    kin: str | None
    said: str | None
    said_outlet: str | None
    first: bool


def family_of(connection: Connection, keys: Iterable[Key]) -> dict[Key, str]:
    """Give the family that each of some stories belongs to now; of those that were never in one, nothing."""
    f = families.c
    wanted = given(sorted(keys), outlet=Text(), story_id=Text())
    same = (f.outlet == wanted.c.outlet) & (f.story_id == wanted.c.story_id)
    rows = select(f.outlet, f.story_id, f.family).join_from(families, wanted, same).ext(distinct_on(f.outlet, f.story_id))
    newest = connection.execute(rows.order_by(f.outlet, f.story_id, f.since.desc()))
    return {(outlet, story_id): family for outlet, story_id, family in newest}


def members(connection: Connection, outlet: str, story_id: str) -> list[Member]:
    """Give the family of a story, first publisher first; empty where it has none."""
    family = family_of(connection, [(outlet, story_id)]).get((outlet, story_id))
    if family is None:
        return []
    f, a = families.c, articles.c
    newest = select(families).ext(distinct_on(f.outlet, f.story_id)).order_by(f.outlet, f.story_id, f.since.desc())
    n = newest.where(tuple_(f.outlet, f.story_id).in_(select(f.outlet, f.story_id).where(f.family == family))).subquery().c
    rows = select(a.url, a.title, a.published_at, *n).join(articles, (a.outlet == n.outlet) & (a.story_id == n.story_id))
    rows = rows.where(n.family == family).order_by(func.coalesce(a.published_at, a.first_seen_at), a.outlet, a.story_id)
    found = connection.execute(rows).all()
    return [_member(row, first=place == 0) for place, row in enumerate(found)] if len(found) > 1 else []


def _member(row: Row[Any], *, first: bool) -> Member:
    relative = f"{row.kin_outlet}/{row.kin_story_id}" if row.kin_outlet else None
    told = {name: getattr(row, name) for name in Member.__slots__ if name not in ("kin", "first")}
    return Member(**told, kin=relative, first=first)
