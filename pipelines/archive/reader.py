"""WARC record → what it says: records of our own files, and the pages in them. Other crawlers' files are read next door."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING

from pipelines.archive.encodings import unpacked
from pipelines.archive.members import member_at, walk
from pipelines.archive.records import Origin
from pipelines.nouns import Page, Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipelines.archive.members import Member

SUFFIX = ".warc.gz"
_NAME = re.compile(r"(?P<outlet>.+)-(?P<begun>\d{8}T\d{12}Z)-")


@dataclass(frozen=True)
class Record:
    """One record: its fields by their names in small letters, its block, where it lies."""

    place: Place
    fields: dict[str, str]
    block: bytes = field(repr=False)

    @property
    def kind(self) -> str:
        """warcinfo, response, request, revisit or metadata."""
        return self.fields.get("warc-type", "")

    @property
    def role(self) -> str:
        """What was asked for: a story (the default), more of one, a door, robots."""
        return self.fields.get("kliping-role", "story")

    @property
    def outlet(self) -> str:
        """Whose it is; the first files of November 2026 say so in their name alone."""
        return self.fields.get("kliping-outlet") or outlet_in(self.place.file)

    @property
    def date(self) -> datetime:
        """When it was fetched, aware."""
        return datetime.fromisoformat(self.fields["warc-date"])

    @property
    def url(self) -> str:
        """The address that answered."""
        return self.fields.get("warc-target-uri", "").strip("<>")

    @property
    def asked(self) -> str:
        """The address that was asked."""
        return self.fields.get("kliping-asked-uri") or self.url

    @property
    def parts(self) -> int:
        """How many pages the story has, of which this is the first and the others follow."""
        return int(self.fields.get("kliping-pages", "1"))

    @property
    def origin(self) -> Origin:
        """What a later revisit names."""
        said = self.fields
        return Origin(said["warc-record-id"], self.url, said["warc-date"], said.get("warc-payload-digest", ""))

    @cached_property
    def payload(self) -> bytes:
        """The body as it came."""
        return self.block.partition(b"\r\n\r\n")[2]

    @cached_property
    def page(self) -> Page:
        """The page of a response; of a revisit its answer without the body."""
        first, *lines = self.block.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        headers = tuple((name, value.strip()) for name, colon, value in (line.partition(":") for line in lines) if colon)
        kinds = [value for name, value in headers if name.lower() == "content-type"]
        return Page(
            url=self.url,
            asked_url=self.asked,
            body=unpacked(self.payload, headers),
            content_type=kinds[-1] if kinds else "text/html",
            fetched_at=self.date,
            status=int(first.split(" ", 2)[1]),
            headers=headers,
            wire=self.payload,
            truncated=self.fields.get("warc-truncated", ""),
        )

    @property
    def is_page(self) -> bool:
        """Whether it is the first page of a story, as served."""
        return self.kind == "response" and self.role == "story" and self.page.status < HTTPStatus.BAD_REQUEST


def record_of(file: str, member: Member) -> Record:
    """Read a member; ValueError where it is no whole record."""
    if member.content is None:
        msg = f"{file}: no record at byte {member.offset}"
        raise ValueError(msg)
    head, _, rest = member.content.partition(b"\r\n\r\n")
    fields = fields_of(head)
    length = int(fields.get("content-length", "-1"))
    if length < 0 or len(rest) < length:
        msg = f"{file}: broken record at byte {member.offset}"
        raise ValueError(msg)
    return Record(Place(file, member.offset, member.length), fields, rest[:length])


def fields_of(head: bytes) -> dict[str, str]:
    """The fields of a record's head, by their names in small letters; ValueError where it is none."""
    first, *lines = head.decode(errors="replace").split("\r\n")
    if not first.startswith("WARC/"):
        msg = f"no WARC record: {first[:20]!r}"
        raise ValueError(msg)
    return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


def head_of(member: Member) -> dict[str, str]:
    """The fields of a record whose head alone is known; none where it is no record."""
    head = (member.content or b"").partition(b"\r\n\r\n")[0]
    return fields_of(head) if head.startswith(b"WARC/") else {}


def records(path: Path) -> Iterator[Record]:
    """Give the sound records of a file in order."""
    for member in walk(path):
        with suppress(ValueError):
            yield record_of(path.name, member)


def files(folder: Path, outlet: str = "") -> list[Path]:
    """The archive's files in the order in which they were begun, of one outlet or of all."""
    found = [path for path in folder.glob(f"*{SUFFIX}") if (not outlet or outlet_in(path.name) == outlet) and not path.is_dir()]
    return sorted(found, key=lambda path: (_begun(path.name), path.name))


def outlet_in(file: str) -> str:
    """The outlet that a file's name carries, empty where it is none of ours."""
    return match["outlet"] if (match := _NAME.match(file)) else ""


def _begun(file: str) -> str:
    return match["begun"] if (match := _NAME.match(file)) else ""


def record_at(folder: Path, place: Place) -> Record:
    """Give the record at a place; OSError or ValueError where there is none."""
    with (folder / place.file).open("rb") as file:
        return record_of(place.file, member_at(file, place.offset))


def read(folder: Path, place: Place) -> Page:
    """Give a page back from where it lies, with the story's further pages; OSError or ValueError where it is not there."""
    with (folder / place.file).open("rb") as file:
        first = record_of(place.file, member_at(file, place.offset))
        if first.kind != "response":
            msg = f"{place.file}: no response at byte {place.offset}"
            raise ValueError(msg)
        more: list[Page] = []
        after = place.offset + first.place.length
        while len(more) + 1 < first.parts:
            record = record_of(place.file, member_at(file, after))
            more += [record.page] if record.kind == "response" else []
            after += record.place.length
    return replace(first.page, more=tuple(more)) if more else first.page


def read_first(folder: Path) -> Page:
    """Give the first page of the first file in a folder; ValueError where there is none."""
    for path in files(folder):
        for record in records(path):
            if record.kind == "response":
                return read(folder, record.place)
    msg = f"{folder}: no archived page"
    raise ValueError(msg)
