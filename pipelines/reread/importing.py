"""Other crawlers' WARC files into archive and store: copied, so that a rebuild needs no file but ours."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from pipelines.archive import Archive, journal
from pipelines.extract import attempt
from pipelines.outlets import load
from pipelines.permits import permitted
from pipelines.reread.foreign import NoWarc, stories
from pipelines.store import replaying
from pipelines.store.keep import Kept
from pipelines.store.older import write_seen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from pipelines.nouns import Page, Reading
    from pipelines.reread.foreign import Found
    from pipelines.reread.workers import Workers

CHUNK = 50  # stories in one transaction


class Import:
    """Takes files one after the other. The journal knows how far each was taken: killed, it goes on from there."""

    def __init__(self, engine: Engine, folder: Path, workers: Workers, moved: Callable[[int], Any]) -> None:
        self.engine, self.folder, self.workers, self.moved = engine, folder, workers, moved
        self.archives: dict[str, Archive] = {}
        self.permitted: dict[str, bool] = {}

    def file(self, path: Path) -> Counter[str]:
        """Take one file; give what became of its stories. NoWarc where it is no WARC file or breaks off."""
        counts: Counter[str] = Counter()
        mark = {"file": path.name, "size": path.stat().st_size, "head": sha256(_head(path)).hexdigest()[:16]}
        taken = [entry for entry in journal.entries(self.folder, "import") if mark.items() <= entry.items()]
        if taken and taken[-1]["done"]:
            return Counter({"taken already": 1})
        broken: list[NoWarc] = []
        chunks = _chunks(_whole(stories(path, taken[-1]["offset"] if taken else 0), broken))
        try:
            for chunk, readings in self.workers.in_order(_read, (self._wanted(chunk, counts) for chunk in chunks)):
                self._store(path.name, chunk, readings, counts)
                if chunk:
                    journal.note(self.folder, "import", **mark, offset=chunk[-1].offset, done=False)
        finally:
            for archive in self.archives.values():
                archive.close()
            self.archives.clear()
        if broken:
            raise broken[0]
        journal.note(self.folder, "import", **mark, offset=mark["size"], done=True)
        return counts

    def _wanted(self, chunk: list[Found], counts: Counter[str]) -> list[Found]:
        """Leave out what nobody permits, what the operator had forgotten, and what is held from the same moment."""
        wanted = [found for found in chunk if self._may(found, counts)]
        known: dict[tuple[str, str], replaying.Known] = {}
        with self.engine.connect() as connection:
            for slug in {found.outlet.slug for found in wanted}:
                ids = [found.story_id for found in wanted if found.outlet.slug == slug]
                known |= {(slug, story_id): row for story_id, row in replaying.known(connection, slug, ids).items()}
        fresh = [found for found in wanted if not _is_held(found, known.get((found.outlet.slug, found.story_id)))]
        counts["held already or forgotten"] += len(wanted) - len(fresh)
        return fresh

    def _may(self, found: Found, counts: Counter[str]) -> bool:
        slug = found.outlet.slug
        if slug not in self.permitted:
            self.permitted[slug] = permitted(found.outlet)
            if self.permitted[slug] and found.outlet.permission != "free":
                journal.note(self.folder, "permit", outlet=slug, permission=found.outlet.permission, run=None)
        counts[f"not permitted by {slug} (KLIPING_PERMIT)"] += not self.permitted[slug]
        return self.permitted[slug]

    def _store(self, file: str, chunk: list[Found], readings: list[Reading], counts: Counter[str]) -> None:
        kept = []
        for found, reading in zip(chunk, readings, strict=True):
            slug, seen = found.outlet.slug, found.page.fetched_at or datetime.now(UTC)
            archive = self.archives.setdefault(slug, Archive(self.folder, slug))
            place = archive.append(found.page, imported=file)
            now = max(seen, datetime.now(UTC))  # looks that were due long before we took it are not made up for
            look = found.outlet.next_look(reading.article.published_at, now) if reading.article else None
            kept.append(Kept(slug, found.story_id, found.page, place, reading, next_look=look))
            counts["stored" if reading.article else "refused"] += 1
        for archive in self.archives.values():
            archive.sync()
        write_seen(self.engine, kept)
        self.moved(len(chunk))


def _is_held(found: Found, row: replaying.Known | None) -> bool:
    return row is not None and (row.state == "forgotten" or row.fetched_at == found.page.fetched_at)


def _read(chunk: list[Found]) -> list[Reading]:
    return [_attempt(found.outlet.slug, found.page) for found in chunk]


def _attempt(slug: str, page: Page) -> Reading:
    return attempt(replace(page, wire=None), load(slug), page.fetched_at)


def _chunks(found: Iterable[Found]) -> Iterator[list[Found]]:
    """Part stories so that none comes twice in a chunk."""
    chunk: list[Found] = []
    ids: set[tuple[str, str]] = set()
    for one in found:
        key = one.outlet.slug, one.story_id
        if len(chunk) == CHUNK or key in ids:
            yield chunk
            chunk, ids = [], set()
        chunk.append(one)
        ids.add(key)
    if chunk:
        yield chunk


def _whole(found: Iterable[Found], broken: list[NoWarc]) -> Iterator[Found]:
    """Give what comes before a file breaks off, so that it is kept first and told of then."""
    try:
        yield from found
    except NoWarc as error:
        broken.append(error)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(65_536)
