"""Stories that stood until today's rules refused their page: out of ``articles``, whose readers need not know, yet not lost.

Every function works inside the caller's transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import DateTime, cast, delete, func, insert, literal_column, select, tuple_, update

from pipelines.store.search_index import let_go
from pipelines.store.tables import articles, withdrawn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from pipelines.store.rows import Key


def withdraw(connection: Connection, keys: Sequence[Key]) -> None:
    """Take stories out of ``articles``; each keeps its row as it stood."""
    if not keys:
        return
    let_go(connection, keys)
    whole = func.to_jsonb(literal_column("articles")).label("article")
    here = tuple_(articles.c.outlet, articles.c.story_id).in_(keys)
    gone = delete(articles).where(here).returning(articles.c.outlet, articles.c.story_id, whole).cte("gone")
    connection.execute(insert(withdrawn).from_select(["outlet", "story_id", "article"], select(*gone.c)))


def restore(connection: Connection, keys: Sequence[Key]) -> None:
    """Note that stories stand again: each was first seen when it was first seen."""
    if not keys:
        return
    here = tuple_(withdrawn.c.outlet, withdrawn.c.story_id).in_(keys)
    back = delete(withdrawn).where(here).returning(*withdrawn.c).cte("back")
    seen = cast(func.jsonb_extract_path_text(back.c.article, "first_seen_at"), DateTime(timezone=True))
    same = articles.c.outlet == back.c.outlet, articles.c.story_id == back.c.story_id
    connection.execute(update(articles).where(*same).values(first_seen_at=func.least(articles.c.first_seen_at, seen)))
