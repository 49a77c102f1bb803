"""Downloader middlewares for what came over the wire: it is kept for the archive, then unpacked."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from isal import isal_zlib
from isal.isal_zlib import IsalError
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import Response, TextResponse

from crawler.whole import BrokenOff
from pipelines.archive.encodings import is_ended
from pipelines.roots import is_closed

if TYPE_CHECKING:
    from scrapy import Request

GZIP = 31  # the window of 32 kB, and gzip's frame around it


class Wire:
    """Stands below decompression: notes body and headers before anything is unpacked."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Note what came; pass it on. What is packed is no text yet, in which Scrapy would seek a charset, for 0.03 s."""
        request.meta["wire"] = response.body
        request.meta["wire_headers"] = headers_of(response)
        if isinstance(response, TextResponse) and response.headers.get("Content-Encoding"):
            return Response(**{name: getattr(response, name) for name in Response.attributes})
        return response


class Unpacked(HttpCompressionMiddleware):
    """Scrapy's own, with a quicker gzip, and strict."""

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        """Unpack a body that is one whole gzip member; any other is left to Scrapy, which makes the best of it.

        BrokenOff where the packing has no end, unless the document in it is whole: some servers forget gzip's trailer,
        or reckon its sum wrongly, and browsers do not mind.
        """
        if encoding in (b"gzip", b"x-gzip"):
            member = isal_zlib.decompressobj(GZIP)
            with suppress(IsalError):  # type: ignore[arg-type]  # its stub calls it an error, not a kind of error
                unpacked = member.decompress(body, max_size)
                if member.eof and not member.unused_data:
                    return bytes(unpacked)
        unpacked = HttpCompressionMiddleware._decode(body, encoding, max_size)  # noqa: SLF001 (its own, in a static method)
        if not is_closed(unpacked) and not is_ended(body, encoding.decode("latin-1")):
            msg = f"the answer breaks off: its {encoding.decode('latin-1')} has no end"
            raise BrokenOff(msg)
        return unpacked


def headers_of(message: Request | Response) -> tuple[tuple[str, str], ...]:
    """Give a message's headers in order, one pair a value."""
    held = dict.items(message.headers)  # Scrapy's own items() looks every name up again
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, values in held for value in values or ())
