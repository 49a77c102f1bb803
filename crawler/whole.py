"""Downloader middleware: an answer that is not whole is no answer. Scrapy, like a browser, makes the best of half a page."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest
from scrapy.spidermiddlewares.httperror import HttpError

from pipelines.roots import unclosed

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

PAGES = {HTTPStatus.OK, HTTPStatus.NON_AUTHORITATIVE_INFORMATION}  # 202 is a bot wall's, 206 a part of a page, 204 none


class BrokenOff(IgnoreRequest):
    """An answer of which the end is missing: no story, and no door or robots.txt that may be believed."""


class Whole:
    """Stands above decompression. What came without a length is whole where its root is closed."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Pass a page on; HttpError for another success than 200, BrokenOff for half a page."""
        if HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES and not _is_page(response):
            response.request = request  # as Scrapy does it once all middlewares have passed an answer on
            raise HttpError(response, f"HTTP {response.status} is no page")
        if "partial" in response.flags and unclosed(response.body):
            msg = "the answer breaks off: it came without its length, and its last line is missing"
            raise BrokenOff(msg)
        return response


def _is_page(response: Response) -> bool:
    """A robots.txt without content bars nothing (RFC 9309 §2.3.1.1: it was fetched)."""
    return response.status in PAGES or (response.status == HTTPStatus.NO_CONTENT and response.url.endswith("/robots.txt"))
