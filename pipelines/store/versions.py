"""The versions of a story: what was known of it before, what differs, and forgetting it altogether.

Every function works inside the caller's transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select, tuple_, update

from pipelines.store.rows import revision_row
from pipelines.store.search_index import let_go
from pipelines.store.tables import FORGOTTEN, articles, cuts, pages, rejects, revisions, withdrawn
from pipelines.store.upserts import among

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from pipelines.nouns import Article
    from pipelines.store.rows import Key, Row

# What a reader would call a change. Sections move, tags are added, and many an outlet prints the hour as modified_at.
COUNTS = ("title", "authors", "editors", "published_at", "body")
SEEN = ("fetched_at", "http_status", "digest", "content_type", "etag", "last_modified")
PLACE = ("archive_file", "archive_offset", "archive_length")


def new_versions(
    connection: Connection, written: Sequence[tuple[Key, datetime | None, Article]], added: Mapping[Key, bool]
) -> tuple[list[Row], set[Key]]:
    """Make the versions to be kept of articles just written, and say which held texts a fetch found changed.

    Each comes with its page's arrival; with None where the page is the one we had, read once more by other rules: that
    renews the last version and makes none.
    """
    known = versions(connection, [key for key, new in added.items() if not new])
    rows, changed = [], set()
    for key, arrived, article in written:
        row, had = revision_row(article), known.get(key, [])
        if not (arrived or had):  # someone has deleted its versions
            continue
        seen = arrived or had[-1]["fetched_at"]
        older = [one for one in had if one["fetched_at"] < seen]
        again = any(one["fetched_at"] == seen for one in had)
        what = difference(older[-1], row) if older else []
        if what or again or not older:
            rows.append({"outlet": key[0], "story_id": key[1], "fetched_at": seen, "changed": what, **row})
        if what and not again:
            changed.add(key)
    return rows, changed


def versions(connection: Connection, keys: Sequence[Key]) -> dict[Key, list[Row]]:
    """Give the versions that are kept of some stories, oldest first."""
    found: dict[Key, list[Row]] = {}
    if keys:
        here = tuple_(revisions.c.outlet, revisions.c.story_id).in_(keys)
        for row in connection.execute(select(revisions).where(here).order_by(revisions.c.fetched_at)).mappings():
            found.setdefault((row["outlet"], row["story_id"]), []).append(dict(row))
    return found


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Name what a reader would see changed between two versions."""
    return [name for name in COUNTS if before[name] != after[name]]


def forgotten(connection: Connection, keys: Collection[Key]) -> set[Key]:
    """Which pages are tombstones. For a writer that has locked their rows, so that none becomes one in between."""
    return among(connection, pages, keys, pages.c.state == FORGOTTEN)


def may_write(connection: Connection) -> bool:
    """Whether this role may write, and this server lets it: asked before the archive or its journal is told."""
    writes = func.current_setting("transaction_read_only") == "off"
    return bool(connection.scalar(select(func.has_table_privilege("pages", "UPDATE") & writes)))


def forget(connection: Connection, outlet: str, story_id: str) -> None:
    """Erase a story and leave its address as a tombstone, which no crawl asks and no writer overwrites.

    Its records in the archive are not touched here: ``archive.forgetting`` buries them.
    """
    here = pages.c.outlet == outlet, pages.c.story_id == story_id
    erased = dict.fromkeys(
        ("title_announced", *SEEN, *PLACE, "cause", "next_try_at", "next_look_at", "leased_by", "pruned_at")
    )
    # The page first: writers lock it first too, and so nobody waits for each other.
    connection.execute(update(pages).where(*here).values(state=FORGOTTEN, tries=0, **erased))
    let_go(connection, [(outlet, story_id)])
    for table in (articles, cuts, rejects, revisions, withdrawn):
        connection.execute(delete(table).where(table.c.outlet == outlet, table.c.story_id == story_id))
