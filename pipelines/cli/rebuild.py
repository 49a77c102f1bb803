"""``kliping rebuild``: the archive replayed into an empty database."""

from __future__ import annotations

import sys
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from pipelines.cli.mistake import Mistake, outlet_named
from pipelines.cli.progress import bar
from pipelines.cli.readers import engine_opened, readable, readers, workers_arguments
from pipelines.nouns import Exit

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from pipelines.reread.workers import Workers

TOLD = 20  # lines of trouble


def rebuild_arguments(parser: argparse.ArgumentParser) -> None:
    """Say whose."""
    parser.add_argument("outlet", nargs="?", help="only this outlet (default: every one that the archive holds)")
    workers_arguments(parser)


def rebuild(args: argparse.Namespace) -> int:
    """Replay the archive, outlet by outlet, into a database that knows nothing of them."""
    from pipelines.reread.rebuild import outlets_in
    from pipelines.store.engine import data_dir

    folder = data_dir() / "archive"
    slugs = [outlet_named(args.outlet).slug] if args.outlet else outlets_in(folder)
    if not slugs:
        raise Mistake(f"{folder}: no archived page")
    with readers(args) as workers, engine_opened() as engine:
        sound = readable(slugs)
        done = {slug: _rebuild_one(engine, folder, slug, workers) for slug in sound}
    known = [slug for slug, told in done.items() if told is None]
    if known and len(known) == len(done):
        raise Mistake(f"{known[0]}: the database knows it already; rebuild fills an empty one")
    for slug in known:
        print(f"{slug}: the database knows it already: left as it is")
    troubles = [line for told in done.values() for line in told or ()]
    for line in troubles[:TOLD]:
        print(line, file=sys.stderr)
    if len(troubles) > TOLD:
        print(f"… and {len(troubles) - TOLD} more", file=sys.stderr)
    if len(sound) < len(slugs):
        return Exit.USAGE
    return Exit.ALARM if troubles else Exit.DONE


def _rebuild_one(engine: Engine, folder: Path, slug: str, workers: Workers) -> list[str] | None:
    """One outlet, None where the database knows it; where a rebuild of it was cut short, its rows are taken out and made anew."""
    from pipelines.archive import journal
    from pipelines.permits import permitted
    from pipelines.reread.rebuild import rebuild as replay
    from pipelines.store import replaying

    outlet = outlet_named(slug)
    if not permitted(outlet) and not any(entry["outlet"] == slug for entry in journal.entries(folder, "permit")):
        return [f"{slug}: left out: its seed says {outlet.permission!r} and no permit is in the journal"]
    with _alone(engine, slug):
        with engine.begin() as connection:
            if not replaying.begin(connection, slug):
                return None
        with bar(None, f" answers of {slug}") as moved:
            troubles = replay(engine, folder, outlet, workers, moved)
        with engine.begin() as connection:
            replaying.end(connection, slug)
    print(f"{slug} is rebuilt")
    return troubles


@contextmanager
def _alone(engine: Engine, slug: str) -> Iterator[None]:
    """Hold the outlet's lock, as a crawl does: what one stores the other would overwrite."""
    from pipelines.store import runs

    try:
        held = runs.locked(engine, slug)
    except runs.Locked as locked:
        raise Mistake(f"{slug}: {locked}", Exit.LOCKED) from locked
    with closing(held):
        yield


VERBS = {"rebuild": (rebuild_arguments, rebuild)}
