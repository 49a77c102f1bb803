"""Readings into Parquet files, one a chunk, written by whoever read it: nothing passes through a single hand."""

from __future__ import annotations

import os
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.reread.reading import Task, read_chunk
from pipelines.reread.reclean import chunks_of
from pipelines.reread.workers import MissingExtra
from pipelines.store import rereading
from pipelines.store.rows import article_row
from pipelines.whole_files import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy import Engine

    from pipelines.nouns import Reading
    from pipelines.reread.workers import Workers
    from pipelines.store.rereading import Wish

Chunk = tuple[str, list[Any]]  # the folder of the archive and tasks, or "" and a file of another crawler


def export(folder: str, workers: Workers, chunks: Iterable[Chunk], moved: Callable[[int], Any]) -> int:
    """Write a file for each chunk, named by what is in it: whoever reads it again writes it again. Give the stories written."""
    try:
        import pyarrow  # noqa: F401, ICN001 (asked for here, used by the workers)
    except ImportError as error:
        raise MissingExtra("Parquet needs: pip install 'kliping[cluster]'") from error
    Path(folder).mkdir(parents=True, exist_ok=True)
    rows = 0
    for (archive, tasks), written in workers.in_order(partial(write_chunk, folder), chunks):
        rows += written
        moved(len(tasks) if archive else 1)
    return rows


def archived(engine: Engine, archive: Path, wish: Wish) -> Iterator[Chunk]:
    """Our own archive, by the rows that point into it."""
    with engine.connect() as connection:
        for chunk in chunks_of(rereading.candidates(connection, wish)):
            yield str(archive), [Task(held.outlet, held.url, held.place) for held in chunk]


def spans(files: list[str]) -> tuple[int, Iterator[Chunk]]:
    """Files of any crawler, a chunk each: CC-NEWS comes in files of a gigabyte."""
    return len(files), (("", [file]) for file in files)


def write_chunk(folder: str, chunk: Chunk) -> int:
    """Read a chunk and write its articles; on disk whole or not at all."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    archive, tasks = chunk
    rows = [row for reading in _readings(archive, tasks) for row in _row(reading)]
    name = sha256(repr((archive, tasks)).encode()).hexdigest()[:16]
    with whole(Path(folder) / f"part-{name}.parquet", str(os.getpid())) as part:
        pq.write_table(pa.Table.from_pylist(rows, schema=_schema()), part)
    return len(rows)


def _readings(archive: str, tasks: list[Any]) -> Iterator[Reading]:
    from pipelines.reread.foreign import stories

    if archive:
        yield from (answer.reading for answer in read_chunk(archive, tasks) if answer.reading)
        return
    from pipelines.extract import attempt

    for file in tasks:
        for found in stories(Path(file)):
            yield attempt(found.page, found.outlet, found.page.fetched_at)


def _row(reading: Reading) -> Iterator[dict[str, Any]]:
    if article := reading.article:
        own = {"outlet": article.outlet, "story_id": article.story_id}
        cuts = [{"rule": cut.rule, "text": cut.text} for cut in reading.cuts]
        yield own | {name: value for name, value in article_row(article).items() if name != "sources"} | {"cuts": cuts}


def _schema() -> Any:
    import pyarrow as pa

    text, texts, instant = pa.string(), pa.list_(pa.string()), pa.timestamp("us", tz="UTC")
    kinds = {
        "outlet": text, "story_id": text, "url": text, "kind": text, "title": text, "published_at": instant,
        "modified_at": instant, "section": text, "dateline": text, "source_credit": text, "text": text, "language": text,
        "words": pa.int32(), "layout": text, "partial": pa.bool_(), "authors": texts, "editors": texts, "tags": texts,
        "body": pa.list_(pa.struct({"kind": text, "text": text})),
        "images": pa.list_(pa.struct({"caption": text, "url": text})),
        "cuts": pa.list_(pa.struct({"rule": text, "text": text})),
    }  # fmt: skip
    return pa.schema(list(kinds.items()))
