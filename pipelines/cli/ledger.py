"""``kliping missing``, ``kliping coverage`` and ``kliping doors``: what we hold of what was announced, and who announced it."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.cli.mistake import Mistake, database, known, outlet_named, unwritten, whole_number
from pipelines.cli.moments import day
from pipelines.nouns import Exit
from pipelines.show.table import show

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import Connection

    from pipelines.outlets import Outlet
    from pipelines.store.ledger import Coverage


def missing_arguments(parser: argparse.ArgumentParser) -> None:
    """Say whose and which day's."""
    parser.add_argument("outlet", help="an outlet's name (kliping outlets)")
    parser.add_argument("--day", type=day, metavar="DAY", help="only of this day in Jakarta (2026-11-22)")
    retry = "make them due again, and what a wall may have had refused; the next crawl asks for them"
    parser.add_argument("--retry", action="store_true", help=retry)
    parser.add_argument("--format", choices=("table", "jsonl"), default="table", help="for people or for programs (default: table)")


def missing(args: argparse.Namespace) -> int:
    """List them; with --retry make them due."""
    from pipelines.store import ledger, memory

    outlet = outlet_named(args.outlet)
    with database() as connection:
        found = ledger.missing(connection, outlet.slug, args.day, walled=args.retry)
        if args.retry:
            count = memory.reopen(connection, outlet.slug, [story.story_id for story in found])
            connection.commit()
            print(f"{count} due again; the next crawl asks them")
            return Exit.DONE
        unknown = _unknown(connection, outlet, args.day)
    listed = bool(found) or args.format == "jsonl"
    if listed:
        show([asdict(story) for story in found], args.format)
    for line in unknown or ([] if listed else ["nothing is missing"]):
        print(line, file=sys.stderr if listed else sys.stdout)
    return Exit.DONE


def _unknown(connection: Connection, outlet: Outlet, day: date | None) -> list[str]:
    """Say of what nobody can tell whether it is missing: an outlet that was never crawled, a day whose index was never read."""
    from pipelines.discovery import is_dated
    from pipelines.store import doors, replaying

    if replaying.is_empty(connection, outlet.slug):
        return [f"unknown: nothing of {outlet.slug} was ever announced"]
    dated = [door.url for door in outlet.doors if is_dated(door)] if day else []
    unread = [url for url in dated if day and not doors.day_read(connection, outlet.slug, url, day)]
    return [f"unknown: of {day} nothing was read in {url}" for url in unread]


def coverage_arguments(parser: argparse.ArgumentParser) -> None:
    """Say whose and how far back."""
    parser.add_argument("--outlet", help="only this outlet's")
    parser.add_argument("--days", type=whole_number, default=14, metavar="N", help="the last N days that are known (default: 14)")
    parser.add_argument("--picture", metavar="FILE", help="draw outlets by day into a .png or .svg instead (kliping[plots])")
    parser.add_argument("--format", choices=("table", "jsonl"), default="table", help="for people or for programs (default: table)")


def coverage(args: argparse.Namespace) -> int:
    """Print a row a day and outlet, or draw them."""
    from pipelines.store import ledger

    picture = _picture(args.picture) if args.picture else None
    with database() as connection:
        known(connection, args.outlet)
        rows = ledger.coverage(connection, args.outlet, args.days)
    if picture:
        _draw(rows, picture)
    else:
        show([asdict(row) for row in rows], args.format)
    return Exit.DONE


def _picture(name: str) -> Path:
    from pipelines.show.heat import KINDS

    path = Path(name)
    if path.suffix.lower() not in KINDS:
        raise Mistake(f"--picture {name}: needs a name that ends in {' or '.join(KINDS)}")
    return path


def _draw(rows: Sequence[Coverage], path: Path) -> None:
    from pipelines.show.heat import draw

    if not rows:
        raise Mistake("nothing is known yet, so there is nothing to draw")
    try:
        draw([asdict(row) for row in rows], path)
    except ImportError as error:
        raise Mistake("a picture needs matplotlib: pip install 'kliping[plots]'") from error
    except OSError as error:
        raise unwritten(f"--picture {path}: {error.strerror}", error) from error
    print(path)


def doors_arguments(parser: argparse.ArgumentParser) -> None:
    """Say whose."""
    parser.add_argument("outlet", nargs="?", help="an outlet's name (default: every outlet that was crawled)")
    parser.add_argument("--format", choices=("table", "jsonl"), default="table", help="for people or for programs (default: table)")


def doors(args: argparse.Namespace) -> int:
    """Print a row a door; of a named outlet those too that announced nothing."""
    from pipelines.store.doors import Share, shares

    outlet = outlet_named(args.outlet) if args.outlet else None
    with database() as connection:
        found = shares(connection, outlet.slug if outlet else None)
    told = {share.door for share in found}
    silent = [Share(outlet.slug, door.url, 0, 0) for door in outlet.doors if door.url not in told] if outlet else []
    show([asdict(share) for share in (*found, *silent)], args.format)
    return Exit.DONE


VERBS = {"missing": (missing_arguments, missing), "coverage": (coverage_arguments, coverage), "doors": (doors_arguments, doors)}
