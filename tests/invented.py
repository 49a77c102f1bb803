"""Invented stories as the store gets them, for its tests; no test here, and no newsroom's words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from pipelines.nouns import Article, Block, Cut, Image, Link, Page, Place, Reading, Reason, Reject
from pipelines.store.keep import Kept
from pipelines.store.runs import begin_run

if TYPE_CHECKING:
    from sqlalchemy import Engine

OUTLET = "kabar"
NOON = datetime(2026, 11, 22, 5, tzinfo=UTC)


def address_of(story_id: str) -> str:
    return f"https://www.kabar.example/news/read/{story_id}/harga-cabai"


def link(story_id: str, **told: Any) -> Link:
    return Link(address_of(story_id), story_id, **told)


def page(story_id: str, body: str = "<html>Harga cabai naik</html>", **told: Any) -> Page:
    return Page(address_of(story_id), body.encode(), fetched_at=NOON, headers=(("ETag", f'"{story_id}"'),), **told)


def article(story_id: str, **told: Any) -> Article:
    facts: dict[str, Any] = {
        "url": address_of(story_id),
        "outlet": OUTLET,
        "story_id": story_id,
        "kind": "article",
        "title": f"Harga cabai naik {story_id}",
        "authors": ("Sri Wahyuni",),
        "editors": ("Budi Santoso", "Ni Luh Ayu"),
        "published_at": NOON,
        "modified_at": NOON + timedelta(hours=1),
        "section": "Bisnis",
        "tags": ("cabai", "pasar"),
        "dateline": "Jakarta",
        "source_credit": "Antara",
        "body": (Block("p", "Harga cabai naik."), Block("h", "Sebabnya"), Block("p", "Hujan turun.")),
        "images": (Image("Cabai di pasar.", "https://img.kabar.example/1.jpg"), Image("Petani.", None)),
        "language": "id",
        "words": 6,
        "layout": "2024",
        "partial": False,
        "sources": {"title": "json_ld"},
    }
    return Article(**facts | told)


CUTS = (Cut("kabar/baca juga", "Baca juga: Harga beras", 2), Cut("kabar/dateline", "Jakarta -", 4), Cut("kabar/promo", "Unduh", 9))


def stored(story_id: str, *, cuts: tuple[Cut, ...] = CUTS, body: str = "<html>Harga cabai naik</html>", **told: Any) -> Kept:
    made = article(story_id, **told)
    return Kept(
        OUTLET, story_id, page(story_id, body), Place("kabar/1.warc.gz", 7, 9), Reading(made.url, OUTLET, story_id, made, cuts)
    )


def refused(story_id: str, *reasons: Reason, cuts: tuple[Cut, ...] = CUTS[:1]) -> Kept:
    reading = Reading(address_of(story_id), OUTLET, story_id, Reject(reasons or (Reason.NO_BODY,), "fence"), cuts)
    return Kept(OUTLET, story_id, page(story_id), None, reading)


def unread(story_id: str, cause: str = "the reader broke") -> Kept:
    return Kept(OUTLET, story_id, page(story_id), None, None, cause)


def a_run(database: Engine, outlet: str = OUTLET) -> int:
    with database.begin() as connection:
        return begin_run(connection, outlet, {"limit": "3"})


def asked(database: Engine, question: str, **words: Any) -> list[tuple[Any, ...]]:
    with database.connect() as connection:
        return [tuple(row) for row in connection.execute(text(question), words)]


def everything(database: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Every row with the transaction that wrote it (xmin): an update that changes nothing shows as well."""
    tables = ("runs", "pages", "articles", "cuts", "rejects", "revisions", "search_index", "vocabulary")
    return {name: asked(database, f"SELECT xmin::text, {name}.* FROM {name} ORDER BY {name}::text") for name in tables}
