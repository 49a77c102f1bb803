"""Values of ``<meta>``, whether the page calls them property, name or itemprop."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.readers.sheet import Sheet


def read(sheet: Sheet, asked: str) -> list[str]:
    """Give the contents; some templates escape them twice."""
    return [unescape(value) for value in sheet.metas.get(asked.lower(), [])]
