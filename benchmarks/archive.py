"""What archiving costs: a crawl's steps a page with and without it, paired in one run; CPU and bytes a page; one core.

    .venv/bin/python -m benchmarks.archive [--rounds 7] [RECORDED.tsv …]

Without arguments it takes the Liputan6 pages that ship with the tests, packed by gzip as servers send them. A round reads
every page (what a crawl does least of all with it), then does it again with archiving, batch by batch, each batch synced.
A crawl fetches and stores too, so that archiving's share of it is smaller still than the one printed here.
"""

from __future__ import annotations

import argparse
import gzip
import statistics
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.reading import shipped
from pipelines import Page, extract, outlet_of
from pipelines.archive import Archive
from pipelines.archive.reader import files, records
from pipelines.cli.read import recorded

BATCH = 16
HEADERS = (("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip"), ("Server", "nginx"), ("ETag", '"6551a-1f"'))
ASKED = (("User-Agent", "Kliping/0.1"), ("Accept", "text/html"), ("Accept-Encoding", "gzip, deflate, br"))


def main() -> None:
    """Print the share, milliseconds of CPU and bytes a page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recorded", nargs="*", type=Path, metavar="RECORDED.tsv")
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args()
    told = [page for tsv in args.recorded for page in recorded(tsv)] or shipped()
    pages = [as_served(page) for page in told if outlet_of(page.url)]
    with tempfile.TemporaryDirectory() as room:
        rounds = [measure(pages, Path(room) / str(number)) for number in range(args.rounds + 1)][1:]  # the first warms up
        held = bytes_of(Path(room) / "1")
    reading, archiving, cpu = (statistics.median(each) for each in zip(*rounds, strict=True))
    shares = sorted(other / own for own, other, _ in rounds)
    packed = sum(len(gzip.compress(page.body, 6)) for page in pages)
    print(f"{len(pages)} pages, {args.rounds} rounds, one core")
    print(f"reading    {1000 * reading / len(pages):7.3f} ms a page")
    alone = f"CPU alone {1000 * cpu / len(pages):.3f} ms"
    print(f"archiving  {1000 * archiving / len(pages):7.3f} ms a page, an fsync for {BATCH} included; {alone}")
    print(f"share      {100 * statistics.median(shares):7.2f} % of reading ({100 * shares[0]:.2f} to {100 * shares[-1]:.2f})")
    ratio = f"gzip -6 of the html {packed / len(pages):.0f} ({held / packed:.3f})"
    print(f"bytes      {held / len(pages):7.0f} a page, request included; {ratio}")


def as_served(page: Page) -> Page:
    """The page as a server sends it."""
    wire = gzip.compress(page.body, 6, mtime=0)
    return replace(page, wire=wire, headers=HEADERS, asked=ASKED, fetched_at=datetime.now(UTC), asked_url=page.url)


def measure(pages: list[Page], room: Path) -> tuple[float, float, float]:
    """Give the seconds that reading took, that archiving took, and archiving's seconds of CPU."""
    archive = Archive(room, "liputan6")
    reading = archiving = cpu = 0.0
    for start in range(0, len(pages), BATCH):
        batch = pages[start : start + BATCH]
        begun, worked = time.perf_counter(), time.process_time()
        for page in batch:
            archive.append(page)
        archive.sync()
        middle, cpu = time.perf_counter(), cpu + time.process_time() - worked
        for page in batch:
            extract(page, outlet_of(page.url))  # type: ignore[arg-type]
        reading, archiving = reading + time.perf_counter() - middle, archiving + middle - begun
    archive.close()
    return reading, archiving, cpu


def bytes_of(room: Path) -> int:
    """Give the bytes that pages and their requests take."""
    return sum(record.place.length for path in files(room) for record in records(path) if record.kind != "warcinfo")


if __name__ == "__main__":
    main()
