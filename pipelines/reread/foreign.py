"""Other crawlers' WARC files, CC-NEWS among them: the stories of known outlets in them, as pages with the day they were seen."""

from __future__ import annotations

import logging
import zlib
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed

from pipelines.archive.encodings import unpacked
from pipelines.nouns import Page
from pipelines.outlets import outlet_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipelines.outlets import Outlet

logger = logging.getLogger(__name__)
HEAD = 1 << 16  # bytes
HTML = ("text/html", "application/xhtml")


class NoWarc(ValueError):
    """A file that is no WARC file, or breaks off. Its text names the file."""


class _Records(ArchiveIterator):  # type: ignore[misc]  # warcio has no types
    """Gives a file's records, and prints no warning before the error that says it."""

    INC_RECORD = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A story of a known outlet, and the byte at which its record begins: from there the file is read on."""

    outlet: Outlet
    story_id: str
    page: Page = field(repr=False)
    offset: int = 0


def stories(path: Path, start: int = 0) -> Iterator[Found]:
    """Give the stories of a file from a byte on, which begins a record; one without a date is named and passed over. NoWarc."""
    with path.open("rb") as stream:
        if not _begins(stream):
            raise NoWarc(f"{path}: is no WARC file")
        stream.seek(start)
        try:
            for record in (records := _Records(stream, arc2warc=True)):
                found = _found(record, path) if record.rec_type == "response" else None
                # asked for its offset, warcio reads the record to its end: after its body, not before
                offset = start + records.get_record_offset()
                _whole(record, offset)
                if found:
                    yield replace(found, offset=offset)
        except (ArchiveLoadFailed, EOFError, OSError) as error:
            said, _, _ = str(error).partition(", first line")  # warcio prints it, and of no WARC file it is bytes
            raise NoWarc(f"{path}: {' '.join(said.split())[:200]}") from error


def _begins(stream: BinaryIO) -> bool:
    """Whether a file begins as WARC or ARC files do: warcio takes a text for an ARC without an end, and prints it."""
    head = stream.read(HEAD)
    with suppress(zlib.error):
        head = zlib.decompressobj(31).decompress(head, 64) if head.startswith(b"\x1f\x8b") else head
    return head.startswith((b"WARC/", b"filedesc://")) or head[:1] == b"\x1f"


def _whole(record: Any, offset: int) -> None:
    """Refuse a record that is cut short, of which warcio gives what there is."""
    if getattr(record.raw_stream, "limit", 0):
        url = record.rec_headers.get_header("WARC-Target-URI")
        msg = f"breaks off at byte {offset}, in the record of {url}; get the whole file"
        raise EOFError(msg)


def _found(record: Any, path: Path) -> Found | None:
    url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    outlet = outlet_of(url) if url.startswith("http") else None
    story_id = outlet.story_id(url) if outlet else None
    http = record.http_headers
    if outlet is None or story_id is None or http is None or http.get_statuscode() != str(HTTPStatus.OK.value):
        return None
    kind = http.get_header("Content-Type", "text/html")
    if not kind.lower().startswith(HTML):
        return None
    said = record.rec_headers.get_header("WARC-Date")
    if (when := _instant(said)) is None:  # a page has its place among a story's versions by its day alone
        logger.warning("%s: the record of %s is passed over: its WARC-Date is %s", path, url, repr(said) if said else "missing")
        return None
    return Found(outlet, story_id, _page(record, url, kind, outlet, when))


def _instant(said: str | None) -> datetime | None:
    try:
        when = datetime.fromisoformat(said or "")
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _page(record: Any, url: str, kind: str, outlet: Outlet, when: datetime) -> Page:
    """A page as it came, its chunks joined; CC-NEWS has unpacked its bodies and renamed what said they were packed."""
    http = record.http_headers
    wire = record.raw_stream.read()
    if "chunked" in http.get_header("Transfer-Encoding", "").lower():
        wire = ChunkedDataReader(BytesIO(wire)).read()  # gives back as it is what only claims to be chunked
    headers = tuple((name, value) for name, value in http.headers if name.lower() not in ("transfer-encoding", "content-length"))
    return Page(
        url=url,
        asked_url=outlet.bare(url),
        body=unpacked(wire, headers),
        content_type=kind,
        fetched_at=when,
        headers=headers,
        wire=wire,
        truncated=record.rec_headers.get_header("WARC-Truncated") or "",
    )
