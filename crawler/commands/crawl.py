"""``scrapy crawl OUTLET``: checks the database first, crawls, and tells cron the truth by its exit code."""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import scrapy.core.downloader.contextfactory  # noqa: F401 (its deprecated names search every frame and module: early, there are few)
from scrapy.commands import BaseRunSpiderCommand
from scrapy.exceptions import UsageError
from sqlalchemy.exc import SQLAlchemyError

from crawler.adjusting import may_be_set, may_log
from crawler.ending import end
from crawler.guard import contact, way_out
from crawler.ping import ping
from crawler.run import Run
from crawler.stopping import end_well_when_hung_up, stop_well
from crawler.wishes import Wishes
from pipelines import logs, voice
from pipelines.archive import journal
from pipelines.nouns import Exit
from pipelines.permits import permitted
from pipelines.store import disk, patience, schema
from pipelines.store import engine as database
from pipelines.store.errors import ONLY_READS, only_reads
from pipelines.store.runs import Locked

if TYPE_CHECKING:
    import argparse
    import asyncio

    from sqlalchemy import Engine

    from pipelines.outlets import Outlet


M_ARENA_MAX = -8  # malloc.h


class Refusal(Exception):
    """A crawl that does not begin: its exit code and its one line."""

    def __init__(self, code: Exit, line: str) -> None:
        super().__init__(line)
        self.code = code


class Command(BaseRunSpiderCommand):
    """Scrapy's ``crawl`` with a memory, a lock and an exit code."""

    requires_project = True

    def syntax(self) -> str:
        """Give the usage line."""
        return "[options] <outlet>"

    def short_desc(self) -> str:
        """Give the line in ``scrapy --help``."""
        return "Crawl an outlet into the database (-a limit=N, -a urls=FILE -a again=1, -a since=DAY -a until=DAY)"

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read the options; a mistake is one line, where Scrapy's own would be a page or a traceback."""
        voice.ready()  # before Scrapy logs to them
        try:
            super().process_options(args, opts)
            settings: Any = self.settings
            may_be_set(settings, [name for name, _, _ in (given.partition("=") for given in opts.set)])
            may_log(settings)
        except (UsageError, OSError) as error:  # OSError: --pidfile
            print(f"{args[0] if args else 'crawl'}: {error}", file=sys.stderr)
            sys.exit(Exit.USAGE)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl; every way out sets ``exitcode`` and, where it is not 0, says one line."""
        try:
            self._run(args, opts)
        except UsageError as error:
            self.exitcode = Exit.USAGE
            print(f"{args[0] if args else 'crawl'}: {error}", file=sys.stderr)

    def _run(self, args: list[str], opts: argparse.Namespace) -> None:
        if strange := [arg for arg in args if arg.startswith("-")]:
            raise UsageError(f"{strange[0]}: unknown option; `scrapy crawl --help` names them")
        if len(args) != 1:
            raise UsageError("name one outlet; `scrapy list` lists them")
        spider: Any = self.crawler_process.spider_loader.load(args[0])  # type: ignore[union-attr]
        wishes = Wishes.read(opts.spargs, spider.outlet)
        try:
            self.exitcode, line = self._crawl(spider, wishes, opts)
        except Refusal as refusal:
            self.exitcode, line = refusal.code, str(refusal)
        ping(args[0], self.exitcode, line)
        if line:  # the last that is said: who reads one line reads the cause
            print(f"{args[0]}: {line}", file=sys.stderr)

    def _crawl(self, spider: Any, wishes: Wishes, opts: argparse.Namespace) -> tuple[Exit, str]:
        outlet: Outlet = spider.outlet
        _may_begin(outlet, wishes)
        _log(outlet)
        engine = _database()
        try:
            run = Run(engine, outlet.slug, opts.spargs)
        except Locked as locked:
            raise Refusal(Exit.LOCKED, str(locked)) from locked
        except (SQLAlchemyError, database.DatabaseError) as error:
            if only_reads(error):
                raise Refusal(Exit.USAGE, ONLY_READS) from error
            raise Refusal(Exit.DATABASE, f"database: {str(error).splitlines()[0]}") from error
        if outlet.permission != "free":
            _note_permit(run, outlet)
        end_well_when_hung_up()
        _one_heap()
        _write_no_more_than_is_read()
        _collect_seldom()
        crawler = self._create_crawler(spider)
        stop_well(crawler)
        process: Any = self.crawler_process
        asked = {"links": wishes.links, "limit": wishes.limit, "days": wishes.days, "again": wishes.again}
        crawling = process.crawl(crawler, run=run, **asked)
        process.start()
        return end(crawler, run, _broke(crawling))


def _note_permit(run: Run, outlet: Outlet) -> None:
    """Write down that we may; without that a rebuild would leave the pages out, so that none is asked for."""
    try:
        journal.note(run.archive.folder, "permit", outlet=outlet.slug, permission=outlet.permission, run=run.id)
    except OSError as error:
        run.patiently(lambda: run.end(Exit.DATABASE, {}, {}))
        raise Refusal(Exit.DATABASE, f"the permit cannot be written down: {type(error).__name__}: {error}") from error


def _broke(crawling: asyncio.Future[None]) -> str:
    """Say in a line what a crawl that never began died of: a class that is not there."""
    error = crawling.exception() if crawling.done() and not crawling.cancelled() else None
    return " ".join(f"{type(error).__name__}: {error}".split()) if error else ""


def _write_no_more_than_is_read() -> None:
    """Let Scrapy make no records that every handler leaves out: by its defaults two a page."""
    logging.getLogger("scrapy").setLevel(min((handler.level for handler in logging.getLogger().handlers), default=logging.NOTSET))


def _one_heap() -> None:
    """Let all threads share one heap: glibc gives each its own, and what one frees of another's pages stays in pieces.

    Over 24,000 stories such heaps grew from 207 MB to 217, one heap stayed at 185. Other systems' C libraries know no such wish.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)


def _collect_seldom() -> None:
    """Let the garbage collector pass over what is imported, and look at the rest less often.

    A tree of Twisted's deferreds comes and goes with every page: by its defaults the collector took a tenth of a crawl's time.
    """
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)  # the default is 700, 10, 10


def _may_begin(outlet: Outlet, wishes: Wishes) -> None:
    try:
        contact()
        way_out()
        disk.floor()
        patience.limit()
    except ValueError as error:
        raise UsageError(str(error), print_help=False) from error
    if not outlet.doors and wishes.links is None:
        raise UsageError(f"{outlet.slug} has no doors: list its stories (kliping crawl --urls FILE)", print_help=False)
    if not permitted(outlet):
        why = f"permission = {outlet.permission!r} in its seed"
        raise Refusal(Exit.NOT_PERMITTED, f"{why}; if you may crawl it, set KLIPING_PERMIT={outlet.slug}")


def _log(outlet: Outlet) -> None:
    try:
        logs.begin(os.environ, outlet=outlet.slug)
    except ValueError as error:
        raise UsageError(str(error), print_help=False) from error


def _database() -> Engine:
    try:
        disk.check()
        engine = database.connect()
        schema.check(engine, mend=database.is_embedded())
    except (SQLAlchemyError, database.DatabaseError) as error:
        code = Exit.USAGE if isinstance(error, database.Misuse) else Exit.DATABASE
        raise Refusal(code, str(error).splitlines()[0]) from error
    except schema.SchemaError as error:
        raise Refusal(Exit.SCHEMA, str(error)) from error
    return engine
