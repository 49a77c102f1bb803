"""The moment a request leaves: a host that rests is not asked, and every request goes into the guest book."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler

from crawler.bounded import BoundedFactory
from crawler.manners import CrawlDelay
from crawler.rest import Rest
from crawler.stopping import waited
from crawler.turns import Turns
from pipelines.guestbook import GuestBook, Visit
from pipelines.store.engine import data_dir

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)
# Scrapy's warnings of an answer that breaks off or is too large say how to take it all the same; the failure says it in a line.
TALKATIVE = ("scrapy.core.downloader.handlers.http11", "scrapy.downloadermiddlewares.httpcompression")
ADVICE = ("DOWNLOAD_FAIL_ON_DATALOSS", "DOWNLOAD_MAXSIZE", "download max size")


class Asking(HTTP11DownloadHandler):
    """Download handler. The downloader's signals come before the wait for the host's turn; here it is over."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = BoundedFactory  # noqa: SLF001 (Scrapy sets its own there in the line before)
        for name in TALKATIVE:
            logging.getLogger(name).addFilter(_is_news)
        self.crawler = crawler
        self.book = GuestBook(data_dir() / "requests", getattr(crawler.spider, "name", "other"))
        self.turns = Turns(data_dir() / "turns")
        self.usual = crawler.settings.getfloat("DOWNLOAD_DELAY")

    async def download_request(self, request: Request) -> Response:
        """Note the request and let it go; Resting where its host asked to be left alone."""
        rest = self.crawler.get_extension(Rest)
        if rest:
            await rest.check(request)
        allowed = self._allowed(request)
        if allowed:
            await waited(self.crawler, self._turn(request, allowed))
        self._note(request, allowed)
        response = await super().download_request(request)
        if rest:
            await rest.heed(request, response)
        return response

    async def close(self) -> None:
        """Close the book too."""
        self.book.close()
        await super().close()

    def _allowed(self, request: Request) -> float:
        """The least seconds between two requests to this one's host, as far as they are known."""
        floors = delays.floors if (delays := self.crawler.get_extension(CrawlDelay)) else {}
        return max(self.usual, floors.get(request.meta.get("download_slot", ""), 0.0))

    def _turn(self, request: Request, allowed: float) -> float:
        try:
            return self.turns.take(urlsplit(request.url).hostname or "", allowed)
        except OSError as error:
            logger.warning("what other processes ask of the host is not known: %s", error)
            self._unnoted()
            return 0.0

    def _note(self, request: Request, allowed: float) -> None:
        if self.crawler.stats:
            self.crawler.stats.inc_value("downloader/request_count")
        host = urlsplit(request.url).hostname or ""
        try:
            self.book.write(Visit(datetime.now(UTC), host, allowed, request.url))
        except OSError as error:  # a full disk stops the crawl where a page would be lost, not here
            logger.warning("the guest book takes no line: %s", error)
            self._unnoted()

    def _unnoted(self) -> None:
        if self.crawler.stats:
            self.crawler.stats.inc_value("kliping/unnoted")


def _is_news(record: logging.LogRecord) -> bool:
    return not any(advice in record.getMessage() for advice in ADVICE)
