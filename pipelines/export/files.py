"""A shard of clippings as files below a folder: written beside their place, then moved there whole."""

from __future__ import annotations

import csv
import hashlib
from functools import partial
from typing import TYPE_CHECKING, TextIO
from urllib.parse import quote

from pipelines.export.shapes import FLAT, csv_row, json_line, markdown_page, text_page
from pipelines.whole_files import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from pipelines.clippings import Clipping

FORMS = {"jsonl": "jsonl", "csv": "csv", "parquet": "parquet", "hf": "parquet", "text": "txt", "md": "md"}  # form → file's ending
STREAMS = ("jsonl", "csv")
ROWS = 500  # clippings that are held at a time
LONGEST = 120  # characters of a file's name; file systems take 255 bytes


def write(form: str, folder: Path, split: str, shard: str, clippings: Iterable[Clipping]) -> Iterator[Path]:
    """Write one shard; give the files that came of it."""
    ending = FORMS[form]
    if form in ("text", "md"):
        page = text_page if form == "text" else markdown_page
        for clipping in clippings:
            yield _put(folder / split / place(clipping, ending), partial(_page, page(clipping)))
    elif ending == "parquet":
        yield _put(folder / f"{split}-{shard}.parquet", partial(_parquet, clippings))
    else:
        yield _put(folder / f"{split}-{shard}.{ending}", partial(_lines, form, clippings))


def stream(form: str, out: TextIO, clippings: Iterable[Clipping]) -> None:
    """Write JSON lines or CSV."""
    if form == "jsonl":
        out.writelines(f"{json_line(clipping)}\n" for clipping in clippings)
        return
    rows = csv.writer(out)
    rows.writerow(FLAT)
    rows.writerows(map(csv_row, clippings))


def place(clipping: Clipping, ending: str) -> str:
    """Name a story's own file: outlet/month/id, the id as a name that every file system takes."""
    day = clipping.published_at or clipping.seen_at
    name = quote(clipping.story_id, safe=" ,;=@")
    if len(name) > LONGEST:
        name = f"{name[:LONGEST]}-{hashlib.sha256(clipping.story_id.encode()).hexdigest()[:16]}"
    return f"{clipping.outlet}/{day:%Y-%m}/{name}.{ending}"


def digest(path: Path) -> str:
    """Give a file's sha256 in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _put(path: Path, write_to: Callable[[Path], object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as part:
        write_to(part)
    return path


def _page(text: str, part: Path) -> None:
    part.write_text(text, encoding="utf-8", newline="")


def _lines(form: str, clippings: Iterable[Clipping], part: Path) -> None:
    with part.open("w", encoding="utf-8", newline="") as out:
        stream(form, out, clippings)


def _parquet(clippings: Iterable[Clipping], part: Path) -> None:
    import pyarrow.parquet as pq

    from pipelines.export.arrow import schema, tables

    with pq.ParquetWriter(part, schema(), compression="zstd") as out:
        for table in tables(clippings, ROWS):
            out.write_table(table)

