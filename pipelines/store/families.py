"""Families of near-copies: stories that arrived are compared with what was held, batch by batch, and linked; none is ever deleted.

What was compared is remembered in ``kin``: a run goes on where the last one stopped and reads no story twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Text, cast, func, insert, select, text, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as put

from pipelines.credit import said
from pipelines.kin import Printed, bands, compared, shape
from pipelines.store.alone import alone
from pipelines.store.relatives import family_of
from pipelines.store.resuming import is_short, stopped_at
from pipelines.store.tables import articles, families, kin
from pipelines.store.upserts import given

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Engine, Row, Select

    from pipelines.credit import Said
    from pipelines.store.rows import Key

BATCH = 200  # stories
NEAREST = 40  # stories that a new one is compared with, those with most bands in common
LOCK = 0x6B696E  # "kin" in ASCII: one at a time


def relate(engine: Engine, names: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """Compare every story that is new or was read anew, oldest reading first; after each batch give (compared, linked).

    ``names`` are what pages call outlets, in small letters, each with its slug. A batch is a transaction.
    Busy where another process compares.
    """
    with alone(engine, LOCK):
        while done := _batch(engine, names):
            yield done


def _batch(engine: Engine, names: Mapping[str, str]) -> tuple[int, int] | None:
    with engine.begin() as connection:
        batch = _due(connection)
        return (len(batch), _relate(connection, batch, names)) if batch else None


def _due(connection: Connection) -> Sequence[Row[Any]]:
    """The next stories whose newest reading was not compared."""
    a, k = articles.c, kin.c
    since = stopped_at(connection, kin)
    same = (k.outlet == a.outlet) & (k.story_id == a.story_id)
    rows = select(*_columns()).outerjoin_from(articles, kin, same).where(k.read_at.is_distinct_from(a.read_at))
    rows = rows.order_by(a.read_at, a.outlet, a.story_id).limit(BATCH)
    due = connection.execute(rows if since is None else rows.where(a.read_at >= since)).all()
    short = not due and since is not None and is_short(connection, kin)
    return connection.execute(rows).all() if short else due


def _columns() -> list[Any]:
    a = articles.c
    day = func.coalesce(a.published_at, a.first_seen_at).label("day")
    return [a.outlet, a.story_id, a.text, a.url, a.source_credit, a.read_at, day]


def _relate(connection: Connection, batch: Sequence[Row[Any]], names: Mapping[str, str]) -> int:
    known = {(row.outlet, row.story_id): _printed(row) for row in batch}
    marks = {key: bands(printed.shape) for key, printed in known.items()}
    _mark(connection, [(row.outlet, row.story_id, row.read_at, marks[row.outlet, row.story_id]) for row in batch])
    near = _near(connection, marks)
    known |= _read(connection, {other for others in near.values() for other in others} - known.keys())
    told = {(row.outlet, row.story_id): said(row.outlet, row.url, row.source_credit, row.text, names) for row in batch}
    return _link(connection, known, near, told)


def _mark(connection: Connection, rows: Sequence[tuple[str, str, datetime, list[int]]]) -> None:
    names = ("outlet", "story_id", "read_at", "bands")
    write = put(kin)
    new = {name: write.excluded[name] for name in names[2:]}
    told = [dict(zip(names, row, strict=True)) for row in rows]
    connection.execute(write.on_conflict_do_update(index_elements=names[:2], set_=new), told)
    # What waits in the index's pending list is read whole by every search: 20 ms a story.
    connection.execute(select(func.gin_clean_pending_list(text("'ix_kin_bands'::regclass"))))


def _printed(row: Row[Any]) -> Printed:
    return Printed(row.outlet, row.day, shape(row.text))


def _near(connection: Connection, marks: Mapping[Key, Sequence[int]]) -> dict[Key, list[Key]]:
    """Of each story those that have most bands in common with it. Its own bands are in the table already."""
    # In its first run the table is not counted yet, and the server would rather read it whole for every story.
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    found: dict[Key, list[Key]] = {key: [] for key, own in marks.items() if own}
    for own_outlet, own_id, outlet, story_id in connection.execute(_alike(found)):
        found[own_outlet, own_id].append((outlet, story_id))
    near = {key: sorted(few) if len(few) <= NEAREST else _nearest(connection, key, marks[key]) for key, few in found.items()}
    connection.execute(text("SET LOCAL enable_seqscan = on"))
    return near


def _alike(keys: Iterable[Key]) -> Select[str, str, str, str]:
    """Ask for all of a batch at once: of each the first others that share a band with it, one more than are compared."""
    wanted = given(sorted(keys), outlet=Text(), story_id=Text()).c
    own, other = kin.alias("own").c, kin.alias("other").c
    alike = other.bands.op("&&")(own.bands), tuple_(other.outlet, other.story_id) != tuple_(own.outlet, own.story_id)
    few = select(other.outlet, other.story_id).where(*alike).limit(NEAREST + 1).lateral("few").c
    same = own.outlet == wanted.outlet, own.story_id == wanted.story_id
    return select(own.outlet, own.story_id, few.outlet, few.story_id).where(*same)


def _nearest(connection: Connection, key: Key, own: Sequence[int]) -> list[Key]:
    k = kin.c
    alike = k.bands.op("&&")(cast(list(own), ARRAY(BigInteger))), tuple_(k.outlet, k.story_id) != key
    many = connection.execute(select(k.outlet, k.story_id, k.bands).where(*alike).limit(NEAREST * 25))
    ranked = sorted(many, key=lambda row: (-len(set(row.bands) & set(own)), row[:2]))
    return [(row.outlet, row.story_id) for row in ranked[:NEAREST]]


def _read(connection: Connection, keys: Iterable[Key]) -> dict[Key, Printed]:
    wanted = given(sorted(keys), outlet=Text(), story_id=Text())
    same = (articles.c.outlet == wanted.c.outlet) & (articles.c.story_id == wanted.c.story_id)
    return {(row.outlet, row.story_id): _printed(row) for row in connection.execute(select(*_columns()).join(wanted, same))}


def _link(
    connection: Connection, known: Mapping[Key, Printed], near: Mapping[Key, list[Key]], told: Mapping[Key, Said | None]
) -> int:
    """Put each story with its relatives into one family; of two that meet the name that comes first stays. Give the rows made."""
    before = family_of(connection, known)
    now = dict(before)
    best: dict[Key, tuple[float, Key]] = {}
    for key in sorted(near, key=lambda one: (known[one].at, one)):
        others = [other for other in near[key] if other in known]
        shares = compared(known[key], [known[other] for other in others])
        kindred = {other: share for other, share in zip(others, shares, strict=True) if share}
        if not kindred:
            continue
        for one, other, share in ((k, o, s) for o, s in kindred.items() for k, o in ((key, o), (o, key))):
            best[one] = max(best.get(one, (0.0, other)), (share, other))
        _join(connection, now, [key, *kindred], known)
    gone = {key for key in near if key in before and key not in best and before[key] != "/".join(key)}
    now |= {key: "/".join(key) for key in gone}
    changed = {key: family for key, family in now.items() if before.get(key) != family}
    since = connection.scalar(select(func.now()))
    kept = {key: each for key, each in best.items() if key not in gone}
    rows = [{"since": since} | _row(key, family, kept.get(key), told.get(key)) for key, family in sorted(changed.items())]
    if rows:
        connection.execute(insert(families), rows)
    return len(rows)


def _join(connection: Connection, now: dict[Key, str], kindred: Sequence[Key], known: Mapping[Key, Printed]) -> None:
    held = sorted({now[key] for key in kindred if key in now})
    if not held:
        founder = min(kindred, key=lambda key: (known[key].at, key))
        held = ["/".join(founder)]
    family, *merged = held
    for key in _members(connection, now, merged):
        now[key] = family
    now.update(dict.fromkeys(kindred, family))


def _members(connection: Connection, now: Mapping[Key, str], merged: Sequence[str]) -> set[Key]:
    if not merged:
        return set()
    f = families.c
    rows = connection.execute(select(f.outlet, f.story_id).where(f.family.in_(merged)).distinct())
    stored = family_of(connection, {(outlet, story_id) for outlet, story_id in rows}) | dict(now)
    return {key for key, family in stored.items() if family in merged}


def _row(key: Key, family: str, best: tuple[float, Key] | None, told: Said | None) -> dict[str, Any]:
    share, (outlet, story_id) = best or (None, (None, None))
    founder = family == "/".join(key)
    return {
        "outlet": key[0], "story_id": key[1], "family": family, "share": None if founder else share,
        "kin_outlet": None if founder else outlet, "kin_story_id": None if founder else story_id,
        "said": told.how if told else None, "said_outlet": told.source if told else None,
    }  # fmt: skip
