"""``kliping stats``: what the corpus looks like, as pictures of the terminal and in files."""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.cli.mistake import database, forward, known, needs, unwritten
from pipelines.cli.moments import begin, end
from pipelines.nouns import Exit

if TYPE_CHECKING:
    import argparse

    from pipelines.store.counts import Counts

DAYS = 30
LONGEST, SHORTEST, BETWEEN = 40, 8, 8  # cells of a bar; between a table's columns and at its sides
FIRST = datetime.min.replace(tzinfo=UTC)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what is counted and drawn."""
    parser.add_argument("--outlet", action="append", default=[], help="only this outlet's (repeatable)")
    parser.add_argument("--since", type=begin, metavar="DAY", help=f"published on this day or later (default: {DAYS} days back)")
    parser.add_argument("--until", type=end, metavar="DAY", help="published on this day or earlier (default: today)")
    parser.add_argument("--png", type=Path, metavar="DIR", help="draw days, sections, lengths and cuts into this folder")
    parser.add_argument("--svg", type=Path, metavar="DIR", help="the same as SVG")
    parser.add_argument("--format", choices=("text", "jsonl"), default="text", help="for people or for programs (default: text)")


def stats(args: argparse.Namespace) -> int:
    """Count, print, draw."""
    forward(args.since, args.until)
    if args.png or args.svg:
        needs("matplotlib", "plots", "a picture")
    from pipelines.store.counts import counts

    until = args.until or datetime.now(UTC) + timedelta(days=1)
    since = args.since or max(until, FIRST + timedelta(days=DAYS)) - timedelta(days=DAYS)
    with database() as connection:
        known(connection, *args.outlet)
        told = counts(connection, since, until, args.outlet)
    (_jsonl if args.format == "jsonl" else _text)(told)
    for folder, form in ((args.png, "png"), (args.svg, "svg")):
        if folder:
            _draw(folder, form, told)
    return Exit.DONE


def _jsonl(told: Counts) -> None:
    from pipelines.show.table import jsonl

    days = ({"outlet": outlet, "day": day, "stories": n} for outlet, held in told.days.items() for day, n in held.items())
    jsonl(days)
    jsonl({"section": name, "stories": n} for name, n in told.sections.items())
    jsonl({"words": least, "stories": n} for least, n in told.lengths.items())
    jsonl({"rule": rule, "cuts": n, "characters": size} for rule, (n, size) in told.cuts.items())


def _text(told: Counts) -> None:
    if not told.days:
        more = f"; {told.undated} stories without a date are not counted" if told.undated else "; --since goes further back"
        print(f"nothing was published in these days{more}")
        return
    first, last = (bound(day for held in told.days.values() for day in held) for bound in (min, max))
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    _by_day({outlet: [held.get(day, 0) for day in span] for outlet, held in told.days.items()}, f"{first} to {last}")
    _bars("section", told.sections)
    _bars("words", {_words(least): n for least, n in told.lengths.items()})
    _bars("cut by", {rule: n for rule, (n, _) in told.cuts.items()})
    print(f"{told.stories} stories" + (f", and {told.undated} without a date, which are not counted" if told.undated else ""))


def _by_day(days: dict[str, list[int]], when: str) -> None:
    from pipelines.show.bars import spark
    from pipelines.show.table import show

    drawn = {outlet: _drawn(spark(numbers)) for outlet, numbers in days.items()}
    show([{"outlet": name, "stories": sum(days[name]), f"by day, {when}": line} for name, line in drawn.items()], "table")
    print()


def _bars(what: str, numbers: dict[str, int]) -> None:
    from pipelines.show.bars import bar
    from pipelines.show.table import show

    if numbers:
        most = max(numbers.values())
        counted = "stories" if what != "cut by" else "cuts"
        width = _room(max(map(len, numbers)) + len(counted))
        show([{what: name, counted: n, "": _drawn(bar(n, most, width))} for name, n in numbers.items()], "table")
        print()


def _room(taken: int) -> int:
    """Cells for a bar beside its name and its number; a pipe has room for all."""
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else LONGEST + taken + BETWEEN
    return max(min(columns - taken - BETWEEN, LONGEST), SHORTEST)


def _drawn(line: str) -> str:
    from pipelines.show.bars import printable

    return printable(line, sys.stdout.encoding)


def _words(least: int) -> str:
    from pipelines.store.counts import LAST, STEP

    return f"{least} and more" if least >= LAST else f"{least} to {least + STEP - 1}"


def _draw(folder: Path, form: str, told: Counts) -> None:
    from pipelines.show.stats_pictures import draw

    bars: list[tuple[str, str, str, dict[Any, int]]] = [
        ("sections", "Sections with most stories", "stories", told.sections),
        ("lengths", "Length of stories in words", "stories", {_words(least): n for least, n in told.lengths.items()}),
        ("cuts", "What was cut, by rule", "cuts", {rule: n for rule, (n, _) in told.cuts.items()}),
    ]
    try:
        for path in draw(folder, form, told.days, bars):
            print(path)
    except OSError as error:
        raise unwritten(f"{error.filename or folder}: {error.strerror}", error) from error


VERBS = {"stats": (arguments, stats)}
