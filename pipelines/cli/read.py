"""``kliping read`` and ``kliping clean``: the hall without a database."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.cli.mistake import Mistake, bytes_of, outlet_named, owner_of
from pipelines.cli.record import blocks_record, cut_record, record
from pipelines.extract import extract, extract_text
from pipelines.nouns import Exit, Page, Reading, Reason, Reject

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from pipelines.nouns import Draft


def read_arguments(parser: argparse.ArgumentParser) -> None:
    """Say where pages may come from."""
    parser.add_argument("file", nargs="*", metavar="FILE", help="a saved page (.html or .html.gz)")
    parser.add_argument("--url", help="FILE's address; without FILE the page is fetched from there, politely, and not stored")
    parser.add_argument("--recorded", metavar="TSV", help="read every html row of a recording: url, file, content-type")
    parser.add_argument("--outlet", help="read by this outlet's seed (default: the one that owns the address)")


def read(args: argparse.Namespace) -> int:
    """Print one reading a line; a refused page is a line too."""
    if sum(map(bool, (args.file, args.recorded))) != 1 and not (args.url and not args.recorded):
        raise Mistake("name a FILE, --url URL or --recorded TSV")
    if args.url and len(args.file) > 1:
        raise Mistake("--url goes with one FILE")
    for page in _pages(args):
        print(json.dumps(record(_reading(page, args.outlet)), ensure_ascii=False))
    return Exit.DONE


def _pages(args: argparse.Namespace) -> Iterator[Page]:
    if args.recorded:
        yield from recorded(Path(args.recorded))
    elif args.file:
        for name in args.file:
            body = bytes_of(Path(name))
            yield Page(args.url or _address(body, name), body, "text/html")
    else:
        yield _fetched(args.url)


def recorded(tsv: Path) -> Iterator[Page]:
    """Give the html pages of a recording, under the addresses it gives them."""
    for number, line in enumerate(bytes_of(tsv).decode("utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            url, *rest = line.split("\t")
            if len(rest) < 2:  # noqa: PLR2004 (file and content type)
                raise Mistake(f"{tsv}:{number}: needs url, file and content-type, parted by tabs")
            if "html" in rest[1]:
                yield Page(url, bytes_of(tsv.parent / rest[0]), rest[1])


def _reading(page: Page, slug: str | None) -> Reading:
    outlet = outlet_named(slug) if slug else owner_of(page.url)
    if outlet is None:
        return Reading(page.url, "", None, Reject((Reason.UNKNOWN_OUTLET,)))
    return extract(page, outlet)


def _address(body: bytes, name: str) -> str:
    """The address a saved page gives itself."""
    from pipelines.readers import Sheet, ask

    sheet = Sheet(body.decode("utf-8", "replace"))
    found = ask(sheet, "css", "link[rel=canonical]@href") + ask(sheet, "meta", "og:url")
    if not found:
        raise Mistake(f"{name}: the page names no address of its own; give --url")
    return found[0]


def _fetched(url: str) -> Page:
    """Fetch one page in a child process that obeys robots.txt like any crawl."""
    from tempfile import TemporaryDirectory

    from pipelines.archive import read_first
    from pipelines.cli.crawl import scrapy

    if owner_of(url) is None:
        raise Mistake(f"no seed knows the host of {url}; `kliping outlets` lists them")
    with TemporaryDirectory() as folder:
        code = scrapy("page", url, folder)
        if code:
            raise Mistake(f"{url} could not be read", Exit(code) if code in set(Exit) else Exit.UNREACHABLE)
        return read_first(Path(folder))


def clean_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what a text may be cleaned by."""
    parser.add_argument("file", metavar="FILE", help="a plain-text story: title, blank line, text; - is standard input")
    parser.add_argument("--outlet", required=True, help="whose rules to use (kliping outlets)")
    parser.add_argument("--explain", action="store_true", help="show each thing removed, with its rule")
    parser.add_argument("--format", choices=("text", "jsonl"), default="text", help="for people or for programs (default: text)")


def clean(args: argparse.Namespace) -> int:
    """Print the story: title, body, and below them the fields that stood in the text."""
    outlet = outlet_named(args.outlet)
    held = sys.stdin.buffer.read() if args.file == "-" else bytes_of(Path(args.file))
    try:
        draft = extract_text(held.decode("utf-8-sig"), outlet)
    except UnicodeDecodeError as error:
        raise Mistake(f"{args.file}: not UTF-8 text: {error}") from error
    if args.format == "jsonl":
        print(json.dumps(text_record(draft), ensure_ascii=False))
    else:
        _print_story(draft, explain=args.explain)
    return Exit.DONE


def text_record(draft: Draft) -> dict[str, Any]:
    """Give a cleaned text by the names a page's record has."""
    return {
        "outlet": draft.outlet,
        "title": draft.title,
        "authors": list(draft.authors),
        "editors": list(draft.editors),
        "dateline": draft.dateline,
        "source_credit": draft.source_credit,
        "body": blocks_record(block for block in draft.blocks if block.kind != "figure"),
        "captions": [block.text for block in draft.blocks if block.kind == "figure"],
        "cuts": [cut_record(cut) for cut in draft.cuts],
    }


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


VERBS = {"read": (read_arguments, read), "clean": (clean_arguments, clean)}
