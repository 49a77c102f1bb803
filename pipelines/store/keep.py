"""Write readings: page, article or refusal, and cuts, in one transaction, in batches, any number of times with the same end."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Integer, Text, delete, tuple_
from sqlalchemy.exc import DBAPIError, ProgrammingError, StatementError

from pipelines.nouns import Reason
from pipelines.seedwords import GENERIC
from pipelines.store.memory import mark, state_of
from pipelines.store.rows import article_row, cut_rows, page_row, plain, reject_row
from pipelines.store.tables import FORGOTTEN, articles, cuts, rejects
from pipelines.store.upserts import ARTICLES, CUTS, LEASED, PAGES, REJECTS, REVISIONS, among, given, keyed, upsert
from pipelines.store.versions import forgotten, new_versions
from pipelines.store.withdrawal import restore

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Connection, Engine

    from pipelines.nouns import Page, Place, Reading
    from pipelines.store.rows import Key, Row

PARTIAL = "part of the story was not at hand this time"
MENDED = timedelta(days=1)  # a held story on which our reader broke is looked at again: by then somebody has mended it


@dataclass(frozen=True, slots=True)
class Kept:
    """A page to be kept, where it is archived, and what it was read as; without a reading ``cause`` says why there is none.

    ``next_look`` is when an article's page is to be asked again, None for never. ``leased``: as if a run had leased it, so
    that its page replaces an equal one too.
    """

    outlet: str
    story_id: str
    page: Page = field(repr=False)
    place: Place | None
    reading: Reading | None = field(repr=False)
    cause: str = ""
    next_look: datetime | None = None
    leased: bool = False

    @property
    def key(self) -> Key:
        """What the tables call it."""
        return self.outlet, self.story_id


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one page: its state, whether the story is new, why it was refused or failed, whether a held text changed."""

    story_id: str
    state: str
    new: bool
    cause: str = ""
    changed: bool = False


def write(engine: Engine, run: int | None, batch: Sequence[Kept]) -> list[Outcome]:
    """Keep a batch in one transaction and end its leases; one outcome for each, in the batch's order.

    A reading that the database refuses is failed with its cause, and the others are kept. When the server is in trouble
    (SQLAlchemyError, DatabaseError) nothing is kept or, lost during COMMIT, everything: write the same batch again.
    """
    # Sorted by key, so that two writers never wait for each other; of a story twice in a batch the last counts.
    rows = [kept for _, kept in sorted({kept.key: kept for kept in batch}.items())]
    try:
        with engine.begin() as connection:
            done = put(connection, run, rows)
    except (StatementError, ValueError, TypeError) as error:
        if not _is_the_rows_fault(error):
            raise
        with engine.begin() as connection:
            done = {kept.key: _put_alone(connection, run, kept) for kept in rows}
    return [done[kept.key] for kept in batch]


def _is_the_rows_fault(error: Exception) -> bool:
    """Tell a row that is refused from a server in trouble, by SQLSTATE: 22 data, 23 integrity, 54 too large for an index.

    psycopg2 calls 54 an OperationalError, as if the server were gone. What it cannot write down itself comes without a code.
    """
    if not isinstance(error, DBAPIError):
        return isinstance(getattr(error, "orig", error), (ValueError, TypeError))
    code = getattr(error.orig, "pgcode", None)
    return isinstance(error, ProgrammingError) if code is None else code[:2] in {"22", "23", "54"}


def _put_alone(connection: Connection, run: int | None, kept: Kept) -> Outcome:
    """Keep one page in a savepoint, at worst without its reading."""
    cause = kept.cause
    for reading in (kept.reading, None):
        try:
            with connection.begin_nested():
                return put(connection, run, [replace(kept, reading=reading, cause=cause)])[kept.key]
        except (StatementError, ValueError, TypeError) as error:
            if not _is_the_rows_fault(error):
                raise
            cause = " ".join(str(getattr(error, "orig", None) or error).split())[:500]
    return Outcome(kept.story_id, "failed", new=False, cause=cause)


def put(connection: Connection, run: int | None, batch: Sequence[Kept]) -> dict[Key, Outcome]:
    """Keep a batch, sorted by key, in the caller's transaction.

    A held story on which our reader broke stays as it is, and so does one that was read within a fence and now is without,
    or was whole and now is partial: what a poorer reading changes is no change of the newsroom's.
    """
    stay = among(connection, articles, [kept.key for kept in batch if kept.reading and kept.reading.broke])
    strays = [kept.key for kept in batch if kept.reading and kept.reading.stray]
    stay |= among(connection, articles, strays, articles.c.layout != GENERIC)
    parts = [kept.key for kept in batch if kept.reading and kept.reading.article and kept.reading.article.partial]
    stay |= among(connection, articles, parts, ~articles.c.partial)
    left = {kept.key: _left(connection, kept) for kept in batch if kept.key in stay}
    batch = [kept for kept in batch if kept.key not in stay]
    seen = {kept.key: keyed(kept.key, page_row(kept.page, kept.place), **_verdict(run, kept)) for kept in batch}
    written = upsert(connection, LEASED if batch and batch[0].leased else PAGES, list(seen.values()))
    tombs = forgotten(connection, seen.keys() - written)
    read = [(kept.key, kept.reading) for kept in batch if kept.reading and kept.key not in tombs]
    stored = [(key, reading.article) for key, reading in read if reading.article]
    refused = [(key, reading.url, reading.reject) for key, reading in read if reading.reject]
    added = upsert(connection, ARTICLES, [keyed(key, article_row(article)) for key, article in stored])
    arrived = {key: seen[key]["fetched_at"] for key, _ in stored if key in written or added.get(key)}
    news = [(key, arrived.get(key), article) for key, article in stored if key in added]
    restore(connection, [key for key, new in added.items() if new])
    versions, changed = new_versions(connection, news, added)
    upsert(connection, REVISIONS, versions)
    upsert(connection, REJECTS, [keyed(key, reject_row(url, reject)) for key, url, reject in refused])
    if stored:
        connection.execute(delete(rejects).where(tuple_(rejects.c.outlet, rejects.c.story_id).in_([key for key, _ in stored])))
    put_cuts(connection, read, {key for key, *_ in refused})
    failed = {kept.key: _fail(connection, kept, counts=kept.key in written) for kept in batch if not kept.reading}
    failed |= dict.fromkeys(tombs, FORGOTTEN)
    outcomes = {kept.key: _outcome(kept, new=added.get(kept.key, False), failed=failed.get(kept.key)) for kept in batch}
    return left | {key: replace(outcome, changed=key in changed) for key, outcome in outcomes.items()}


def _left(connection: Connection, kept: Kept) -> Outcome:
    broke, stray = (kept.reading.broke, kept.reading.stray) if kept.reading else (False, False)
    cause = str(Reason.READER_FAILED) if broke else str(Reason.NO_LAYOUT) if stray else PARTIAL
    look = (kept.page.fetched_at or datetime.now(UTC)) + MENDED if broke else kept.next_look
    mark(connection, *kept.key, state="unchanged", cause=cause, http_status=kept.page.status, next_look_at=look)
    return Outcome(kept.story_id, "stored", new=False, cause=cause)


def _verdict(run: int | None, kept: Kept) -> Row:
    """Give the part of the page's row that judges it. One without a reading is marked failed afterwards."""
    reject = kept.reading and kept.reading.reject
    state = "refused" if reject else "stored" if kept.reading else "fetched"
    cause = plain("; ".join(reject.reasons)) if reject else None
    look = kept.next_look if state == "stored" else None
    return {"state": state, "cause": cause, "discovered_by": run, "next_look_at": look}


def _outcome(kept: Kept, *, new: bool, failed: str | None) -> Outcome:
    if failed == FORGOTTEN:
        return Outcome(kept.story_id, FORGOTTEN, new=False)
    if kept.reading and kept.reading.reject:
        return Outcome(kept.story_id, "refused", new, "; ".join(kept.reading.reject.reasons))
    return Outcome(kept.story_id, failed or "stored", new, kept.cause if failed else "")


def _fail(connection: Connection, kept: Kept, *, counts: bool) -> str:
    """Count a page that could not be read; not twice for one fetch, however often its batch is replayed."""
    if counts:
        return mark(connection, *kept.key, state="failed", cause=kept.cause or "no reading", http_status=kept.page.status)
    return state_of(connection, *kept.key)


def put_cuts(connection: Connection, read: Sequence[tuple[Key, Reading]], refused: Collection[Key] = ()) -> None:
    """Replace the cuts. A story that was stored before it was refused keeps its text, and so the cuts that explain it."""
    older = among(connection, articles, refused)
    new = [(key, reading) for key, reading in read if key not in older]
    if not new:
        return
    counts = [(*key, len(reading.cuts)) for key, reading in new]
    left = given(counts, outlet=Text(), story_id=Text(), cuts=Integer())
    same = cuts.c.outlet == left.c.outlet, cuts.c.story_id == left.c.story_id
    connection.execute(delete(cuts).where(*same, cuts.c.position >= left.c.cuts))
    upsert(connection, CUTS, [keyed(key, row) for key, reading in new for row in cut_rows(reading)])
