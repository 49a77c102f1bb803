"""Extensions: a line of progress on a terminal, silence under cron; counts as JSON lines for the process that started us."""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler
    from tqdm import tqdm

    from crawler.tally import Tally

PAUSE = 1.0  # seconds between two lines of counts
PULSE = 60.0  # seconds without news after which the last ones are told again: we are alive, and a host is waited for


class Progress:
    """Shows what a run has stored, refused and failed, where standard error is a terminal."""

    def __init__(self, crawler: Crawler) -> None:
        if not sys.stderr.isatty():
            raise NotConfigured
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
        """Draw the line."""
        from tqdm import tqdm

        self.bar = tqdm(desc=spider.name, unit=" pages", leave=False)

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


class Telling:
    """Prints the counts on standard output, a line a second at most and one a minute at least, where KLIPING_TELL is set."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("KLIPING_TELL"):
            raise NotConfigured
        self.stats, self.told = crawler.stats, 0.0
        crawler.signals.connect(self.moved, signal=signals.response_received)
        crawler.signals.connect(self.moved, signal=signals.item_scraped)
        crawler.signals.connect(self.opened, signal=signals.spider_opened)
        crawler.signals.connect(self.closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Telling:
        """Scrapy's way in."""
        return cls(crawler)

    def opened(self, spider: Spider) -> None:
        """Begin to beat."""
        self.pulse = create_looping_call(self.moved, spider)
        self.pulse.start(PULSE)

    def closed(self) -> None:
        """End it."""
        self.pulse.stop()

    def moved(self, spider: Spider) -> None:
        """Tell, if it is time."""
        tally = getattr(spider, "tally", None)
        if tally is not None and self.stats is not None and time.monotonic() - self.told > PAUSE:
            self.told = time.monotonic()
            tally.requests = self.stats.get_value("downloader/request_count", 0)
            tell(tally)


def tell(tally: Tally) -> None:
    """Print one line of counts; nobody need listen any more."""
    with suppress(BrokenPipeError):
        print(json.dumps(tally.counts()), flush=True)
