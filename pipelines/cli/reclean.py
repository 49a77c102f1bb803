"""``kliping reclean``: archived pages read again by today's rules; what would change is told, or kept."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from pipelines.cli.mistake import BACKWARDS, Mistake, number_or_none, outlet_named, unwritten
from pipelines.cli.moments import day
from pipelines.cli.progress import bar
from pipelines.cli.readers import engine_opened, readable, readers, workers_arguments
from pipelines.nouns import Exit

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from pipelines.reread.comparing import Change, Report
    from pipelines.store.rereading import Wish

CONDITIONS = "layout=NAME, rule=NAME (seed/why), missing=FIELD, state=stored|unchanged|refused"
WORDS = {
    "changed": "changed", "withdrawn": "withdrawn: today's rules refuse their pages",
    "accepted": "stored: they were refused before", "refused": "refused for another reason",
    "broken": "left alone: the reader broke on their pages",
}  # fmt: skip


def reclean_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which stories, and whether to keep what comes out."""
    parser.add_argument("outlet", nargs="?", help="only this outlet's (kliping outlets)")
    parser.add_argument("--since", type=day, metavar="DAY", help="only stories from this day in Jakarta on (2026-11-22)")
    parser.add_argument("--until", type=day, metavar="DAY", help="only stories up to this day")
    parser.add_argument("--where", action="append", default=[], metavar="CONDITION", help=f"{CONDITIONS}; repeatable")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--diff", action="store_true", help="say what would change and keep nothing (default)")
    what.add_argument("--apply", action="store_true", help="keep it: versions marked reread; refused stories are withdrawn")
    parser.add_argument("--samples", type=number_or_none, default=5, metavar="N", help="show the N largest losses (default: 5)")
    parser.add_argument("--to", nargs=2, metavar=("parquet", "DIR"), help="write the readings into files instead")
    parser.add_argument("--warc", nargs="+", metavar="FILE", help="with --to: read these files of any crawler")
    parser.add_argument("--format", choices=("table", "jsonl"), default="table", help="for people or for programs (default: table)")
    workers_arguments(parser)


def reclean(args: argparse.Namespace) -> int:
    """Read again; say what differs, the largest losses first; with --apply keep it."""
    from pipelines.reread.comparing import Report
    from pipelines.reread.reclean import Progress
    from pipelines.reread.reclean import reclean as read_again
    from pipelines.store.engine import data_dir
    from pipelines.store.rereading import count

    wish = _wish(args)
    if args.warc and not args.to:
        raise Mistake("--warc goes with --to parquet DIR; `kliping import` takes such files into the database")
    if args.apply and args.to:
        raise Mistake("--apply keeps the readings in the database, --to writes them into files instead: give one of them")
    if args.to:
        return _to_files(args, wish)
    report = Report(args.samples)
    with readers(args) as workers, engine_opened() as engine:
        told, complete = _readable(engine, wish)
        kept = Progress(data_dir() / "reclean.json", wish, _rules(told)) if args.apply else None
        if kept and kept.after:
            print(f"going on from {kept.after[0]}", file=sys.stderr)
        with engine.connect() as connection:
            total = count(connection, told)
        if not total:
            print("kliping reclean: no archived page matched", file=sys.stderr)
        with bar(total, " pages") as moved:
            read_again(engine, data_dir() / "archive", told, workers, report, kept=kept, moved=moved)
    _tell(report, args.format, applied=args.apply)
    if not complete:
        return Exit.USAGE
    return Exit.ALARM if report.lost or report.what["broken"] else Exit.DONE


def _to_files(args: argparse.Namespace, wish: Wish) -> int:
    from pipelines.reread.parquet import archived, export, spans
    from pipelines.store.engine import data_dir

    form, folder = args.to
    if form != "parquet":
        raise Mistake(f"--to {form}: parquet is what can be written")
    complete = True
    with readers(args) as workers, _told(folder):
        if args.warc:
            total, chunks = spans(args.warc)
            with bar(total, " files") as moved:
                rows = export(folder, workers, chunks, moved)
        else:
            with engine_opened() as engine, bar(None, " pages") as moved:
                wish, complete = _readable(engine, wish)
                rows = export(folder, workers, archived(engine, data_dir() / "archive", wish), moved)
    print(f"{rows} stories in {folder}")
    return Exit.DONE if complete else Exit.USAGE


@contextmanager
def _told(folder: str) -> Iterator[None]:
    """Tell in one line of a folder that cannot be written, a file that cannot be read or is no WARC file."""
    from pipelines.reread.foreign import NoWarc

    try:
        yield
    except NoWarc as error:
        raise Mistake(str(error)) from error
    except OSError as error:
        raise unwritten(f"{error.filename or folder}: {error.strerror or error}", error) from error


def _wish(args: argparse.Namespace) -> Wish:
    from pipelines.store.rereading import MISSABLE, Wish
    from pipelines.store.tables import READ

    told: dict[str, Any] = {}
    for condition in args.where:
        name, _, value = condition.partition("=")
        if name not in ("layout", "rule", "missing", "state") or not value:
            raise Mistake(f"--where {condition}: known are {CONDITIONS}")
        if name == "missing" and value not in MISSABLE:
            raise Mistake(f"--where {condition}: a field that may be missing is one of {', '.join(MISSABLE)}")
        if name == "state" and value not in READ:
            raise Mistake(f"--where {condition}: a page that can be read again is {', '.join(READ)}")
        told[name] = value
    outlets = (outlet_named(args.outlet).slug,) if args.outlet else ()
    if args.since and args.until and args.since > args.until:
        raise Mistake(BACKWARDS)
    return Wish(outlets, args.since, args.until, **told)


def _readable(engine: Engine, wish: Wish) -> tuple[Wish, bool]:
    """Wish for the outlets that have a sound seed; say whether these are all."""
    from pipelines.store.rereading import outlets_of

    with engine.connect() as connection:
        held = outlets_of(connection, wish)
    if not held:
        return wish, True
    sound = readable(held)
    if not sound:
        raise Mistake("no outlet is left to be read again")
    return replace(wish, outlets=sound), len(sound) == len(held)


def _rules(wish: Wish) -> str:
    """What the seeds say now: a rereading that was interrupted goes on only by the same rules."""
    return sha256("".join(map(repr, (_rules_of(outlet_named(slug)) for slug in wish.outlets))).encode()).hexdigest()


def _rules_of(outlet: Any) -> tuple[Any, ...]:
    return outlet.slug, outlet.layouts, [(rule, rule.pattern) for rule in outlet.rules], outlet.fields


def _tell(report: Report, form: str, *, applied: bool) -> None:
    from pipelines.show.table import jsonl, show

    if form == "jsonl":
        told = {"read": report.read, "same": report.same, "lost": report.lost, **report.what, "applied": applied}
        jsonl([told | {"fields": dict(report.fields), "why": dict(report.why)}, *map(_sample, report.worst)])
        return
    done = "were" if applied else "would be"
    words = f"words lost {report.words['lost']}, gained {report.words['gained']}"
    print(f"{report.read} pages read again, {report.same} as they were; {words}")
    for what, number in report.what.most_common():
        print(f"{number} {done} {WORDS[what]}")
    if report.fields:
        print()
        show([{"field": name, "articles": number} for name, number in report.fields.most_common()], "table")
    for why, number in report.why.most_common():
        print(f"{number} × {why}")
    for line in report.troubles:
        print(f"cannot be read again: {line}", file=sys.stderr)
    if report.lost > len(report.troubles):
        print(f"… and {report.lost - len(report.troubles)} more", file=sys.stderr)
    for change in report.worst:
        print(f"\n{_headline(change)}\n{_diff(change, colour=sys.stdout.isatty())}")
    if not applied and report.what:
        print("\nnothing was kept; --apply keeps it")


def _headline(change: Change) -> str:
    held, lost = change.held, f"{change.lost} words lost" if change.lost >= 0 else f"{-change.lost} words gained"
    return f"{held.outlet}/{held.story_id}  {change.what}, {lost}  {held.url}"


def _diff(change: Change, *, colour: bool = False) -> str:
    from pipelines.show.words import word_diff

    return word_diff(change.before, change.after, colour=colour)


def _sample(change: Change) -> dict[str, Any]:
    held = change.held
    return {
        "outlet": held.outlet, "story_id": held.story_id, "url": held.url, "what": change.what,
        "fields": list(change.fields), "words_lost": change.lost, "why": change.why, "text_diff": _diff(change),
    }  # fmt: skip


VERBS = {"reclean": (reclean_arguments, reclean)}
