"""Downloader middleware that keeps each page as it came over the wire, for the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response


class Wire:
    """Stands below decompression: notes body and headers before anything is unpacked."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Note what came; pass it on."""
        request.meta["wire"] = response.body
        request.meta["wire_headers"] = headers_of(response)
        return response


def headers_of(message: Request | Response) -> tuple[tuple[str, str], ...]:
    """Give a message's headers in order, one pair a value."""
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, values in message.headers.items() for value in values or ()
    )
