"""The corpus as it stood at a moment: which stories a wish chooses, in one order for ever, and their texts as they then were.

Sorted by the bytes of their keys, not by a server's locale: the same moment gives the same sequence on every machine. Keys are
narrow and come by a cursor, texts follow in batches: memory does not grow with the corpus.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, and_, case, collate, exists, func, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on

from pipelines.clippings import Clipping
from pipelines.store.patience import unhurried
from pipelines.store.tables import FORGOTTEN, Instant, families, pages, revisions, withdrawn
from pipelines.store.upserts import given

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Engine, Select, Subquery

BATCH = 500  # stories whose texts are held at a time
SPLITS = ("train", "dev", "test")


@dataclass(frozen=True, slots=True)
class Wish:
    """Which stories, as they stood at ``as_of``; an empty tuple and None ask for all.

    ``split`` parts them by percent into train, dev and test: no family straddles, and the later a family's first story, the
    later its part. ``one_per_family`` keeps each family's first publisher.
    """

    as_of: datetime
    outlets: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    one_per_family: bool = False
    split: tuple[int, int, int] | None = None


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """A story's place in the sequence: part of the split, outlet, story id."""

    part: int
    outlet: str
    story_id: str


@contextmanager
def frozen(engine: Engine) -> Iterator[Connection]:
    """Open one read-only snapshot of the database: whatever is crawled meanwhile is not seen."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True) as connection:
        unhurried(connection)
        yield connection


def now(connection: Connection) -> datetime:
    """Tell the moment, by the database's clock."""
    moment: datetime = connection.execute(select(func.now())).scalar_one()
    return moment


def counts(connection: Connection, wish: Wish) -> dict[str, int]:
    """How many stories each part holds; without a split all are ``train``."""
    chosen = _chosen(wish)
    found = {part: n for part, n in connection.execute(select(chosen.c.part, func.count()).group_by(chosen.c.part))}  # noqa: C416
    return {name: found.get(part, 0) for part, name in enumerate(SPLITS if wish.split else SPLITS[:1])}


def forgotten(connection: Connection) -> int:
    """How many stories were ever forgotten: an export that goes on must hand out none that became one."""
    return connection.scalar(select(func.count()).where(pages.c.state == FORGOTTEN)) or 0


def clippings(connection: Connection, wish: Wish, after: Key | None = None) -> Iterator[tuple[Key, Clipping]]:
    """Give every story that is wished for, in order; with ``after`` only those that follow."""
    chosen = _chosen(wish)
    key = (chosen.c.part, _bytes(chosen.c.outlet), _bytes(chosen.c.story_id))
    rows = select(chosen.c.part, chosen.c.outlet, chosen.c.story_id, chosen.c.fetched_at, chosen.c.family).order_by(*key)
    if after is not None:
        rows = rows.where(tuple_(*key) > tuple_(literal(after.part), literal(after.outlet), literal(after.story_id)))
    found = connection.execute(rows, execution_options={"yield_per": BATCH})
    for batch in found.partitions():
        yield from _told(connection, batch)
    found.close()  # at the end alone: where a reader stops in the middle, the rollback has closed it before us


def as_it_stood(connection: Connection, outlet: str, story_id: str, as_of: datetime) -> Clipping | None:
    """Give one story as it stood; None where it had not yet been seen, or was withdrawn."""
    r, f = revisions.c, families.c
    rows = select(revisions).where(r.outlet == outlet, r.story_id == story_id, *_standing(as_of))
    row = connection.execute(rows.order_by(r.fetched_at.desc()).limit(1)).mappings().first()
    kin = select(f.family).where(f.outlet == outlet, f.story_id == story_id, f.since <= as_of).order_by(f.since.desc()).limit(1)
    return clipping(row, connection.scalar(kin) or f"{outlet}/{story_id}") if row else None


def _told(connection: Connection, batch: Sequence[Any]) -> Iterator[tuple[Key, Clipping]]:
    wanted = given([row[1:4] for row in batch], outlet=Text(), story_id=Text(), fetched_at=Instant)
    same = and_(*(revisions.c[name] == wanted.c[name] for name in ("outlet", "story_id", "fetched_at")))
    rows = connection.execute(select(revisions).join(wanted, same)).mappings()
    versions = {(row["outlet"], row["story_id"]): row for row in rows}
    for part, outlet, story_id, _, family in batch:
        if row := versions.get((outlet, story_id)):
            yield Key(part, outlet, story_id), clipping(row, family)


def clipping(row: Any, family: str) -> Clipping:
    """Make a clipping of a row of revisions; instants in UTC, whatever the server's zone."""
    told = {name: row[name] for name in Clipping.__slots__ if name not in ("id", "seen_at", "family")}
    told |= {name: told[name] and told[name].astimezone(UTC) for name in ("published_at", "modified_at")}
    story = f"{row['outlet']}/{row['story_id']}"
    return Clipping(id=story, seen_at=row["fetched_at"].astimezone(UTC), family=family, **told)


def _chosen(wish: Wish) -> Subquery:
    """The keys of what is wished for, each with its part."""
    chosen = _one_per_family(_wished(wish)) if wish.one_per_family else _wished(wish)
    if wish.split is None:
        return select(chosen, literal(0).label("part")).subquery()
    first = func.min(chosen.c.day).over(partition_by=chosen.c.family)
    dated = select(chosen, first.label("first")).subquery()
    # Rows of one family are peers in this order, and so they are counted together.
    ahead = func.count().over(order_by=(dated.c.first, _bytes(dated.c.family)))
    counted = select(dated, (ahead * 100).label("ahead"), func.count().over().label("all")).subquery()
    train, dev, _ = wish.split
    part = case((counted.c.ahead <= counted.c.all * train, 0), (counted.c.ahead <= counted.c.all * (train + dev), 1), else_=2)
    return select(counted, part.label("part")).subquery()


def _one_per_family(chosen: Subquery) -> Subquery:
    order = (chosen.c.day, _bytes(chosen.c.outlet), _bytes(chosen.c.story_id))
    ranked = select(chosen, func.row_number().over(partition_by=chosen.c.family, order_by=order).label("rank")).subquery()
    return select(ranked).where(ranked.c.rank == 1).subquery()


def _wished(wish: Wish) -> Subquery:
    """The newest version of each story that had been seen, with its family and its day; then the filters."""
    version, kin = _newest(wish.as_of).subquery(), _kin(wish.as_of).subquery()
    v = version.c
    family = func.coalesce(kin.c.family, v.outlet + "/" + v.story_id).label("family")
    day = func.coalesce(v.published_at, v.fetched_at).label("day")
    same = (kin.c.outlet == v.outlet) & (kin.c.story_id == v.story_id)
    rows = select(v.outlet, v.story_id, v.fetched_at, family, day).outerjoin_from(version, kin, same)
    return rows.where(*_filters(wish, v, day)).subquery()


def _filters(wish: Wish, version: Any, day: ColumnElement[Any]) -> Iterator[ColumnElement[bool]]:
    for names, column in ((wish.outlets, version.outlet), (wish.languages, version.language)):
        if names:
            yield column.in_(names)
    if wish.sections:
        yield or_(*(func.lower(version.section) == section.lower() for section in wish.sections))
    if wish.since:
        yield day >= wish.since
    if wish.until:
        yield day < wish.until


def _newest(as_of: datetime) -> Select[Any]:
    r = revisions.c
    rows = select(r.outlet, r.story_id, r.fetched_at, r.published_at, r.section, r.language).where(*_standing(as_of))
    return rows.ext(distinct_on(r.outlet, r.story_id)).order_by(r.outlet, r.story_id, r.fetched_at.desc())


def _standing(as_of: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """A version had been seen, and its story was not withdrawn."""
    r, w = revisions.c, withdrawn.c
    return r.fetched_at <= as_of, ~exists().where(w.outlet == r.outlet, w.story_id == r.story_id, w.withdrawn_at <= as_of)


def _kin(as_of: datetime) -> Select[Any]:
    f = families.c
    rows = select(f.outlet, f.story_id, f.family).where(f.since <= as_of)
    return rows.ext(distinct_on(f.outlet, f.story_id)).order_by(f.outlet, f.story_id, f.since.desc())


def _bytes(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return collate(column, "C")
