"""Scrapy's Response → our Page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crawler.wire import headers_of
from pipelines.nouns import Page

if TYPE_CHECKING:
    from scrapy.http import Response


# Scrapy's flags in WARC's words
CUT_SHORT = {"dataloss": "disconnect", "partial": "unspecified", "download_stopped": "length"}


def page_of(response: Response, asked: str) -> Page:
    """Give the page as it came, with the address it was asked for."""
    return Page(
        url=response.url,
        asked_url=asked,
        body=response.body,
        content_type=(response.headers.get("Content-Type") or b"text/html").decode("latin-1"),
        fetched_at=datetime.now(UTC),
        status=response.status,
        headers=response.meta.get("wire_headers", ()),
        wire=response.meta.get("wire"),
        asked=headers_of(response.request) if response.request else (),
        truncated=next((CUT_SHORT[flag] for flag in response.flags if flag in CUT_SHORT), ""),
    )
