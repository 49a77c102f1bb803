"""Readings as rows: which value stands in which column. Pure; nothing here asks the database."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.nouns import Article, Page, Place, Reading, Reject

Row = dict[str, Any]
Key = tuple[str, str]  # outlet and story_id, by which all rows of a story are known

# What the article calls by the column's name and keeps in the column's shape.
_SAME = (
    "url", "kind", "title", "published_at", "modified_at", "section", "dateline", "source_credit", "text",
    "language", "words", "layout", "partial",
)  # fmt: skip


def plain(text: str) -> str:
    """Make a text from the web fit for PostgreSQL, which knows neither NUL nor lone surrogates."""
    return text.replace("\0", "").encode(errors="replace").decode()


def page_row(page: Page, place: Place | None) -> Row:
    """Give what a fetch says of its page; ``discovered_at`` and the rest are the memory's."""
    headers = {name.lower(): plain(value) for name, value in page.headers}
    return {
        "url": plain(page.asked_url or page.url),
        "fetched_at": page.fetched_at or datetime.now(UTC),
        "http_status": page.status,
        "digest": hashlib.sha256(page.body).hexdigest(),
        "content_type": plain(page.content_type),
        "etag": headers.get("etag"),
        "last_modified": headers.get("last-modified"),
        "archive_file": place.file if place else None,
        "archive_offset": place.offset if place else None,
        "archive_length": place.length if place else None,
    }


def article_row(article: Article) -> Row:
    """Give an article's columns but for its key and its times."""
    return {name: getattr(article, name) for name in _SAME} | {
        "authors": list(article.authors),
        "editors": list(article.editors),
        "tags": list(article.tags),
        "body": [{"kind": block.kind, "text": block.text} for block in article.body],
        "images": [{"caption": image.caption, "url": image.url} for image in article.images],
        "sources": dict(article.sources),
    }


def revision_row(article: Article) -> Row:
    """Give what a version of a story keeps, but for its key and what changed: all but how it was read."""
    return {name: value for name, value in article_row(article).items() if name not in ("layout", "sources")}


def reject_row(url: str, reject: Reject) -> Row:
    """Give a refusal's columns but for its key and its time."""
    return {"url": plain(url), "reasons": [str(reason) for reason in reject.reasons], "detail": reject.detail}


def cut_rows(reading: Reading) -> list[Row]:
    """Give a row for each cut, in the reading's order."""
    return [{"position": place, "at": cut.at, "rule": cut.rule, "text": cut.text} for place, cut in enumerate(reading.cuts)]
