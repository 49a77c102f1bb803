"""Walks an outlet's doors: feeds, sitemaps that name sitemaps, index pages until they bring nothing new."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from scrapy import Request

from crawler.misses import how_missed
from crawler.run import Locked
from pipelines import discovery
from pipelines.indonesian.dates import ZONES
from pipelines.store.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.frontier import Frontier
    from crawler.tally import Tally
    from pipelines.nouns import Link
    from pipelines.outlets import Outlet
    from pipelines.seedtables import Door

logger = logging.getLogger(__name__)
DAYS = 2  # a plain run walks today's index and yesterday's: stories of the last evening appear late
BARREN = 2  # pages in a row without an id unseen in this walk: then the paging repeats itself
DEEPEST = 200  # pages of one day's index; the longest day seen had 6
SITEMAPS = 1_000  # sitemaps of one door, so that a loop of them ends
DOORS_FIRST = 10  # Scrapy's priority: doors before stories, feeds before all


@dataclass(slots=True)
class Walk:
    """One walk through one door."""

    door: Door
    day: date
    page: int = 1
    seen: set[str] = field(default_factory=set)
    barren: int = 0


class Doors:
    """Makes the doors' requests and reads their answers into the frontier."""

    def __init__(self, outlet: Outlet, frontier: Frontier, tally: Tally, lost: Callable[[BaseException], None]) -> None:
        self.outlet, self.frontier, self.tally, self.lost = outlet, frontier, tally, lost

    def open(self, door: Door) -> Iterator[Request]:
        """Give the requests that open a door: of a dated one, today's pages and yesterday's."""
        for back in range(DAYS if discovery.is_dated(door) else 1):
            yield self.ask(door, self.today() - timedelta(days=back))

    def today(self) -> date:
        """Give the day it is where the outlet is."""
        return datetime.now(UTC).astimezone(ZONES[self.outlet.zone]).date()

    def ask(self, door: Door, day: date) -> Request:
        """Give the request for a door's first page."""
        return self._ask(discovery.addresses(door, day, 1), Walk(door, day))

    def _ask(self, url: str, walk: Walk) -> Request:
        self.tally.doors += 1
        self.frontier.door_opened()
        priority = DOORS_FIRST + (walk.door.kind == "feed")
        return Request(url, self.read, errback=self.miss, dont_filter=True, priority=priority, cb_kwargs={"walk": walk})

    async def read(self, response: Response, walk: Walk) -> AsyncIterator[Request]:
        """Remember what the door announces; ask on where it leads further."""
        try:
            self.tally.doors_answered += 1
            found, further = await asyncio.to_thread(self._links, response, walk)
            links = [replace(link, door=response.url) for link in found]
            fresh = {link.story_id for link in links} - walk.seen
            walk.seen |= fresh
            walk.barren = 0 if fresh else walk.barren + 1
            await self.frontier.discover(links)
            onward = list(self._onward(walk, further))
            for request in onward:
                yield request
            if not onward:
                await self._end(walk)
        except (DatabaseError, Locked) as error:
            self.lost(error)
        finally:
            self.frontier.door_closed()

    async def _end(self, walk: Walk) -> None:
        """A dated door walked to its end: note the day, so that no walk back in time asks it again."""
        if discovery.is_dated(walk.door):
            over = self.today() > walk.day
            await self.frontier.walked(walk.door.url, walk.day, announced=len(walk.seen), complete=over)

    def _links(self, response: Response, walk: Walk) -> tuple[list[Link], list[str]]:
        if walk.door.kind == "feed":
            return discovery.feed(response.body, response.url, self.outlet), []
        if walk.door.kind == "sitemap":
            return discovery.sitemap(response.body, response.url, self.outlet)
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
        return discovery.index(response.body, response.url, walk.door.items, self.outlet, kind), []

    def _onward(self, walk: Walk, further: list[str]) -> Iterator[Request]:
        for url in further:
            if url not in walk.seen and walk.page < SITEMAPS:
                walk.seen.add(url)
                walk.page += 1
                yield self._ask(url, walk)
        if discovery.is_paged(walk.door) and walk.barren < BARREN and walk.page < DEEPEST:
            walk.page += 1
            yield self._ask(discovery.addresses(walk.door, walk.day, walk.page), walk)

    async def miss(self, failure: Failure) -> None:
        """Note a door that did not open; a page past an index's end is no trouble."""
        request: Any = failure.request  # type: ignore[attr-defined]  # Scrapy puts it there
        how, walk = how_missed(failure), request.cb_kwargs["walk"]
        self.tally.doors_forbidden += how["state"] == "forbidden"
        self.tally.doors_answered += "http_status" in how and how["state"] == "gone"
        self.tally.trouble = how["cause"]
        try:
            if how["state"] != "gone" or walk.page == 1:
                logger.warning("door %s: %s", request.url, how["cause"])
            else:
                await self._end(walk)
        except (DatabaseError, Locked) as error:
            self.lost(error)
        finally:
            self.frontier.door_closed()
