"""Rows as a table for people, or as JSON lines for programs."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipelines.indonesian.dates import ZONES
from pipelines.spreadsheets import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# A pipe has no width: wide enough for a headline, so that grep finds it whole.
WIDTH_OF_A_PIPE = 180
GAP = 3  # between two columns
NARROWEST = 12  # of a column whose words are longer: an address may be folded, an outlet's name may not


def show(rows: Sequence[Mapping[str, Any]], form: str, title: str | None = None) -> None:
    """Print rows that share their keys."""
    if form == "jsonl":
        jsonl(rows)
    elif rows:
        _table(rows, title)
    else:
        print("nothing yet")


def for_programs() -> None:
    """Speak UTF-8 in every locale: what another has no letter for is an escape that is no JSON, and no text in CSV."""
    if (sys.stdout.encoding or "").lower() != "utf-8" and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")


def jsonl(rows: Iterable[Mapping[str, Any]]) -> None:
    """Print one JSON object a line; instants as ISO 8601 in WIB, the zone of most desks, with its offset."""
    for_programs()
    for row in rows:
        print(json.dumps(row, ensure_ascii=False, default=_plain))


def csv_lines(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Print CSV, its head though there be no row; a cell that a spreadsheet would run begins with an apostrophe."""
    import csv

    for_programs()
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_harmless(row[column]) for column in columns] for row in rows)


def _harmless(value: Any) -> Any:
    if isinstance(value, (int, float)):
        return value
    told = _plain(value) if isinstance(value, datetime) else "; ".join(value) if isinstance(value, (list, tuple)) else value or ""
    return safe(told)


def _plain(value: Any) -> Any:
    return value.astimezone(ZONES["WIB"]).isoformat() if isinstance(value, datetime) else str(value)


def _table(rows: Sequence[Mapping[str, Any]], title: str | None) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    from pipelines.show.console import Console

    console = Console(width=None if sys.stdout.isatty() else WIDTH_OF_A_PIPE, highlight=False)
    if _needed(rows) > console.width:
        _one_by_one(rows, title)
        return
    table = Table(box=SIMPLE_HEAD, title=title, title_justify="left", show_edge=False, pad_edge=False)
    for name in rows[0]:
        numeric = isinstance(rows[0][name], (int, float))
        table.add_column(name.replace("_", " "), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(plainly(value)) for value in row.values()))
    console.print(table)


def _needed(rows: Sequence[Mapping[str, Any]]) -> int:
    """Columns of a terminal in which no short word is broken."""
    words = ({*name.split("_")}.union(*(_words(row[name]) for row in rows)) for name in rows[0])
    return sum(min(max(map(len, column)), NARROWEST) + GAP for column in words) - GAP


def _words(value: Any) -> list[str]:
    return plainly(value).split()


def _one_by_one(rows: Sequence[Mapping[str, Any]], title: str | None) -> None:
    """Print each row as lines of name and value, for a terminal that is too narrow for columns."""
    if title:
        print(title)
    longest = max(map(len, rows[0]))
    for row in rows:
        print()
        for name, value in row.items():
            print(folded(f"{name.replace('_', ' '):{longest}}  {plainly(value)}".rstrip(), longest + 2))


def folded(line: str, indent: int = 0) -> str:
    """Fold a line between words at a terminal's width, its rest indented; a pipe has no width: there grep finds it whole."""
    if not sys.stdout.isatty():
        return line
    width, rest = shutil.get_terminal_size().columns, " " * indent
    return textwrap.fill(line, width, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False)


def plainly(value: Any) -> str:
    """Write one value for a person: instants in the zone they carry, lists joined, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return str(value)
