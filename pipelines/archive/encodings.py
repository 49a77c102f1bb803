"""Bodies as they came over the wire, unpacked as the crawl unpacked them: what can be read of a broken one is given. Pure."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MOST = 52_428_800  # bytes of a page, packed or not, as the crawl's DOWNLOAD_MAXSIZE


def unpacked(body: bytes, headers: Iterable[tuple[str, str]]) -> bytes:
    """Undo the Content-Encodings, the last one first; one that is not known ends it."""
    said = ",".join(value for name, value in headers if name.lower() == "content-encoding")
    for coding in reversed([word.strip().lower() for word in said.split(",") if word.strip()]):
        undo = CODINGS.get(coding)
        if undo is None:
            return body
        body = undo(body)
    return body


def _gzip(body: bytes) -> bytes:
    """Members one after the other, as RFC 1952 has it; as much as can be had."""
    parts: list[bytes] = []
    room = MOST
    while body and room > 0:
        unpack = zlib.decompressobj(31)
        try:
            part = unpack.decompress(body, room)
        except zlib.error:
            part = _so_far(zlib.decompressobj(31), body)
            return b"".join((*parts, part)) or body
        parts.append(part)
        room -= len(part)
        body = unpack.unused_data.lstrip(b"\0") if unpack.eof else b""
    return b"".join(parts)


def _so_far(unpack: Any, body: bytes) -> bytes:
    parts, room = [], MOST
    try:
        for start in range(0, len(body), 512):
            parts.append(unpack.decompress(body[start : start + 512], room))
            room -= len(parts[-1])
            if room <= 0:
                break
    except zlib.error:
        pass
    return b"".join(parts)


def _deflate(body: bytes) -> bytes:
    """With zlib's header, or raw as old Microsoft servers send it."""
    try:
        return zlib.decompressobj().decompress(body, MOST)
    except zlib.error:
        return _so_far(zlib.decompressobj(-15), body) or body


def _brotli(body: bytes) -> bytes:
    import brotli

    try:
        return bytes(brotli.Decompressor().process(body, output_buffer_limit=MOST)) or body
    except brotli.error:
        return body


def _zstd(body: bytes) -> bytes:
    from backports import zstd

    parts: list[bytes] = []
    room = MOST
    while body and room > 0:
        unpack = zstd.ZstdDecompressor()
        try:
            parts.append(unpack.decompress(body, room))
        except zstd.ZstdError:
            return b"".join(parts) or body
        room -= len(parts[-1])
        body = unpack.unused_data if unpack.eof else b""
    return b"".join(parts)


CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": _gzip, "x-gzip": _gzip, "deflate": _deflate, "br": _brotli, "zstd": _zstd, "identity": bytes,
}  # fmt: skip
