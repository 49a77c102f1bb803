"""How fast the archive is read again: on one worker and on more, against plain trafilatura over the same pages, in one run.

    .venv/bin/python -m benchmarks.rereading [--rounds 3] [--pages 480]

A page comes out of its WARC record and goes through the whole reading. Trafilatura is given the html, unpacked already.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import trafilatura

from benchmarks.archive import as_served
from benchmarks.reading import shipped
from pipelines import outlet_of
from pipelines.archive import Archive
from pipelines.readers.encoding import decoded
from pipelines.reread.reading import Task, read_chunk
from pipelines.reread.workers import workers

if TYPE_CHECKING:
    from pipelines import Page
    from pipelines.reread.workers import Workers

CHUNK = 20


def main() -> None:
    """Print pages a second."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", type=int, default=480)
    args = parser.parse_args()
    told = [as_served(page) for page in shipped() if outlet_of(page.url)]
    pages = [told[number % len(told)] for number in range(args.pages)]
    with tempfile.TemporaryDirectory() as room:
        archive = Archive(Path(room), "liputan6")
        tasks = [Task("liputan6", page.url, archive.append(page)) for page in pages]
        archive.close()
        found: dict[str, list[float]] = {"trafilatura, one core": [plain(pages) for _ in range(args.rounds)]}
        for jobs in range(1, (os.cpu_count() or 1) + 1):
            with workers(jobs) as reading:
                again(reading, room, tasks[: CHUNK * jobs * 2])  # starts them
                found[f"reclean, workers: {jobs}"] = [again(reading, room, tasks) for _ in range(args.rounds)]
    for name, rates in found.items():
        print(f"{name:22} {statistics.median(rates):7.1f} pages/s ({min(rates):.1f} to {max(rates):.1f})")


def again(reading: Workers, room: str, tasks: list[Task]) -> float:
    """Pages a second from the archive."""
    start = time.perf_counter()
    chunks = [tasks[first : first + CHUNK] for first in range(0, len(tasks), CHUNK)]
    count = sum(len(answers) for _, answers in reading.in_order(partial(read_chunk, room), chunks))
    return count / (time.perf_counter() - start)


def plain(pages: list[Page]) -> float:
    """Pages a second by trafilatura's own full extraction."""
    start = time.perf_counter()
    for page in pages:
        trafilatura.bare_extraction(decoded(page.body, page.content_type), with_metadata=True)
    return len(pages) / (time.perf_counter() - start)


if __name__ == "__main__":
    main()
