"""Appending to the archive: one file a process, so that nobody waits for anybody and a crash tears one record at most."""

from __future__ import annotations

import fcntl
import os
import socket
from datetime import UTC, datetime
from importlib.metadata import version
from threading import Lock
from typing import TYPE_CHECKING, Any

from pipelines.archive.members import padded
from pipelines.archive.reader import SUFFIX, record_at
from pipelines.archive.records import digest, exchange, missed, revisit, tombstone, warcinfo
from pipelines.nouns import Place

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pipelines.archive.records import Exchange
    from pipelines.nouns import Page

ROTATE_AT = 1_000_000_000  # bytes, as WARC 1.1 advises


class Archive:
    """Appends pages to a file of its own below ``folder``, opened when the first one comes. Threads may share it."""

    def __init__(self, folder: Path, outlet: str) -> None:
        self.folder, self.outlet = folder, outlet
        self._file: Any = None
        self._name = self._info = ""
        self._end = 0
        self._unsynced = False
        self._one_at_a_time = Lock()

    def append(self, page: Page, role: str = "story", **told: str) -> Place:
        """Write a page, and behind it the story's further pages; on disk after ``sync``. ``told``: door="…" → Kliping-Door."""
        own = {"Kliping-Outlet": self.outlet} | ({"Kliping-Role": role} if role != "story" else {})
        own |= {f"Kliping-{name.capitalize()}": value for name, value in told.items()}
        with self._one_at_a_time:
            self._open_for(2 * sum(len(one.wire or one.body) for one in (page, *page.more)))
            number = {"Kliping-Pages": str(1 + len(page.more))} if page.more else {}
            first = exchange(page, own | number, self._info)
            of = {"Kliping-Outlet": self.outlet, "Kliping-Role": "more", "Kliping-Page-Of": first.id}
            return self._write(first, *(exchange(one, of, self._info) for one in page.more))

    def revisit(self, page: Page, held: Place) -> Place:
        """Write that a page is the one held, in a few hundred bytes; in full where its bytes are others after all."""
        try:
            origin = record_at(self.folder, held).origin
        except (OSError, ValueError, KeyError):  # pruned, or lost: a later reader could not follow
            return self.append(page)
        if page.wire and digest(page.wire) != origin.payload:
            return self.append(page)
        with self._one_at_a_time:
            self._open_for(0)
            return self._write(revisit(page, origin, {"Kliping-Outlet": self.outlet}, self._info))

    def missed(self, url: str, state: str, cause: str) -> None:
        """Write that no answer came, and why: a state that no later reader could know else."""
        own = {"Kliping-Outlet": self.outlet, "Kliping-Role": "missed", "Kliping-State": state, "Kliping-Cause": cause}
        with self._one_at_a_time:
            self._open_for(0)
            self._write(missed(url, datetime.now(UTC), own, self._info))

    def sync(self) -> None:
        """Put everything appended on disk: called before the rows that point to it commit."""
        with self._one_at_a_time:
            self._sync()

    def close(self) -> None:
        """Sync and close."""
        with self._one_at_a_time:
            self._close()

    def _write(self, *exchanges: Exchange) -> Place:
        """Append whole exchanges; where the disk takes only a part, take that back."""
        members = b"".join(one.members for one in exchanges)
        try:
            _write_all(self._file.fileno(), members, self._end)
        except OSError:
            os.ftruncate(self._file.fileno(), self._end)
            raise
        place = Place(self._name, self._end, exchanges[0].first)
        self._end += len(members)
        self._unsynced = True
        return place

    def _open_for(self, size: int) -> None:
        """A story's pages lie in one file, one behind the other: rotate before them, never between."""
        if self._file is not None and self._end + size <= ROTATE_AT:
            return
        self._close()
        self.folder.mkdir(parents=True, exist_ok=True)
        now = datetime.now(UTC)
        self._name = f"{self.outlet}-{now:%Y%m%dT%H%M%S%fZ}-{socket.gethostname()}-{os.getpid()}{SUFFIX}"
        self._file = (self.folder / self._name).open("xb", buffering=0)
        try:
            self._begin()
        except OSError:  # a full disk; what follows needs a file that says whose it is
            self._file.close()
            self._file = None
            (self.folder / self._name).unlink(missing_ok=True)
            raise

    def _begin(self) -> None:
        """Write who writes."""
        fcntl.flock(self._file, fcntl.LOCK_EX)  # tells `archive verify` that somebody writes here
        says = {"software": f"Kliping {version('kliping')}", "hostname": socket.gethostname(), "isPartOf": self.outlet}
        self._info, opening = warcinfo(self._name, says | {"format": "WARC File Format 1.1", "robots": "obey"})
        _write_all(self._file.fileno(), opening, 0)
        self._end, self._unsynced = len(opening), True
        sync_folder(self.folder)

    def _sync(self) -> None:
        if self._unsynced:
            os.fsync(self._file.fileno())
            if not (self.folder / self._name).exists():  # who writes to a deleted file is told nothing of it
                raise OSError(f"{self.folder / self._name} was deleted or moved while it was being written")
            self._unsynced = False

    def _close(self) -> None:
        if self._file is not None:
            self._sync()
            self._file.close()
            self._file = None


def bury(folder: Path, places: Iterable[Place]) -> None:
    """Write a tombstone of the same length over each place: other rows' offsets stay true. Done twice it is done once."""
    by_file: dict[str, list[Place]] = {}
    for place in places:
        by_file.setdefault(place.file, []).append(place)
    for name, within in by_file.items():
        handle = os.open(folder / name, os.O_WRONLY)
        try:
            for place in within:
                _write_all(handle, padded(tombstone(), place.length), place.offset)
            os.fsync(handle)
        finally:
            os.close(handle)


def _write_all(handle: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        done = os.pwrite(handle, view, offset)
        offset, view = offset + done, view[done:]


def sync_folder(folder: Path) -> None:
    """A new file's name is on disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
