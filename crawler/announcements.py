"""Reads a door's answer, once it is archived: what it announces, and whether it is the door's at all."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.pages import page_of
from pipelines import discovery, faults
from pipelines.store.doors import LONGEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy.http import Response

    from crawler.tally import Tally
    from crawler.walk import Walk
    from pipelines.archive import Archive
    from pipelines.nouns import Link
    from pipelines.outlets import Outlet
    from pipelines.vitals import Watch

logger = logging.getLogger("crawler.doors")  # who reads the log asks for all that is wrong with doors by one name


class Announcements:
    """What an outlet's doors say. Notes in the walk whether an answer was none."""

    def __init__(self, outlet: Outlet, tally: Tally, watch: Watch, archive: Archive) -> None:
        self.outlet, self.tally, self.watch, self.archive = outlet, tally, watch, archive

    async def of(self, response: Response, walk: Walk, url: str) -> tuple[Sequence[Link], list[str]]:
        """Give the stories and the further sitemaps that a door names; one that breaks the reader names none, and is an alarm."""
        await asyncio.to_thread(self._keep, response, walk)
        try:
            found, named = await asyncio.to_thread(
                discovery.announced, response.body, response.url, walk.door, self.outlet, _kind(response)
            )
            fault = await asyncio.to_thread(faults.fault, response.body, walk.door)
        except Exception:
            logger.exception("the reader broke on the door %s", response.url)
            self.tally.broken += 1
            walk.broken = True
            return [], []
        if fault:
            logger.warning("door %s: %s", response.url, fault)
            walk.broken = True
            if not found and not named:
                walk.tell(self.watch, url, self.watch.garbled.add)
        return [replace(link, door=response.url) for link in found], _askable(response.url, named)

    async def is_walled(self, response: Response, walk: Walk, links: Sequence[Link]) -> bool:
        """Say whether a wall stands where an index's page should: then the walk is not at its end, nor is its day done with."""
        if walk.broken or not discovery.is_paged(walk.door) or (links and walk.page > 1):
            return False
        shown = await asyncio.to_thread(faults.beside_rows, response.body, response.url, walk.door, self.outlet, _kind(response))
        if walk.page == 1:
            walk.beside = shown
            return False
        if not faults.is_wall(shown, walk.beside):
            return False
        logger.warning("door %s: no page of this index came, but a wall", response.url)
        return True

    def _keep(self, response: Response, walk: Walk) -> None:
        """Where and when a story was announced is a fact too: on disk before anything rests on it."""
        self.archive.append(page_of(response, response.url), "door", door=walk.door.url, day=walk.day.isoformat())
        self.archive.sync()


def _askable(door: str, named: Sequence[str]) -> list[str]:
    """Leave out the sitemaps whose addresses no index holds: one such would end every crawl of the outlet."""
    short = [url for url in named if len(url.encode(errors="replace")) <= LONGEST]
    if long := len(named) - len(short):
        logger.warning("door %s: %d of the sitemaps it names passed over: longer than %d bytes", door, long, LONGEST)
    return short


def _kind(response: Response) -> str:
    return (response.headers.get("Content-Type") or b"").decode("latin-1")
