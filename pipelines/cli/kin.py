"""``kliping kin`` and ``kliping family``: near-copies found and linked, and one family shown."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from pipelines.cli.mistake import Mistake, all_outlets, database, database_told, needs, outlet_named, stories_named
from pipelines.cli.progress import bar
from pipelines.indonesian.dates import ZONES
from pipelines.nouns import Exit
from pipelines.show.table import jsonl, show

if TYPE_CHECKING:
    import argparse

    from pipelines.store.relatives import Member


def kin_arguments(parser: argparse.ArgumentParser) -> None:
    """Say nothing: it does what is due."""
    parser.epilog = "Run it after a crawl. What is new or was read anew since the last time is compared; nothing is ever deleted."


def kin(args: argparse.Namespace) -> int:  # noqa: ARG001 (every verb takes its arguments)
    """Compare what is due, batch by batch."""
    needs("datasketch", "kin", "kinship")
    from pipelines.store import schema
    from pipelines.store.alone import Busy
    from pipelines.store.families import relate

    stories = linked = 0
    with database_told(), bar(None, " stories") as moved:
        opened = schema.opened()
        try:
            for looked, found in relate(opened, _names()):
                stories, linked = stories + looked, linked + found
                moved(looked)
        except Busy:
            raise Mistake("another kliping kin is at work", Exit.LOCKED) from None
    print(f"{stories} stories compared, {linked} linked anew")
    return Exit.DONE


def _names() -> dict[str, str]:
    """What pages call the outlets; one whose seed is broken goes without, and the others are compared."""
    found: dict[str, str] = {}
    for slug in all_outlets():
        try:
            outlet = outlet_named(slug)
        except Mistake as mistake:
            print(f"kliping kin: {slug} goes without its names: {mistake}", file=sys.stderr, flush=True)
            continue
        called = (outlet.slug, outlet.name, *outlet.hosts, *outlet.brands)
        found |= {name.lower(): outlet.slug for name in called}
    return found


def family_arguments(parser: argparse.ArgumentParser) -> None:
    """Say whose family."""
    parser.add_argument("story", metavar="URL|ID", help="an address, a story id, or outlet/id")
    parser.add_argument("--format", choices=("table", "jsonl"), default="table", help="for people or for programs (default: table)")


def family(args: argparse.Namespace) -> int:
    """Show the members, first publisher first; of an id that several outlets use each family, once."""
    needs("datasketch", "kin", "kinship")
    from pipelines.store.relatives import members

    with database() as connection:
        found = stories_named(connection, args.story)
        told = [members(connection, story.outlet, story.story_id) for story in found]
    kindred = {each[0].family: each for each in told if each}
    if args.format == "jsonl":
        jsonl(asdict(member) for each in kindred.values() for member in each)
    elif not kindred:
        print("no near-copy of it is known; `kliping kin` compares what is new")
    else:
        for each in kindred.values():
            show([_line(member) for member in each], "table")
    return Exit.DONE


def _line(member: Member) -> dict[str, object]:
    return {
        "published (WIB)": member.published_at and member.published_at.astimezone(ZONES["WIB"]),
        "story": f"{member.outlet}/{member.story_id}", "title": member.title,
        "shared": f"{member.share:.0%} with {member.kin}" if member.share else "",
        "says it is from": f"{member.said_outlet} ({member.said})" if member.said else "",
    }  # fmt: skip


VERBS = {"kin": (kin_arguments, kin), "family": (family_arguments, family)}
