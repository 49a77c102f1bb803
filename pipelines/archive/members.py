"""A WARC file as gzip members, one a record: packed, walked, buried. What a record says is read next door.

Each member names its own length in its gzip header, in the ``sl`` field of the WARC drafts, so that a file is walked by
leaps; other tools pass over it. Members without it (other writers', our own of November 2026) are walked by unpacking.
"""

from __future__ import annotations

import os
import struct
import zlib
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAGIC = b"\x1f\x8b\x08"
EXTRA = 4  # the flag of a gzip header that carries an extra field
HEADER = struct.Struct("<3sBIBBH")  # magic, flags, time, speed, system, length of the extra field
LENGTHS = struct.Struct("<2sHII")  # sl, 8, packed length, unpacked length
FIELD = struct.Struct("<2sH")
SUMS = struct.Struct("<II")
BLOCK = 65_535  # bytes in a stored block of deflate
PADDING = 65_000  # most that a gzip header holds beside the lengths
PIECE = 65_536
HEAD_ENDS = b"\r\n\r\n"
LONGEST_HEAD = 16_384  # bytes of a record that are unpacked to read its head


@dataclass(frozen=True, slots=True)
class Member:
    """Where it lies and what it holds; ``content`` is None where it cannot be unpacked."""

    offset: int
    length: int
    content: bytes | None = field(repr=False)


def pack(head: bytes, body: bytes, *, packed: bool) -> bytes:
    """Make one member. A body that came ``packed`` is laid in as it is: packing it again would cost time and save nothing."""
    if packed:
        deflated = b"".join((_deflated(head), *_stored(body)))
    else:
        squeeze = zlib.compressobj(6, zlib.DEFLATED, -15)
        deflated = squeeze.compress(head) + squeeze.compress(body) + squeeze.flush()
    return _member(deflated, zlib.crc32(body, zlib.crc32(head)), len(head) + len(body))


def padded(content: bytes, length: int) -> bytes:
    """Make members of exactly ``length`` bytes in all, each holding ``content``; ValueError where that is too little room."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    deflated = squeeze.compress(content) + squeeze.flush()
    least = len(_member(deflated, 0, 0)) + FIELD.size
    if length < least:
        msg = f"{length} bytes do not hold the {least} that are needed"
        raise ValueError(msg)
    members = []
    while length:
        take = length if length <= least + PADDING else min(least + PADDING, length - least)
        members.append(_member(deflated, zlib.crc32(content), len(content), take - least))
        length -= take
    return b"".join(members)


def _member(deflated: bytes, crc: int, unpacked: int, padding: int | None = None) -> bytes:
    pad = b"" if padding is None else FIELD.pack(b"KP", padding) + b"\0" * padding
    extra = LENGTHS.size + len(pad)
    whole = HEADER.size + extra + len(deflated) + SUMS.size
    header = HEADER.pack(MAGIC, EXTRA, 0, 0, 255, extra)
    return b"".join((header, LENGTHS.pack(b"sl", 8, whole, unpacked), pad, deflated, SUMS.pack(crc, unpacked & 0xFFFFFFFF)))


def _deflated(head: bytes) -> bytes:
    """Pack a head, ended on a byte so that stored blocks can follow. A small window is quickly made."""
    squeeze = zlib.compressobj(6, zlib.DEFLATED, -11, 4)
    return squeeze.compress(head) + squeeze.flush(zlib.Z_SYNC_FLUSH)


def _stored(body: bytes) -> Iterator[bytes]:
    last = max(len(body) - 1, 0) // BLOCK * BLOCK
    for start in range(0, last + 1, BLOCK):
        size = min(BLOCK, len(body) - start)
        yield struct.pack("<BHH", start == last, size, size ^ 0xFFFF)
        yield body[start : start + size]


def walk(path: Path, start: int = 0) -> Iterator[Member]:
    """Give the members of a file in order, a stretch that is none as a member without content."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        while start < size:
            member = member_at(file, start)
            if member.content is None:
                following = _following(file, member, size)
                member = Member(start, following - start, None)
            yield member
            start += member.length


def member_at(file: IO[bytes], start: int) -> Member:
    """Unpack the member that begins at ``start``."""
    file.seek(start)
    unpack, parts = zlib.decompressobj(31), []
    while not unpack.eof:
        piece = file.read(PIECE)
        try:
            parts.append(unpack.decompress(piece))
        except zlib.error:
            return Member(start, 1, None)
        if not piece:
            return Member(start, 1, None)
    return Member(start, file.tell() - len(unpack.unused_data) - start, b"".join(parts))


def heads(path: Path) -> Iterator[Member]:
    """Walk a file by leaps: each member's content is only its first bytes, None of a broken stretch."""
    with path.open("rb") as file:
        size, start = os.fstat(file.fileno()).st_size, 0
        while start < size:
            file.seek(start)
            begun = file.read(4096)
            length = _said(begun)
            if length is None or start + length > size:
                member = member_at(file, start)
                if member.content is None:
                    member = Member(start, _following(file, member, size) - start, None)
                yield member
                start += member.length
            else:
                head = _begin(begun[:length])
                if head is not None and HEAD_ENDS not in head:  # an address of thousands of characters
                    head = member_at(file, start).content
                yield Member(start, length, head)
                start += length


def _begin(member: bytes) -> bytes | None:
    try:
        return zlib.decompressobj(31).decompress(member, LONGEST_HEAD)
    except zlib.error:
        return None


def _said(begun: bytes) -> int | None:
    """The length that a member's header gives, None where it gives none that can be."""
    if len(begun) < HEADER.size + LENGTHS.size or not begun.startswith(MAGIC) or not begun[3] & EXTRA:
        return None
    name, size, length, _ = LENGTHS.unpack_from(begun, HEADER.size)
    return int(length) if (name, size) == (b"sl", 8) and length > HEADER.size + LENGTHS.size else None


def _following(file: IO[bytes], broken: Member, size: int) -> int:
    """Where the next sound member begins, else the file's end."""
    start = broken.offset + 1
    while start < size:
        file.seek(start)
        piece = file.read(PIECE)
        found = piece.find(MAGIC)
        if found < 0:
            start += max(len(piece) - len(MAGIC) + 1, 1)
            continue
        start += found
        file.seek(start)
        if (_begin(file.read(4096)) or b"").startswith(b"WARC/"):
            return start
        start += 1
    return size
