"""``kliping db`` and ``kliping sql``: where the data is, and how to ask it."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import TYPE_CHECKING

from pipelines.cli import upkeep
from pipelines.cli.actions import action
from pipelines.cli.mistake import Mistake, database_told
from pipelines.nouns import Exit

if TYPE_CHECKING:
    import argparse

DOES = {
    "url": "print a plain address that psql takes, starting the server if need be",
    "status": "say whether the server runs, and where its data is",
    "start": "start the embedded server, create and migrate it if need be",
    "stop": "stop the embedded server",
    "upgrade": "bring the schema up to this Kliping's",
    "downgrade": "take the schema back to REVISION (base: no tables at all)",
    "check": "say whether schema and code agree",
}


def db_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what may be done."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, what in DOES.items():
        one = action(actions, name, what)
        if name == "downgrade":
            one.add_argument("revision", help="a revision, or base")
            one.add_argument("--yes", action="store_true", help="do it: what the newer schema held is lost")
    for name, (what, arguments, _) in upkeep.ACTIONS.items():
        arguments(action(actions, name, what))


def db(args: argparse.Namespace) -> int:
    """Do it."""
    with database_told():
        return _ACTIONS[args.action](args)


def _url(_: argparse.Namespace) -> int:
    from pipelines.store import engine

    print(engine.url())
    return Exit.DONE


def _status(_: argparse.Namespace) -> int:
    from pipelines.store import engine

    state = engine.status()
    print("\n".join(f"{name:12} {value}" for name, value in asdict(state).items() if value is not None))
    return Exit.DONE if state.running else Exit.DATABASE


def _start(_: argparse.Namespace) -> int:
    from pipelines.store import engine, schema

    schema.opened()
    print(f"running: {engine.status().address}")
    return Exit.DONE


def _stop(_: argparse.Namespace) -> int:
    from pipelines.store import engine

    print("stopped" if engine.stop() else "was not running")
    return Exit.DONE


def _upgrade(_: argparse.Namespace) -> int:
    from pipelines.store import engine, schema

    schema.upgrade(engine.connect())
    print(f"schema is at {schema.HEAD}")
    return Exit.DONE


def _downgrade(args: argparse.Namespace) -> int:
    from pipelines.store import engine, schema

    if not args.yes:
        raise Mistake(f"downgrade to {args.revision} loses what the newer schema holds; say --yes to do it")
    schema.downgrade(engine.connect(), args.revision)
    print(f"schema is at {args.revision}")
    return Exit.DONE


def _check(_: argparse.Namespace) -> int:
    from pipelines.store import engine, schema

    opened = engine.connect()
    schema.check(opened, mend=False)
    if gone := schema.lacking(opened):
        raise schema.SchemaError(f"the database lacks {', '.join(gone[:5])}: undo that change, or kliping db restore a backup")
    print(f"schema is at {schema.HEAD}, as this Kliping needs it")
    return Exit.DONE


_ACTIONS = {
    "url": _url, "status": _status, "start": _start, "stop": _stop,
    "upgrade": _upgrade, "downgrade": _downgrade, "check": _check,
    **{name: run for name, (_, _, run) in upkeep.ACTIONS.items()},
}  # fmt: skip


def sql_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what psql may be given."""
    parser.epilog = "exit codes are psql's own: 1 an error in a command, 2 the connection was lost, 3 an error in a script."
    parser.add_argument("-c", "--command", action="append", metavar="SQL", help="run this and leave (repeatable); else psql opens")
    parser.add_argument("--csv", action="store_true", help="print rows as CSV")


def sql(args: argparse.Namespace) -> int:
    """Become psql, from the embedded server's binaries or the path."""
    from pipelines.cli.mistake import database
    from pipelines.store import engine, programs

    with database():
        commands = [part for command in args.command or [] for part in ("-c", command)]
    try:
        argv, environment = programs.called("psql", "-X", "-v", "ON_ERROR_STOP=1", *(["--csv"] if args.csv else []), *commands)
        os.execve(argv[0], argv, environment)
    except (OSError, engine.DatabaseError) as error:
        raise Mistake(f"psql cannot be started: {error}", Exit.DATABASE) from error


VERBS = {"db": (db_arguments, db), "sql": (sql_arguments, sql)}
