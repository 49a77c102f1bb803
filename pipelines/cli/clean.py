"""``kliping clean``: a plain-text story, or JSON lines of any number of them, by the outlets' rules and in constant memory."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import redirect_stdout
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipelines.cli.dump import Broken, opened, rows_of
from pipelines.cli.mistake import Mistake, outlet_named, owner_of
from pipelines.cli.record import print_json, text_record
from pipelines.extract import extract_text
from pipelines.nouns import Exit
from pipelines.outlets import generic

if TYPE_CHECKING:
    import argparse
    from typing import IO

    from pipelines.cli.dump import Row
    from pipelines.nouns import Draft
    from pipelines.outlets import Outlet

AUTO = "auto"


def clean_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what a text may be cleaned by."""
    stories = "a plain-text story (title, blank line, text) or JSON lines, each with text and perhaps title and url; gzipped or not"
    parser.add_argument("file", metavar="FILE", help=f"{stories}; - is standard input")
    parser.add_argument("--outlet", default=AUTO, help="whose rules to use (default: auto, the one that owns a line's url)")
    parser.add_argument("--explain", action="store_true", help="show what was cut (of JSON lines: counts by rule)")
    parser.add_argument("--format", choices=("text", "jsonl"), default="text", help="of one text: for people or for programs")


def clean(args: argparse.Namespace) -> int:
    """Clean one story, or as many as there are lines."""
    with opened(args.file) as (stream, is_lines):
        return _lines(stream, args) if is_lines else _text(stream.read(), args)


def _text(held: bytes, args: argparse.Namespace) -> int:
    if args.outlet == AUTO:
        raise Mistake(f"{args.file}: a plain text does not say whose it is; give --outlet (kliping outlets)")
    try:
        draft = extract_text(held.decode("utf-8-sig"), outlet_named(args.outlet))
    except UnicodeDecodeError as error:
        raise Mistake(f"{args.file}: not UTF-8 text: {error}") from error
    if args.format == "jsonl":
        print_json(text_record(draft))
    else:
        _print_story(draft, explain=args.explain)
    return Exit.DONE


def _print_story(draft: Draft, *, explain: bool) -> None:
    body = [block.text for block in draft.blocks if block.kind != "figure"]
    print("\n\n".join([draft.title or "", *body]).lstrip("\n"))
    people = [("authors", ", ".join(draft.authors)), ("editors", ", ".join(draft.editors))]
    fields = [(name, value) for name, value in (*people, ("dateline", draft.dateline), ("source", draft.source_credit)) if value]
    fields += [("caption", block.text) for block in draft.blocks if block.kind == "figure"]
    if fields:
        print("\n" + "\n".join(f"{name}: {value}" for name, value in fields))
    if explain:
        print("\n" + "\n".join(f"cut by {cut.rule}: {cut.text}" for cut in draft.cuts) if draft.cuts else "\nnothing was cut")


def _lines(stream: IO[bytes], args: argparse.Namespace) -> int:
    """Clean line by line; a broken one is named and the next one read."""
    outlet = None if args.outlet == AUTO else outlet_named(args.outlet)
    tally, broken = Tally(), 0
    for row in rows_of(stream, args.file):
        try:
            if isinstance(row, Broken):
                raise row
            draft = extract_text(row.text, outlet or _owner(row), row.title)
        except Broken as fault:
            print(fault, file=sys.stderr)
            broken += 1
        else:
            tally.add(draft)
            print_json(row.rest | text_record(draft))
    if args.explain:
        tally.show()
    if broken:
        was = "was" if broken == 1 else "were"
        print(f"{args.file}: {broken} of {broken + tally.stories} lines {was} not cleaned", file=sys.stderr)
    return Exit.USAGE if broken else Exit.DONE


def _owner(row: Row) -> Outlet:
    """The outlet whose address or host the line carries; of a host without a seed, one with the rules that all share."""
    for url in filter(None, (row.url, row.outlet and f"https://{row.outlet}/")):
        try:
            host = urlsplit(url).hostname
            if outlet := owner_of(url) or _unknown(f"https://{host}/"):
                return outlet
        except ValueError:  # a bracket that is none: no address
            continue
        except Mistake as mistake:  # its seed is broken
            raise Broken(f"{row.where}: {mistake}") from mistake
    raise Broken(f"{row.where}: no url says whose it is; give --outlet")


@cache
def _unknown(home: str) -> Outlet | None:
    return generic(home)


class Tally:
    """How many lines each rule cut, in how many stories."""

    def __init__(self) -> None:
        self.stories = 0
        self.lines: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()

    def add(self, draft: Draft) -> None:
        """Count one story's cuts."""
        rules = [cut.rule for cut in draft.cuts]
        self.stories += 1
        self.lines.update(rules)
        self.seen.update(set(rules))

    def show(self) -> None:
        """Print the table to standard error: standard output carries the stories."""
        from pipelines.show.table import show

        ranked = [*self.lines.most_common(), ("all", self.lines.total())]
        rows = [{"rule": rule, "lines": lines, "stories": self.seen[rule] or self.stories} for rule, lines in ranked]
        with redirect_stdout(sys.stderr):
            show(rows, "table")


VERBS = {"clean": (clean_arguments, clean)}
