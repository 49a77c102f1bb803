"""What came in a page's place is archived too: a refusal, that nothing changed, that no answer came."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING

from crawler.pages import page_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.http import Response

    from pipelines.archive import Archive
    from pipelines.store.memory import Due


class Keeping:
    """Writes to the archive off the reactor; ``lost`` is told where the disk takes no word of it."""

    def __init__(self, archive: Archive, lost: Callable[[BaseException], None]) -> None:
        self.archive, self.lost = archive, lost

    async def answer(self, response: Response, due: Due) -> None:
        """Keep an answer that brought no page to read."""
        archive, page = self.archive, page_of(response, due.url)
        same = due.look and response.status < HTTPStatus.BAD_REQUEST and due.place
        await self._on_disk(lambda: archive.revisit(page, same) if same else archive.append(page))

    async def silence(self, due: Due, state: str, cause: str) -> None:
        """Keep that no answer came, and why."""
        await self._on_disk(lambda: self.archive.missed(due.url, state, cause))

    async def _on_disk(self, write: Callable[[], object]) -> None:
        try:
            await asyncio.to_thread(write)
            await asyncio.to_thread(self.archive.sync)
        except OSError as error:
            self.lost(error)
