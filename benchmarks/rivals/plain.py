"""The plain service that many a newsroom's archive runs on: stock Scrapy, trafilatura's full extraction, a commit an item.

``scrapy runspider plain.py -a urls=FILE``, with DATABASE_URL. It archives nothing, cleans nothing and remembers nothing.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import trafilatura
from scrapy import Request, Spider
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy.http import Response


class Base(DeclarativeBase):
    """Its tables."""


class Story(Base):
    """Its one table."""

    __tablename__ = "plain_stories"
    url: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str | None]
    author: Mapped[str | None]
    date: Mapped[str | None]
    tags: Mapped[str | None]
    text: Mapped[str | None]


class OneByOne:
    """Scrapy's item pipeline: a row and a commit each."""

    def open_spider(self) -> None:
        """Connect and make the table."""
        address = os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg2://")
        engine = create_engine(address)
        Base.metadata.create_all(engine)
        self.session = Session(engine)

    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        """Keep it."""
        self.session.add(Story(**item))
        self.session.commit()
        return item

    def close_spider(self) -> None:
        """Hang up."""
        self.session.close()


class Plain(Spider):
    """Asks every address of a file and reads each page by trafilatura."""

    name = "plain"
    custom_settings = {"ITEM_PIPELINES": {OneByOne: 100}}  # noqa: RUF012 (Scrapy's shape)

    def __init__(self, *, urls: str, **kwargs: str) -> None:
        super().__init__(**kwargs)
        self.urls = Path(urls).read_text(encoding="utf-8").split()

    async def start(self) -> AsyncIterator[Request]:
        """Ask them all."""
        for url in self.urls:
            yield Request(url)

    def parse(self, response: Response) -> Iterator[dict[str, Any]]:
        """Read one."""
        said = trafilatura.extract(response.text, url=response.url, output_format="json", with_metadata=True)
        read = json.loads(said) if said else {}
        names = ("title", "author", "date", "tags", "text")
        yield {"url": response.url, **{name: read.get(name) for name in names}}
