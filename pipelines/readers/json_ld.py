"""Values of the page's schema.org article. Its ``articleBody`` is never the text: often cut, glued or dirty."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

from pipelines.readers.sheet import walk

if TYPE_CHECKING:
    from pipelines.readers.sheet import Sheet


def read(sheet: Sheet, asked: str) -> list[str]:
    """Give what stands at a dotted path (``author.name``). Names carry html entities on several outlets."""
    return [unescape(value) for value in walk(sheet.json_ld, asked)]
