"""``make bench-soak``: one crawl of very many addresses, whose memory must not grow with them.

    python -m benchmarks.soak [--pages 200000] [--bodies 2000]

The same 2,000 pages are served under as many addresses as are asked for. First a crawl of as many as there are pages is
measured, then the long one, each by the tree's resident memory at its peak.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from typing import TYPE_CHECKING

import psycopg2

from benchmarks import machine
from benchmarks.pages import path_of
from benchmarks.stage import stage

if TYPE_CHECKING:
    from benchmarks.measure import Cost
    from benchmarks.stage import Stage

KEPT = 45_000  # bytes on the disk for a page: its record in the archive, its rows, the database's log
GROWTH = 1.3  # times the memory of the short crawl


def main() -> int:
    """Measure both; 1 where the memory grew or a story was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=200_000)
    parser.add_argument("--bodies", type=int, default=2000)
    args = parser.parse_args()
    free, needed = shutil.disk_usage(tempfile.gettempdir()).free, args.pages * KEPT
    if free < needed:
        print(f"needs {needed / 1e9:.0f} GB below {tempfile.gettempdir()}, where {free / 1e9:.0f} GB are free", file=sys.stderr)
        return 1
    with stage(args.bodies) as there:
        short = _crawl(there, args.bodies, args.bodies)
        long = _crawl(there, args.pages, args.bodies)
    growth = long.peak / short.peak
    for count, cost in ((args.bodies, short), (args.pages, long)):
        rate = f"{count / cost.wall:.0f} pages/s, {cost.cpu / count * 1000:.2f} ms CPU a page"
        print(f"{count:>8,} stories  peak {cost.peak / 1e6:.0f} MB  {cost.wall:.0f} s  {rate}")
    print(f"memory × {growth:.2f} (at most {GROWTH})  load {machine.load()}")
    return int(growth > GROWTH)


def _crawl(there: Stage, count: int, bodies: int) -> Cost:
    paths = [path_of(number, number % bodies) for number in range(count)]
    there.announce(paths)
    with there.database() as address:
        cost = there.ours(address)
        stored = _stored(address)
    if cost.code or stored != count:
        raise SystemExit(f"exit code {cost.code}, {stored:,} of {count:,} stories stored")
    return cost


def _stored(address: str) -> int:
    link = psycopg2.connect(address)
    with link.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pages WHERE state = 'stored'")
        found = int(cursor.fetchone()[0])
    link.close()
    return found


if __name__ == "__main__":
    sys.exit(main())
