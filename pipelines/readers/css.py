"""Values printed on the page: ``selector`` gives texts, ``selector@name`` an attribute's values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.readers.inline import line_of

if TYPE_CHECKING:
    from pipelines.readers.sheet import Sheet


def read(sheet: Sheet, asked: str) -> list[str]:
    """Give the texts, or the attribute's values, of every element selected."""
    selector, _, attribute = asked.partition("@")
    nodes = sheet.select(selector)
    if attribute:
        return [node.attributes.get(attribute) or "" for node in nodes]
    return [line_of(node) for node in nodes]
