"""Walks an outlet's doors: feeds, sitemaps that name sitemaps, index pages until they bring nothing new."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from scrapy import Request

from crawler.announcements import Announcements
from crawler.misses import how_missed
from crawler.stopping import Stopped
from crawler.walk import DEAD, Silence, Walk
from pipelines import discovery
from pipelines.indonesian.dates import ZONES
from pipelines.store import doors as memory
from pipelines.store.errors import DatabaseError
from pipelines.store.runs import Locked

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from datetime import date

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.frontier import Frontier
    from crawler.tally import Tally
    from pipelines.archive import Archive
    from pipelines.outlets import Outlet
    from pipelines.seedtables import Door
    from pipelines.vitals import Watch

logger = logging.getLogger(__name__)
DAYS = 2  # a plain run walks today's index and yesterday's: stories of the last evening appear late
GAP = 14  # days that it makes up for, where runs were missed
BARREN = 2  # pages in a row without an id unseen in this walk: then the paging repeats itself
DEEPEST = 200  # pages of one day's index; the longest day seen had 6
SITEMAPS = 1_000  # sitemaps of one door, so that a loop of them ends
DOORS_FIRST = 10  # Scrapy's priority: doors before stories, feeds before all


class Doors:
    """Makes the doors' requests and reads their answers into the frontier."""

    def __init__(
        self,
        outlet: Outlet,
        frontier: Frontier,
        tally: Tally,
        lost: Callable[[BaseException], None],
        *,
        watch: Watch,
        archive: Archive,
    ) -> None:
        self.outlet, self.frontier, self.tally, self.lost = outlet, frontier, tally, lost
        self.watch = watch
        self.announcements = Announcements(outlet, tally, watch, archive)
        self.quiet: list[tuple[str, Walk]] = []  # doors that say they have not changed
        self.silence = Silence()
        self.turn = asyncio.Lock()  # one answer at a time: what a sitemap may name, 50,000 stories, is 40 MB until it is remembered

    async def open(self, door: Door) -> AsyncIterator[Request]:
        """Give the requests that open a door: of a dated one, today's pages and those of the days before."""
        for back in range(await self._days(door)):
            yield await self.ask(door, self.today() - timedelta(days=back))

    async def look_back(self, day: date) -> AsyncIterator[Request]:
        """Give the requests for a past day's index that was not walked to its end; none to a door that has fallen silent."""
        for door in self.outlet.doors:
            if not discovery.is_dated(door) or door.url in self.silence.dead:
                continue
            if await self.frontier.of_doors(memory.last_complete, door.url):
                self.silence.empty.setdefault(door.url, 0)
            if await self.frontier.of_doors(memory.day_complete, door.url, day):
                self.silence.heard(door.url, 1)
            else:
                yield await self.ask(door, day)

    def all_silent(self) -> bool:
        """Give up the dated doors that no longer answer, each with a line; say whether none is left."""
        for url in self.silence.fallen():
            self.tally.doors_dead += 1
            logger.warning("door %s: no answer for %d days in a row: given up for this run", url, DEAD)
        return all(door.url in self.silence.dead for door in self.outlet.doors if discovery.is_dated(door))

    async def _days(self, door: Door) -> int:
        if not discovery.is_dated(door):
            return 1
        last = await self.frontier.of_doors(memory.last_complete, door.url)
        missed = (self.today() - last).days if last else 0
        return max(DAYS, min(missed, GAP))

    def today(self) -> date:
        """Give the day it is where the outlet is."""
        return datetime.now(UTC).astimezone(ZONES[self.outlet.zone]).date()

    async def ask(self, door: Door, day: date) -> Request:
        """Give the request for a door's first page."""
        first = discovery.addresses(door, day, 1)
        return await self._begin(first, Walk(door, day, first))

    async def _begin(self, url: str, walk: Walk) -> Request:
        """Ask a door, or a sitemap that one names; one that holds all in one answer only for news."""
        known = await self.frontier.of_doors(memory.begin, url)
        walk.finished = known.finished
        if known.came:
            walk.known.add(url)
        asked = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        return self._ask(url, walk, {name: said for name, said in asked.items() if said})

    def _ask(self, url: str, walk: Walk, headers: dict[str, str] | None = None) -> Request:
        self.tally.doors += 1
        self.frontier.door_opened()
        request = Request(url, self.read, errback=self.miss, dont_filter=True, headers=headers)
        request.cb_kwargs.update(walk=walk, url=url)
        if headers:
            request.meta["handle_httpstatus_list"] = [HTTPStatus.NOT_MODIFIED]
        return request.replace(priority=DOORS_FIRST + (walk.door.kind == "feed"))

    async def read(self, response: Response, walk: Walk, url: str) -> AsyncIterator[Request]:
        """Remember what the door announces; ask on where it leads further. ``url`` is what was asked, before any redirect."""
        try:
            self.tally.doors_answered += 1
            async with self.turn:
                async for request in self._onward(response, walk, url):
                    yield request
            for request in self._doubted():
                yield request
        except (DatabaseError, Locked, OSError) as error:  # OSError: the disk takes no page
            self.lost(error)
        finally:
            self.frontier.door_closed()

    async def _onward(self, response: Response, walk: Walk, url: str) -> AsyncIterator[Request]:
        if response.status == HTTPStatus.NOT_MODIFIED:
            self.tally.doors_unchanged += 1
            self.quiet.append((url, walk))
            self.watch.quiet.add(walk.door.url)
            await self.frontier.of_doors(memory.end, url)
            return
        self.silence.days[walk.door.url] = 0
        links, named = await self.announcements.of(response, walk, url)
        if await self.announcements.is_walled(response, walk, links):
            return
        self.tally.doors_naming += bool(named) and not links
        ids = {link.story_id for link in links}
        if ids or not named:  # what a sitemap only names is told by what it names
            self.watch.door(walk.door.url, len(ids - walk.seen))
        if walk.finished and walk.has_pages:
            unheard = await self.frontier.of_doors(memory.unheard, walk.door.url, ids)
            walk.unheard, walk.caught_up = walk.unheard + unheard, bool(ids) and not unheard
        walk.barren = walk.barren + 1 if ids <= walk.seen else 0
        walk.seen |= ids
        await self.frontier.discover(links, walk.door.url)
        if not walk.has_pages:
            await self._came(url, response, ids, whole=not named and not walk.broken)
        further = [request async for request in self._further(walk, named)]
        for request in further:
            yield request
        if not further:
            await self._end(walk, url)

    async def _came(self, url: str, response: Response, ids: set[str], *, whole: bool) -> None:
        """Keep what the door may be asked by next time: not of half an answer, nor of a sitemap that names others."""
        said = [(response.headers.get(name) or b"").decode("latin-1") for name in ("ETag", "Last-Modified")]
        etag, modified = said if whole else (None, None)
        await self.frontier.of_doors(memory.came, url, ids, etag=etag, last_modified=modified)

    def _doubted(self) -> list[Request]:
        """Ask doors whole that say they have not changed, where the others know of new stories: some lie."""
        if self.frontier.doors_open > 1 or not self.tally.new:
            return []
        doubted, self.quiet = self.quiet, []
        self.watch.quiet.difference_update(walk.door.url for _, walk in doubted)
        return [self._ask(url, walk) for url, walk in doubted]

    async def _end(self, walk: Walk, url: str) -> None:
        """A walk to its end: note it; of a dated door note the day too, so that no walk back in time asks it again.

        A day of which nothing could be read is not done with: the index may be changed, or blocked.
        """
        await self.frontier.of_doors(memory.end, walk.first if walk.has_pages else url)
        if discovery.is_dated(walk.door):
            if not walk.broken:
                self.tally.days_empty = max(self.tally.days_empty, self.silence.heard(walk.door.url, len(walk.seen)))
            announced = walk.unheard if walk.caught_up else len(walk.seen)
            complete = bool(walk.seen) and not walk.broken and self.today() > walk.day
            told = {"announced": announced, "complete": complete, "further": walk.caught_up}
            await self.frontier.of_doors(memory.walked, walk.door.url, walk.day, **told)

    async def _further(self, walk: Walk, named: list[str]) -> AsyncIterator[Request]:
        for url in named:
            if url not in walk.seen and walk.page < SITEMAPS:
                walk.seen.add(url)
                walk.page += 1
                yield await self._begin(url, walk)
        if discovery.is_paged(walk.door) and walk.barren < BARREN and walk.page < DEEPEST and not walk.caught_up:
            walk.page += 1
            yield self._ask(discovery.addresses(walk.door, walk.day, walk.page), walk)

    async def miss(self, failure: Failure) -> AsyncIterator[Request]:
        """Note that no answer came. The doubted may have waited for it."""
        try:
            if not isinstance(failure.value, Stopped):
                await self._missed(how_missed(failure), **failure.request.cb_kwargs)  # type: ignore[attr-defined]  # Scrapy puts it there
            for doubted in self._doubted():
                yield doubted
        except (DatabaseError, Locked) as error:
            self.lost(error)
        finally:
            self.frontier.door_closed()

    async def _missed(self, how: Mapping[str, Any], walk: Walk, url: str) -> None:
        """Note a door that did not open; a page past an index's end is no trouble."""
        self.tally.doors_forbidden += how["state"] == "forbidden"
        self.tally.doors_answered += "http_status" in how and how["state"] == "gone"
        if how["state"] != "forbidden" or not self.tally.trouble:  # of several the one that may pass
            self.tally.trouble = how["cause"]
        if how["state"] == "gone" and url != walk.first and discovery.is_paged(walk.door):
            await self._end(walk, url)
            return
        self.silence.days[walk.door.url] += url == walk.first
        if not how.get("tried", True):  # its host rests, which tells nothing of the door
            self.tally.doors_resting, self.tally.resting = self.tally.doors_resting + 1, how["cause"]
            return
        logger.warning("door %s: %s", url, how["cause"])
        lasts = how["state"] in ("gone", "forbidden")  # what failed may be back in a minute
        walk.tell(self.watch, url, partial(self.watch.door, announced=0) if lasts else self.watch.closed.add)
