"""Bodies as they came over the wire, unpacked as the crawl unpacked them: what can be read of a broken one is given. Pure."""

from __future__ import annotations

import zlib
from contextlib import suppress
from functools import partial
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


def is_ended(body: bytes, coding: str) -> bool:
    """Whether what is packed comes to its end. Asked of a body that was unpacked already, whose size is therefore bounded."""
    return any(_ends(begun(), body) for begun in STREAMS.get(coding, ()))


def _ends(stream: Any, body: bytes) -> bool:
    with suppress(Exception):  # each library has errors of its own
        stream.decompress(body)
    return bool(stream.eof)


def _gzip(body: bytes) -> bytes:
    """Members one after the other, as RFC 1952 has it; as much as can be had."""
    parts: list[bytes] = []
    room = MOST
    while body and room > 0:
        unpack = _GZIP()
        try:
            part = unpack.decompress(body, room)
        except zlib.error:
            part = _so_far(_GZIP(), body)
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
        return _so_far(_RAW(), body) or body


def _brotli(body: bytes) -> bytes:
    with suppress(Exception):
        return _Brotli().decompress(body, MOST) or body
    return body


def _zstd(body: bytes) -> bytes:
    parts: list[bytes] = []
    room = MOST
    while body and room > 0:
        unpack = _zstd_stream()
        try:
            parts.append(unpack.decompress(body, room))
        except Exception:  # noqa: BLE001 (its class is known where zstd is)
            return b"".join(parts) or body
        room -= len(parts[-1])
        body = unpack.unused_data if unpack.eof else b""
    return b"".join(parts)


class _Brotli:
    """A stream as zlib's are."""

    def __init__(self) -> None:
        import brotli  # 4 ms of a start, and few servers send it

        self._packed = brotli.Decompressor()

    def decompress(self, body: bytes, most: int = MOST) -> bytes:
        return bytes(self._packed.process(body, output_buffer_limit=most))

    @property
    def eof(self) -> bool:
        return bool(self._packed.is_finished())


def _zstd_stream() -> Any:
    from backports import zstd  # as Scrapy does

    return zstd.ZstdDecompressor()


_GZIP, _RAW = partial(zlib.decompressobj, 31), partial(zlib.decompressobj, -zlib.MAX_WBITS)
STREAMS: dict[str, tuple[Callable[[], Any], ...]] = {
    **dict.fromkeys(("gzip", "x-gzip"), (_GZIP,)), "deflate": (zlib.decompressobj, _RAW), "br": (_Brotli,), "zstd": (_zstd_stream,),
}  # fmt: skip
CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": _gzip, "x-gzip": _gzip, "deflate": _deflate, "br": _brotli, "zstd": _zstd, "identity": bytes,
}  # fmt: skip
