"""The one spider: asks an outlet's doors what stories there are, then each story once. What it brings are Pages."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider, signals
from scrapy.spidermiddlewares.httperror import HttpError

from crawler.doors import Doors
from crawler.frontier import LEASED, LEASED_IN_A_HURRY, Frontier
from crawler.keeping import Keeping
from crawler.looks import is_same, looking
from crawler.misses import how_missed
from crawler.pages import page_of
from crawler.parts import next_part
from crawler.stopping import letting_go
from crawler.tally import Tally
from pipelines.items import Settled
from pipelines.store.errors import DatabaseError
from pipelines.store.runs import Locked
from pipelines.vitals import Watch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
    from datetime import date

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.run import Run
    from pipelines.nouns import Link, Page
    from pipelines.outlets import Outlet
    from pipelines.store.memory import Due


class NewsSpider(Spider):
    """Crawls one outlet. ``run`` is given by our crawl command; without it nothing is stored."""

    outlet: Outlet
    keeping: Keeping  # this and what follows, from ``start`` on
    frontier: Frontier
    doors: Doors

    def __init__(
        self,
        *,
        run: Run | None = None,
        links: Sequence[Link] | None = None,
        limit: int | None = None,
        days: Sequence[date] = (),
        again: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.run, self.links, self.limit, self.days, self.again = run, links, limit, days, again
        self.tally = Tally()
        self.watch = Watch(self.outlet)
        self.closing: asyncio.Future[None] | None = None
        self.breaking: list[asyncio.Future[None]] = []  # a task that nobody holds may be swept away

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> NewsSpider:
        """Scrapy's way in."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.item_scraped, signal=signals.item_scraped)
        crawler.signals.connect(spider.broke, signal=signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Ask the doors, then whatever is due; with a list of addresses, exactly those; with days, each day's index and stories."""
        if self.run is None:
            return
        only = [link.story_id for link in self.links] if self.links is not None else None
        patience = self.settings.getfloat("KLIPING_PATIENCE")
        places = LEASED if self.settings.getfloat("DOWNLOAD_DELAY") else LEASED_IN_A_HURRY
        self.keeping = Keeping(self.run.archive, self.lost)
        wishes: dict[str, Any] = {"only": only, "limit": self.limit, "again": self.again}
        self.frontier = Frontier(self.run, self.tally, patience=patience, places=places, **wishes)
        self.doors = Doors(self.outlet, self.frontier, self.tally, self.lost, watch=self.watch, archive=self.run.archive)
        try:
            async for request in self._requests():
                yield request
        except (DatabaseError, Locked) as error:
            self.lost(error)

    async def _requests(self) -> AsyncIterator[Request]:
        if self.links is not None:
            await self.frontier.take(self.links, [link.story_id for link in self.links])
        asked = self._ask_doors() if self.links is None and not self.days else self._walk_back()
        async for request in asked:
            yield request
        async for request in self._stories():
            yield request

    async def _ask_doors(self) -> AsyncIterator[Request]:
        """All doors at once; with a limit one after the other, until there are enough stories."""
        for door in self.outlet.doors:
            async for request in self.doors.open(door):
                yield request
            if self.limit is None:
                continue
            await self.frontier.doors_closed()
            if await self.frontier.held() >= self.limit:
                async for request in self._stories(patience=0):
                    yield request
                if self.frontier.full():
                    return

    async def _walk_back(self) -> AsyncIterator[Request]:
        """Day by day, the newest first: its dated doors, then its stories; until no door answers any more."""
        for day in self.days:
            async for request in self.doors.look_back(day):
                yield request
            await self.frontier.doors_closed()
            async for request in self._stories(patience=0):
                yield request
            if self.frontier.full() or self.doors.all_silent():
                return

    async def _stories(self, patience: float | None = None) -> AsyncIterator[Request]:
        """What is due. An address that the seed, edited since, takes for no story or for another is never asked."""
        async for due in self.frontier.due(patience):
            if self.outlet.story_id(due.url) == due.story_id:
                yield self._story(due)
            else:
                await self._settle(self.frontier.failed, due, state="gone", cause="by its seed no address of this story any more")

    def _story(self, due: Due) -> Request:
        self.tally.asked += 1
        if due.repeat:
            self.watch.repeated.add(due.story_id)
        request = Request(due.url, self.read_story, errback=self.miss_story, dont_filter=True, cb_kwargs={"due": due})
        return looking(request, due, self.outlet) if due.look else request

    async def read_story(self, response: Response, due: Due) -> AsyncIterator[Page | Request]:
        """Hand on the page as it came; where the outlet parts the story, with its other pages. One that did not change is done."""
        if due.look and is_same(response, due, self.outlet):
            await self.keeping.answer(response, due)
            await self._settle(self.frontier.unchanged, due, http_status=response.status, next_look_at=self._next_look(due))
            self.tally.looked += 1
            return
        self.tally.fetched += 1
        yield self._onward(page_of(response, due.url), due)

    def read_more(self, response: Response, due: Due, story: Page) -> Iterator[Page | Request]:
        """Lay one more page of a story to the others."""
        asked = response.meta.get("redirect_urls", [response.url])[0]
        yield self._onward(replace(story, more=(*story.more, page_of(response, asked))), due)

    def _onward(self, story: Page, due: Due) -> Page | Request:
        missing = next_part(story, self.outlet)
        if missing is None:
            return story
        return Request(missing, self.read_more, errback=self.miss_more, dont_filter=True, cb_kwargs={"due": due, "story": story})

    async def miss_more(self, failure: Failure) -> AsyncIterator[Page]:
        """One that is not there for good leaves the story partial; one that did not come this time is asked again with the rest."""
        if how_missed(failure)["state"] in ("gone", "forbidden"):
            yield failure.request.cb_kwargs["story"]  # type: ignore[attr-defined]  # Scrapy puts it there
        else:
            await self.miss_story(failure)

    async def miss_story(self, failure: Failure) -> None:
        """Note why a story did not come. Of a run that is being broken off it is no try: its lease ends with it."""
        due: Due = failure.request.cb_kwargs["due"]  # type: ignore[attr-defined]  # Scrapy puts it there
        if self.stopping and not isinstance(failure.value, HttpError):
            self.frontier.settled(due.story_id)
            return
        how = how_missed(failure)
        if isinstance(failure.value, HttpError):
            await self.keeping.answer(failure.value.response, due)
        else:
            await self.keeping.silence(due, how["state"], how["cause"])
        if self.closing is not None:  # a disk that took no word of it: then no row may say it either
            self.frontier.settled(due.story_id)
            return
        if not due.repeat:
            self.tally.missed(how, due.story_id, looked=due.look)
        await self._failed(due, **how)

    async def _failed(self, due: Due, **how: Any) -> None:
        """Note it of a story that did not come; one that is held stays held where only this look at it failed."""
        if (due.look or due.repeat) and how["state"] == "failed":
            del how["state"]
            await self._settle(self.frontier.look_failed, due, otherwise=self._next_look(due), **how)
        else:
            await self._settle(self.frontier.failed, due, next_look_at=self._next_look(due) if due.look else None, **how)

    def _next_look(self, due: Due) -> datetime | None:
        return self.outlet.next_look(due.published_at, datetime.now(UTC))

    async def _settle(self, note: Callable[..., Awaitable[None]], due: Due, **how: Any) -> None:
        try:
            await note(due.story_id, **how)
        except Exception as error:  # noqa: BLE001 (a story that cannot be settled would be waited for for ever)
            self.lost(error)

    @property
    def stopping(self) -> bool:
        """Whether the run is being broken off, by a signal or for a trouble of its own."""
        return self.closing is not None or (self.crawler.engine is not None and not self.crawler.engine.running)

    def item_scraped(self, item: Any) -> None:
        """Count what a page came to."""
        if isinstance(item, Settled):
            if item.state == "stored" or item.story_id not in self.watch.repeated:
                self.tally.settled(item, looked=item.story_id in self.frontier.looking)
            self.frontier.settled(item.story_id)

    def broke(self, failure: Failure, response: Any) -> None:
        """A callback of ours broke: its story failed, and the run must not wait for it for ever."""
        request = getattr(response, "request", None)
        self.tally.broken += 1
        if request is not None and "due" in request.cb_kwargs:
            cause = f"our crawler broke: {type(failure.value).__name__}: {failure.value}"
            self.breaking.append(asyncio.ensure_future(self._failed(request.cb_kwargs["due"], state="failed", cause=cause)))

    def lost(self, error: BaseException) -> None:
        """Stop: the database did not come back, another run has the outlet, the disk is full, or a story could not be settled."""
        if self.crawler.engine is not None and self.closing is None:
            self.tally.trouble = next(iter(str(error).splitlines()), type(error).__name__)
            reason = "locked" if isinstance(error, Locked) else "database"
            ending = self.crawler.engine.close_spider_async(reason=reason)
            self.closing = asyncio.ensure_future(letting_go(self.crawler, ending))
