"""robots.txt as RFC 9309 has it, and its Crawl-delay, which Scrapy reads but does not keep."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from time import monotonic
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.httpobj import urlparse_cached

from crawler.misses import why
from crawler.pages import page_of
from crawler.rest import Rest

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser

logger = logging.getLogger(__name__)
SERVER_ERROR, TOO_MANY = 500, 429  # RFC 9309 lets a crawler take any 4xx for leave; being told to slow down is none
ROBOTS_WAITS = (1.0, 4.0)  # seconds before robots.txt is asked again after a server error
AGAIN = 600.0  # seconds after which a host's rules that could not be read are asked for once more
LONG, LONGEST = 120.0, 86_400.0  # seconds; a Crawl-delay that makes a run long is told, one beyond a day is a day


class RobotsUnread(IgnoreRequest):
    """A host whose robots.txt could not be read: it may forbid everything (RFC 9309 §2.3.1.4), so nothing is asked yet."""


class Robots(RobotsTxtMiddleware):
    """Scrapy's own takes an unreachable robots.txt, or a server error in its place, for leave to ask everything."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        # Scrapy logs a traceback for every host that does not answer; the request's own failure says it in a line.
        logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)
        self.failed: dict[str, str] = {}  # by netloc, as Scrapy knows hosts, while one is being read
        self.unread: dict[str, str] = {}  # by scheme and netloc, as the others below
        self.locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.reading: dict[str, asyncio.Future[RobotParser | None]] = {}
        self.age = crawler.settings.getfloat("KLIPING_ROBOTS_AGE")
        self.stale: dict[str, float] = {}  # when a host's rules are to be read again, by the clock that only goes forward

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """Give the host's rules, or refuse the request where they could not be read.

        One reading a host, shared as a future: Scrapy 2.19 shares a Deferred, whose third waiter is given None
        in place of the rules and asks what they forbid. A run of days reads them again, day by day. http and https
        have rules of their own (RFC 9309 §2.3).
        """
        url = urlparse_cached(request)
        host = f"{url.scheme}://{url.netloc}"
        await self._leave_alone(request)
        reading = self.reading.get(host)
        if reading is None or (reading.done() and monotonic() > self.stale[host]):
            before = reading.result() if reading else None
            reading = self.reading[host] = asyncio.ensure_future(self._read(host, url.netloc, request, before))
        parser = reading.result() if reading.done() else await asyncio.shield(reading)
        if cause := self.unread.get(host):
            await self._leave_alone(request)
            raise RobotsUnread(cause)
        return parser

    async def _leave_alone(self, request: Request) -> None:
        """Ask no rules of a host that rests: Resting, which is no try, as it would be for a page of it."""
        if rest := self.crawler.get_extension(Rest):
            await rest.check(request)

    async def _read(self, host: str, netloc: str, request: Request, before: RobotParser | None) -> RobotParser | None:
        """Ask again after a server error: one 503 must not cost every story of the host a try.

        Where they cannot be read once more, the rules that stood before hold on (RFC 9309 §2.4).
        """
        self.unread.pop(host, None)
        async with self.locks[netloc]:
            for wait in (*ROBOTS_WAITS, None):
                self._parsers.pop(netloc, None)
                self.failed.pop(netloc, None)
                parser = await super().robot_parser(request)
                cause = self.failed.get(netloc)
                if wait is None or not (cause or "").startswith("HTTP"):
                    break
                await asyncio.sleep(wait)
        self.stale[host] = monotonic() + (AGAIN if cause else self.age)
        if cause and before is not None:
            return before
        if cause:
            self.unread[host] = cause
        return parser

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        spider: Any = self.crawler.spider
        run = getattr(spider, "run", None)
        if run is not None:  # what a host allowed us, and when, is a fact to be kept
            try:
                await asyncio.to_thread(run.archive.append, page_of(response, response.url), "robots")
            except OSError as error:  # a full disk ends the run; nothing is asked of a host whose rules were not kept
                spider.lost(error)
                raise
        if response.status >= SERVER_ERROR or response.status == TOO_MANY:
            raise RobotsUnread(f"HTTP {response.status} for /robots.txt")
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self.failed[netloc] = str(exc) if isinstance(exc, IgnoreRequest) else why(exc)
        super()._robots_error(exc, netloc)


class CrawlDelay:
    """Holds each host's slot at its Crawl-delay or the seed's, whichever is longer, whatever AutoThrottle thinks."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.floors: dict[str, float] = {}
        crawler.signals.connect(self.robots_parsed, signal=signals.robots_parsed)
        # extensions connect in order, so this runs after AutoThrottle has set the slot
        crawler.signals.connect(self.response_downloaded, signal=signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CrawlDelay:
        """Scrapy's way in."""
        return cls(crawler)

    def robots_parsed(self, robotparser: Any, request: Request) -> None:
        """Note what the host asks for."""
        asked = robotparser.crawl_delay(self.crawler.settings["ROBOTSTXT_USER_AGENT"])
        if asked:
            if asked > LONG:
                logger.warning("robots.txt of %s asks for %s s between requests: so slowly is it asked", request.url, asked)
            self._hold(request, min(float(asked), LONGEST))

    def response_downloaded(self, request: Request) -> None:
        """Raise the slot to its floor again."""
        key = request.meta.get("download_slot")
        if key in self.floors:
            self._hold(request, self.floors[key])

    def _hold(self, request: Request, seconds: float) -> None:
        engine = self.crawler.engine
        if engine is None:
            return
        key = engine.downloader.get_slot_key(request)
        self.floors[key] = seconds
        if slot := engine.downloader.slots.get(key):
            slot.delay = max(slot.delay, seconds)
        # a slot unused for a minute is thrown away; its successor is made from this
        engine.downloader.per_slot_settings.setdefault(key, {})["delay"] = seconds
