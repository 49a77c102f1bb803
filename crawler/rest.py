"""Extension: a host that is busy is given the time it asks for (Retry-After), else a second, two, four and so on."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from scrapy import signals

from crawler.misses import Resting, retry_after

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)
BUSY = {429, 503}
FIRST, LONGEST = 1.0, 60.0  # seconds of rest where the host names none
WAITED = 120.0  # seconds that a run waits for a host; one that asks for more is not asked again in this run


@dataclass(slots=True)
class Pause:
    """How long a host rests now, and its slot's delay before."""

    seconds: float
    usual: float


class Rest:
    """Lengthens a busy host's delay to its rest, and gives the old one back when it answers again."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.pauses: dict[str, Pause] = {}
        self.until: dict[str, float] = {}
        # extensions connect in order: after AutoThrottle has set the slot, before CrawlDelay raises it to its floor
        crawler.signals.connect(self.response_downloaded, signal=signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Rest:
        """Scrapy's way in."""
        return cls(crawler)

    def check(self, request: Request) -> None:
        """Refuse a request to a host that rests longer than the run waits."""
        host = request.meta.get("download_slot", "")
        if (left := self.until.get(host, 0.0) - monotonic()) > 0:
            raise Resting(host, left)

    def response_downloaded(self, response: Response, request: Request) -> None:
        """Judge an answer: the host is busy, or it is itself again."""
        host = request.meta.get("download_slot")
        slot = self.crawler.engine.downloader.slots.get(host) if self.crawler.engine and host else None
        if host is None or slot is None:
            return
        pause = self.pauses.get(host)
        if response.status not in BUSY:
            if pause:
                slot.delay = self.pauses.pop(host).usual
                slot.close()  # the wake-up that was set by the long delay; the downloader sets the next after this signal
            return
        asked = retry_after(response)
        seconds = min(pause.seconds * 2, LONGEST) if pause else FIRST
        if asked is not None and asked > WAITED:
            self.until[host] = monotonic() + asked
            logger.warning("%s asks to be left alone for %.0f s: not asked again in this run", host, asked)
            return
        self.pauses[host] = Pause(seconds, pause.usual if pause else slot.delay)
        # counted from when the request left, so the time its answer took is added
        slot.delay = max(slot.delay, monotonic() - slot.lastseen + (seconds if asked is None else asked))
