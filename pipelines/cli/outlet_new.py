"""``kliping outlet new HOST URL…``: a seed's first draft from a few pages, fetched politely or saved by hand."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipelines.cli.mistake import Mistake, bytes_of
from pipelines.nouns import Exit, Page
from pipelines.seedtables import HOST

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from pipelines.readers.sheet import Sheet

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")  # it names files, rows and archives


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what a draft is made from."""
    parser.add_argument("host", metavar="HOST", help="the outlet's host without www: kabar.example")
    what = "addresses of its stories; each is fetched unless --page is given"
    parser.add_argument("url", nargs="*", default=[], metavar="URL", help=what)  # without a default argparse asks for one
    parser.add_argument("--page", action="append", default=[], metavar="FILE", help="a saved page of a story, instead (repeatable)")
    parser.add_argument("--name", help="the outlet's name (default: from the host)")
    parser.add_argument("--slug", help="the seed's file name (default: from the host)")
    parser.add_argument("--pages", metavar="DIR", help="where to keep the pages (default: KLIPING_DATA/pages/SLUG)")


def run(args: argparse.Namespace) -> int:
    """Draft the seed, keep the pages, say what to look at."""
    from pipelines.drafting import slug_of
    from pipelines.seedfiles import SHARED

    host = args.host.lower().removeprefix("www.")
    if not HOST.fullmatch(host):
        raise Mistake(f"{args.host!r} is no host name: write kabar.example")
    slug = args.slug or slug_of(host)
    if not _SLUG.fullmatch(slug) or slug in SHARED:
        raise Mistake(f"--slug {slug}: needs small letters, digits and hyphens, and a name that is not {' or '.join(SHARED)}")
    path = _new(slug)
    _say_whose(host, slug)
    if not (args.url or args.page):
        raise Mistake("name some addresses of its stories, or pages saved of them with --page FILE")
    pages, robots = _given(args.page), ""
    if not pages:
        pages, robots = _fetched(host, slug, args.url)
    _write(path, _seed(args.name or slug.capitalize(), host, pages, args.url, robots))
    for url in _strange(slug, [*args.url, *(page.url for page in pages)]):
        print(f"kliping outlet: by this draft {url} is no story: write its story pattern", file=sys.stderr)
    for kept in keep(pages, Path(args.pages) if args.pages else _data() / "pages" / slug):
        print(kept)
    print(f"{path}\nnow: kliping outlet check {slug}" + (" PAGE…" if args.pages else ""))
    return Exit.DONE


def _new(slug: str) -> Path:
    """Where the seed goes: into the user's own folder, if there is one."""
    from pipelines.outlets import SeedError, folders

    try:
        path = folders()[0] / f"{slug}.toml"
    except SeedError as error:
        raise Mistake(str(error)) from error
    if path.exists():
        raise Mistake(f"{path} is there already; `kliping outlet check {slug}` checks it, --slug names another")
    return path


def _say_whose(host: str, slug: str) -> None:
    """Name the seed, one of ours too, that has this name or reads this host already: the draft will stand before it."""
    from pipelines.cli.mistake import all_outlets
    from pipelines.outlets import forget, owners_of

    owners = [owner.slug for owner in owners_of(f"https://{host}/")]
    if owners or slug in all_outlets():
        told = f"{owners[0]}.toml, a seed that reads {host} already" if owners else f"the seed {slug}.toml that there is"
        print(f"kliping outlet: this draft stands before {told}: remove it if that was not meant", file=sys.stderr)
        forget()  # what reads the host now is not what will


def _seed(name: str, host: str, pages: Sequence[Page], urls: Sequence[str], robots: str) -> str:
    from pipelines.addressed import story_pattern
    from pipelines.drafting import feeds_of, fences, seed, sitemaps_of
    from pipelines.readers.sheet import Sheet

    sheets: list[Sheet] = [Sheet.of(page.body, page.content_type) for page in pages]
    feeds = {feed: "feed" for page, sheet in zip(pages, sheets, strict=True) for feed in feeds_of(sheet, page.url)}
    doors = [(kind, url) for url, kind in (feeds | dict.fromkeys(sitemaps_of(robots), "sitemap")).items()]
    return seed(name, host, doors, story_pattern([*urls, *(page.url for page in pages)]), fences(sheets))


def _strange(slug: str, urls: Sequence[str]) -> list[str]:
    """The addresses that the draft takes for no story, though it was made of them."""
    from pipelines.cli.mistake import outlet_named

    outlet = outlet_named(slug)
    return [url for url in dict.fromkeys(urls) if outlet.story_id(url) is None]


def _given(names: Sequence[str]) -> list[Page]:
    from pipelines.cli.read import address_of

    bodies = [(name, bytes_of(Path(name))) for name in names]
    try:
        return [Page(address_of(body, name), body, "text/html") for name, body in bodies]
    except Mistake as mistake:
        raise Mistake(str(mistake).replace("give --url", "name addresses instead of pages, or give it one")) from mistake


def _fetched(host: str, slug: str, urls: Sequence[str]) -> tuple[list[Page], str]:
    """Fetch by a seed of two lines in a folder of its own: robots.txt is obeyed as in any crawl."""
    from pipelines.cli.read import fetched

    with _borrowed_seed(slug, f'name = "{slug}"\nhosts = ["{host}"]\n'):
        pages = [fetched(url) for url in urls]
        try:
            robots = fetched(f"https://{host}/robots.txt").body.decode("utf-8", "replace")
        except Mistake:  # it has none, or none that may be read: then no sitemap is named
            robots = ""
    return pages, robots


@contextmanager
def _borrowed_seed(slug: str, seed: str) -> Iterator[None]:
    from pipelines.outlets import folders

    with TemporaryDirectory() as name:
        for path in folders()[0].glob("*.toml"):
            shutil.copy(path, name)
        (Path(name) / f"{slug}.toml").write_text(seed, encoding="utf-8")
        before = os.environ.get("KLIPING_SEEDS")
        os.environ["KLIPING_SEEDS"] = name
        try:
            yield
        finally:
            os.environ.pop("KLIPING_SEEDS")
            if before is not None:
                os.environ["KLIPING_SEEDS"] = before


def keep(pages: Sequence[Page], place: Path) -> Iterator[Path]:
    """Save each page beside the others, named by its address; where it names none itself, a note says it."""
    from pipelines.cli.read import address_of

    place.mkdir(parents=True, exist_ok=True)
    for page in pages:
        words = re.sub(r"[^\w-]+", "-", page.url.partition("://")[2].rstrip("/"))[-80:].strip("-")
        path = place / f"{words}.html.gz"
        path.write_bytes(gzip.compress(page.body, mtime=0))
        try:
            address_of(page.body, path.name)
        except Mistake:
            path.with_name(f"{words}.json").write_text(json.dumps({"url": page.url}), encoding="utf-8")
        yield path


def _write(path: Path, seed: str) -> None:
    """Make sure that the draft is a seed, and write it."""
    from pipelines.cli.mistake import outlet_named

    with _borrowed_seed(path.stem, seed):
        outlet_named(path.stem)
    try:
        path.write_text(seed, encoding="utf-8")
    except OSError as error:
        raise Mistake(f"{path}: {error.strerror}") from error


def _data() -> Path:
    from pipelines.store.embedded import data_dir

    return data_dir()
