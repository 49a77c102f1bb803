"""Where a story lies in the archive, all its fetches, and the tombstones that take their place. Doors are not touched."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING

from pipelines.archive.journal import note
from pipelines.archive.members import heads
from pipelines.archive.reader import files, head_of, record_at
from pipelines.archive.writer import bury
from pipelines.nouns import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pipelines.outlets import Outlet

NOT_STORIES = {"door", "robots"}


def places_of(folder: Path, outlet: Outlet, story_id: str) -> list[Place]:
    """Find every record of a story: first pages, further ones, requests, revisits; by their heads alone."""
    return [place for path in files(folder, outlet.slug) for place in _within(path, outlet, story_id)]


def recall(folder: Path, outlet: Outlet, story_id: str, url: str) -> list[Place]:
    """Write into the journal that a story is forgotten, and give where it lies."""
    places = places_of(folder, outlet, story_id)
    _note(folder, outlet, story_id, url, places)
    return places


def erase_late(folder: Path, outlet: Outlet, story_id: str, url: str) -> None:
    """Bury what a crawl stored after ``recall`` and before the row's tombstone; whatever comes later it buries itself."""
    if late := places_of(folder, outlet, story_id):
        _note(folder, outlet, story_id, url, late)
        erase(folder, late)


def _note(folder: Path, outlet: Outlet, story_id: str, url: str, places: Iterable[Place]) -> None:
    note(folder, "forget", outlet=outlet.slug, story_id=story_id, url=url, places=[astuple(place) for place in places])


def erase(folder: Path, places: Iterable[Place]) -> None:
    """Write the tombstones; a file that is gone took its pages along."""
    bury(folder, [place for place in places if (folder / place.file).exists()])


def _within(path: Path, outlet: Outlet, story_id: str) -> Iterator[Place]:
    """A request lies behind the response it belongs to, and so shares its fate."""
    mine: dict[str, bool] = {}
    for member in heads(path):
        fields = head_of(member)
        if fields.get("warc-type") == "request":
            own = mine.get(fields.get("warc-concurrent-to", ""), False)
        elif fields.get("kliping-role") in NOT_STORIES or "warc-target-uri" not in fields:
            own = False
        elif of := fields.get("kliping-page-of"):
            own = mine.get(of, False)
        else:
            asked = fields.get("kliping-asked-uri") or fields["warc-target-uri"]
            own = outlet.story_id(asked) == story_id
        mine[fields.get("warc-record-id", "")] = own
        if own:
            yield Place(path.name, member.offset, member.length)


def bury_fetch(folder: Path, place: Place) -> None:
    """Bury one fetch: the record at ``place`` and what lies behind it of the same story."""
    first = record_at(folder, place)
    bury(folder, _fetch(folder, first.place, first.parts))


def _fetch(folder: Path, first: Place, parts: int) -> Iterable[Place]:
    places, found = [first], 1
    while True:
        try:
            record = record_at(folder, Place(first.file, places[-1].offset + places[-1].length, 0))
        except ValueError:  # the file's end
            return places
        found += record.kind == "response"
        if found > parts or record.kind not in ("request", "response"):
            return places
        places.append(record.place)
