"""``kliping watch add|list|remove|deliver``: new stories that answer a query, told once each to whoever asked."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.cli.actions import action
from pipelines.cli.delivery import deliver, feed_of, is_web, shown
from pipelines.cli.mistake import Mistake, database, database_told
from pipelines.cli.variables import ADDRESSES
from pipelines.indonesian.dates import ZONES
from pipelines.nouns import Exit
from pipelines.show.table import show

if TYPE_CHECKING:
    import argparse

    from pipelines.store.watches import Watch

WAYS = ("mail", "webhook", "rss")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what may be done."""
    parser.epilog = "Mail goes by KLIPING_SMTP (smtp://localhost:25), from KLIPING_MAIL_FROM. kliping run delivers by itself."
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = action(actions, "add", "watch for a query")
    add.add_argument("query", nargs="+", help="as for kliping search")
    where = "mail:ADDRESS, webhook:URL, webhook:env:NAME (the address stands in NAME or the file NAME_FILE) or rss:FILE"
    add.add_argument("--to", metavar="TARGET", help=f"{where} (default: rss in KLIPING_DATA/watches)")
    listing = action(actions, "list", "show every watch")
    listing.add_argument("--format", choices=("table", "jsonl"), default="table", help="for people or for programs")
    remove = action(actions, "remove", "end a watch")
    remove.add_argument("number", type=int, help="its number in kliping watch list")
    action(actions, "deliver", "tell what is new; what could not be told is tried again the next time")


def run(args: argparse.Namespace) -> int:
    """Do it."""
    return {"add": _add, "list": _list, "remove": _remove, "deliver": _deliver}[args.action](args)


def _add(args: argparse.Namespace) -> int:
    from pipelines.store import watches
    from pipelines.store.search_query import QueryError

    target, query = _target(args.to), " ".join(args.query)
    with database() as connection:
        taken = [watch.id for watch in watches.listed(connection) if target.startswith("rss:/") and _feed(watch) == target]
        if taken:
            raise Mistake(f"--to {target}: watch {taken[0]} writes that file, and each would undo the other's")
        try:
            number = watches.add(connection, query, target)
        except QueryError as error:
            raise Mistake(f"{query}: {error}") from error
        connection.commit()
    print(f"watch {number}: {query}" + (f"\nits feed: {feed_of(number)}" if target == "rss:" else ""))
    return Exit.DONE


def _feed(watch: Watch) -> str:
    """The file that a watch writes, as a target; empty where it writes none."""
    way, _, where = watch.target.partition(":")
    return f"rss:{feed_of(watch.id, where).resolve()}" if way == "rss" else ""


def _target(given: str | None) -> str:
    if given is None:
        return "rss:"
    way, _, where = given.partition(":")
    if way not in WAYS or not where:
        raise Mistake(f"--to {way}: needs mail:ADDRESS, webhook:URL, webhook:env:NAME or rss:FILE")
    if way == "webhook" and not (where.startswith("env:") or is_web(where)):
        raise Mistake("--to webhook: needs an address as https://HOST/PATH, or env:NAME")
    if way == "mail" and not ADDRESSES.fullmatch(where):
        raise Mistake(f"--to mail: {where!r} is no address; several stand between commas")
    if way == "rss" and not Path(where).absolute().parent.is_dir():
        raise Mistake(f"--to rss: {where}: its folder is not there")
    if way == "rss" and Path(where).is_dir():
        raise Mistake(f"--to rss: {where}: is a folder; name the file")
    name = where.removeprefix("env:")
    if way == "webhook" and name != where and not os.environ.keys() & {name, f"{name}_FILE"}:
        print(f"kliping watch: {name} is not set here; `kliping watch deliver` needs it", file=sys.stderr)
    return f"rss:{Path(where).resolve()}" if way == "rss" else given


def _list(args: argparse.Namespace) -> int:
    from pipelines.store import watches

    with database() as connection:
        rows = [asdict(watch) | {"target": shown(watch)} for watch in watches.listed(connection)]
    show(rows if args.format == "jsonl" else list(map(_local, rows)), args.format)
    return Exit.DONE


def _local(row: dict[str, Any]) -> dict[str, Any]:
    heads = {name: f"{name.removesuffix('_at')} (WIB)" for name in ("created_at", "looked_at")}
    told = ((heads.get(name, name), value) for name, value in row.items())
    return {name: value.astimezone(ZONES["WIB"]) if hasattr(value, "astimezone") else value for name, value in told}


def _remove(args: argparse.Namespace) -> int:
    from pipelines.store import watches

    with database() as connection:
        if not watches.remove(connection, args.number):
            raise Mistake(f"there is no watch {args.number}; `kliping watch list` shows them")
        connection.commit()
    return Exit.DONE


def _deliver(_: argparse.Namespace) -> int:
    from pipelines.store import schema, search_index, watches
    from pipelines.store.alone import Busy, alone

    with database_told():
        opened = schema.opened()
        try:
            with alone(opened, watches.LOCK):
                for _done in search_index.index(opened):
                    pass
                return deliver(opened)
        except Busy:
            raise Mistake("another kliping watch deliver is at work", Exit.LOCKED) from None


VERBS = {"watch": (arguments, run)}
