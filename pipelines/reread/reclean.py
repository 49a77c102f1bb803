"""Reading archived pages with today's rules: first what would change, then, if so wished, keeping it."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from pipelines.outlets import load
from pipelines.reread.comparing import change
from pipelines.reread.reading import Task, read_chunk
from pipelines.store import rereading
from pipelines.store.patience import Patience, unhurried
from pipelines.store.rereading import Reread
from pipelines.store.rows import article_row
from pipelines.whole_files import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from pipelines.reread.comparing import Report
    from pipelines.reread.reading import Answer
    from pipelines.reread.workers import Workers
    from pipelines.store.rereading import Held, Wish

CHUNK = 50  # pages a worker reads at a time, and stories in one transaction
Chunk = list["Held"]


def reclean(
    engine: Engine,
    archive: Path,
    wish: Wish,
    workers: Workers,
    report: Report,
    *,
    kept: Progress | None,
    moved: Callable[[int], Any],
) -> None:
    """Read what is wished for into ``report``; with ``kept``, keep it, and note there how far it came."""
    patiently = Patience()
    begun = replace(wish, after=kept.after) if kept else wish
    with engine.connect() as connection:
        unhurried(connection)
        chunks = chunks_of(rereading.candidates(connection, begun))
        for chunk, answers in workers.in_order(partial(_read, str(archive)), chunks):
            again = list(_compared(engine, chunk, answers, report))
            if kept:
                patiently(partial(rereading.settle, engine, again))
                kept.note(chunk[-1])
            moved(len(chunk))
    if kept:
        kept.done()


def _read(archive: str, chunk: Chunk) -> list[Answer]:
    return read_chunk(archive, [Task(held.outlet, held.url, held.place) for held in chunk])


def chunks_of(held: Iterable[Held]) -> Iterator[Chunk]:
    """Part pages into what a worker reads at a time."""
    rows = iter(held)
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _compared(engine: Engine, chunk: Chunk, answers: list[Answer], report: Report) -> Iterator[Reread]:
    """Count every page; give those that differ. A reader that broke is our fault and withdraws no story."""
    with engine.connect() as connection:
        was = rereading.stored(connection, [held.key for held in chunk])
    for held, answer in zip(chunk, answers, strict=True):
        reading = answer.reading
        if reading is None:
            report.trouble(answer.trouble)
            continue
        found = change(held, was[held.key], reading, article_row(reading.article) if reading.article else None)
        report.add(found)
        broken = reading.broke
        if found is not None and not broken:
            published = reading.article.published_at if reading.article else None
            yield Reread(held, reading, load(held.outlet).next_look(published, datetime.now(UTC)))


class Progress:
    """How far a rereading came, in a file beside the archive: killed, it goes on from there, if the wish is the same."""

    def __init__(self, path: Path, wish: Wish, rules: str) -> None:
        self.path = path
        self.wish = json.dumps([asdict(wish), rules], default=str)
        self.after: tuple[str, int] | None = None
        if path.exists():
            told = json.loads(path.read_text(encoding="utf-8"))
            if told["wish"] == self.wish:
                self.after = told["file"], told["offset"]

    def note(self, last: Held) -> None:
        """Everything up to this page is kept."""
        told = {"wish": self.wish, "file": last.place.file, "offset": last.place.offset}
        with whole(self.path) as part:
            part.write_text(json.dumps(told), encoding="utf-8")

    def done(self) -> None:
        """The next one begins at the beginning."""
        self.path.unlink(missing_ok=True)
