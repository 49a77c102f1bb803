"""Extension: a host that is busy is given the time it asks for (Retry-After), else a second, two, four and so on.

A rest is in the database, so that the runs that follow keep it.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.utils.httpobj import urlparse_cached

from crawler.misses import Resting, retry_after
from crawler.stopping import Stopped, waited
from crawler.turns import Turns
from pipelines.store import rests
from pipelines.store.engine import data_dir
from pipelines.store.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)
BUSY = {429, 503}
MOVED = {301, 302, 303, 307, 308}
FIRST, LONGEST = 1.0, 60.0  # seconds of rest where the host names none
WAITED = 120.0  # seconds that a run waits for a host; one that asks for more is not asked again until then, by no run


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
        self.turns = Turns(data_dir() / "turns")
        # extensions connect in order: after AutoThrottle has set the slot, before CrawlDelay raises it to its floor
        crawler.signals.connect(self.response_downloaded, signal=signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Rest:
        """Scrapy's way in."""
        return cls(crawler)

    async def check(self, request: Request) -> None:
        """Wait for a host that rests, as earlier runs were told too; Resting where that is longer than a run waits.

        The database is asked once a host and run.
        """
        host = urlparse_cached(request).hostname or ""
        if host not in self.until:
            left = await self._in_database(rests.left, host) if self._has_memory else self.turns.resting(host)
            self.until.setdefault(host, monotonic() + (left or 0.0))
        if (left := self.until[host] - monotonic()) > WAITED:
            raise Resting(host, left)
        await waited(self.crawler, left)

    async def heed(self, request: Request, response: Response) -> None:
        """Note how long a host asks to be left alone, for the runs that follow; this one too, if it is more than a run waits.

        With a redirect it asks for time before that is followed (RFC 9110 §10.2.3): it is waited for, or Resting.
        """
        asked = retry_after(response) if response.status in BUSY | MOVED else None
        if not asked:
            return
        host, seconds = urlparse_cached(request).hostname or "", min(asked, rests.LONGEST)
        if response.status in MOVED:
            if asked > WAITED:
                raise Resting(host, seconds)
            await waited(self.crawler, asked)
            return
        if asked > WAITED:
            logger.warning("%s asks to be left alone for %.0f s: not asked for %.0f s", host, asked, seconds)
            self.until[host] = monotonic() + seconds
        with suppress(OSError):  # the guest book tells of a disk that takes nothing
            self.turns.rest(host, seconds)
        if self._has_memory:
            await self._in_database(rests.begin, host, seconds)

    @property
    def _has_memory(self) -> bool:
        return getattr(self.crawler.spider, "run", None) is not None

    async def _in_database(self, do: Callable[..., Any], *arguments: Any) -> Any:
        """Ask or note something of rests. Stopped where the database is lost: so is the run."""
        spider: Any = self.crawler.spider
        run = spider.run

        def call() -> Any:
            with run.engine.begin() as connection:
                return do(connection, *arguments)

        try:
            return await asyncio.to_thread(run.patiently, call)
        except DatabaseError as error:
            spider.lost(error)
            raise Stopped(str(error)) from error

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
        if asked is not None and asked > WAITED:  # nothing of it is asked any more
            return
        seconds = min(pause.seconds * 2, LONGEST) if pause else FIRST
        self.pauses[host] = Pause(seconds, pause.usual if pause else slot.delay)
        # counted from when the request left, so the time its answer took is added
        slot.delay = max(slot.delay, monotonic() - slot.lastseen + (seconds if asked is None else asked))
