"""What was decided and is not so: a crash came between word and deed, or an older backup was put back. The journal wins."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pipelines.archive import journal
from pipelines.archive.forgetting import erase, erase_late
from pipelines.archive.reader import record_at
from pipelines.nouns import Link, Place
from pipelines.outlets import SeedError, load
from pipelines.store import archived, replaying
from pipelines.store.discovered import discover
from pipelines.store.tables import FORGOTTEN
from pipelines.store.versions import forget

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sqlalchemy import Connection, Engine

Entry = dict[str, Any]


def forget_again(engine: Engine, folder: Path) -> list[str]:
    """Forget once more what the database holds or would ask for; give the stories."""
    for entry in (back := revived(engine, folder)):
        with engine.begin() as connection:
            tombstone(connection, entry)
        with suppress(SeedError):  # without its seed nothing is crawled either
            erase_late(folder, load(entry["outlet"]), entry["story_id"], entry["url"])
    return [_story(entry) for entry in back]


def revived(engine: Engine, folder: Path) -> list[Entry]:
    """Give the stories that were forgotten and of which the database has no tombstone, though it knows their outlet."""
    told = {(entry["outlet"], entry["story_id"]): entry for entry in journal.entries(folder, "forget")}
    back: list[Entry] = []
    for slug in sorted({slug for slug, _ in told}):
        ids = [story_id for own, story_id in told if own == slug]
        with engine.connect() as connection:
            if not replaying.is_empty(connection, slug):
                known = replaying.known(connection, slug, ids)
                gone = {story_id for story_id, row in known.items() if row.state == FORGOTTEN}
                back += [told[slug, story_id] for story_id in ids if story_id not in gone]
    return back


def tombstone(connection: Connection, entry: Entry) -> None:
    """Let an address be known and never be asked, with nothing of its story left."""
    discover(connection, None, entry["outlet"], [Link(entry["url"], entry["story_id"])])
    forget(connection, entry["outlet"], entry["story_id"])


def mended(engine: Engine, folder: Path) -> list[str]:
    """Do what was decided; give a line for each thing done."""
    lines = []
    for entry in journal.entries(folder, "forget"):
        if places := _lying(folder, entry):
            with engine.begin() as connection:
                forget(connection, entry["outlet"], entry["story_id"])
            erase(folder, places)
            lines.append(f"{_story(entry)}: was to be forgotten, and now is")
    lines += [f"{story}: was forgotten, and is again" for story in forget_again(engine, folder)]
    for path in _unpruned(engine, folder):
        with engine.begin() as connection:
            archived.pruned(connection, path.name)
        path.unlink(missing_ok=True)
        lines.append(f"{path.name}: was to be pruned, and now is")
    return lines


def undone(engine: Engine, folder: Path) -> list[str]:
    """Give a line for each thing that was decided and is not so."""
    found = ((entry, _lying(folder, entry)) for entry in journal.entries(folder, "forget"))
    still = {_story(entry): places[0].file for entry, places in found if places}
    lines = [f"{story}: was to be forgotten and still lies in {file}; --mend erases it" for story, file in still.items()]
    back = [story for entry in revived(engine, folder) if (story := _story(entry)) not in still]
    lines += [f"{story}: was forgotten, and its row is back or gone; --mend forgets it again" for story in back]
    there = {True: "is still there; --mend removes it", False: "rows point into it; --mend tells them"}
    return lines + [f"{path.name}: was to be pruned and {there[path.exists()]}" for path in _unpruned(engine, folder)]


def _lying(folder: Path, entry: Entry) -> list[Place]:
    return [place for place in (Place(*told) for told in entry["places"]) if _lies(folder, place)]


def _lies(folder: Path, place: Place) -> bool:
    with suppress(OSError):
        try:
            return bool(record_at(folder, place).url)
        except ValueError:  # a tombstone cut short is no text, but no tombstone either
            return True
    return False


def _unpruned(engine: Engine, folder: Path) -> list[Path]:
    with engine.connect() as connection:
        named = archived.files_named(connection)
    paths = dict.fromkeys(folder / entry["file"] for entry in journal.entries(folder, "prune"))
    return [path for path in paths if path.exists() or path.name in named]


def _story(entry: Mapping[str, Any]) -> str:
    return f"{entry['outlet']}/{entry['story_id']}"
