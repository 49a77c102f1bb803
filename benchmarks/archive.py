"""What archiving costs: whole crawls with and without it, paired; CPU of the archive alone and bytes a page, against gzip.

    .venv/bin/python -m benchmarks.archive [--rounds 5] [--pages 1000]

A round is one crawl with the archive and one without, one after the other, on the same pages from a server of our own, with
no delay between requests; the order changes from round to round. The archive alone: pages of the tests, an fsync for sixteen.
"""

from __future__ import annotations

import argparse
import gzip
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import run
from benchmarks.reading import shipped
from benchmarks.stage import IN_A_HURRY, ROOT, stage
from pipelines import Page, outlet_of
from pipelines.archive import Archive
from pipelines.archive.reader import files, records

if TYPE_CHECKING:
    from benchmarks.measure import Cost
    from benchmarks.stage import Stage

BATCH = 16
HEADERS = (("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip"), ("Server", "nginx"), ("ETag", '"6551a-1f"'))
ASKED = (("User-Agent", "Kliping/0.1"), ("Accept", "text/html"), ("Accept-Encoding", "gzip, deflate, br"))


def main() -> None:
    """Print what a crawl costs with and without, and what the archive alone does."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pages", type=int, default=1000)
    args = parser.parse_args()
    alone([as_served(page) for page in shipped() if outlet_of(page.url)] * 20)
    with stage(args.pages) as there:
        rounds = [paired(there, number) for number in range(args.rounds)]
    for name in ("cpu", "wall"):
        pairs = [(getattr(ours, name), getattr(bare, name)) for ours, bare in rounds]
        shares = sorted(100 * (own / other - 1) for own, other in pairs)
        own, other = (1000 * statistics.median(each) / args.pages for each in zip(*pairs, strict=True))
        spread = f"{statistics.median(shares):+.1f} % ({shares[0]:+.1f} to {shares[-1]:+.1f})"
        print(f"crawl, {name:4} {own:7.2f} ms a page, without the archive {other:.2f}: {spread}")


def paired(there: Stage, number: int) -> tuple[Cost, Cost]:
    """One crawl with the archive and one without."""
    first, second = (crawl(there, archived=(number + turn) % 2 == 0) for turn in range(2))
    return (first, second) if number % 2 == 0 else (second, first)


def crawl(there: Stage, *, archived: bool) -> Cost:
    """One crawl of everything."""
    bare = [sys.executable, str(ROOT / "benchmarks" / "rivals" / "unarchived.py"), "crawl", "liputan6", *IN_A_HURRY]
    with there.database() as address:
        if archived:
            return sound(there.ours(address))
        env = there.env(address, there.folder / "bare") | {"PYTHONPATH": str(ROOT)}
        return sound(run(bare, env, ROOT, there.folder / "bare.log"))


def sound(cost: Cost) -> Cost:
    """A crawl that failed measures nothing."""
    if cost.code:
        raise SystemExit(f"a crawl ended with exit code {cost.code}")
    return cost


def alone(pages: list[Page]) -> None:
    """Print CPU and bytes a page."""
    with tempfile.TemporaryDirectory() as room:
        archive = Archive(Path(room), "liputan6")
        worked = time.process_time()
        for number, page in enumerate(pages, 1):
            archive.append(page)
            if number % BATCH == 0:
                archive.sync()
        archive.close()
        cpu = time.process_time() - worked
        held = bytes_of(Path(room))
    packed = sum(len(gzip.compress(page.body, 6)) for page in pages)
    print(f"archive    {1000 * cpu / len(pages):7.3f} ms of CPU a page ({len(pages)} pages)")
    ratio = f"gzip -6 of the html {packed / len(pages):.0f} ({held / packed:.3f})"
    print(f"bytes      {held / len(pages):7.0f} a page, request included; {ratio}")


def as_served(page: Page) -> Page:
    """The page as a server sends it."""
    wire = gzip.compress(page.body, 6, mtime=0)
    return replace(page, wire=wire, headers=HEADERS, asked=ASKED, fetched_at=datetime.now(UTC), asked_url=page.url)


def bytes_of(room: Path) -> int:
    """Give the bytes that pages and their requests take."""
    return sum(record.place.length for path in files(room) for record in records(path) if record.kind != "warcinfo")


if __name__ == "__main__":
    main()
