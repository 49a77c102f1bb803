"""``kliping read``: the hall without a database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.cli.mistake import Mistake, bytes_of, outlet_named, owner_of
from pipelines.cli.record import print_json, record
from pipelines.extract import extract
from pipelines.nouns import Exit, Page, Reading, Reason, Reject
from pipelines.outlets import generic

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator


def read_arguments(parser: argparse.ArgumentParser) -> None:
    """Say where pages may come from."""
    parser.add_argument("file", nargs="*", metavar="FILE", help="a saved page (.html or .html.gz); - is standard input")
    parser.add_argument("--url", help="FILE's address; without FILE the page is fetched from there, politely, and not stored")
    parser.add_argument("--recorded", metavar="TSV", help="read every html row of a recording: url, file, content-type")
    parser.add_argument("--outlet", help="read by this outlet's seed (default: the one that owns the address)")


def read(args: argparse.Namespace) -> int:
    """Print one reading a line; a refused page is a line too."""
    if sum(map(bool, (args.file, args.recorded, args.url and not args.file))) != 1:
        raise Mistake("name a FILE, --url URL or --recorded TSV")
    if args.url and len(args.file) > 1:
        raise Mistake("--url goes with one FILE")
    if args.url and args.file and owner_of(args.url) is None and generic(args.url) is None:
        raise Mistake(f"{args.url} is no address of a web page")
    told = 0
    for told, page in enumerate(_pages(args), 1):  # noqa: B007 (of none it stays 0)
        print_json(record(_reading(page, args.outlet)))
    if not told:
        raise Mistake(f"{args.recorded}: records no html page")
    return Exit.DONE


def _pages(args: argparse.Namespace) -> Iterator[Page]:
    if args.recorded:
        yield from recorded(Path(args.recorded))
    elif args.file:
        for name in args.file:
            body = bytes_of(Path(name))
            yield Page(args.url or address_of(body, name), body, "text/html")
    else:
        yield fetched(args.url)


def recorded(tsv: Path) -> Iterator[Page]:
    """Give the html pages of a recording, under the addresses it gives them."""
    try:
        rows = bytes_of(tsv).decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise Mistake(f"{tsv}: not UTF-8 text: {error}") from error
    for number, line in enumerate(rows, 1):
        if line.strip() and not line.startswith("#"):
            url, *rest = line.split("\t")
            if len(rest) < 2:  # noqa: PLR2004 (file and content type)
                raise Mistake(f"{tsv}:{number}: needs url, file and content-type, parted by tabs")
            if "html" in rest[1]:
                yield Page(url, bytes_of(tsv.parent / rest[0]), rest[1])


def _reading(page: Page, slug: str | None) -> Reading:
    outlet = outlet_named(slug) if slug else owner_of(page.url) or generic(page.url)
    if outlet is None:
        return Reading(page.url, "", None, Reject((Reason.UNKNOWN_OUTLET,)))
    return extract(page, outlet)


def address_of(body: bytes, name: str) -> str:
    """The address a saved page gives itself."""
    from pipelines.readers import Sheet, ask

    sheet = Sheet(body.decode("utf-8", "replace"))
    found = ask(sheet, "css", "link[rel=canonical]@href") + ask(sheet, "meta", "og:url")
    if not found:
        raise Mistake(f"{name}: the page names no address of its own; give --url")
    return found[0]


def fetched(url: str) -> Page:
    """Fetch one page in a child process that obeys robots.txt like any crawl."""
    from tempfile import TemporaryDirectory

    from pipelines.archive import read_first
    from pipelines.cli.crawl import scrapy

    if _names_someone(url):
        raise Mistake("--url: leave the user and the password out of the address: an open page needs neither")
    if owner_of(url) is None and generic(url) is None:
        raise Mistake(f"{url} is no address of a web page")
    with TemporaryDirectory() as folder:
        code = scrapy("page", url, folder)
        if code:
            raise Mistake(f"{url} could not be read", Exit(code) if code in set(Exit) else Exit.UNREACHABLE)
        return read_first(Path(folder))


def _names_someone(url: str) -> bool:
    from urllib.parse import urlsplit

    try:
        return "@" in urlsplit(url).netloc
    except ValueError:
        return False


VERBS = {"read": (read_arguments, read)}
