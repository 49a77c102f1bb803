"""Readings and stories as JSON lines and as text: the one shape in which every verb prints them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pipelines.show.table import for_programs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pipelines.nouns import Article, Block, Cut, Draft, Reading


def record(reading: Reading) -> dict[str, Any]:
    """Give ``{url, outlet, article | null, cuts, reject | null}``; dates as ISO 8601 with their offset."""
    reject = reading.reject
    return {
        "url": reading.url,
        "outlet": reading.outlet,
        "article": article_record(reading.article) if reading.article else None,
        "cuts": [cut_record(cut) for cut in reading.cuts],
        "reject": [*map(str, reject.reasons), *([reject.detail] if reject.detail else [])] if reject else None,
    }


def article_record(article: Article) -> dict[str, Any]:
    """Give an article's fields by name."""
    return {
        "url": article.url,
        "outlet": article.outlet,
        "story_id": article.story_id,
        "kind": article.kind,
        "title": article.title,
        "authors": list(article.authors),
        "editors": list(article.editors),
        "published_at": iso(article.published_at),
        "modified_at": iso(article.modified_at),
        "section": article.section,
        "tags": list(article.tags),
        "dateline": article.dateline,
        "source_credit": article.source_credit,
        "body": blocks_record(article.body),
        "captions": list(article.captions),
        "images": [{"url": image.url, "caption": image.caption} for image in article.images],
        "language": article.language,
        "words": article.words,
        "layout": article.layout,
        "partial": article.partial,
        "sources": dict(article.sources),
    }


def text_record(draft: Draft) -> dict[str, Any]:
    """Give a cleaned text by the names a page's record has."""
    body = [block for block in draft.blocks if block.kind != "figure"]
    return {
        "outlet": draft.outlet,
        "title": draft.title,
        "authors": list(draft.authors),
        "editors": list(draft.editors),
        "dateline": draft.dateline,
        "source_credit": draft.source_credit,
        "text": "\n\n".join(block.text for block in body),
        "body": blocks_record(body),
        "captions": [block.text for block in draft.blocks if block.kind == "figure"],
        "cuts": [cut_record(cut) for cut in draft.cuts],
    }


def blocks_record(blocks: Iterable[Block]) -> list[dict[str, str]]:
    """Give blocks as ``{kind, text}``."""
    return [{"kind": block.kind, "text": block.text} for block in blocks]


def cut_record(cut: Cut) -> dict[str, str]:
    """Give a cut as ``{rule, text}``."""
    return {"rule": cut.rule, "text": cut.text}


def iso(moment: datetime | None) -> str | None:
    """Give an instant with its offset, or None."""
    return moment.isoformat() if moment else None


def print_json(row: dict[str, Any]) -> None:
    """Print one object a line. Half a surrogate pair, which JSON may hold, has no UTF-8: such a line is printed escaped."""
    for_programs()
    line = json.dumps(row, ensure_ascii=False)
    print(line if line.isascii() or _speakable(line) else json.dumps(row))


def _speakable(line: str) -> bool:
    try:
        line.encode()
    except UnicodeEncodeError:
        return False
    return True
