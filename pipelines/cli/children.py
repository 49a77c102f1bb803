"""Crawls as child processes, several at a time: started, listened to, stopped and waited for together. Nothing here prints."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.cli.forks import Forks
from pipelines.ends import stops
from pipelines.nouns import Exit

if TYPE_CHECKING:
    from asyncio import StreamReader
    from asyncio.subprocess import Process
    from collections.abc import Callable, Iterable

    from pipelines.cli.forks import Fork

LONGEST = 1 << 24  # bytes of one line that a child may say
REMEMBERED = 40  # lines of what it said
SILENT = 900.0  # seconds without a word of a crawl, which gives one a minute: it hangs
LOOK = 5.0  # seconds between two looks at the clock
GRACE = 180.0  # seconds in which one that is to end finishes what is under way; it may wait for its database for two minutes
UNSENT = re.compile(r"(?:ping|alarm by \w+) not sent: (?!KLIPING_).+")  # what a variable lacks was told before the crawls
CRAWL = "crawler.beforehand"  # what every crawl needs


@dataclass(slots=True)
class Crawl:
    """One outlet's crawl: waiting, then at work, then over with its exit code."""

    outlet: str
    began: float | None = None
    heard_at: float = 0.0
    hung: bool = False
    seconds: float = 0.0
    code: Exit | None = None
    counts: dict[str, int] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    @property
    def said(self) -> str:
        """Its verdict in a line; empty if all is well."""
        if not self.code or not self.lines:
            return ""
        return re.sub(rf"^({re.escape(self.outlet)}|\S+: error): ", "", self.lines[-1])  # Scrapy's own words for a usage error

    @property
    def unsent(self) -> list[str]:
        """What was to be told to somebody and reached nobody, a line each, however the crawl ended."""
        return [told[0] for line in self.lines if (told := UNSENT.search(line))]

    def lasted(self) -> float:
        """Seconds so far."""
        return self.seconds if self.began is None or self.code is not None else time.monotonic() - self.began


class Children:
    """Runs crawls side by side. ``heard`` is called with a crawl whenever it moved, and with what it said, empty for counts."""

    def __init__(self, jobs: int, heard: Callable[[Crawl, str], None], options: Iterable[str] = ()) -> None:
        self.jobs, self.heard, self.options = asyncio.Semaphore(jobs), heard, tuple(options)
        self.forks = Forks((CRAWL,), _env(), LONGEST)
        self.alive: set[Process | Fork] = set()
        self.stopped = False

    async def crawl(self, crawls: Iterable[Crawl]) -> None:
        """Run them all to their end; what asks for an end reaches every child, and the waiting ones do not begin."""
        loop, asked = asyncio.get_running_loop(), stops()
        for one in asked:
            loop.add_signal_handler(one, self.stop, one)
        try:
            await asyncio.gather(*(self.one(crawl) for crawl in crawls))
        finally:
            for one in asked:
                loop.remove_signal_handler(one)
            self.forks.close()

    def stop(self, by: int = signal.SIGTERM) -> None:
        """Ask all to end well: stories under way are finished. Asked twice, a child drops them."""
        if self.stopped and by == signal.SIGHUP:  # a shell and its terminal may both say it
            return
        self.stopped = True
        for child in self.alive:
            _send(child, signal.SIGTERM)

    async def one(self, crawl: Crawl) -> None:
        """Run one when its turn comes."""
        async with self.jobs:
            if self.stopped:
                crawl.code, crawl.lines = Exit.INTERRUPTED, ["interrupted before it began"]
            else:
                crawl.began = time.monotonic()
                self.heard(crawl, "")
                crawl.code = await self._child(crawl)
                crawl.seconds = time.monotonic() - crawl.began
        self.heard(crawl, "")

    async def _child(self, crawl: Crawl) -> Exit:
        try:
            child = await self._start(crawl.outlet)
        except OSError as error:
            crawl.lines.append(f"cannot be started: {error.strerror or error}")
            return Exit.ALARM
        self.alive.add(child)
        if self.stopped:  # the signal came while it was being started
            _send(child, signal.SIGTERM)
        watch = asyncio.create_task(self._watch(crawl, child))
        try:
            assert child.stdout and child.stderr  # noqa: PT018 (both are pipes)
            await asyncio.gather(self._counts(crawl, child.stdout), self._lines(crawl, child.stderr))
            return _meaning(await child.wait(), crawl)
        finally:
            watch.cancel()
            self.alive.discard(child)

    async def _watch(self, crawl: Crawl, child: Process | Fork) -> None:
        """End one that hangs, kill one that does not end though it is asked to: whoever waits for it crawls nobody else."""
        crawl.heard_at = time.monotonic()
        while not self.stopped and not crawl.hung:
            await asyncio.sleep(min(LOOK, SILENT))
            crawl.hung = time.monotonic() - crawl.heard_at > SILENT
        if crawl.hung:
            _send(child, signal.SIGTERM)
        await asyncio.sleep(GRACE)
        _send(child, signal.SIGKILL)

    async def _start(self, outlet: str) -> Process | Fork:
        words = ("scrapy", "crawl", outlet, "-s", "KLIPING_TELL=1", *self.options)
        if sys.platform == "linux":
            return await self.forks.start(words)
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *words), env=_env(), limit=LONGEST,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # a terminal's Ctrl-C would reach it twice, and the second makes Scrapy drop its stories
        )  # fmt: skip

    async def _counts(self, crawl: Crawl, told: StreamReader) -> None:
        async for line in told:
            crawl.heard_at = time.monotonic()
            with suppress(ValueError):
                crawl.counts = json.loads(line)
            self.heard(crawl, "")

    async def _lines(self, crawl: Crawl, said: StreamReader) -> None:
        async for raw in said:
            crawl.heard_at = time.monotonic()
            if line := raw.decode(errors="replace").strip():
                crawl.lines = [*crawl.lines[1 - REMEMBERED :], line]
                self.heard(crawl, line)


def _send(child: Process | Fork, which: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        child.send_signal(which)


def _meaning(code: int | None, crawl: Crawl) -> Exit:
    """What a child's end means; a signal's name, or a code that is none of ours, becomes its last line."""
    if crawl.hung:
        crawl.lines.append(f"said nothing for {SILENT / 60:.0f} minutes and was ended; the next run goes on from there")
        return Exit.ALARM
    if code is None:
        crawl.lines.append("its end is not known: the process that started it was killed")
        return Exit.INTERRUPTED
    if code < 0:
        crawl.lines.append(f"killed by {signal.Signals(-code).name}")
        return Exit.INTERRUPTED
    with suppress(ValueError):
        return Exit(code)
    crawl.lines.append(f"broke with exit code {code}: {crawl.lines[-1] if crawl.lines else 'it said nothing'}")
    return Exit.ALARM


def _env() -> dict[str, str]:
    return os.environ | {"SCRAPY_SETTINGS_MODULE": "crawler.settings"}
