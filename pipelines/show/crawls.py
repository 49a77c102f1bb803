"""Crawls under way and done: a line each, and the live table on a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from pipelines.nouns import Exit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType
    from typing import Self

    from rich.table import Table

    Rows = Callable[[], Sequence[Mapping[str, Any]]]

SAYS = {
    Exit.DONE: "done", Exit.USAGE: "wrong seed or argument", Exit.UNREACHABLE: "unreachable", Exit.NO_STORIES: "no story announced",
    Exit.ALARM: "alarm", Exit.DATABASE: "database or disk", Exit.SCHEMA: "schema", Exit.LOCKED: "locked",
    Exit.INTERRUPTED: "interrupted", Exit.NOT_PERMITTED: "not permitted",
}  # fmt: skip


def numbers(counts: Mapping[str, int]) -> dict[str, int]:
    """Give a run's counts in a reader's words; a story looked at again and found the same is unchanged."""
    had = {name: counts.get(name, 0) for name in ("announced", "stored", "changed", "unchanged", "looked", "refused", "failed")}
    return {
        "found": had["announced"], "new": had["stored"], "changed": had["changed"],
        "unchanged": had["unchanged"] + had["looked"] - had["changed"], "refused": had["refused"], "failed": had["failed"],
    }  # fmt: skip


def line(row: Mapping[str, Any]) -> str:
    """Write one crawl as one line: outlet, how it ended, why, and its numbers."""
    code = Exit(row["exit_code"])
    ended = SAYS[code] if code is Exit.DONE else f"exit {code}, {SAYS[code]}: {row['said']}"
    told = ", ".join(f"{row[name]} {name}" for name in numbers({}))
    return f"{row['outlet']}: {ended} ({told}; {row['requests']} requests in {row['seconds']:.0f} s)"


def table(rows: Sequence[Mapping[str, Any]], title: str) -> Table:
    """Lay out what is known of every crawl at this moment; ``exit_code`` is None before its end."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    drawn = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, title=title, title_justify="left")
    drawn.add_column("outlet")
    drawn.add_column("state")
    for name in (*numbers({}), "requests", "seconds"):
        drawn.add_column(name, justify="right")
    for row in rows:
        figures = (f"{row[name]:.0f}" for name in (*numbers({}), "requests", "seconds"))
        drawn.add_row(row["outlet"], _state(row), *figures, style=_style(row))
    return drawn


def _state(row: Mapping[str, Any]) -> str:
    if row["exit_code"] is not None:
        return SAYS[Exit(row["exit_code"])]
    return "crawling" if row["seconds"] else "waiting"


def _style(row: Mapping[str, Any]) -> str:
    if row["exit_code"] is None:
        return "bold" if row["seconds"] else "dim"
    return "" if row["exit_code"] == Exit.DONE else "red"


class Board:
    """The live table on a terminal, drawn by whoever calls ``draw``: a thread of its own would live on in every child."""

    def __init__(self, rows: Rows) -> None:
        from rich.console import Console
        from rich.live import Live

        self.rows = rows
        self.live = Live(console=Console(highlight=False), auto_refresh=False)

    def __enter__(self) -> Self:
        self.live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.draw()
        self.live.stop()

    def draw(self) -> None:
        """Draw it anew."""
        rows = self.rows()
        over = sum(row["exit_code"] is not None for row in rows)
        self.live.update(table(rows, f"{over} of {len(rows)} outlets crawled"), refresh=True)

    def say(self, line: str) -> None:
        """Print a line above it."""
        self.live.console.print(line, markup=False)


class Quiet:
    """No terminal, no table."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Nothing was drawn."""

    def draw(self) -> None:
        """Nobody looks."""

    def say(self, line: str) -> None:
        """Cron mails what is said on either stream; that is why only ``-v`` comes here."""
        print(line, file=sys.stderr, flush=True)
