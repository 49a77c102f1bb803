"""``kliping watch add|list|remove|deliver``: new stories that answer a query, told once each to whoever asked."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipelines.cli.actions import action
from pipelines.cli.mistake import Mistake, database, database_told
from pipelines.indonesian.dates import ZONES
from pipelines.nouns import Exit
from pipelines.show.table import show
from pipelines.whole_files import whole

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from sqlalchemy import Engine

    from pipelines.clippings import Match
    from pipelines.store.watches import Watch

AT_ONCE = 50  # stories in one message
MESSAGES = 20  # to one target in one delivery; the rest waits for the next
IN_FEED = 100
WAYS = ("mail", "webhook", "rss")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what may be done."""
    parser.epilog = "Mail goes by KLIPING_SMTP (smtp://localhost:25), from KLIPING_MAIL_FROM. kliping run delivers by itself."
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = action(actions, "add", "watch for a query")
    add.add_argument("query", help="as for kliping search")
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

    target = _target(args.to)
    with database() as connection:
        taken = [watch.id for watch in watches.listed(connection) if watch.target == target and target.startswith("rss:/")]
        if taken:
            raise Mistake(f"--to {target}: watch {taken[0]} writes that file, and each would undo the other's")
        try:
            number = watches.add(connection, args.query, target)
        except QueryError as error:
            raise Mistake(f"{args.query}: {error}") from error
        connection.commit()
    print(f"watch {number}: {args.query}" + (f"\nits feed: {_feed(number, '')}" if target == "rss:" else ""))
    return Exit.DONE


def _target(given: str | None) -> str:
    if given is None:
        return "rss:"
    way, _, where = given.partition(":")
    if way not in WAYS or not where:
        raise Mistake(f"--to {way}: needs mail:ADDRESS, webhook:URL, webhook:env:NAME or rss:FILE")
    if way == "webhook" and not where.startswith(("https://", "http://", "env:")):
        raise Mistake("--to webhook: needs an address that begins with https://")
    if way == "mail" and ("@" not in where or any(mark in where for mark in "\r\n")):
        raise Mistake(f"--to mail: {where!r} is no address")
    if way == "rss" and not Path(where).absolute().parent.is_dir():
        raise Mistake(f"--to rss: {where}: its folder is not there")
    name = where.removeprefix("env:")
    if way == "webhook" and name != where and not os.environ.keys() & {name, f"{name}_FILE"}:
        print(f"kliping watch: {name} is not set here; `kliping watch deliver` needs it", file=sys.stderr)
    return f"rss:{Path(where).absolute()}" if way == "rss" else given


def _list(args: argparse.Namespace) -> int:
    from pipelines.store import watches

    with database() as connection:
        rows = [asdict(watch) | {"target": _shown(watch)} for watch in watches.listed(connection)]
    show(rows if args.format == "jsonl" else list(map(_local, rows)), args.format)
    return Exit.DONE


def _local(row: dict[str, Any]) -> dict[str, Any]:
    heads = {name: f"{name.removesuffix('_at')} (WIB)" for name in ("created_at", "looked_at")}
    told = ((heads.get(name, name), value) for name, value in row.items())
    return {name: value.astimezone(ZONES["WIB"]) if hasattr(value, "astimezone") else value for name, value in told}


def _shown(watch: Watch) -> str:
    """A webhook's address is a secret: only its host is told."""
    way, _, where = watch.target.partition(":")
    if way == "rss":
        return f"rss:{_feed(watch.id, where)}"
    return f"webhook:{urlsplit(where).hostname or '…'}/…" if way == "webhook" and not where.startswith("env:") else watch.target


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
                return _all(opened)
        except Busy:
            raise Mistake("another kliping watch deliver is at work", Exit.LOCKED) from None


def _all(opened: Engine) -> int:
    from sqlalchemy.exc import IntegrityError

    from pipelines.post import Unsent
    from pipelines.store import watches
    from pipelines.store.search_query import QueryError

    sent, code = 0, Exit.DONE
    with opened.connect() as connection:
        every = watches.listed(connection)
    for watch in every:
        try:
            with opened.begin() as connection:
                watches.find(connection, watch)
            sent += _one(opened, watch)
        except QueryError as error:  # one that an older Kliping took
            print(f"watch {watch.id}: {watch.query}: {error}", file=sys.stderr)
            code = Exit.ALARM
        except IntegrityError:  # it was removed meanwhile, or a story was forgotten that answers it: the next delivery looks again
            continue
        except (Unsent, OSError) as error:
            print(f"watch {watch.id}: {_shown(watch)}: {getattr(error, 'strerror', None) or error}", file=sys.stderr)
            code = Exit.ALARM
    print(f"{sent} stories told")
    return code


def _one(opened: Engine, watch: Watch) -> int:
    from pipelines.store import watches

    sent = 0
    for _ in range(MESSAGES):
        with opened.begin() as connection:
            new = watches.waiting(connection, watch.id, AT_ONCE)
            if not new:
                break
            _tell(watch, new, watches.latest(connection, watch.id, IN_FEED))
            watches.told(connection, watch.id, new)
        sent += len(new)
    way, _, where = watch.target.partition(":")
    if not sent and way == "rss" and _feed(watch.id, where).exists():  # a story that was forgotten leaves the feed, too
        with opened.connect() as connection:
            _write(watch, where, watches.latest(connection, watch.id, IN_FEED))
    return sent


def _tell(watch: Watch, new: Sequence[Match], latest: Sequence[Match]) -> None:
    from pipelines.post import bounded, mail, post

    way, _, where = watch.target.partition(":")
    if way == "rss":
        _write(watch, where, latest)
    elif way == "webhook":
        post(_address(where), {"watch": watch.id, "query": watch.query, "stories": [_plain(match) for match in new]})
    else:
        server, message = _message(watch, where, new)
        bounded(lambda: mail(server, message))


def _address(where: str) -> str:
    from pipelines.post import Unsent, told

    if not where.startswith("env:"):
        return where
    name = where.removeprefix("env:")
    if not (address := told(name)):
        raise Unsent(f"{name} is not set")
    if not address.startswith(("https://", "http://")):
        raise Unsent(f"{name}: needs an address that begins with https://")
    return address


def _write(watch: Watch, where: str, latest: Sequence[Match]) -> None:
    from pipelines.show.atom import feed

    path, told = _feed(watch.id, where), feed(watch.id, watch.query, watch.created_at, latest)
    if path.is_file() and path.read_bytes() == told:  # its readers ask whether it is newer
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as part:
        part.write_bytes(told)


def _feed(number: int, where: str) -> Path:
    from pipelines.store.embedded import data_dir

    return Path(where) if where else data_dir() / "watches" / f"{number}.xml"


def _plain(match: Match) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in asdict(match).items()}


def _message(watch: Watch, to: str, new: Sequence[Match]) -> tuple[Any, Any]:
    from email.message import EmailMessage

    from pipelines.post import PORTS, Unsent, told

    server = urlsplit(told("KLIPING_SMTP") or "smtp://localhost:25")
    if server.scheme not in PORTS:
        raise Unsent("KLIPING_SMTP: needs smtp://… or smtps://…")
    message = EmailMessage()
    message["Subject"] = " ".join(f"Kliping: {len(new)} new: {watch.query}".split())[:200]
    message["From"], message["To"] = told("KLIPING_MAIL_FROM") or to, to
    message.set_content("\n\n".join(f"{match.title}\n{match.url}\n{match.text}" for match in new))
    return server, message


VERBS = {"watch": (arguments, run)}
