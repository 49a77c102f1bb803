"""The outlet's due stories, leased from the database a few at a time: Scrapy's own queue holds only what is leased."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from pipelines.store import looks, memory
from pipelines.store.discovered import discover

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from crawler.run import Run
    from crawler.tally import Tally
    from pipelines.nouns import Link

LEASED = 32  # stories under way at once; Scrapy takes them from its queue one a second
LEASED_IN_A_HURRY = 160  # where nothing holds it back: what is being fetched, read and stored at once


class Frontier:
    """What is due, what is under way, and whether the run is done. Database work runs in threads."""

    def __init__(
        self,
        run: Run,
        tally: Tally,
        *,
        only: Sequence[str] | None,
        limit: int | None,
        patience: float,
        places: int = LEASED,
        again: bool = False,
    ) -> None:
        self.run, self.tally, self.again = run, tally, again
        self.only, self.limit, self.patience, self.places = only, limit, patience, places
        self.under_way: set[str] = set()
        self.looking: set[str] = set()  # of those under way, which are held already
        self.doors_open = 0
        self.changed = asyncio.Event()

    async def due(self, patience: float | None = None) -> AsyncIterator[memory.Due]:
        """Give stories as they come due, until none is left, the limit is reached, or only a wait beyond patience remains."""
        patience = self.patience if patience is None else patience
        while not self.full():
            rows = await self._lease()
            for row in rows:
                self.under_way.add(row.story_id)
                if row.look:
                    self.looking.add(row.story_id)
                yield row
            if not rows and await self._over(patience):
                return

    async def _lease(self) -> list[memory.Due]:
        """Take new stories first. Looks come when no door may bring more of them; at listed addresses only if asked for."""
        room = self._room()
        rows: list[memory.Due] = []
        if room:
            rows = await self._in_thread(memory.lease, self.run.id, self.run.outlet, room, self.only)
        if room and not rows and not self.doors_open and (self.only is None or self.again):
            rows = await self._in_thread(looks.lease, self.run.id, self.run.outlet, room, self.only)
        return rows

    async def discover(self, links: Sequence[Link], source: str = "") -> None:
        """Remember what a door announced before any of it is fetched; ``source`` is the door as the seed writes it."""
        new = await self._in_thread(discover, self.run.id, self.run.outlet, links, source)
        self.tally.announced += len(links)
        self.tally.new += new

    async def take(self, links: Sequence[Link], listed: Sequence[str]) -> None:
        """Remember what a person lists. What is held or given up is asked for if he says so, else counted: it is passed over."""
        self.tally.new += await self._in_thread(discover, self.run.id, self.run.outlet, links, again=self.again)
        self.tally.announced += len(links)
        if self.again:
            await self._in_thread(looks.wish, self.run.outlet, listed)
        else:
            self.tally.held, self.tally.given_up = await self._in_thread(memory.passed_over, self.run.outlet, listed)

    async def of_doors(self, do: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Ask or note something of the outlet's doors (``pipelines.store.doors``)."""
        return await self._in_thread(do, self.run.outlet, *arguments, **named)

    async def doors_closed(self) -> None:
        """Wait until no door is being asked."""
        while self.doors_open:
            self.changed.clear()
            await self.changed.wait()

    async def failed(self, story_id: str, **how: Any) -> None:
        """Note a story that did not come, and why."""
        await self._in_thread(memory.mark, self.run.outlet, story_id, **how)
        self.settled(story_id)

    async def unchanged(self, story_id: str, **how: Any) -> None:
        """Note a story that a look found as it was."""
        await self._in_thread(memory.mark, self.run.outlet, story_id, state="unchanged", cause=None, **how)
        self.settled(story_id)

    async def look_failed(self, story_id: str, **how: Any) -> None:
        """Note a look that brought no answer: the story is held all the same."""
        await self._in_thread(looks.failed, self.run.outlet, story_id, **how)
        self.settled(story_id)

    async def held(self) -> int:
        """Count the stories due now."""
        count: int = await self._in_thread(memory.due_count, self.run.outlet, self.only)
        return count

    def settled(self, story_id: str) -> None:
        """Note that a story is no longer under way."""
        self.under_way.discard(story_id)
        self.looking.discard(story_id)
        self.changed.set()

    def door_opened(self) -> None:
        """Note a door, or a page of one, that is being asked."""
        self.doors_open += 1

    def door_closed(self) -> None:
        """Note that it is done."""
        self.doors_open -= 1
        self.changed.set()

    def full(self) -> bool:
        """Say whether the limit is reached; it counts new stories alone, not those looked at unless they were asked for."""
        return self.limit is not None and self._come() >= self.limit

    def _come(self) -> int:
        return self.tally.stored + self.tally.unchanged + (self.tally.looked if self.again else 0)

    def _room(self) -> int:
        room = self.places - len(self.under_way)
        if room < self.places // 4:  # a few at a time, not one for each that is done
            return 0
        if self.limit is None:
            return room
        return max(min(room, self.limit - self._come() - len(self.under_way)), 0)

    async def _over(self, patience: float) -> bool:
        """Wait for something to change; say whether nothing can any more."""
        self.changed.clear()
        if self.under_way or self.doors_open:
            await self.changed.wait()
            return False
        # a door may have brought stories and closed while the last lease was on its way
        if await self._in_thread(memory.give_back, self.run.id) or await self.held():
            return False
        seconds = await self._in_thread(memory.next_due, self.run.outlet, self.only)
        if seconds is None or seconds > patience:
            return True
        await asyncio.sleep(max(seconds, 0.05))
        return False

    async def _in_thread(self, do: Any, *arguments: Any, **named: Any) -> Any:
        def call() -> Any:
            self.run.hold()
            with self.run.engine.begin() as connection:
                return do(connection, *arguments, **named)

        return await asyncio.to_thread(self.run.patiently, call)
