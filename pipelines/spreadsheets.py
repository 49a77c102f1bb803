"""Cells that a spreadsheet would run, made harmless by whoever writes CSV."""

from __future__ import annotations

import re

# A spreadsheet runs a cell that begins so, in half width or full (OWASP, CSV injection); quotes around it do not help.
_FORMULA = re.compile(r"\s*'*[=+\-@＝＋－＠|%\t\r\n]")


def safe(cell: str) -> str:
    """Set an apostrophe before what a spreadsheet would run. One apostrophe less is the cell again: see ``plain``."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def plain(cell: str) -> str:
    """Undo ``safe``."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell
