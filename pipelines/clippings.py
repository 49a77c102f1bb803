"""What is held, as it is given to whoever asks: a story as it stood at some moment, a story that a watch found. Plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Clipping:
    """A story as it stood at some moment: its newest version that had been seen by then. Its values are plain, fit for JSON.

    ``id`` is ``outlet/story_id``, the same over every rebuild; ``family`` is the id of the story that founded its family
    of near-copies, its own where it has none. ``partial`` says that part of the story was not at hand; None where that was
    not noted.
    """

    id: str
    outlet: str
    story_id: str
    url: str
    kind: str
    title: str
    authors: list[str]
    editors: list[str]
    published_at: datetime | None
    modified_at: datetime | None
    section: str | None
    tags: list[str]
    dateline: str | None
    source_credit: str | None
    text: str = field(repr=False)
    body: list[dict[str, str]] = field(repr=False)
    images: list[dict[str, str | None]] = field(repr=False)
    language: str | None
    words: int
    partial: bool | None
    seen_at: datetime
    family: str


@dataclass(frozen=True, slots=True)
class Match:
    """A story that answered a watch; ``text`` is its beginning."""

    outlet: str
    story_id: str
    url: str
    title: str
    section: str | None
    published_at: datetime | None
    found_at: datetime
    text: str = field(repr=False)
