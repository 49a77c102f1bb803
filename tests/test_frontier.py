"""The frontier ends a run only when nothing is left to ask."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from invented import OUTLET, link

from crawler.frontier import Frontier
from crawler.run import Run
from crawler.tally import Tally

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from pipelines.store.memory import Due


class Late(Frontier):
    """Its door brings a story, and closes, just after the first lease has looked."""

    came = False

    async def _lease(self) -> list[Due]:
        found = await super()._lease()
        if not self.came:
            self.came = True
            await self.discover([link("1")])
            self.door_closed()
        return found


def test_a_story_that_comes_while_a_lease_is_on_its_way_is_not_left_behind(database: Engine) -> None:
    async def given() -> list[str]:
        frontier = Late(Run(database, OUTLET, {}), Tally(), only=None, limit=None, patience=0)
        frontier.door_opened()
        told = []
        async for due in frontier.due():
            told.append(due.story_id)
            await frontier.failed(due.story_id, state="gone", cause="HTTP 404")
        return told

    assert asyncio.run(given()) == ["1"]
