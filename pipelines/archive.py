"""Page ⇄ WARC record: every fetched page as it came over the wire, appended once, readable by any WARC tool."""

from __future__ import annotations

import gzip
import os
import socket
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipelines.nouns import Page, Place

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

ROTATE_AT = 1_000_000_000  # bytes, as WARC 1.1 advises
# The chunks are joined before we see the body, so the header would make a reader look for them.
_HOP = {"transfer-encoding", "connection"}


class Archive:
    """Appends pages to one file of its own below ``folder``, opened when the first page comes."""

    def __init__(self, folder: Path, outlet: str) -> None:
        self.folder, self.outlet = folder, outlet
        self._file: Any = None
        self._name = ""

    def append(self, page: Page) -> Place:
        """Write one page as a gzip member of its own; on disk after ``sync``."""
        member = gzip.compress(_record(page), compresslevel=1 if page.wire is None or _plain(page) else 0, mtime=0)
        if self._file is None or self._file.tell() + len(member) > ROTATE_AT:
            self._open()
        offset = self._file.tell()
        self._file.write(member)
        return Place(self._name, offset, len(member))

    def sync(self) -> None:
        """Put everything appended on disk: called before the rows that point to it commit."""
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Sync and close."""
        if self._file is not None:
            self.sync()
            self._file.close()
            self._file = None

    def _open(self) -> None:
        self.close()
        self.folder.mkdir(parents=True, exist_ok=True)
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        self._name = f"{self.outlet}-{stamp}-{socket.gethostname()}-{os.getpid()}.warc.gz"
        self._file = (self.folder / self._name).open("xb")
        _sync_folder(self.folder)


def read(folder: Path, place: Place) -> Page:
    """Give a page back from where it lies; OSError or ValueError where it is not there."""
    with (folder / place.file).open("rb") as file:
        file.seek(place.offset)
        member = file.read(place.length)
    for record in ArchiveIterator(BytesIO(member)):
        if record.rec_type == "response":
            return _page(record)
    msg = f"{place.file}: no response at byte {place.offset}"
    raise ValueError(msg)


def _page(record: Any) -> Page:
    headers = tuple(record.http_headers.headers)
    kind = record.http_headers.get_header("Content-Type", "text/html")
    return Page(
        url=record.rec_headers.get_header("WARC-Target-URI"),
        body=record.content_stream().read(),
        content_type=kind,
        fetched_at=datetime.fromisoformat(record.rec_headers.get_header("WARC-Date")),
        status=int(record.http_headers.get_statuscode()),
        headers=headers,
    )


def _plain(page: Page) -> bool:
    return not any(name.lower() == "content-encoding" for name, _ in page.headers)


def _record(page: Page) -> bytes:
    out = BytesIO()
    writer = WARCWriter(out, gzip=False, warc_version="WARC/1.1")
    wire = page.body if page.wire is None else page.wire
    headers = [("Content-Length", str(len(wire))), *_kept(page.headers)]
    when = {"WARC-Date": (page.fetched_at or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
    response = writer.create_warc_record(
        page.url,
        "response",
        payload=BytesIO(wire),
        length=len(wire),
        http_headers=StatusAndHeaders(f"{page.status} OK", headers, protocol="HTTP/1.1"),
        warc_headers_dict=when,
    )
    writer.write_record(response)
    return out.getvalue()


def _kept(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [
        (f"X-Archive-Orig-{name}" if name.lower() in _HOP else name, value)
        for name, value in headers
        if name.lower() != "content-length"
    ]


def _sync_folder(folder: Path) -> None:
    """A new file's name is on disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_first(folder: Path) -> Page:
    """Give the first page of the first file in a folder; ValueError where there is none."""
    for path in sorted(folder.glob("*.warc.gz")):
        return read(folder, Place(path.name, 0, path.stat().st_size))
    msg = f"{folder}: no archived page"
    raise ValueError(msg)
