"""Ways to find a field on a page, named by technique and never by outlet. Each takes a Sheet and gives strings as printed."""

from __future__ import annotations

from pipelines.readers import css, json_ld, kmklabs, meta
from pipelines.readers.bounds import VALUE, VALUES
from pipelines.readers.inline import fold
from pipelines.readers.sheet import Sheet

__all__ = ["Sheet", "ask"]

_READERS = {"css": css.read, "meta": meta.read, "json_ld": json_ld.read, "kmklabs": kmklabs.read}


def ask(sheet: Sheet, technique: str, asked: str) -> list[str]:
    """Give every value found, folded as the story's lines are, empty ones left out."""
    found = (fold(value[:VALUE]) for value in _READERS[technique](sheet, asked)[:VALUES])
    return [value for value in found if value]
