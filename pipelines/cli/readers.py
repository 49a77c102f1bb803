"""Who reads archived pages again, for every verb that needs them; the database they end in."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipelines.cli.mistake import Mistake, database_told, whole_number
from pipelines.nouns import Exit

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Engine

    from pipelines.reread.workers import Workers


def workers_arguments(parser: argparse.ArgumentParser) -> None:
    """Say who reads."""
    parser.add_argument("--jobs", type=whole_number, metavar="N", help="processes that read (default: one a core)")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="read on a Dask cluster instead (tcp://host:8786)")


@contextmanager
def readers(args: argparse.Namespace) -> Iterator[Workers]:
    """Open whoever reads, before any connection to the database."""
    from pipelines.reread.workers import MissingExtra, NoAddress, WorkerLost, workers

    try:
        with workers(args.jobs, args.scheduler) as opened:
            yield opened
    except MissingExtra as error:
        raise Mistake(str(error)) from error
    except NoAddress as error:
        raise Mistake(f"--scheduler {args.scheduler}: {error}") from error
    except WorkerLost as error:
        raise Mistake(str(error), Exit.INTERRUPTED) from error
    except OSError as error:
        if args.scheduler is None:
            raise
        raise Mistake(f"--scheduler {args.scheduler}: {error}", Exit.UNREACHABLE) from error


def readable(slugs: Sequence[str]) -> tuple[str, ...]:
    """Give the outlets that have a sound seed; name each other in a line: it need not keep the rest from being read."""
    from pipelines.outlets import SeedError, load, names

    found = []
    for slug in slugs:
        try:
            load(slug)
            found.append(slug)
        except SeedError as error:
            print(f"{slug}: left out: {error if slug in names() else 'it has no seed any more'}", file=sys.stderr)
    return tuple(found)


@contextmanager
def engine_opened(*, writes: bool = False) -> Iterator[Engine]:
    """Open the database; refuse a role that may only read where something is written elsewhere first."""
    from pipelines.store import schema, versions
    from pipelines.store.errors import ONLY_READS

    with database_told():
        opened = schema.opened()
        if writes:
            with opened.connect() as connection:
                if not versions.may_write(connection):
                    raise Mistake(ONLY_READS)
        yield opened
        opened.dispose()
