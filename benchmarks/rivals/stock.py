"""Stock Scrapy, fetching and nothing else: ``scrapy runspider stock.py -a urls=FILE``. Its settings are Scrapy's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scrapy import Request, Spider

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy.http import Response


class Stock(Spider):
    """Asks every address of a file."""

    name = "stock"

    def __init__(self, *, urls: str, **kwargs: str) -> None:
        super().__init__(**kwargs)
        self.urls = Path(urls).read_text(encoding="utf-8").split()

    async def start(self) -> AsyncIterator[Request]:
        """Ask them all."""
        for url in self.urls:
            yield Request(url)

    def parse(self, response: Response) -> None:
        """Look at nothing: the body is here, decompressed."""
        assert response.body
