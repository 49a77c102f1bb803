"""Extension: robots.txt's Crawl-delay, which Scrapy reads but does not keep, and Retry-After."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy import signals

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)
LONGEST = 120.0  # seconds; a longer Crawl-delay would stall a run for days and is cut with a warning


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
            if asked > LONGEST:
                logger.warning("robots.txt of %s asks for %s s between requests; kept at %s s", request.url, asked, LONGEST)
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
