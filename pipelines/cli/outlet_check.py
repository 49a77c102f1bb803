"""``kliping outlet check NAME``: a seed's proofs, what it finds on pages held, and what recurs in its stories."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.cli.mistake import Mistake, bytes_of, outlet_named, whole_number
from pipelines.nouns import Block, Draft, Exit, Page

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import RowMapping

    from pipelines.outlets import Outlet

NEWEST = 2000  # stories of the database that candidates are learnt from
SHARE = 0.01  # of the stories; what recurs in fewer is rarely furniture
LEAST = 3


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what may be checked."""
    parser.add_argument("name", metavar="NAME", help="an outlet's name (kliping outlets)")
    parser.add_argument("page", nargs="*", metavar="PAGE", help="saved pages (default: those of tests/pages and outlet new)")
    parser.add_argument("--texts", metavar="FILE", help="learn what recurs from JSON lines (default: the database, where one runs)")
    parser.add_argument(
        "--least", type=whole_number, metavar="N", help="suggest what is in N stories (default: one in 100, 3 at least)"
    )


def run(args: argparse.Namespace) -> int:
    """Check; a proof that fails is told by the exit code."""
    outlet = outlet_named(args.name)
    broken = _prove(outlet)
    stored = _stored(outlet)
    if names := args.page or _held(args.name):
        _cover_pages(outlet, names)
    else:
        _cover(stored, f"no page held; found on the {len(stored)} newest stories of the database")
    _suggest([draft.blocks for draft in stored] if args.texts is None else _of_texts(args.texts, outlet), args.least)
    return Exit.USAGE if broken else Exit.DONE


def _prove(outlet: Outlet) -> bool:
    from pipelines.proofs import cut_faults, spare_faults
    from pipelines.show.table import show

    rows = [
        {"rule": rule.name, "fault": fault}
        for rule in outlet.rules
        for fault in (*cut_faults(outlet, rule), *spare_faults(outlet, rule))
    ]
    rows += [{"rule": "hosts", "fault": f"{host} is also in {slug}.toml: one of them reads it"} for host, slug in _shared(outlet)]
    if rows:
        show(rows, "table", "proofs that fail")
    else:
        print(f"proofs: {len(outlet.rules)} rules, each cuts its given and spares its spare")
    print()
    return bool(rows)


def _shared(outlet: Outlet) -> Iterator[tuple[str, str]]:
    """Hosts that another seed names too."""
    from pipelines.cli.mistake import all_outlets

    for slug in all_outlets():
        with suppress(Mistake):
            if slug != outlet.slug:
                yield from ((host, slug) for host in outlet_named(slug).hosts if host in outlet.hosts)


def _held(name: str) -> list[str]:
    """The pages a checkout holds, and those that ``outlet new`` kept."""
    from pipelines.outlets import files, folders
    from pipelines.store.embedded import data_dir

    places = files(folders())[name].parents[1] / "tests" / "pages" / name, data_dir() / "pages" / name
    found = (path for place in places for path in sorted(place.glob("*.html*")))
    return [str(path) for path in found if not path.name.startswith(".")]


def _cover_pages(outlet: Outlet, names: Sequence[str]) -> None:
    from pipelines.coverage import refused
    from pipelines.extract import drafted, judged
    from pipelines.show.table import show

    pages = [_page(name, outlet) for name in names]
    drafts = [drafted(page, outlet) for page in pages]
    readings = [judged(draft, page, outlet) for draft, page in zip(drafts, pages, strict=True)]
    stories = [draft for draft, reading in zip(drafts, readings, strict=True) if reading.article]
    if stories:
        _cover(stories, f"found on {len(stories)} stories of {len(pages)} pages")
    else:
        print(f"none of {len(pages)} pages is a story of {outlet.slug}\n")
    if rows := refused(readings):
        show(rows, "table", "refused")
        print()
    if rows := [{"url": reading.url} for reading in readings if reading.stray]:
        show(rows, "table", "fit no layout of the seed, and were read without one")
        print()


def _cover(stories: Sequence[Draft], title: str) -> None:
    from pipelines.coverage import coverage
    from pipelines.show.table import show

    if stories:
        show(coverage(stories), "table", title)
    else:
        print("pages: none held and no story stored; name some pages")
    print()


def _page(name: str, outlet: Outlet) -> Page:
    """A page under the address its notes (PAGE.json) or itself give it."""
    import json

    from pipelines.cli.read import address_of

    path = Path(name)
    body = bytes_of(path)
    notes = path.with_name(path.name.partition(".html")[0] + ".json")
    told = json.loads(notes.read_text(encoding="utf-8")) if notes.is_file() else {}
    try:
        return Page(told.get("url") or address_of(body, name), body)
    except Mistake:  # it says nowhere whose it is: an address of the outlet's that is no story
        return Page(f"https://{outlet.hosts[0]}/", body)


def _suggest(told: Iterable[Sequence[Block]], least: int | None) -> None:
    from pipelines.recurring import candidates, unlike

    stories = unlike(told)
    if not stories:
        print("recurring lines: no stories to learn from; give --texts FILE.jsonl.gz, or crawl some first")
        return
    found = candidates(stories, least or max(LEAST, round(len(stories) * SHARE)))
    print(f"recurring lines: {len(found)} candidates in {len(stories)} stories, cleaned by the rules there are")
    for candidate in found:
        print(f"\n{candidate.toml}")


def _of_texts(name: str, outlet: Outlet) -> Iterator[Sequence[Block]]:
    """The outlet's stories of a dump; what another outlet owns, or is broken, is passed by; a file of nothing else is a mistake."""
    from pipelines.cli.dump import Broken, opened, rows_of
    from pipelines.extract import extract_text

    read, broken = 0, None
    with opened(name) as (stream, _):
        for row in rows_of(stream, name):
            if isinstance(row, Broken):
                broken = broken or row
                continue
            read += 1
            if not row.url or outlet.owns(row.url):
                yield extract_text(row.text, outlet, row.title).blocks
    if broken and not read:
        raise Mistake(str(broken))


def _stored(outlet: Outlet) -> list[Draft]:
    """The newest stories of the database, where one runs: none is started for this."""
    from pipelines.cli.mistake import database
    from pipelines.store import ask, engine

    if not engine.status().running:
        return []
    with database() as connection:
        return [_draft(row) for row in ask.latest(connection, outlet.slug, NEWEST)]


def _draft(row: RowMapping) -> Draft:
    """A stored story as it was before it was judged."""
    told = {one.name: row[one.name] for one in fields(Draft) if one.name in row}
    blocks = tuple(Block(block["kind"], block["text"], at) for at, block in enumerate(row["body"]))
    return Draft(**told, blocks=blocks)
