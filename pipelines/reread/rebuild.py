"""From an empty database and the archive, the same articles, cuts, versions and refusals: what happened, done again in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pipelines import discovery
from pipelines.archive import journal
from pipelines.archive.reader import files, outlet_in, record_at
from pipelines.nouns import Link
from pipelines.reread.events import broken, events
from pipelines.reread.journaled import tombstone
from pipelines.reread.reading import Task, read_chunk
from pipelines.store import looks, memory, replaying
from pipelines.store.discovered import discover
from pipelines.store.keep import Kept, write
from pipelines.store.older import date_back
from pipelines.store.tables import HELD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from pipelines.nouns import Page
    from pipelines.outlets import Outlet
    from pipelines.reread.events import Event
    from pipelines.reread.reading import Answer
    from pipelines.reread.workers import Workers

CHUNK = 50  # pages a worker reads at a time, and stories in one transaction
Step = tuple[str, list["Event"]]


def outlets_in(folder: Path) -> list[str]:
    """Whose pages the archive holds."""
    return sorted({outlet_in(path.name) for path in files(folder)} - {""})


def rebuild(engine: Engine, folder: Path, outlet: Outlet, workers: Workers, moved: Callable[[int], Any]) -> list[str]:
    """Rebuild one outlet; give a line for each record that could not be read."""
    told = Replay(engine, folder, outlet)
    steps = list(_steps(events(folder, outlet)))
    pages = (step for step in steps if step[0] == "page")
    readings = workers.in_order(partial(_read, str(folder), outlet.slug), pages)
    for what, step in steps:
        if what == "page":
            told.pages(step, next(readings)[1])
        else:
            told.play(what, step)
        moved(len(step))
    told.forget()
    with engine.begin() as connection:
        replaying.date_back(connection, outlet.slug)
    return broken(folder, outlet) + told.troubles


def _read(folder: str, outlet: str, step: Step) -> list[Answer]:
    return read_chunk(folder, [Task(outlet, event.url, event.place) for event in step[1]], pages=True)


def _steps(told: Iterable[Event]) -> Iterator[Step]:
    """Part what happened into runs of one kind; a story that comes twice comes in two of them."""
    for what, run in groupby(told, lambda event: event.what):
        chunk: list[Event] = []
        ids: set[str] = set()
        for event in run:
            if len(chunk) == CHUNK or event.story_id in ids:
                yield what, chunk
                chunk, ids = [], set()
            chunk.append(event)
            if event.story_id:
                ids.add(event.story_id)
        yield what, chunk


class Replay:
    """Does to the store what a crawl did, at the time it did it."""

    def __init__(self, engine: Engine, folder: Path, outlet: Outlet) -> None:
        self.engine, self.folder, self.outlet = engine, folder, outlet
        self.troubles: list[str] = []

    def pages(self, step: list[Event], answers: list[Answer]) -> None:
        """Keep pages; one that a look found as it was says only that."""
        same, kept = [], []
        with self.engine.begin() as connection:
            self._announce(connection, step)
            known = replaying.known(connection, self.outlet.slug, [event.story_id for event in step])
        for event, answer in zip(step, answers, strict=True):
            if answer.page is None or answer.reading is None:
                self.troubles.append(answer.trouble)
            elif self._is_same(answer.page, known.get(event.story_id)):
                same.append(event)
            else:
                kept.append(self._kept(event, answer))
        write(self.engine, None, kept)
        if imported := [(self.outlet.slug, event.story_id) for event in step if event.imported]:
            with self.engine.begin() as connection:
                date_back(connection, imported)
        self.play("same", same)

    def play(self, what: str, step: list[Event]) -> None:
        """Replay doors, looks that found nothing new, and answers that brought no page."""
        with self.engine.begin() as connection:
            for event in step:
                getattr(self, f"_{what}")(connection, event)

    def forget(self) -> None:
        """What the operator had erased is erased again, and its address remembered."""
        for entry in journal.entries(self.folder, "forget"):
            if entry["outlet"] == self.outlet.slug:
                with self.engine.begin() as connection:
                    tombstone(connection, entry)

    def _is_same(self, page: Page, known: replaying.Known | None) -> bool:
        """As the crawl judges it: of a story in parts the first page cannot speak for the others."""
        held = known is not None and known.state in HELD and not self.outlet.more
        return held and known is not None and known.digest == sha256(page.body).hexdigest()

    def _kept(self, event: Event, answer: Answer) -> Kept:
        reading, page = answer.reading, answer.page
        assert reading is not None
        assert page is not None
        seen = max(event.at, datetime.now(UTC)) if event.imported else event.at
        look = self.outlet.next_look(reading.article.published_at, seen) if reading.article else None
        return Kept(self.outlet.slug, event.story_id, page, event.place, reading, next_look=look, leased=True)

    def _announce(self, connection: Connection, step: list[Event]) -> None:
        """A crawl knows a story before it asks for it: one that no door announced was asked for by hand."""
        for event in step:
            if not event.imported:
                discover(connection, None, self.outlet.slug, [Link(event.url, event.story_id, door="urls")], at=event.at)

    def _door(self, connection: Connection, event: Event) -> None:
        """Read what a door told once more; one that the seed no longer names is passed over."""
        door = next((door for door in self.outlet.doors if door.url == event.door), None)
        if door is None:
            self.troubles.append(f"{event.place.file}: the seed of {self.outlet.slug} has no door {event.door}")
            return
        try:
            page = record_at(self.folder, event.place).page
            links, _ = discovery.announced(page.body, page.url, door, self.outlet, page.content_type)
        except Exception as error:  # noqa: BLE001 (as in the crawl: what breaks the reader announces nothing, and is told)
            self.troubles.append(f"{event.place.file}: the door {event.door} cannot be read: {type(error).__name__}: {error}")
            return
        told = [replace(link, door=page.url) for link in links]
        discover(connection, None, self.outlet.slug, told, door.url, at=event.at)

    def _same(self, connection: Connection, event: Event) -> None:
        had = replaying.known(connection, self.outlet.slug, [event.story_id]).get(event.story_id)
        if had is not None and had.state in HELD:
            look = self.outlet.next_look(had.published_at, event.at)
            told: dict[str, Any] = {"state": "unchanged", "cause": None, "http_status": event.status}
            memory.mark(connection, self.outlet.slug, event.story_id, **told, next_look_at=look)

    def _missed(self, connection: Connection, event: Event) -> None:
        self._announce(connection, [event])
        had = replaying.known(connection, self.outlet.slug, [event.story_id])[event.story_id]
        why = {"cause": event.cause, "http_status": event.status or None}
        look = self.outlet.next_look(had.published_at, event.at)
        if had.state in HELD and event.state == "failed":
            looks.failed(connection, self.outlet.slug, event.story_id, otherwise=look, **why)  # type: ignore[arg-type]
        else:
            told: Any = {"state": event.state, "next_look_at": None if event.state == "failed" else look, **why}
            memory.mark(connection, self.outlet.slug, event.story_id, **told)
