"""Rows on their way into the database: many in one statement, each written only where it says something new."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Text, and_, bindparam, case, cast, column, func, literal, literal_column, or_, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, insert

from pipelines.nouns import Reason
from pipelines.store.memory import later
from pipelines.store.tables import FORGOTTEN, articles, cuts, pages, rejects, revisions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import ColumnElement, Connection, Table, TableValuedAlias
    from sqlalchemy.dialects.postgresql import Insert
    from sqlalchemy.sql.dml import ReturningInsert
    from sqlalchemy.types import TypeEngine

    from pipelines.store.rows import Key, Row

ADDED: ColumnElement[bool] = literal_column("(xmax = 0)")  # in RETURNING: true for an inserted row, false for an updated one


def given(rows: Iterable[Sequence[Any]], **kinds: TypeEngine[Any]) -> TableValuedAlias:
    """Give rows to the server as a table, in one statement however many: 50,000 of them would take a minute."""
    values: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * len(kinds)
    arrays: list[ColumnElement[Any]] = [cast(list(each), ARRAY(kind)) for each, kind in zip(values, kinds.values(), strict=True)]
    return func.unnest(*arrays).table_valued(*(column(name, kind) for name, kind in kinds.items()), name="given").render_derived()


def among(connection: Connection, table: Table, keys: Collection[Key], *conditions: ColumnElement[bool]) -> set[Key]:
    """Which of some stories have a row in a table."""
    if not keys:
        return set()
    key = tuple_(table.c.outlet, table.c.story_id)
    found = connection.execute(select(table.c.outlet, table.c.story_id).where(key.in_(keys), *conditions))
    return {(outlet, story_id) for outlet, story_id in found}


def keyed(key: Key, row: Row, **more: Any) -> Row:
    """Give a row its key."""
    return {"outlet": key[0], "story_id": key[1], **row, **more}


def upsert(connection: Connection, statement: Insert, rows: Sequence[Row]) -> dict[Key, bool]:
    """Write rows; return the keys of those written, true where the row is new. One that says the same is left alone."""
    if not rows:
        return {}
    done = connection.execute(_of_json(statement, tuple(rows[0])), {"told": orjson.dumps(rows).decode()})
    return {(outlet, story_id): added for outlet, story_id, added in done}


@cache
def _of_json(statement: Insert, names: tuple[str, ...]) -> ReturningInsert[Any]:
    """The statement with its rows in one text of JSON, however many, which the server takes apart.

    A parameter for every value, and a statement made for every number of rows, cost this side eight times as much.
    """
    table = statement.table
    told = func.json_to_recordset(bindparam("told", type_=Text)).table_valued(*(column(name, table.c[name].type) for name in names))
    rows = told.render_derived("told", with_types=True)
    put = statement.from_select(names, select(*(rows.c[name] for name in names)))
    return put.returning(*list(table.primary_key)[:2], ADDED.label("added"))


def _renewing(table: Table, *when: str) -> Insert:
    """Insert, else update what differs. The times ``when`` follow a difference and are none."""
    put = insert(table)
    keys = [column.name for column in table.primary_key]
    told = [column.name for column in table.c if column.name not in {*keys, *when, "first_seen_at"}]
    differs = tuple_(*(table.c[name] for name in told)).is_distinct_from(tuple_(*(put.excluded[name] for name in told)))
    return put.on_conflict_do_update(index_elements=keys, set_={name: put.excluded[name] for name in (*told, *when)}, where=differs)


def _remembering(*, leased: bool = False) -> Insert:
    """Insert, else update what differs. Many newsrooms renew ETag and Last-Modified by the minute: they are no difference."""
    put = insert(pages)
    new = put.excluded
    same = ("state", "http_status", "digest", "cause")
    differs = tuple_(*(pages.c[name] for name in same)).is_distinct_from(tuple_(*(new[name] for name in same)))
    replayed = and_(new.state == "fetched", pages.c.tries > 0, pages.c.fetched_at == new.fetched_at)
    served = (*same, "pruned_at", "fetched_at", "content_type", "etag", "last_modified", "leased_by", "next_try_at", "next_look_at")
    place = ("archive_file", "archive_offset", "archive_length")
    news: dict[str, Any] = {name: new[name] for name in served} | {name: func.coalesce(new[name], pages.c[name]) for name in place}
    news["tries"] = case((new.state == "fetched", pages.c.tries), else_=0)
    walled = and_(new.state == "refused", new.cause != str(Reason.VIDEO))  # a film stays a film
    news["next_look_at"] = case((walled, later()), else_=new.next_look_at)
    where = or_(literal(leased), pages.c.leased_by.is_not(None), and_(differs, or_(pages.c.fetched_at.is_(None), ~replayed)))
    where = and_(pages.c.state != FORGOTTEN, where)
    return put.on_conflict_do_update(index_elements=list(pages.primary_key), set_=news, where=where)


PAGES = _remembering()
LEASED = _remembering(leased=True)
ARTICLES = _renewing(articles, "read_at")
REVISIONS = _renewing(revisions)
REJECTS = _renewing(rejects, "refused_at")
CUTS = _renewing(cuts)
