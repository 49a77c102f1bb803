"""What is held and may be read again: which pages, what they were read as, and keeping what today's rules make of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, Text, and_, cast, delete, func, or_, select, tuple_, update

from pipelines.nouns import Place
from pipelines.store.ledger import WIB
from pipelines.store.rows import article_row, cut_rows, plain, reject_row, revision_row
from pipelines.store.tables import HELD, READ, articles, cuts, pages, rejects, withdrawn
from pipelines.store.upserts import ARTICLES, CUTS, REJECTS, REVISIONS, among, keyed, upsert
from pipelines.store.versions import difference, versions
from pipelines.store.withdrawal import restore, withdraw

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Engine

    from pipelines.nouns import Article, Reading
    from pipelines.store.rows import Key, Row

MISSABLE = (
    "authors", "editors", "published_at", "modified_at", "section", "tags", "dateline", "source_credit", "images", "language",
)  # fmt: skip
EMPTY = {"authors": "{}", "editors": "{}", "tags": "{}", "images": "[]"}


@dataclass(frozen=True, slots=True)
class Wish:
    """Which stories: of ``outlets`` (empty: all), of the days between, and by what was read of them."""

    outlets: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    layout: str | None = None
    rule: str | None = None
    missing: str | None = None
    state: str | None = None
    after: tuple[str, int] | None = None  # the place, in the order of the archive, behind which to begin


@dataclass(frozen=True, slots=True)
class Held:
    """A page that can be read again."""

    outlet: str
    story_id: str
    url: str
    state: str
    fetched_at: datetime
    place: Place

    @property
    def key(self) -> Key:
        """What the tables call it."""
        return self.outlet, self.story_id


@dataclass(frozen=True, slots=True)
class Stored:
    """What a page was read as: its article by columns, what was cut, and why it was refused."""

    article: Row | None = field(default=None, repr=False)
    cuts: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reread:
    """A page read again. ``next_look``: when its story is to be asked again, should it stand anew."""

    held: Held
    reading: Reading = field(repr=False)
    next_look: datetime | None = None


def candidates(connection: Connection, wish: Wish) -> Iterator[Held]:
    """Give the pages as they lie in the archive; rows come from the server a thousand at a time."""
    p = pages.c
    columns = (p.outlet, p.story_id, p.url, p.state, p.fetched_at, p.archive_file, p.archive_offset, p.archive_length)
    rows = select(*columns).select_from(pages.outerjoin(articles, _same(articles))).where(*_chosen(wish))
    lying = rows.order_by(p.archive_file, p.archive_offset)
    for row in connection.execution_options(yield_per=1000).execute(lying):
        outlet, story_id, url, state, fetched_at, *place = row
        yield Held(outlet, story_id, url, state, fetched_at, Place(*place))


def count(connection: Connection, wish: Wish) -> int:
    """How many that are."""
    chosen = pages.outerjoin(articles, _same(articles))
    return connection.execute(select(func.count()).select_from(chosen).where(*_chosen(wish))).scalar_one()


def outlets_of(connection: Connection, wish: Wish) -> list[str]:
    """Whose pages those are."""
    chosen = pages.outerjoin(articles, _same(articles))
    rows = select(pages.c.outlet).select_from(chosen).where(*_chosen(wish)).distinct()
    return sorted(connection.execute(rows).scalars())


def _chosen(wish: Wish) -> Iterator[ColumnElement[bool]]:
    yield pages.c.archive_file.is_not(None)
    yield pages.c.state == wish.state if wish.state else pages.c.state.in_(READ)
    if wish.outlets:
        yield pages.c.outlet.in_(wish.outlets)
    instant = func.coalesce(articles.c.published_at, pages.c.announced_at, pages.c.discovered_at)
    day = cast(func.timezone(WIB, instant), Date)
    if wish.since:
        yield day >= wish.since
    if wish.until:
        yield day <= wish.until
    if wish.layout:
        yield articles.c.layout == wish.layout
    if wish.missing:
        lacks = articles.c[wish.missing]
        nothing = cast(lacks, Text) == EMPTY[wish.missing] if wish.missing in EMPTY else lacks.is_(None)
        yield and_(articles.c.story_id.is_not(None), nothing)
    if wish.rule:
        yield select(cuts.c.rule).where(_same(cuts), cuts.c.rule == wish.rule).exists()
    if wish.after:
        yield tuple_(pages.c.archive_file, pages.c.archive_offset) > wish.after


def stored(connection: Connection, keys: Sequence[Key]) -> dict[Key, Stored]:
    """What some pages were read as."""
    found: dict[Key, Stored] = {}
    own = {(row["outlet"], row["story_id"]): dict(row) for row in _of(connection, articles, keys)}
    gone: dict[Key, list[tuple[str, str]]] = {}
    for row in _of(connection, cuts, keys):
        gone.setdefault((row["outlet"], row["story_id"]), []).append((row["rule"], row["text"]))
    refused = {(row["outlet"], row["story_id"]): tuple(row["reasons"]) for row in _of(connection, rejects, keys)}
    for key in keys:
        found[key] = Stored(own.get(key), tuple(gone.get(key, ())), refused.get(key, ()))
    return found


def settle(engine: Engine, batch: Sequence[Reread]) -> None:
    """Keep what was read again, in one transaction; a page that a crawl has replaced meanwhile is left alone.

    A text that differs is a version of its own, marked as ours. A story that stood and is refused is withdrawn.
    """
    rows = [one for _, one in sorted({one.held.key: one for one in batch}.items())]
    with engine.begin() as connection:
        rows = [one for one in rows if _lies(connection, one.held)]
        was = stored(connection, [one.held.key for one in rows])
        stand = [(one, one.reading.article) for one in rows if one.reading.article]
        _keep(connection, stand)
        _refuse(connection, [one for one in rows if one.reading.reject], was)


def _lies(connection: Connection, held: Held) -> bool:
    """Lock the page's row; say whether it still describes what was read."""
    here = pages.c.outlet == held.outlet, pages.c.story_id == held.story_id
    now = select(pages.c.archive_file, pages.c.archive_offset, pages.c.state).where(*here).with_for_update()
    row = connection.execute(now).first()
    return row is not None and tuple(row) == (held.place.file, held.place.offset, held.state)


def _keep(connection: Connection, stand: Sequence[tuple[Reread, Article]]) -> None:
    keys = [one.held.key for one, _ in stand]
    back = among(connection, withdrawn, keys)
    upsert(connection, ARTICLES, [keyed(one.held.key, article_row(article)) for one, article in stand])
    restore(connection, keys)
    known = versions(connection, keys)
    new = (_version(one, article, known.get(one.held.key, []), withdrawn=one.held.key in back) for one, article in stand)
    upsert(connection, REVISIONS, [row for row in new if row])
    _replace_cuts(connection, [one for one, _ in stand])
    refused = [one for one, _ in stand if one.held.state == "refused"]
    for one in refused:
        here = pages.c.outlet == one.held.outlet, pages.c.story_id == one.held.story_id
        connection.execute(update(pages).where(*here).values(state="stored", cause=None, next_look_at=one.next_look))
    gone = [one.held.key for one in refused]
    connection.execute(delete(rejects).where(tuple_(rejects.c.outlet, rejects.c.story_id).in_(gone)))


def _version(one: Reread, article: Article, known: list[Row], *, withdrawn: bool) -> Row | None:
    """A text that our rules changed is ours, seen now; one that could not be read before is the outlet's, seen when fetched."""
    row, held = revision_row(article), one.held
    ours = withdrawn or held.state in HELD
    seen, cause = (datetime.now(UTC), "reread") if ours and known else (held.fetched_at, "outlet")
    older = [version for version in known if version["fetched_at"] < seen]
    what = difference(older[-1], row) if older else []
    return keyed(held.key, row, fetched_at=seen, changed=what, cause=cause) if what or not older else None


def _refuse(connection: Connection, refused: Sequence[Reread], was: dict[Key, Stored]) -> None:
    told = [(one, one.reading.reject) for one in refused if one.reading.reject]
    stood = [one.held.key for one in refused if one.held.state in HELD]
    withdraw(connection, [key for key in stood if was[key].article])
    upsert(connection, REJECTS, [keyed(one.held.key, reject_row(one.reading.url, reject)) for one, reject in told])
    for one, reject in told:
        here = pages.c.outlet == one.held.outlet, pages.c.story_id == one.held.story_id
        told_why = {"state": "refused", "cause": plain("; ".join(reject.reasons)), "next_look_at": None}
        differs = or_(pages.c.state != "refused", pages.c.cause.is_distinct_from(told_why["cause"]))
        connection.execute(update(pages).where(*here, differs).values(told_why))
    # a refused page below which an older text stands says nothing of what was cut from that
    _replace_cuts(connection, [one for one in refused if one.held.state in HELD or not was[one.held.key].article])


def _replace_cuts(connection: Connection, read: Sequence[Reread]) -> None:
    for one in read:
        more = cuts.c.position >= len(one.reading.cuts)
        connection.execute(delete(cuts).where(cuts.c.outlet == one.held.outlet, cuts.c.story_id == one.held.story_id, more))
    upsert(connection, CUTS, [keyed(one.held.key, row) for one in read for row in cut_rows(one.reading)])


def _of(connection: Connection, table: Any, keys: Sequence[Key]) -> list[Any]:
    if not keys:
        return []
    here = tuple_(table.c.outlet, table.c.story_id).in_(keys)
    return list(connection.execute(select(table).where(here).order_by(*table.primary_key)).mappings())


def _same(table: Any) -> ColumnElement[bool]:
    return and_(table.c.outlet == pages.c.outlet, table.c.story_id == pages.c.story_id)
