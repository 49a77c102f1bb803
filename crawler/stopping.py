"""A run that is broken off finishes what has been asked and lets go of what waits for its turn: minutes under a Crawl-delay."""

from __future__ import annotations

import asyncio
import os
import signal
from time import monotonic
from typing import TYPE_CHECKING
from weakref import WeakSet

from scrapy.exceptions import IgnoreRequest

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from scrapy.crawler import Crawler

PAUSE = 0.1  # seconds between two looks: what waited for a robots.txt comes to its host's queue late


_ENDING: WeakSet[Crawler] = WeakSet()


class Stopped(IgnoreRequest):
    """A request that was not sent, for its run ends: no try."""


async def waited(crawler: Crawler, seconds: float) -> None:
    """Wait so many seconds for a host's turn; Stopped where the run ends before."""
    until = monotonic() + seconds
    while (left := until - monotonic()) > 0:
        if crawler in _ENDING:
            raise Stopped("the run ends")
        await asyncio.sleep(min(left, PAUSE))


def end_well_when_hung_up() -> None:
    """Take a terminal that is closed (SIGHUP) for a SIGTERM, which Scrapy knows; nohup's wish to go on is left."""
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        signal.signal(signal.SIGHUP, _hung_up)


def _hung_up(*_: object) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a shell and its terminal may both say it: at a second SIGTERM stories go
    os.kill(os.getpid(), signal.SIGTERM)


def stop_well(crawler: Crawler) -> None:
    """Have a crawler that is told to stop let go of what waits. Scrapy would send up to sixteen requests more, one a delay."""
    stop = crawler.stop_async

    async def stop_async() -> None:
        await letting_go(crawler, stop())

    crawler.stop_async = stop_async  # type: ignore[method-assign]  # it tells nobody that it stops


async def letting_go(crawler: Crawler, ending: Awaitable[None]) -> None:
    """Wait for an end, and let go of what waits for its turn until then."""
    _ENDING.add(crawler)
    end = asyncio.ensure_future(ending)
    while not end.done():
        await asyncio.wait([end], timeout=PAUSE)
        _let_go(crawler)
    await end


def _let_go(crawler: Crawler) -> None:
    for slot in crawler.engine.downloader.slots.values() if crawler.engine else ():
        while slot.queue:
            _, waiting = slot.queue.popleft()
            waiting.errback(Stopped("the run ends"))
