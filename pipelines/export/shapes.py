"""A clipping as a line of JSON, a row of a spreadsheet, a page of text or of Markdown. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipelines.spreadsheets import safe

if TYPE_CHECKING:
    from pipelines.clippings import Clipping

FLAT = (
    "id", "outlet", "story_id", "url", "kind", "title", "authors", "editors", "published_at", "modified_at", "section", "tags",
    "dateline", "source_credit", "text", "captions", "language", "words", "partial", "seen_at", "family",
)  # fmt: skip
_MARKS = re.compile(r"([\\`*_\[\]<])")
_LINE_MARKS = re.compile(r"^(\s*\d*)([#>+\-.)|=~])", re.MULTILINE)
_HEAD = ("id", "url", "outlet", "kind", "authors", "editors", "published_at", "modified_at", "section", "tags", "dateline",
         "source_credit", "language", "words", "partial", "seen_at", "family")  # fmt: skip


def json_line(clipping: Clipping) -> str:
    """Write it whole; instants as ISO 8601 in UTC."""
    return json.dumps(asdict(clipping), ensure_ascii=False, default=datetime.isoformat)


def csv_row(clipping: Clipping) -> list[str]:
    """Give its cells in the order of FLAT, none of which a spreadsheet takes for a formula."""
    captions = "; ".join(dict.fromkeys(image["caption"] for image in clipping.images if image["caption"]))
    return [safe(captions if name == "captions" else _cell(getattr(clipping, name))) for name in FLAT]


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    return "; ".join(value) if isinstance(value, list) else "" if value is None else str(value)


def text_page(clipping: Clipping) -> str:
    """Give the title and the text, a blank line between blocks."""
    return f"{clipping.title}\n\n{clipping.text}\n" if clipping.text else f"{clipping.title}\n"


def markdown_page(clipping: Clipping) -> str:
    """Give the story as Markdown, its facts as YAML above it."""
    facts = [(name, value) for name in _HEAD if (value := getattr(clipping, name)) not in (None, [])]
    head = "\n".join(f"{name}: {json.dumps(value, ensure_ascii=False, default=datetime.isoformat)}" for name, value in facts)
    captions = dict.fromkeys(image["caption"] for image in clipping.images if image["caption"])
    blocks = [*map(_block, clipping.body), *(f"*{_escaped(caption)}*" for caption in captions)]
    return "\n\n".join([f"---\n{head}\n---", f"# {_escaped(clipping.title)}", *blocks]) + "\n"


def _block(block: dict[str, str]) -> str:
    mark = {"h": "## ", "li": "- ", "quote": "> "}.get(block["kind"], "")
    return mark + _escaped(block["text"]).replace("\n", "\n" + (mark if mark == "> " else "  " if mark == "- " else ""))


def _escaped(text: str) -> str:
    return _LINE_MARKS.sub(r"\1\\\2", _MARKS.sub(r"\\\1", text))
