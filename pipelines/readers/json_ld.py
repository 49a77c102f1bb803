"""Values of the page's schema.org article. Its ``articleBody`` is never the text: often cut, glued or dirty."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING, Any

from pipelines.readers.sheet import walk

if TYPE_CHECKING:
    from pipelines.readers.sheet import Sheet


def read(sheet: Sheet, asked: str) -> list[str]:
    """Give what stands at a dotted path (``author.name``). Names carry html entities on several outlets."""
    held = sheet.json_ld
    if asked.startswith("author.") and "author" in held:
        held = {"author": [one for one in _each(held["author"]) if not _is_house(one)]}
    return [unescape(value) for value in walk(held, asked)]


def _each(held: Any) -> list[Any]:
    return held if isinstance(held, list) else [held]


def _is_house(author: Any) -> bool:
    """Whether an author calls itself an Organization: a newsroom that signs is no person."""
    return isinstance(author, dict) and "Organization" in str(author.get("@type"))
