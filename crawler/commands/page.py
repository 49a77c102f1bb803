"""``scrapy page URL FOLDER``: one page, asked as politely as any, archived in FOLDER and nowhere else."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy import Request
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.guard import contact, way_out
from crawler.misses import how_missed
from crawler.pages import page_of
from crawler.spiders.news import NewsSpider
from crawler.stopping import stop_well
from pipelines.archive import Archive
from pipelines.nouns import Exit
from pipelines.outlets import generic, outlet_of, owners_of
from pipelines.permits import permitted

if TYPE_CHECKING:
    import argparse
    from collections.abc import AsyncIterator

    from scrapy.http import Response
    from twisted.python.failure import Failure


class OnePage(NewsSpider):
    """Asks one address and keeps what came."""

    address: str
    folder: str
    missed = "interrupted"
    code = Exit.INTERRUPTED

    async def start(self) -> AsyncIterator[Request]:
        """Ask."""
        yield Request(self.address, self.keep, errback=self.miss, dont_filter=True)

    def keep(self, response: Response) -> None:
        """Archive the page."""
        archive = Archive(Path(self.folder), self.outlet.slug)
        archive.append(page_of(response, self.address))
        archive.close()
        self.code, self.missed = Exit.DONE, ""

    def miss(self, failure: Failure) -> None:
        """Say why it did not come."""
        how = how_missed(failure)
        self.missed = how["cause"]
        self.code = Exit.NOT_PERMITTED if how["state"] == "forbidden" else Exit.UNREACHABLE


class Command(ScrapyCommand):
    """Used by ``kliping read --url``."""

    requires_project = True
    default_settings: ClassVar[dict[str, Any]] = {"ITEM_PIPELINES": {}}

    def syntax(self) -> str:
        """Give the usage line."""
        return "[options] <url> <folder>"

    def short_desc(self) -> str:
        """Give the line in ``scrapy --help``."""
        return "Fetch one page into a WARC file (kliping read --url)"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002 (Scrapy's signature)
        """Fetch it; say one line where it does not come."""
        if len(args) != 2:  # noqa: PLR2004 (url and folder)
            raise UsageError("give an address and a folder", print_help=False)
        process: Any = self.crawler_process
        outlet = outlet_of(args[0]) or generic(args[0])
        if outlet is None:
            raise UsageError(f"{args[0]} is no address of a web page", print_help=False)
        try:
            contact()
            way_out()
        except ValueError as error:
            raise UsageError(str(error), print_help=False) from error
        if asked := next((owner for owner in owners_of(args[0]) if not permitted(owner)), None):
            self.exitcode = int(Exit.NOT_PERMITTED)
            why = f"permission = {asked.permission!r} in its seed; if you may ask it, set KLIPING_PERMIT={asked.slug}"
            print(f"{args[0]}: {why}", file=sys.stderr)
            return
        crawler = process.create_crawler(type(outlet.slug, (OnePage,), {"name": outlet.slug, "outlet": outlet}))
        stop_well(crawler)
        process.crawl(crawler, address=args[0], folder=args[1])
        process.start()
        self.exitcode = int(crawler.spider.code)
        if crawler.spider.missed:
            print(f"{args[0]}: {crawler.spider.missed}", file=sys.stderr)
