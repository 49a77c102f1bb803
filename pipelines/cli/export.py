"""``kliping export``: the corpus as files, streamed from one snapshot of the database, resumable, with a data card."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.cli.mistake import FULL, Mistake, database_told, forward, known, needs, unwritten
from pipelines.cli.moments import begin, end
from pipelines.export.files import FORMS, STREAMS
from pipelines.export.tally import Tally
from pipelines.nouns import Exit
from pipelines.show.table import for_programs

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pipelines.store.snapshot import Wish

SHARD = 10_000


def filters(parser: argparse.ArgumentParser) -> None:
    """Say which stories."""
    parser.add_argument("--outlet", action="append", default=[], help="only this outlet's (repeatable)")
    parser.add_argument("--section", action="append", default=[], help="only this section's, in any case (repeatable)")
    parser.add_argument("--language", action="append", default=[], help="only in this language, id, en … (repeatable)")
    parser.add_argument("--since", type=begin, metavar="DAY", help="published on this day (WIB) or later; if undated, seen")
    parser.add_argument("--until", type=end, metavar="DAY", help="published on this day or earlier")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what is wanted and how."""
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="a new folder, or an interrupted export's (else: stdout)")
    what = "jsonl (default), csv, parquet or hf (one thing: a Hugging Face dataset), text or md (a file a story)"
    parser.add_argument("--format", choices=FORMS, default="jsonl", metavar="FORMAT", help=what)
    filters(parser)
    parser.add_argument("--as-of", type=end, metavar="MOMENT", help="as it stood then; the same moment gives the same bytes")
    parser.add_argument("--one-per-family", action="store_true", help="of near-copies only the first published (see kin)")
    parser.add_argument("--split", type=_split, metavar="80/10/10", help="train/dev/test, oldest first; no family straddles")
    parser.add_argument("--shard", type=int, default=SHARD, metavar="N", help=f"stories a file (default: {SHARD})")


def _split(text: str) -> tuple[int, int, int]:
    parts = text.split("/")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts) or sum(map(int, parts)) != 100:  # noqa: PLR2004 (percent)
        raise argparse.ArgumentTypeError(f"{text!r}: needs three whole numbers that make 100: 80/10/10")
    train, dev, test = map(int, parts)
    return train, dev, test


def export(args: argparse.Namespace) -> int:
    """Write into a folder, or to standard output."""
    from pipelines.store import schema, snapshot

    _check(args)
    with database_told():
        opened = schema.opened()
        with snapshot.frozen(opened) as connection:
            known(connection, *args.outlet)
            if args.as_of and args.as_of > snapshot.now(connection):
                print("kliping export: --as-of is still to come: until then the same moment gives other bytes", file=sys.stderr)
            if args.to is None:
                return _stream(connection, args)
            return _into_folder(connection, args)


def _check(args: argparse.Namespace) -> None:
    forward(args.since, args.until)
    if args.shard < 1:
        raise Mistake("--shard: needs a number of stories")
    if args.to is None and args.format not in STREAMS:
        raise Mistake(f"{args.format} makes files: say --to FOLDER")
    if args.to is None and (args.split or args.shard != SHARD):
        raise Mistake(f"{'a split makes' if args.split else '--shard is of'} files: say --to FOLDER")
    if FORMS[args.format] == "parquet":
        needs("pyarrow", "tables", "Parquet")


def wish_of(args: argparse.Namespace, as_of: datetime) -> Wish:
    """Give the wish that the arguments are."""
    from pipelines.store.snapshot import Wish

    chosen = tuple(args.outlet), tuple(args.section), tuple(args.language)
    return Wish(as_of, *chosen, args.since, args.until, args.one_per_family, args.split)


def _stream(connection: Connection, args: argparse.Namespace) -> int:
    from pipelines.export.files import stream
    from pipelines.store import snapshot

    wish = wish_of(args, args.as_of or snapshot.now(connection))
    for_programs()
    sys.stdout.reconfigure(newline="")  # type: ignore[union-attr]  # csv ends its lines itself
    told = Tally()
    stream(args.format, sys.stdout, told.counting("", (clipping for _, clipping in snapshot.clippings(connection, wish))))
    _nothing(told)
    return Exit.DONE


def _nothing(told: Tally) -> None:
    """A section that is mistyped finds nothing, and that would pass for an answer."""
    if not told.all.stories:
        print("kliping export: no story matched", file=sys.stderr)


def _into_folder(connection: Connection, args: argparse.Namespace) -> int:
    from pipelines.cli.export_job import order, write
    from pipelines.export.job import Job, Occupied
    from pipelines.store import snapshot

    job = Job(args.to)
    try:
        begun = job.resume()
        as_of = args.as_of or (datetime.fromisoformat(begun["as_of"]) if begun else snapshot.now(connection))
        ordered = order(args, as_of) | {"forgotten": snapshot.forgotten(connection)}
        if begun is None:
            job.begin(ordered)
        elif begun != ordered and begun | {"forgotten": ordered["forgotten"]} == ordered:
            raise Mistake(f"{args.to}: a story was forgotten since it was begun there: remove that folder and export anew")
        elif begun != ordered:
            raise Mistake(f"{args.to}: another wish, or one with other seeds, is unfinished there: give another folder")
        write(connection, wish_of(args, as_of), job)
        whole = job.finish()
    except Occupied as error:
        raise Mistake(str(error)) from error
    except OSError as error:
        further = "; the same command goes on from there" if error.errno in FULL else ""
        raise unwritten(f"{error.filename or args.to}: {error.strerror}{further}", error) from error
    _nothing(whole)
    print(f"{args.to}: {whole.all.stories} stories as of {as_of.isoformat()}; README.md says what they are")
    return Exit.DONE


VERBS = {"export": (arguments, export)}
