"""Whether the archive is sound and the rows point where they say; what a crash left is mended, what decayed is named."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from pipelines.archive.forgetting import erase_late
from pipelines.archive.members import heads, walk
from pipelines.archive.reader import files, head_of, outlet_in, record_at, record_of
from pipelines.archive.records import digest
from pipelines.outlets import SeedError, load
from pipelines.reread.events import Event
from pipelines.reread.journaled import mended, undone
from pipelines.reread.reading import Task, read_chunk
from pipelines.reread.rebuild import Replay
from pipelines.store import archived, replaying
from pipelines.store.tables import FORGOTTEN, OPEN, READ

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from pipelines.archive.reader import Record
    from pipelines.nouns import Place
    from pipelines.outlets import Outlet
    from pipelines.store.archived import Pointer


@dataclass
class Verdict:
    """What was looked at, what is wrong, what was mended, and what is odd but does no harm."""

    files: int = 0
    records: int = 0
    rows: int = 0
    wrong: list[str] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    harmless: list[str] = field(default_factory=list)


class Verifier:
    """Goes through every file once; memory holds one file's rows."""

    def __init__(self, engine: Engine, folder: Path, *, mend: bool) -> None:
        self.engine, self.folder, self.mend = engine, folder, mend
        self.verdict = Verdict()

    def verify(self) -> Iterator[str]:
        """Give each file's name when it is done."""
        if self.mend:
            self.verdict.mended += mended(self.engine, self.folder)
        else:
            self.verdict.wrong += undone(self.engine, self.folder)
        for path in files(self.folder):
            self._file(path)
            yield path.name
        with self.engine.connect() as connection:
            named = archived.files_named(connection)
        for file in sorted(named.keys() - {path.name for path in files(self.folder)}):
            self.verdict.wrong.append(f"{file}: is not there, and {named[file]} rows point into it")

    def _file(self, path: Path) -> None:
        used = in_use(path)
        orphans: list[Place] = []
        with self.engine.connect() as connection:
            rows = archived.pointers(connection, path.name)
        self.verdict.files += 1
        self.verdict.rows += len(rows)
        size = path.stat().st_size
        for member in walk(path):
            try:
                record = record_of(path.name, member)
            except ValueError as error:
                # a crash tears what no row points to yet: the rest decayed, and may be mended by hand
                torn = member.offset + member.length >= size and not any(at >= member.offset for at in rows)
                self._broken(path, str(error), member.offset, torn=torn, used=used)
                continue
            self.verdict.records += 1
            self._record(record, rows.pop(member.offset, None))
            if not used and record.is_page and not record.fields.get("kliping-imported"):
                orphans.append(record.place)
        points = ((at, f"{row.outlet}/{row.story_id} points") for at, row in rows.items())
        self.verdict.wrong += [f"{path.name}: no page at byte {at}, where {who}" for at, who in points]
        self._orphans(outlet_in(path.name), orphans)

    def _broken(self, path: Path, said: str, offset: int, *, torn: bool, used: bool) -> None:
        if torn and used:  # somebody is writing it just now
            return
        if torn and self.mend:
            os.truncate(path, offset)
            self.verdict.mended.append(f"{path.name}: an unfinished record at byte {offset} is cut off")
        elif torn:
            self.verdict.wrong.append(f"{path.name}: unfinished record at byte {offset}; --mend cuts it off")
        else:
            self.verdict.wrong.append(said)

    def _record(self, record: Record, row: Pointer | None) -> None:
        where = f"{record.place.file}: record at byte {record.place.offset}"
        said = record.fields
        for name, part in (("warc-block-digest", record.block), ("warc-payload-digest", record.payload)):
            counts = name in said and not (name == "warc-payload-digest" and record.kind != "response")
            if counts and said[name].startswith("sha1:") and said[name] != digest(part):
                self.verdict.wrong.append(f"{where}: {name} is not that of its bytes")
        if row is None:
            return
        if record.kind != "response" or record.place.length != row.length:
            self.verdict.wrong.append(f"{where}: is no page, but {row.outlet}/{row.story_id} points to it")
        elif row.digest and sha256(record.page.body).hexdigest() != row.digest:
            self.verdict.wrong.append(f"{where}: is not the page that {row.outlet}/{row.story_id} was read from")

    def _orphans(self, slug: str, places: list[Place]) -> None:
        """Pages that arrived before a crash and whose rows never came: the newest one of a story is attached again."""
        newest: dict[str, Event] = {}
        if not places:
            return
        try:
            outlet = load(slug)
        except SeedError as error:
            self.verdict.harmless.append(
                f"{places[0].file}: whether its {len(places)} pages were stored only a seed tells: {error}"
            )
            return
        for place in places:
            record = record_at(self.folder, place)
            if (story_id := outlet.story_id(record.asked)) is not None:
                newest[story_id] = Event(record.date, "page", place, record.asked, story_id, record.page.status)
        with self.engine.connect() as connection:
            known = replaying.known(connection, slug, newest)
        gone = {story_id for story_id, row in known.items() if row.state == FORGOTTEN}
        self._forgotten(outlet, [event for event in newest.values() if event.story_id in gone])
        lost = [event for event in newest.values() if self._is_orphan(event, known.get(event.story_id))]
        for event in lost:
            line = f"{event.place.file}: {slug}/{event.story_id} at byte {event.place.offset} arrived and was never stored"
            if not self.mend:
                self.verdict.harmless.append(f"{line}; --mend stores it")
                continue
            answers = read_chunk(str(self.folder), [Task(slug, event.url, event.place)], pages=True)
            if any(answer.reading and answer.reading.broke for answer in answers):
                self.verdict.harmless.append(f"{line}; the reader breaks on it")
                continue
            Replay(self.engine, self.folder, outlet).pages([event], answers)
            self.verdict.mended.append(f"{line}: stored")

    def _forgotten(self, outlet: Outlet, told: list[Event]) -> None:
        """Pages of a story that was forgotten where this archive was not at hand."""
        for event in told:
            line = f"{event.place.file}: {outlet.slug}/{event.story_id} lies at byte {event.place.offset} and was forgotten"
            if self.mend:
                erase_late(self.folder, outlet, event.story_id, event.url)
                self.verdict.mended.append(f"{line}: erased")
            else:
                self.verdict.wrong.append(f"{line}; --mend erases it")

    def _is_orphan(self, event: Event, row: replaying.Known | None) -> bool:
        if row is None:
            return True
        if row.state not in (*OPEN, *READ):
            return False
        if row.fetched_at is not None and row.fetched_at >= event.at:
            return False
        return row.digest != sha256(record_at(self.folder, event.place).page.body).hexdigest()


def newest(path: Path) -> datetime:
    """When the last of a file's records was made."""
    dates: list[datetime] = []
    for member in heads(path):
        with suppress(KeyError, ValueError):  # a head that decayed
            dates.append(datetime.fromisoformat(head_of(member)["warc-date"]))
    return max(dates, default=datetime.now(UTC))


def in_use(path: Path) -> bool:
    """Whether a process is writing the file: it holds a lock as long as it lives."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
