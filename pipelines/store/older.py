"""Pages seen by others, in whatever order they come: an older one overwrites no newer, but becomes a version in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, tuple_, update

from pipelines.store.keep import put, put_cuts
from pipelines.store.rows import article_row, page_row, revision_row
from pipelines.store.tables import OPEN, READ, pages, revisions
from pipelines.store.upserts import ARTICLES, REVISIONS, keyed, upsert
from pipelines.store.versions import difference, versions
from pipelines.store.withdrawal import restore

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sqlalchemy import Connection, Engine

    from pipelines.nouns import Article
    from pipelines.store.keep import Kept
    from pipelines.store.rows import Key, Row



def write_seen(engine: Engine, batch: Sequence[Kept]) -> None:
    """Keep pages in one transaction. What a crawl found out, that a story is gone or barred, stays so."""
    rows = [kept for _, kept in sorted({kept.key: kept for kept in batch}.items())]
    with engine.begin() as connection:
        held = _held(connection, [kept.key for kept in rows])
        put(connection, None, [kept for kept in rows if _is_news(kept, held.get(kept.key))])
        for kept in rows:
            if not _is_news(kept, was := held.get(kept.key)) and was is not None and was.state != "forgotten":
                _put_in_its_place(connection, kept, was)
        date_back(connection, [kept.key for kept in rows])


def date_back(connection: Connection, keys: Sequence[Key]) -> None:
    """A story that no door announced was found when its page was seen, not when we took it."""
    p = pages.c
    undated = p.discovered_by.is_(None), p.door == "", p.fetched_at < p.discovered_at
    connection.execute(update(pages).where(tuple_(p.outlet, p.story_id).in_(keys), *undated).values(discovered_at=p.fetched_at))


def _held(connection: Connection, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Any]:
    p = pages.c
    here = tuple_(p.outlet, p.story_id).in_(keys)
    rows = select(p.outlet, p.story_id, p.state, p.fetched_at).where(here).order_by(p.outlet, p.story_id).with_for_update()
    return {(row.outlet, row.story_id): row for row in connection.execute(rows)}


def _is_news(kept: Kept, held: Any) -> bool:
    if held is None or held.state in OPEN:
        return True
    seen = kept.page.fetched_at
    return held.state in READ and (held.fetched_at is None or (seen is not None and held.fetched_at < seen))


def _put_in_its_place(connection: Connection, kept: Kept, held: Any) -> None:
    seen, article = kept.page.fetched_at, kept.reading.article if kept.reading else None
    if seen is None:
        return
    if held.fetched_at is None or held.fetched_at < seen:  # gone or barred, and this is the last that was seen of it
        facts = {name: value for name, value in page_row(kept.page, kept.place).items() if name != "url"}
        here = pages.c.outlet == kept.outlet, pages.c.story_id == kept.story_id
        connection.execute(update(pages).where(*here).values(facts))
    if article is not None:
        known = versions(connection, [kept.key]).get(kept.key, [])
        _insert(connection, kept, article, known)
        if kept.reading and not any(version["fetched_at"] >= seen for version in known):
            upsert(connection, ARTICLES, [keyed(kept.key, article_row(article))])
            restore(connection, [kept.key])
            put_cuts(connection, [(kept.key, kept.reading)])


def _insert(connection: Connection, kept: Kept, article: Article, known: list[Row]) -> None:
    """Lay a version between its neighbours; a later one that says the same was first seen now."""
    seen, row = kept.page.fetched_at, revision_row(article)
    before = [version for version in known if version["fetched_at"] < seen]
    after = next((version for version in known if version["fetched_at"] > seen), None)
    what = difference(before[-1], row) if before else []
    if any(version["fetched_at"] == seen for version in known) or (before and not what):
        return
    upsert(connection, REVISIONS, [keyed(kept.key, row, fetched_at=seen, changed=what)])
    if after is not None:
        own = revisions.c.outlet == kept.outlet, revisions.c.story_id == kept.story_id
        here = *own, revisions.c.fetched_at == after["fetched_at"]
        if differs := difference(row, after):
            connection.execute(update(revisions).where(*here).values(changed=differs))
        else:
            connection.execute(delete(revisions).where(*here))
