"""Values of ``window.kmklabs``, the inline object of KapanLagi Youniverse newsrooms (liputan6, merdeka, fimela)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.readers.sheet import walk

if TYPE_CHECKING:
    from pipelines.readers.sheet import Sheet


def read(sheet: Sheet, asked: str) -> list[str]:
    """Give what stands at a dotted path (``gtm.editors``); lists are written ``a|b`` there."""
    name = asked.partition(".")[0]
    return [part for value in walk({name: sheet.kmklabs(name)}, asked) for part in value.split("|")]
