"""What a worker does, in whatever process or machine it runs: take pages from the archive and read them. No database here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.archive import read
from pipelines.extract import attempt
from pipelines.outlets import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.nouns import Page, Place, Reading


@dataclass(frozen=True, slots=True)
class Task:
    """A page to be read again: whose, the address it was asked for, where it lies."""

    outlet: str
    url: str
    place: Place


@dataclass(frozen=True, slots=True)
class Answer:
    """What it was read as; without a reading, ``trouble`` says what is wrong with its record. ``page`` has no wire."""

    reading: Reading | None = field(default=None, repr=False)
    page: Page | None = field(default=None, repr=False)
    trouble: str = ""


def read_chunk(folder: str, tasks: Sequence[Task], *, pages: bool = False) -> list[Answer]:
    """Read some pages; ``pages``: give them back too. A page's own day is today: what lay in its future is judged so."""
    return [_answer(Path(folder), task, pages=pages) for task in tasks]


def _answer(folder: Path, task: Task, *, pages: bool) -> Answer:
    try:
        page = replace(read(folder, task.place), asked_url=task.url)
    except (OSError, ValueError) as error:
        return Answer(trouble=f"{task.place.file}: {getattr(error, 'strerror', None) or error}")
    reading = attempt(page, load(task.outlet), page.fetched_at)
    return Answer(reading, replace(page, wire=None, asked=(), more=()) if pages else None)
