"""``kliping run``: every outlet that is due, several at a time, each a ``scrapy crawl`` of its own; then the steps that follow."""

from __future__ import annotations

import asyncio
import logging
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from pipelines.cli.log import begin_log, log_arguments
from pipelines.cli.mistake import Mistake, all_outlets, database, database_told
from pipelines.cli.steps import Stop, follow, logger, steps
from pipelines.cli.variables import warn
from pipelines.nouns import Exit
from pipelines.voice import unheard

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Sequence

    from pipelines.cli.children import Children, Crawl
    from pipelines.outlets import Outlet
    from pipelines.show.crawls import Board, Quiet

JOBS = 4
TICK = 0.5  # seconds between two looks at the clock
# The worst first: what stops every outlet, what a person must mend, what may pass by itself.
WORST = (
    Exit.DATABASE, Exit.SCHEMA, Exit.USAGE, Exit.ALARM, Exit.UNREACHABLE, Exit.NO_STORIES,
    Exit.NOT_PERMITTED, Exit.INTERRUPTED, Exit.LOCKED, Exit.DONE,
)  # fmt: skip
TOLD = "On a terminal a live table, else only trouble is told. Exit code: the worst, in the order 6 7 2 5 3 4 10 9 8 0."


def run_arguments(parser: argparse.ArgumentParser) -> None:
    """Say whom, how many at a time, how loud."""
    parser.epilog = TOLD
    parser.add_argument("outlets", nargs="*", metavar="OUTLET", help="only these (kliping outlets), due or not unless --due")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--due", action="store_true", help="those whose seed's `every` has passed (default without names)")
    which.add_argument("--all", action="store_true", help="all that may be crawled, due or not")
    parser.add_argument("--jobs", type=int, default=JOBS, metavar="N", help=f"crawls at a time (default: {JOBS})")
    parser.add_argument("--no-after", action="store_true", help="crawl only: no index, no kin, no deliveries")
    parser.add_argument("-v", "--verbose", action="store_true", help="tell every outlet's summary and all that its crawl says")
    parser.add_argument("--format", choices=("text", "jsonl"), default="text", help="summaries for people or for programs")
    log_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Crawl, tell, follow up; give the worst exit code."""
    if args.jobs < 1:
        raise Mistake("--jobs: needs a number above 0")
    # who reads along may leave: the crawls and what follows them go on; a terminal that is closed takes nothing more (EIO)
    unheard("stdout", OSError if sys.stdout.isatty() else BrokenPipeError)
    if begin_log(args):
        logger.setLevel(logging.INFO)
    warn("run")
    crawls, stopped = _crawled(_chosen(args), args)
    with Stop() as stop:
        codes = [tell(crawl, form=args.format, verbose=args.verbose, named=bool(args.outlets)) for crawl in crawls]
        if crawls and not stopped and not args.no_after:
            codes += [follow(step, verbose=args.verbose, form=args.format, stop=stop) for step in steps() if not stop.told]
    return worst([*codes, Exit.INTERRUPTED] if stop.told else codes)


def worst(codes: Iterable[Exit]) -> Exit:
    """Give the gravest; 0 of none."""
    return min(codes, key=WORST.index, default=Exit.DONE)


def _chosen(args: argparse.Namespace) -> list[str]:
    """Whom to crawl now. A broken seed is crawled too: its own crawl says what is wrong, and the others go on."""
    from pipelines import schedule
    from pipelines.store import runs

    sound, broken = seeds(args.outlets, partial(_skip, args))
    room()
    with database() as connection:
        told = runs.timetable(connection, (outlet.slug for outlet in sound))
    if args.all or (args.outlets and not args.due):
        return [outlet.slug for outlet in sound if outlet.doors or args.outlets] + broken
    now = schedule.due(sound, told.begun, told.busy, told.now)
    for outlet in sound:
        if outlet.slug not in now:
            _skip(args, outlet.slug, "being crawled by another run" if outlet.slug in told.busy else "not due")
    return now + broken


def room() -> None:
    """Say it once where the disk is too full for any of them."""
    from pipelines.store import disk

    try:
        with database_told():
            disk.check()
    except ValueError as error:
        raise Mistake(str(error)) from error


def seeds(named: Sequence[str], skip: Callable[[str, str], None]) -> tuple[list[Outlet], list[str]]:
    """Give the outlets that may be crawled, or are named, and the names whose seed is broken; ``skip`` hears of the others."""
    from pipelines import outlets
    from pipelines.permits import permitted

    sound, broken = [], []
    known = all_outlets()
    if strange := [slug for slug in named if slug not in known]:
        raise Mistake(f"no outlet named {strange[0]!r}; known: {', '.join(known)}")
    for slug in dict.fromkeys(named) or known:
        try:
            outlet = outlets.load(slug)
        except outlets.SeedError:
            broken.append(slug)
            continue
        if named or permitted(outlet):
            sound.append(outlet)
        else:
            skip(slug, f"permission = {outlet.permission!r} in its seed; if you may crawl it, set KLIPING_PERMIT={slug}")
    return sound, broken


def _skip(args: argparse.Namespace, slug: str, why: str) -> None:
    if args.verbose:
        print(f"{slug}: skipped, {why}", file=sys.stderr)


def _crawled(slugs: Sequence[str], args: argparse.Namespace) -> tuple[list[Crawl], bool]:
    """Crawl them; say too whether we were told to stop."""
    from pipelines.cli.children import Children, Crawl
    from pipelines.show.crawls import Board, Quiet

    crawls = [Crawl(slug) for slug in slugs]
    watched = crawls and sys.stdout.isatty() and args.format == "text"
    shown = Board(lambda: [row_of(crawl) for crawl in crawls]) if watched else Quiet()
    with shown:
        heard = partial(_hear, shown, verbose=args.verbose)
        children = Children(args.jobs, heard, ("-L", "INFO") if args.verbose else ())
        asyncio.run(_side_by_side(children, crawls, shown.draw))
    return crawls, children.stopped


async def _side_by_side(children: Children, crawls: Sequence[Crawl], draw: Callable[[], None]) -> None:
    """Crawl while the seconds on the board go on."""

    async def tick() -> None:
        while True:
            draw()
            await asyncio.sleep(TICK)

    ticking = asyncio.create_task(tick())
    try:
        await children.crawl(crawls)
    finally:
        ticking.cancel()


def _hear(shown: Board | Quiet, crawl: Crawl, line: str, *, verbose: bool) -> None:
    if line and verbose:
        shown.say(f"{crawl.outlet} | {line}")


def row_of(crawl: Crawl) -> dict[str, Any]:
    """Give a crawl as a row for people and programs."""
    from pipelines.show.crawls import numbers

    counts = numbers(crawl.counts) | {"requests": crawl.counts.get("requests", 0), "seconds": round(crawl.lasted(), 1)}
    return {"outlet": crawl.outlet, "exit_code": crawl.code, "said": crawl.said} | counts


def tell(crawl: Crawl, *, form: str = "text", verbose: bool, named: bool = False) -> Exit:
    """Tell how it ended, trouble on standard error; give the code that counts."""
    from pipelines.show.crawls import line
    from pipelines.show.table import jsonl

    row = row_of(crawl)
    code = Exit(row["exit_code"])
    if code is Exit.LOCKED and not named:  # another machine's cron was a moment quicker
        code = Exit.DONE
    logger.log(logging.ERROR if code else logging.INFO, "%s", line(row), extra={"facts": row})
    for trouble in crawl.unsent:
        print(f"{crawl.outlet}: {trouble}", file=sys.stderr, flush=True)
    if form == "jsonl":
        jsonl([row])
    elif code or verbose:
        print(line(row), file=sys.stderr if code else sys.stdout, flush=True)
    return code


VERBS = {"run": (run_arguments, run)}
