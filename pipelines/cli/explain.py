"""``kliping explain``: what was kept of a page, what was cut and by which rule, and where each field came from."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.cli.mistake import Mistake, bytes_of, database, one_story, outlet_named, owner_of, unwritten
from pipelines.cli.record import print_json
from pipelines.nouns import Exit, Page, Place, Reason

if TYPE_CHECKING:
    import argparse

    from pipelines.outlets import Outlet
    from pipelines.show.explain import Explained

_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|meta|div|p|article)\b", re.IGNORECASE)


def explain_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what may be explained, and to whom."""
    parser.add_argument("file", nargs="?", metavar="FILE", help="a saved page or a plain text, gzipped or not; - is standard input")
    parser.add_argument("--held", metavar="URL|ID", help="instead of FILE: a page that was crawled, as it lies in the archive")
    parser.add_argument("--url", help="FILE's address; without FILE the page is fetched from there, politely, and not stored")
    parser.add_argument("--outlet", help="read by this outlet's seed (default: the one that owns the address)")
    parser.add_argument("--html", metavar="OUT", help="write one html page that needs nothing else")
    parser.add_argument("--format", choices=("table", "jsonl"), default="table", help="for people or for programs (default: table)")


def explain(args: argparse.Namespace) -> int:
    """Explain; a refused page is explained as well."""
    from pipelines.show.explain import show_explained
    from pipelines.show.explain_page import page

    told = _explained(args)
    if args.html:
        _write(Path(args.html), page(told))
    elif args.format == "jsonl":
        print_json(asdict(told))
    else:
        show_explained(told)
    return Exit.DONE


def _explained(args: argparse.Namespace) -> Explained:
    from pipelines.cli.read import address_of, fetched

    if args.held:
        if args.file or args.url:
            raise Mistake("--held names the page: leave FILE and --url away")
        return _page(*_archived(args.held, args.outlet))
    if args.file is None:
        if not args.url:
            raise Mistake("name a FILE, --url URL or --held URL|ID")
        return _page(fetched(args.url), args.outlet)
    body = bytes_of(Path(args.file))
    if not _MARKUP.search(body):
        return _text(body, args)
    return _page(Page(args.url or address_of(body, args.file), body, "text/html"), args.outlet)


def _archived(key: str, slug: str | None) -> tuple[Page, str]:
    from pipelines.archive import read
    from pipelines.store.engine import data_dir

    with database() as connection:
        story = one_story(connection, key)
    place = [story.page[f"archive_{each}"] for each in ("file", "offset", "length")]
    if None in place:
        raise Mistake(f"{story.outlet}/{story.story_id} is {story.page['state']}: no page of it is in the archive")
    try:
        page = read(data_dir() / "archive", Place(*place))
    except (OSError, ValueError) as error:
        raise Mistake(f"{place[0]}: {getattr(error, 'strerror', None) or error}; see kliping archive verify") from error
    return replace(page, asked_url=story.page["url"]), slug or story.outlet


def _page(page: Page, slug: str | None) -> Explained:
    from pipelines.extract import drafted, judged
    from pipelines.show.explain import explained

    outlet = _outlet(page.url, slug)
    draft = drafted(page, outlet)
    return explained(draft, outlet, judged(draft, page, outlet, page.fetched_at).reject)


def _text(body: bytes, args: argparse.Namespace) -> Explained:
    from pipelines.extract import extract_text
    from pipelines.show.explain import explained

    if not (args.outlet or args.url):
        raise Mistake(f"{args.file}: a plain text does not say whose it is; give --outlet or --url")
    outlet = _outlet(args.url or "", args.outlet)
    try:
        return explained(extract_text(body.decode("utf-8-sig"), outlet), outlet)
    except UnicodeDecodeError as error:
        raise Mistake(f"{args.file}: not UTF-8 text: {error}") from error


def _outlet(url: str, slug: str | None) -> Outlet:
    from pipelines.outlets import generic

    outlet = outlet_named(slug) if slug else owner_of(url) or generic(url)
    if outlet is None:
        raise Mistake(f"{url}: {Reason.UNKNOWN_OUTLET}; give --outlet (kliping outlets)")
    return outlet


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise unwritten(f"{path}: {error.strerror}", error) from error
    print(path)


VERBS = {"explain": (explain_arguments, explain)}
