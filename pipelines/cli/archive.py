"""``kliping archive verify | stats | prune`` and ``kliping import``: the archive looked after, and other crawlers' pages in it."""

from __future__ import annotations

import gzip
import re
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.cli.actions import action
from pipelines.cli.mistake import FULL, Mistake, all_outlets, unwritten
from pipelines.cli.progress import bar
from pipelines.cli.readers import engine_opened, readers, workers_arguments
from pipelines.nouns import Exit

if TYPE_CHECKING:
    import argparse

    from pipelines.archive.reader import Record
    from pipelines.reread.verify import Verdict

SAMPLE = 500  # pages that stats compresses for comparison
LONGEST_AGE = 36_500  # days


def archive_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what is to be done with it."""
    verbs = parser.add_subparsers(metavar="WHAT", dest="what", required=True)
    verify = action(verbs, "verify", "check every record's digests, and rows against records both ways")
    verify.add_argument("--mend", action="store_true", help="cut off torn records, store pages whose rows a crash lost")
    verify.set_defaults(do=_verify)
    stats = action(verbs, "stats", "count files, records, pages and bytes a page")
    stats.set_defaults(do=_stats)
    for verb in (verify, stats):
        verb.add_argument("--format", choices=("text", "jsonl"), default="text", help="for people or for programs (default: text)")
    prune = action(verbs, "prune", "remove files whose newest record is old; their rows say so")
    prune.add_argument("--older-than", required=True, metavar="AGE", help="as 90d, 18m or 5y")
    prune.add_argument("--outlet", default="", help="only this outlet's")
    prune.add_argument("--dry-run", action="store_true", help="say what would go")
    prune.set_defaults(do=_prune)


def archive(args: argparse.Namespace) -> int:
    """Do it."""
    return int(args.do(args))


def _folder() -> Path:
    from pipelines.store.engine import data_dir

    return data_dir() / "archive"


def _verify(args: argparse.Namespace) -> int:
    from pipelines.reread.verify import Verifier

    with engine_opened() as engine, bar(None, " files") as moved:
        verifier = Verifier(engine, _folder(), mend=args.mend)
        for _ in verifier.verify():
            moved(1)
    (_print_found if args.format == "text" else _jsonl_found)(verifier.verdict)
    return Exit.ALARM if verifier.verdict.wrong else Exit.DONE


def _print_found(found: Verdict) -> None:
    for line in (*found.mended, *found.harmless):
        print(line)
    for line in found.wrong:
        print(line, file=sys.stderr)
    left = f", {len(found.harmless)} left open (above)" if found.harmless else ""
    print(f"{found.files} files, {found.records} records, {found.rows} rows: {len(found.wrong) or 'nothing'} wrong{left}")


def _jsonl_found(found: Verdict) -> None:
    """Print each finding with its kind; the last line counts what was looked at."""
    from pipelines.show.table import jsonl

    kinds = {"mended": found.mended, "harmless": found.harmless, "wrong": found.wrong}
    jsonl({"found": kind, "said": line} for kind, lines in kinds.items() for line in lines)
    jsonl([{"files": found.files, "records": found.records, "rows": found.rows} | {kind: len(kinds[kind]) for kind in kinds}])


def _stats(args: argparse.Namespace) -> int:
    from pipelines.archive.reader import files, records
    from pipelines.show.table import show

    counts: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    taken = packed = 0
    for path in files(_folder()):
        for record in records(path):
            kind = _kind(record)
            counts[kind] += 1
            sizes[kind] += record.place.length
            if kind == "page" and counts[kind] <= SAMPLE:
                taken, packed = taken + record.place.length, packed + len(gzip.compress(record.page.body, 6))
    show([{"records": kind, "number": number, "bytes": sizes[kind]} for kind, number in counts.most_common()], args.format)
    if counts["page"] and args.format == "text":
        whole = sizes["page"] + sizes["request"]
        print(f"{len(files(_folder()))} files; {whole / counts['page']:,.0f} bytes a page, its request included")
        print(f"a page's record takes {taken / packed:.2f} of gzip -6 of its html ({min(counts['page'], SAMPLE)} pages)")
    return Exit.DONE


def _kind(record: Record) -> str:
    if record.kind != "response":
        return record.kind
    return {"more": "page", "story": "page" if record.is_page else "refusal"}.get(record.role, record.role)


def _prune(args: argparse.Namespace) -> int:
    from pipelines.archive import journal
    from pipelines.archive.reader import files
    from pipelines.reread.verify import in_use, newest
    from pipelines.store import archived

    before = datetime.now(UTC) - _age(args.older_than)
    if args.outlet not in ("", *all_outlets()) and not files(_folder(), args.outlet):
        raise Mistake(f"no outlet named {args.outlet!r}; known: {', '.join(all_outlets())}")
    old = [path for path in files(_folder(), args.outlet) if not in_use(path) and newest(path) < before]
    with engine_opened() as engine:
        for path in old:
            size = path.stat().st_size
            if args.dry_run:
                print(f"{path.name}  {size:,} bytes would go")
                continue
            journal.note(_folder(), "prune", file=path.name, older_than=args.older_than)
            with engine.begin() as connection:
                rows = archived.pruned(connection, path.name)
            path.unlink()
            print(f"{path.name}  {size:,} bytes gone, {rows} rows say so")
    if not old:
        print(f"no file is older than {args.older_than}")
    return Exit.DONE


def _age(text: str) -> timedelta:
    days = {"d": 1, "m": 30, "y": 365}
    if not (match := re.fullmatch(r"([1-9]\d{0,3})([dmy])", text)):
        raise Mistake(f"--older-than {text}: needs an age as 90d, 18m or 5y")
    age = int(match[1]) * days[match[2]]
    if age > LONGEST_AGE:
        raise Mistake(f"--older-than {text}: nothing is that old")
    return timedelta(days=age)


def import_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which files."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="WARC files of any crawler, gzipped or not")
    workers_arguments(parser)


def import_files(args: argparse.Namespace) -> int:
    """Store the stories of known outlets in them, with the day they were seen; a file that was taken already is passed over."""
    from pipelines.reread.foreign import NoWarc
    from pipelines.reread.importing import Import

    broken = 0
    with readers(args) as workers, engine_opened(writes=True) as engine, bar(None, " stories") as moved:
        taking = Import(engine, _folder(), workers, moved)
        for path in args.files:
            try:
                print(f"{path}: {_told(taking.file(path))}")
            except OSError as error:
                if error.errno in FULL:
                    raise unwritten(f"{error.filename or _folder()}: {error.strerror}; the same command goes on", error) from error
                print(f"{path}: {error.strerror or error}", file=sys.stderr)
                broken += 1
            except NoWarc as error:
                print(error, file=sys.stderr)
                broken += 1
    return Exit.USAGE if broken else Exit.DONE


def _told(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {what}" for what, number in counts.items() if number) or "no story of a known outlet"


VERBS = {"archive": (archive_arguments, archive), "import": (import_arguments, import_files)}
