"""A user's mistake, or a world that is not as a verb needs it: one line and an exit code."""

from __future__ import annotations

from contextlib import contextmanager
from errno import EDQUOT, EIO, ENOSPC, EROFS
from typing import TYPE_CHECKING, BinaryIO

from pipelines.nouns import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from sqlalchemy import Connection

    from pipelines.outlets import Outlet
    from pipelines.store.ask import Story


FULL = {ENOSPC, EDQUOT, EROFS, EIO}  # what a disk says that takes nothing
BACKWARDS = "--since lies after --until: nothing lies between them"


class Mistake(Exception):
    """Its text is the one line, ``code`` the exit code."""

    def __init__(self, line: str, code: Exit = Exit.USAGE) -> None:
        super().__init__(line)
        self.code = code


def unwritten(line: str, error: OSError) -> Mistake:
    """Make the line of a file that could not be written: a full disk has an exit code of its own, whatever was written there."""
    return Mistake(line, Exit.DATABASE if error.errno in FULL else Exit.USAGE)


def outlet_named(slug: str) -> Outlet:
    """Load a seed, or say in one line what is wrong with it."""
    from pipelines.outlets import SeedError, load

    try:
        return load(slug)
    except SeedError as error:
        raise Mistake(str(error)) from error


def all_outlets() -> list[str]:
    """Every outlet's name, or say in one line why the seeds are not to be found."""
    from pipelines.outlets import SeedError, names

    try:
        return names()
    except SeedError as error:
        raise Mistake(str(error)) from error


def known(connection: Connection, *slugs: str | None) -> None:
    """Refuse an outlet's name that no seed and no row has: it is mistyped, and "nothing found" would pass for an answer."""
    from pipelines.store.replaying import is_empty

    for slug in slugs:
        if slug and slug not in all_outlets() and is_empty(connection, slug):
            raise Mistake(f"no outlet named {slug!r}; known: {', '.join(all_outlets())}")


def stories_named(connection: Connection, key: str) -> list[Story]:
    """Find what a person calls a story by: an address, an id, outlet/id; never nothing."""
    from pipelines.outlets import SeedError
    from pipelines.store import ask

    try:
        found = ask.story(connection, key)
    except SeedError as error:
        raise Mistake(str(error)) from error
    if not found:
        raise Mistake(f"no story {key!r} is known; `kliping list` shows the newest")
    return found


def one_story(connection: Connection, key: str) -> Story:
    """Find the one story that a person calls so; an id may be in use at two outlets."""
    found = stories_named(connection, key)
    if len(found) > 1:
        raise Mistake(f"{key!r} names several: {', '.join(f'{story.outlet}/{story.story_id}' for story in found)}")
    return found[0]


def owner_of(url: str) -> Outlet | None:
    """Find the outlet that owns an address; a broken seed on the way is the user's to mend."""
    from pipelines.outlets import SeedError, outlet_of

    try:
        return outlet_of(url)
    except SeedError as error:
        raise Mistake(str(error)) from error


def bytes_of(path: Path) -> bytes:
    """Read a file, or ``-`` for standard input, gzipped or not; a packing that is broken, or a bomb, is a mistake."""
    from pipelines.readers import entries

    try:
        held = path.read_bytes() if str(path) != "-" else standard_input().read()
    except OSError as error:
        raise Mistake(f"{path}: {error.strerror or error}") from error
    plain, whole = entries.unpacked(held)
    if not whole:
        raise Mistake(f"{path}: no gzip to its end: get the whole file")
    if plain is not held and len(plain) >= entries.UNPACKED:
        raise Mistake(f"{path}: unpacks to more than {entries.UNPACKED // 1_000_000} MB: no page")
    return plain


def is_asked() -> bool:
    """Whether somebody sits before a terminal and may be asked; `<&-` leaves no standard input at all."""
    import sys

    return sys.stdin is not None and sys.stdin.isatty()


def standard_input() -> BinaryIO:
    """Give the bytes of standard input; `<&-` leaves it closed."""
    import sys

    if sys.stdin is None:
        raise Mistake("-: standard input is closed")
    return sys.stdin.buffer


def forward(since: date | None, until: date | None) -> None:
    """Refuse days the wrong way round: "nothing found" would pass for an answer. ``until`` is what comes after the last."""
    if since and until and since >= until:
        raise Mistake(BACKWARDS)


def whole_number(text: str, least: int = 1) -> int:
    """Read a whole number from ``least`` on that a database can count."""
    from argparse import ArgumentTypeError

    if not text.isascii() or not text.isdigit() or not least <= int(text) < 2**31:
        beyond = text.isascii() and text.isdigit() and int(text) >= 2**31
        raise ArgumentTypeError(f"{text!r} is more than {2**31 - 1}" if beyond else f"{text!r} is no whole number from {least} on")
    return int(text)


def number_or_none(text: str) -> int:
    """Read a whole number that may be 0."""
    return whole_number(text, 0)


def needs(module: str, extra: str, what: str) -> None:
    """Say in one line which extra is missing."""
    from importlib.util import find_spec

    if find_spec(module) is None:
        raise Mistake(f"{what} needs {module}: pip install 'kliping[{extra}]'")


@contextmanager
def database() -> Iterator[Connection]:
    """Open the database for reading, started and migrated if it is the embedded one."""
    from pipelines.store import schema

    with database_told(), schema.opened().connect() as connection:
        yield connection


@contextmanager
def database_told() -> Iterator[None]:
    """Tell in one line what is wrong with the database or its schema."""
    from sqlalchemy.exc import SQLAlchemyError

    from pipelines.store import engine, schema
    from pipelines.store.errors import ONLY_READS, only_reads

    try:
        yield
    except engine.DatabaseError as error:
        raise Mistake(str(error), Exit.USAGE if isinstance(error, engine.Misuse) else Exit.DATABASE) from error
    except schema.SchemaError as error:
        raise Mistake(str(error), Exit.SCHEMA) from error
    except SQLAlchemyError as error:
        if only_reads(error):
            raise Mistake(ONLY_READS) from error
        raise Mistake(f"database: {str(error).splitlines()[0]}", Exit.DATABASE) from error
