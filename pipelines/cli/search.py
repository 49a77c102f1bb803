"""``kliping search`` and ``kliping index``: ask the stories in Indonesian, and keep what search looks in up to date."""

from __future__ import annotations

import os
import sys
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

from pipelines.cli.mistake import Mistake, database, database_told, forward, known, needs, whole_number
from pipelines.cli.moments import begin, end
from pipelines.cli.progress import bar
from pipelines.indonesian.dates import ZONES
from pipelines.nouns import Exit

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from pipelines.store.search import Answer, Hit

FORMATS = ("table", "jsonl", "csv", "parquet", "md")
COLUMNS = ("published_at", "outlet", "story_id", "section", "title", "authors", "url", "score", "snippet")


def search_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what is sought and where."""
    parser.add_argument(
        "query", nargs="+",
        help='words in any form; "as printed"; -without (in quotes, or after --); a OR b; title: author: tag: section: outlet:',
    )  # fmt: skip
    parser.add_argument("--outlet", action="append", default=[], help="only this outlet's (repeatable)")
    parser.add_argument("--since", type=begin, metavar="DAY", help="published on this day in Jakarta or later (2021-12-01)")
    parser.add_argument("--until", type=end, metavar="DAY", help="published on this day in Jakarta or earlier")
    parser.add_argument("--section", help="only of this section")
    parser.add_argument("--author", help="only by this author")
    parser.add_argument("--limit", type=whole_number, default=20, metavar="N", help="at most N stories (default: 20)")
    parser.add_argument("--format", choices=FORMATS, default="table", help="for people or for programs (default: table)")


def search(args: argparse.Namespace) -> int:
    """Print the stories that answer, best first."""
    from pipelines.store import search_index
    from pipelines.store.search import Question
    from pipelines.store.search import search as ask
    from pipelines.store.search_query import QueryError

    if args.format == "parquet":
        _may_parquet()
    forward(args.since, args.until)
    question = Question(
        " ".join(args.query), tuple(args.outlet), args.since, args.until,
        args.section, args.author, args.limit, lenient=True,
    )  # fmt: skip
    with database() as connection:
        known(connection, *question.outlets)
        try:
            answer = ask(connection, question)
        except QueryError as error:
            raise Mistake(f"{question.query}: {error}") from error
        if not answer.hits and search_index.is_behind(connection):
            print("kliping search: stories came since the last `kliping index`: run it to find them too", file=sys.stderr)
    _PRINT[args.format](answer)
    return Exit.DONE


def _people(answer: Answer) -> None:
    from pipelines.show.snippet import COLOUR, PLAIN, marked, snippet
    from pipelines.show.table import folded

    coloured = sys.stdout.isatty() and os.environ.get("TERM") != "dumb" and not os.environ.get("NO_COLOR")
    marks = COLOUR if coloured else PLAIN
    for hit in answer.hits + answer.near:
        print(f"{_when(hit)}  {hit.outlet}/{hit.story_id}  {hit.section or ''}".rstrip())
        print(folded(marked(hit.title, answer.sought, marks)))
        print(folded(f"  {snippet(hit.text, answer.sought, marks)}", 2))
        print(f"  {hit.url}\n")
    print(_how_many(answer))


def _how_many(answer: Answer) -> str:
    more = "more than " if answer.more else ""
    found = f"{more}{answer.found} found, {len(answer.hits)} shown" if answer.hits else "nothing found"
    near = f"; {len(answer.near)} more lack a word" if answer.near else ""
    return found + near + (f"; mungkin maksud Anda: {answer.suggestion}" if answer.suggestion else "")


def _markdown(answer: Answer) -> None:
    from pipelines.show.snippet import MARKDOWN, marked, snippet

    for hit in answer.hits + answer.near:
        print(f"### [{marked(hit.title, answer.sought)}]({hit.url})\n\n{_when(hit)} · {hit.outlet} · {hit.section or ''}\n")
        print(f"{snippet(hit.text, answer.sought, MARKDOWN)}\n")


def _jsonl(answer: Answer) -> None:
    from pipelines.show.table import jsonl

    jsonl(_rows(answer))


def _csv(answer: Answer) -> None:
    from pipelines.show.table import csv_lines

    csv_lines(_rows(answer), COLUMNS)


def _may_parquet() -> None:
    needs("pyarrow", "tables", "Parquet")
    if sys.stdout.isatty():
        raise Mistake("Parquet is not for a terminal: add > found.parquet")


def _parquet(answer: Answer) -> None:
    from pyarrow import BufferOutputStream, parquet

    from pipelines.export.arrow import found

    held = BufferOutputStream()  # Parquet's footer comes last and tells where things lie: a pipe cannot be asked
    parquet.write_table(found(_rows(answer), COLUMNS), held)
    sys.stdout.buffer.write(held.getvalue())


def _rows(answer: Answer) -> Sequence[dict[str, Any]]:
    from pipelines.show.snippet import snippet

    return [
        {
            "published_at": hit.published_at and hit.published_at.astimezone(ZONES["WIB"]),
            "outlet": hit.outlet, "story_id": hit.story_id, "section": hit.section, "title": hit.title, "authors": hit.authors,
            "url": hit.url, "score": round(hit.score, 4), "snippet": snippet(hit.text, answer.sought),
        }
        for hit in answer.hits + answer.near
    ]  # fmt: skip


def _when(hit: Hit) -> str:
    return hit.published_at.astimezone(ZONES["WIB"]).strftime("%Y-%m-%d %H:%M") if hit.published_at else "undated"


_PRINT = {"table": _people, "jsonl": _jsonl, "csv": _csv, "parquet": _parquet, "md": _markdown}


def index_arguments(parser: argparse.ArgumentParser) -> None:
    """Say whether everything is to be done once more."""
    parser.add_argument("--again", action="store_true", help="index every story anew, as after an upgrade that stems otherwise")


def index(args: argparse.Namespace) -> int:
    """Index what the crawls have brought since the last time."""
    from pipelines.store import schema, search_index, spelling

    done = 0
    with database_told(), bar(None, " stories") as moved:
        opened = schema.opened()
        if trouble := spelling.ready(opened):
            print(f"kliping index: {trouble}", file=sys.stderr)
        for had, done in pairwise(chain([0], search_index.index(opened, again=args.again))):
            moved(done - had)
    print(f"{done} stories indexed")
    return Exit.DONE


VERBS = {"search": (search_arguments, search), "index": (index_arguments, index)}
