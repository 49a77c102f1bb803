"""Extension: a line of progress on a terminal; silence under cron."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import signals
from tqdm import tqdm

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler


class Progress:
    """Shows what a run has stored, refused and failed."""

    def __init__(self, crawler: Crawler) -> None:
        crawler.signals.connect(self.opened, signal=signals.spider_opened)
        crawler.signals.connect(self.moved, signal=signals.response_received)
        crawler.signals.connect(self.moved, signal=signals.item_scraped)
        crawler.signals.connect(self.closed, signal=signals.spider_closed)
        self.bar: tqdm[Any] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Progress:
        """Scrapy's way in."""
        return cls(crawler)

    def opened(self, spider: Spider) -> None:
        """Draw the line; tqdm draws nothing where standard error is no terminal (``disable=None``)."""
        self.bar = tqdm(desc=spider.name, unit=" pages", disable=None, leave=False)

    def moved(self, spider: Spider) -> None:
        """Move it on."""
        tally = getattr(spider, "tally", None)
        if self.bar is not None and tally is not None:
            self.bar.set_postfix(announced=tally.announced, stored=tally.stored, refused=tally.refused, failed=tally.failed)
            self.bar.n = tally.fetched
            self.bar.refresh()

    def closed(self) -> None:
        """Take it away."""
        if self.bar is not None:
            self.bar.close()
