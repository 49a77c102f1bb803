"""``kliping worker``: one of any number that share the due outlets through the database; a dead one's outlets go to the others."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pipelines.cli.children import Children, Crawl
from pipelines.cli.log import begin_log, log_arguments
from pipelines.cli.mistake import Mistake, database_told, needs
from pipelines.cli.run import JOBS, room, seeds, tell
from pipelines.cli.steps import follow, logger, steps
from pipelines.cli.variables import warn
from pipelines.ends import stops
from pipelines.nouns import Exit

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from procrastinate import App
    from sqlalchemy import Engine

PAUSE = 1.0  # seconds before the queue is asked anew
LOOK, DEAD = 60, 30  # seconds: between two looks at the timetable; without a sign of life
CRAWLS, CLOCK, AFTER = "crawls", "clock", "after"  # the queues


def worker_arguments(parser: argparse.ArgumentParser) -> None:
    """Say how many at a time, and how often to look."""
    parser.add_argument("--jobs", type=int, default=JOBS, metavar="N", help=f"crawls at a time, here (default: {JOBS})")
    parser.add_argument("--look", type=int, default=LOOK, metavar="SECONDS", help="look for due outlets this often (1 to 60)")
    parser.add_argument("--dead", type=int, default=DEAD, metavar="SECONDS", help=f"silent for so long is dead (default: {DEAD})")
    parser.add_argument("--no-after", action="store_true", help="crawl only: no index, no kin, no deliveries")
    parser.add_argument("-v", "--verbose", action="store_true", help="tell every outlet's summary and all that its crawl says")
    log_arguments(parser)


def worker(args: argparse.Namespace) -> int:
    """Work until told to stop; what is under way is finished first."""
    needs("procrastinate", "worker", "kliping worker")
    if args.jobs < 1 or not 1 <= args.look <= LOOK or args.dead < 1:
        raise Mistake(f"--jobs and --dead need a number above 0, --look one from 1 to {LOOK}")
    if begin_log(args):
        logger.setLevel(logging.INFO)
    warn("worker")
    for name in ("procrastinate", "psycopg.pool"):  # what they say of a database that is away, we say once
        logging.getLogger(name).addHandler(logging.NullHandler())
    with database_told():
        from pipelines.store import queue, schema

        opened = schema.opened()
        app = queue.open_queue(args.jobs)
    return asyncio.run(Desk(app, opened, args).work())


class Desk:
    """What one worker does: looks for due outlets, crawls some of them, follows up."""

    def __init__(self, app: App, engine: Engine, args: argparse.Namespace) -> None:
        self.app, self.engine, self.args = app, engine, args
        self.children = Children(args.jobs, self.hear, ("-L", "INFO") if args.verbose else ())
        self.serving: list[asyncio.Task[None]] = []
        self.left_out: set[str] = set()
        self.written: dict[Path, int] = {}
        self.crawling = app.task(name="crawl", queue=CRAWLS)(self.crawl)
        self.following = app.task(name="follow", queue=AFTER, lock=AFTER, queueing_lock=AFTER)(self.follow)
        looking = app.task(name="look", queue=CLOCK, queueing_lock=CLOCK)(self.look)
        app.periodic(cron="* * * * *" if args.look == LOOK else f"* * * * * */{args.look}")(looking)

    async def work(self) -> Exit:
        """Serve the queue until asked to end."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_spare)
        how = {
            "install_signal_handlers": False, "delete_jobs": "always", "update_heartbeat_interval": self.args.dead / 3,
            "stalled_worker_timeout": float(self.args.dead),
        }  # fmt: skip
        async with self.app.open_async():
            for one in stops():
                loop.add_signal_handler(one, self.stop, one)
            while True:
                crawls = self.app.run_worker_async(queues=[CRAWLS], concurrency=self.args.jobs, **how)
                others = self.app.run_worker_async(queues=[CLOCK, AFTER], concurrency=2, **how)  # a long step stops no clock
                self.serving = [asyncio.create_task(one) for one in (crawls, others)]
                await asyncio.wait(self.serving, return_when=asyncio.FIRST_COMPLETED)
                if not self.children.stopped:  # procrastinate lost its database; the crawls wait for it by themselves
                    _cancel(self.serving)
                await asyncio.wait(self.serving)
                errors = [error for one in self.serving if not one.cancelled() and (error := one.exception())]
                if self.children.stopped or not await asyncio.to_thread(self.is_back):
                    break
                print("kliping worker: the database was away; going on", file=sys.stderr, flush=True)
                await asyncio.sleep(PAUSE)
            asked = self.children.stopped
            self.children.stop(signal.SIGTERM)
            self.children.forks.close()
            return Exit.DONE if asked else _lost(errors)

    def is_back(self) -> bool:
        """Wait for the database as long as a crawl does; whether it came back."""
        from pipelines.store.errors import DatabaseError
        from pipelines.store.patience import Patience

        def ask() -> bool:
            if not self.children.stopped:
                self.engine.connect().close()
            return not self.children.stopped

        try:
            return Patience()(ask)
        except DatabaseError:
            return False

    def stop(self, by: int = signal.SIGTERM) -> None:
        """End the crawls well, take no more, and wait. Asked again, the crawls are asked again: the workers would not wait."""
        again = self.children.stopped
        self.children.stop(by)
        if not again:
            _cancel(self.serving)

    def hear(self, crawl: Crawl, line: str) -> None:
        """Pass on what a crawl says."""
        if line and self.args.verbose:
            print(f"{crawl.outlet} | {line}", file=sys.stderr, flush=True)

    async def look(self, timestamp: int) -> None:  # noqa: ARG002 (procrastinate's signature)
        """Give out again what dead workers had, and what has come due."""
        from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
        from procrastinate.jobs import Status

        jobs = self.app.job_manager
        for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=self.args.dead):
            with suppress(ConnectorException):  # another worker noticed first
                await jobs.finish_job(job, Status.FAILED, delete_job=True)  # its outlet is still due, and given out below
        for outlet in await asyncio.to_thread(self.due):
            with suppress(AlreadyEnqueued):
                await self.crawling.configure(lock=outlet, queueing_lock=outlet).defer_async(outlet=outlet)

    async def crawl(self, outlet: str) -> None:
        """Crawl, unless someone was quicker."""
        from procrastinate.exceptions import AlreadyEnqueued

        if outlet not in await asyncio.to_thread(self.due):
            return
        crawl = Crawl(outlet)
        await self.children.one(crawl)
        tell(crawl, verbose=self.args.verbose)
        if steps() and not self.args.no_after and not self.children.stopped:
            with suppress(AlreadyEnqueued):
                await self.following.defer_async()

    async def follow(self) -> None:
        """Take the steps that follow new stories."""
        for step in steps():
            if self.children.stopped:
                return
            await asyncio.to_thread(follow, step, verbose=self.args.verbose)

    def due(self) -> list[str]:
        """Ask the timetable, the seeds and the disk as they are now."""
        from pipelines import schedule
        from pipelines.store import runs

        try:
            room()
            self.renew()
            sound, broken = seeds((), self.skipped)
            self.broken(broken)
            with database_told(), self.engine.connect() as connection:
                told = runs.timetable(connection, (outlet.slug for outlet in sound))
        except Mistake as mistake:  # the next look may find it mended
            print(f"kliping worker: {mistake}", file=sys.stderr, flush=True)
            return []
        return schedule.due(sound, told.begun, told.busy, told.now)

    def renew(self) -> None:
        """Read the seeds again, all in half a second, if one was written since, and say again what is wrong with them."""
        from pipelines import outlets, seedfiles

        with suppress(outlets.SeedError):  # their folder is gone: who asks for them next says so
            if (now := seedfiles.written()) != self.written:
                self.written = now
                self.left_out.clear()
                outlets.forget()

    def broken(self, slugs: Sequence[str]) -> None:
        """Name each broken seed once."""
        from pipelines.outlets import SeedError, load

        for slug in slugs:
            if slug not in self.left_out:
                self.left_out.add(slug)
                try:
                    load(slug)
                except SeedError as error:
                    print(f"kliping worker: {slug} is not crawled: {error}", file=sys.stderr, flush=True)

    def skipped(self, slug: str, why: str) -> None:
        """Say once why an outlet is not crawled."""
        if self.args.verbose and slug not in self.left_out:
            print(f"{slug}: skipped, {why}", file=sys.stderr, flush=True)
        self.left_out.add(slug)


def _spare(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Keep asyncio from printing what procrastinate's own tasks died of when the database went away: we say that in a line."""
    from procrastinate.exceptions import ConnectorException

    if not isinstance(context.get("exception"), ConnectorException):
        loop.default_exception_handler(context)


def _cancel(serving: Sequence[asyncio.Task[None]]) -> None:
    for one in serving:
        one.cancel()


def _lost(errors: Sequence[BaseException]) -> Exit:
    """Say what the queue's database died of; procrastinate keeps most of it to itself."""
    told = str(errors[0].__cause__ or errors[0]).splitlines()[0] if errors else "it stayed away"
    print(f"kliping worker: database: {told}", file=sys.stderr)
    return Exit.DATABASE


VERBS = {"worker": (worker_arguments, worker)}
