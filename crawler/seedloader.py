"""A seed file is a spider: ``scrapy list`` lists the seeds, ``scrapy crawl kompas`` crawls seeds/kompas.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from crawler.spiders.news import NewsSpider
from pipelines.outlets import SeedError, load, names, outlet_of

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.settings import BaseSettings

Names = list[str]  # within the class, ``list`` is Scrapy's method


class SeedLoader:
    """Makes the one spider's class for each seed; opens a seed only when it is crawled."""

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> SeedLoader:  # noqa: ARG003 (Scrapy's signature)
        """Scrapy's way in."""
        return cls()

    def load(self, spider_name: str) -> type[Spider]:
        """Make an outlet's spider; a seed that is missing or wrong is the user's mistake, told in one line."""
        try:
            outlet = load(spider_name)
        except SeedError as error:
            raise UsageError(str(error), print_help=False) from error
        settings = {} if outlet.delay is None else {"DOWNLOAD_DELAY": outlet.delay}
        return type(spider_name, (NewsSpider,), {"name": spider_name, "outlet": outlet, "custom_settings": settings})

    def find_by_request(self, request: Request) -> Names:
        """Name the outlet that owns an address."""
        outlet = outlet_of(request.url)
        return [outlet.slug] if outlet else []

    def list(self) -> Names:
        """Name every outlet."""
        try:
            return names()
        except SeedError as error:
            raise UsageError(str(error), print_help=False) from error
