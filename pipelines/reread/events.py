"""What the archive tells of an outlet, in the order in which it happened; from the records' heads alone."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from itertools import groupby
from typing import TYPE_CHECKING

from pipelines.answers import LEAST, cause_of, state_of
from pipelines.archive.members import heads
from pipelines.archive.reader import fields_of, files
from pipelines.nouns import Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipelines.archive.members import Member
    from pipelines.outlets import Outlet

DECAYED = (KeyError, ValueError, IndexError)  # what a head raises in which a bit has flipped


@dataclass(frozen=True, slots=True)
class Event:
    """An answer. ``what``: page, missed (no page came), same (a look found nothing new) or door."""

    at: datetime
    what: str
    place: Place
    url: str
    story_id: str = ""
    status: int = HTTPStatus.OK  # 0 where none came
    imported: bool = False
    door: str = ""
    state: str = ""
    cause: str = ""


def events(folder: Path, outlet: Outlet) -> Iterator[Event]:
    """Give all of them; an answer that is there twice, for an import that was killed and begun again, counts once."""
    told = sorted(_told(folder, outlet), key=lambda event: (event.at, event.place.file, event.place.offset))
    for _, together in groupby(told, key=lambda event: event.at):
        once: dict[tuple[str, str], Event] = {}
        for event in together:
            once.setdefault((event.what, event.url), event)
        yield from once.values()


def broken(folder: Path, outlet: Outlet) -> list[str]:
    """Name each stretch of a file that is no record, but for a tail: a crash tears one, and nothing ever pointed to it."""
    lines = []
    for path in files(folder, outlet.slug):
        size = path.stat().st_size
        for member in heads(path):
            end = member.offset + member.length
            if member.content is None and (end < size or not member.offset):
                lines.append(f"{path.name}: no record from byte {member.offset} to {end}: what stood there is lost")
            elif member.content is not None and not _is_sound(path.name, member, outlet):
                lines.append(f"{path.name}: broken record at byte {member.offset}: its head says nothing that can be")
    return lines


def _is_sound(file: str, member: Member, outlet: Outlet) -> bool:
    with suppress(*DECAYED):
        _event(file, member, outlet)
        return True
    return False


def _told(folder: Path, outlet: Outlet) -> Iterator[Event]:
    for path in files(folder, outlet.slug):
        for member in heads(path):
            with suppress(*DECAYED):
                if event := _event(path.name, member, outlet):
                    yield event


def _event(file: str, member: Member, outlet: Outlet) -> Event | None:
    head, _, http = (member.content or b"").partition(b"\r\n\r\n")
    fields = fields_of(head) if head.startswith(b"WARC/") else {}
    kind, role = fields.get("warc-type"), fields.get("kliping-role", "story")
    if role == "missed":
        return _unanswered(file, member, fields, outlet)
    if kind not in ("response", "revisit") or role not in ("story", "door"):
        return None
    url = fields.get("kliping-asked-uri") or fields["warc-target-uri"].strip("<>")
    status = int(http.split(b" ", 2)[1])
    at, place = datetime.fromisoformat(fields["warc-date"]), Place(file, member.offset, member.length)
    if role == "door":
        return Event(at, "door", place, fields["warc-target-uri"], door=fields.get("kliping-door", ""))
    story_id = outlet.story_id(url)
    if story_id is None:
        return None
    what = "same" if kind == "revisit" else "missed" if status >= LEAST else "page"
    state, cause = (state_of(status), cause_of(status)) if what == "missed" else ("", "")
    return Event(at, what, place, url, story_id, status, "kliping-imported" in fields, state=state, cause=cause)


def _unanswered(file: str, member: Member, fields: dict[str, str], outlet: Outlet) -> Event | None:
    url, at = fields["warc-target-uri"], datetime.fromisoformat(fields["warc-date"])
    state, cause = fields["kliping-state"], fields["kliping-cause"]
    place, story_id = Place(file, member.offset, member.length), outlet.story_id(url)
    return Event(at, "missed", place, url, story_id, 0, state=state, cause=cause) if story_id else None
