"""DOOR: Scrapy's item pipeline, duck-typed. Pages come in; each is archived, read, judged and stored, off the reactor."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipelines.archive.forgetting import bury_fetch
from pipelines.extract import attempt
from pipelines.store.keep import Kept, write
from pipelines.store.tables import FORGOTTEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.nouns import Page, Place, Reason
    from pipelines.vitals import Watch

logger = logging.getLogger(__name__)
BATCH = 100  # pages in one transaction
LINGER = 0.25  # seconds a page waits for company
COMPANY = 16  # pages that need not wait for more


@dataclass(frozen=True, slots=True)
class Settled:
    """What a page came to: its story's state, whether the story is new, for a refused page why, whether a held story changed.

    ``stray``: it was read though it fits no layout of the seed.
    """

    story_id: str
    state: str
    new: bool
    reasons: tuple[Reason, ...] = ()
    changed: bool = False
    stray: bool = False


LOST = Settled("", "lost", new=False)  # no row says anything of it: the next run asks again
Waiting = list[tuple["Page", "asyncio.Future[Settled]"]]


class Keeper:
    """Gathers pages into batches; a page is done when the transaction that holds it has committed."""

    def __init__(self, crawler: Any) -> None:
        self.crawler = crawler
        self.waiting: Waiting = []
        self.task: asyncio.Task[None] | None = None
        self.stirred = asyncio.Event()
        self.closing = False

    @classmethod
    def from_crawler(cls, crawler: Any) -> Keeper:
        """Scrapy's way in."""
        return cls(crawler)

    def open_spider(self) -> None:
        """Begin to write; without a run (``scrapy parse``, ``scrapy fetch``) nothing is stored."""
        if getattr(self.crawler.spider, "run", None) is not None:
            spider = self.crawler.spider
            self.writer = Writer(spider.run, spider.watch)
            self.task = asyncio.create_task(self._write())

    async def process_item(self, item: Page) -> Settled | Page:
        """Wait until the page is stored, and give what it came to."""
        if self.task is None:
            return item
        done: asyncio.Future[Settled] = asyncio.get_running_loop().create_future()
        self.waiting.append((item, done))
        self.stirred.set()
        return await done

    async def close_spider(self) -> None:
        """Let the last batch commit."""
        if self.task is not None:
            self.closing = True
            self.stirred.set()
            await self.task

    async def _write(self) -> None:
        while self.waiting or not self.closing:
            await self.stirred.wait()
            if len(self.waiting) < COMPANY and not self.closing:
                await asyncio.sleep(LINGER)
            self.stirred.clear()
            while batch := self.waiting[:BATCH]:
                await self._commit(batch)
                del self.waiting[: len(batch)]

    async def _commit(self, batch: Waiting) -> None:
        outcomes, broken = [LOST] * len(batch), None
        try:
            outcomes = await asyncio.to_thread(self.writer.store, [page for page, _ in batch])
        except Exception as error:  # noqa: BLE001 (whatever it was, the run ends and every page that waits must learn of it)
            broken = error
        for (_, done), outcome in zip(batch, outcomes, strict=True):
            if not done.done():
                done.set_result(outcome)
        if broken is not None:
            self.crawler.spider.lost(broken)


class Writer:
    """The steps of a batch, in a thread: archive, sync, read, store. A batch that fails halfway can be replayed whole."""

    def __init__(self, run: Any, watch: Watch) -> None:
        self.run, self.watch, self.outlet, self.archive = run, watch, watch.outlet, run.archive

    def store(self, pages: Sequence[Page]) -> list[Settled]:
        """Give one outcome a page, in order."""
        places = [self._archived(page) for page in pages]
        self.archive.sync()
        kept = [self._kept(page, place) for page, place in zip(pages, places, strict=True)]
        outcomes = self.run.patiently(lambda: write(self.run.engine, self.run.id, kept))
        for one, done in zip(kept, outcomes, strict=True):
            if done.state == FORGOTTEN and one.place:  # forgotten while it was under way
                bury_fetch(self.archive.folder, one.place)
        for one in kept:
            if one.reading:
                self.watch.see(one.reading, one.page.fetched_at)
        return [
            Settled(done.story_id, done.state, done.new, _reasons(one), done.changed, bool(one.reading and one.reading.stray))
            for one, done in zip(kept, outcomes, strict=True)
        ]

    def _archived(self, page: Page) -> Place | str:
        """Give where the page lies; why it does not, where it is itself the trouble: a disk's is the whole batch's."""
        try:
            place: Place = self.archive.append(page)
        except OSError:
            raise
        except Exception as error:
            logger.exception("the archive takes no %s", page.url)
            return f"not archived: {type(error).__name__}: {error}"
        return place

    def _kept(self, page: Page, place: Place | str) -> Kept:
        if isinstance(place, str):
            asked = self.outlet.story_id(page.asked_url or page.url)
            return Kept(self.outlet.slug, asked or "", page, None, None, place)
        reading = attempt(page, self.outlet)
        article, seen = reading.article, page.fetched_at or datetime.now(UTC)
        look = self.outlet.next_look(article.published_at, seen) if article else None
        return Kept(self.outlet.slug, reading.story_id or "", page, place, reading, next_look=look)


def _reasons(kept: Kept) -> tuple[Reason, ...]:
    return kept.reading.reject.reasons if kept.reading and kept.reading.reject else ()
