"""``kliping db backup | restore | grant-reader | prune``: what keeps a database safe, open to readers and small."""

from __future__ import annotations

import getpass
import os
import re
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.cli.mistake import Mistake, database, is_asked
from pipelines.nouns import Exit

if TYPE_CHECKING:
    import argparse

    from sqlalchemy import Engine

AGE = re.compile(r"([1-9]\d{0,4})d")
READS = "may read everything but where watches are delivered"
KINDS = {"runs": "records of runs, an outlet's last excepted", "rejects": "pages that are no articles, with their cuts"}


def backup_arguments(parser: argparse.ArgumentParser) -> None:
    """Say where to."""
    parser.add_argument("file", type=Path, metavar="FILE", help="replaced only by a whole new backup")


def backup(args: argparse.Namespace) -> int:
    """Write it."""
    from pipelines.store import backup as files
    from pipelines.store import engine
    from pipelines.store.alone import Busy

    if not args.file.absolute().parent.is_dir() or args.file.is_dir():
        raise Mistake(f"{args.file}: {'is a folder' if args.file.is_dir() else 'its folder is not there'}")
    engine.connect().dispose()
    try:
        size = files.backup(args.file)
    except Busy:
        raise Mistake(f"{args.file}: another backup is being written to it", Exit.LOCKED) from None
    print(f"{args.file}: {size / 1e6:,.1f} MB; the archive beside the database is files: copy it as files")
    return Exit.DONE


def restore_arguments(parser: argparse.ArgumentParser) -> None:
    """Say where from."""
    parser.add_argument("file", type=Path, metavar="FILE", help="what kliping db backup wrote")
    parser.add_argument("--yes", action="store_true", help="also over a database that holds something: that is lost")


def restore(args: argparse.Namespace) -> int:
    """Put it back, and say which schema the database has now."""
    from pipelines.store import backup as files
    from pipelines.store import engine, runs, schema

    if not args.file.is_file():
        raise Mistake(f"{args.file}: is no file")
    opened = engine.connect()
    with opened.connect() as connection:
        if runs.is_crawled(connection):
            raise Mistake("an outlet is being crawled into this database: stop that first", Exit.LOCKED)
        if files.holds(connection) and not args.yes:
            raise Mistake("the database holds something already, and a restore takes its place; say --yes to do it")
    opened.dispose()
    files.restore(args.file)
    try:
        schema.check(opened, mend=engine.is_embedded())
    except schema.SchemaError as error:
        print(f"restored; {error}, then: kliping archive verify --mend")
        return Exit.DONE
    again = _forgotten_again(opened)
    print(f"restored; schema is at {schema.HEAD}" + (f"; {again} stories forgotten since are forgotten again" if again else ""))
    print("what was archived since is in no row: kliping archive verify --mend stores it; before the next crawl, please")
    return Exit.DONE


def _forgotten_again(opened: Engine) -> int:
    """What was forgotten after the backup was made: the journal beside the archive knows it, the backup does not."""
    from pipelines.reread.journaled import forget_again
    from pipelines.store.engine import data_dir

    return len(forget_again(opened, data_dir() / "archive"))


def reader_arguments(parser: argparse.ArgumentParser) -> None:
    """Say who."""
    parser.add_argument("name", metavar="NAME", help="the role; its password: KLIPING_READER_PASSWORD, a prompt or a pipe")


def grant_reader(args: argparse.Namespace) -> int:
    """Make the role."""
    from pipelines.store import reader

    new = reader.grant(args.name, _password(args.name))
    print(f"{args.name}: {'made' if new else 'renewed'}; {READS}, also of tables to come, and write nothing")
    return Exit.DONE


def _password(name: str) -> str:
    from pipelines.secret import SecretError, secret

    try:
        given = secret("KLIPING_READER_PASSWORD")
    except SecretError as error:
        raise Mistake(str(error)) from error
    if not given and is_asked():
        given = getpass.getpass(f"password for {name}: ")
    elif not given and sys.stdin is not None:
        given = sys.stdin.readline().rstrip("\n")
    if not given:
        raise Mistake("no password given: set KLIPING_READER_PASSWORD, or write it to standard input")
    return given


def prune_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what may go, and when."""
    for kind, what in KINDS.items():
        variable = f"KLIPING_KEEP_{kind.upper()}"
        usual = os.environ.get(variable)
        parser.add_argument(f"--{kind}", default=usual, metavar="AGE", help=f"{what}: older than AGE, as 365d ({variable})")
    parser.add_argument("--dry-run", action="store_true", help="only count")


def prune(args: argparse.Namespace) -> int:
    """Delete or count what is older than its age; without an age nothing goes. Stories and addresses never go."""
    from pipelines.store import prune as old

    ages = {kind: _age(kind, given) for kind in KINDS if (given := getattr(args, kind))}
    if not ages:
        print("nothing is pruned: no age is set (--runs 365d, --rejects 180d)")
        return Exit.DONE
    with database() as connection:
        for kind, age in ages.items():
            count = old.prune(connection, kind, age)
            print(f"{kind}: {count} older than {age.days} days {'would be' if args.dry_run else 'were'} deleted")
        if not args.dry_run:
            connection.commit()
    return Exit.DONE


def _age(kind: str, given: str) -> timedelta:
    if not (found := AGE.fullmatch(given)):
        raise Mistake(f"{kind}: {given!r} is no age: a number of days, as 365d")
    return timedelta(days=int(found[1]))


ACTIONS = {
    "backup": ("write the whole database to FILE (pg_dump's custom format)", backup_arguments, backup),
    "restore": ("put back what FILE holds", restore_arguments, restore),
    "grant-reader": (f"make a role that {READS}, and write nothing", reader_arguments, grant_reader),
    "prune": ("delete old records of runs and refusals; never a story", prune_arguments, prune),
}
