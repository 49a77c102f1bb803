"""``kliping health``: one row an outlet, red or green with the reason; for people, programs, Prometheus and a browser."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.cli.mistake import Mistake, database, outlet_named, unwritten
from pipelines.indonesian.dates import ZONES
from pipelines.nouns import Exit
from pipelines.voice import unheard
from pipelines.whole_files import whole

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from pipelines.standing import Standing


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say whose health, and in which form."""
    parser.add_argument("outlet", nargs="*", help="an outlet's name (default: every outlet that was ever crawled)")
    parser.add_argument("--format", choices=("table", "jsonl"), default="table", help="for people or for programs (default: table)")
    parser.add_argument("--prometheus", metavar="FILE", type=Path, help="write it for node_exporter's textfile collector too")
    parser.add_argument("--html", metavar="FILE", type=Path, help="write a report with plots too, one file to open in a browser")
    parser.epilog = "exit codes: 0 all green, 5 one is red. docs/on-call.md says what each reason means and what to do."


def run(args: argparse.Namespace) -> int:
    """Look at each outlet; the exit code is red where one is."""
    from pipelines.show.table import show

    unheard("stdout")  # red is red, though nobody reads why
    now = datetime.now(UTC)
    with database() as connection:
        found = list(_standings(connection, args.outlet, now))
        if args.html:
            _report(connection, args.html, found, now)
    if args.prometheus:
        from pipelines.show.prometheus import exposed

        _replace(args.prometheus, exposed(found))
    rows = [_row(one) for one in found]
    if args.format == "table":
        rows = [{"last run (WIB)" if name == "last_run" else name: value for name, value in row.items()} for row in rows]
    show(rows, args.format)
    return Exit.DONE if all(one.green for one in found) else Exit.ALARM


def _standings(connection: Connection, named: list[str], now: datetime) -> Iterator[Standing]:
    from pipelines.standing import Standing
    from pipelines.store.checkup import standing
    from pipelines.store.vitals import crawled

    for slug in named or crawled(connection):
        try:
            yield standing(connection, outlet_named(slug), now)
        except Mistake as mistake:
            if named:
                raise
            yield Standing(slug, (f"its seed is gone or broken: {mistake}",))


def _row(one: Standing) -> dict[str, Any]:
    return {
        "outlet": one.outlet,
        "health": "green" if one.green else "red",
        "last_run": one.run and one.run.ended_at.astimezone(ZONES["WIB"]),
        "exit": one.run and one.run.exit_code,
        "stories_24h": one.stories_24h,
        "usual_24h": one.usual_24h,
        "why": list(one.wrong),
    }


def _report(connection: Connection, path: Path, found: list[Standing], now: datetime) -> None:
    from pipelines.show.health_page import page
    from pipelines.store.report import days

    _replace(path, page([(one, days(connection, one.outlet, now)) for one in found], now))


def _replace(path: Path, text: str) -> None:
    import os

    if not path.name:
        raise Mistake(f"{str(path)!r} names no file")
    try:
        with whole(path, str(os.getpid())) as part:
            part.write_text(text, encoding="utf-8")
            part.chmod(0o644)
    except OSError as error:
        raise unwritten(f"{path}: {error.strerror or error}", error) from error


VERBS = {"health": (arguments, run)}
