"""Which rows point into the archive, and what they say of the page that lies there.

Every function works inside the caller's transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from pipelines.store.tables import pages

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Pointer:
    """A row and what it says lies at its place."""

    outlet: str
    story_id: str
    length: int
    digest: str | None


def pointers(connection: Connection, file: str) -> dict[int, Pointer]:
    """Give the rows that point into a file, by offset."""
    p = pages.c
    rows = select(p.archive_offset, p.outlet, p.story_id, p.archive_length, p.digest).where(p.archive_file == file)
    return {offset: Pointer(*facts) for offset, *facts in connection.execute(rows)}


def files_named(connection: Connection) -> dict[str, int]:
    """Give every file that rows point into, with the number of rows."""
    counted = select(pages.c.archive_file, func.count()).where(pages.c.archive_file.is_not(None)).group_by(pages.c.archive_file)
    return {file: number for file, number in connection.execute(counted)}  # noqa: C416 (rows are no pairs)


def pruned(connection: Connection, file: str) -> int:
    """Note that a file's pages are no longer there; return how many rows that were."""
    gone = dict.fromkeys(("archive_file", "archive_offset", "archive_length"))
    return connection.execute(update(pages).where(pages.c.archive_file == file).values(pruned_at=func.now(), **gone)).rowcount
