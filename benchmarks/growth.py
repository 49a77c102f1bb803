"""How pages a second grow with the outlets that are crawled at once, and the database's share of it.

    python -m benchmarks.growth [--pages 2000] [--at-once 1 5 20] [--workers 1 2 4 8]

Every outlet has its own process, as cron starts them, its own seed and the same pages; all have one database. The pages
are shared out among the outlets, so that each step does the same work. Then the most outlets again, so many at a time
as ``kliping run --jobs N`` has them: forked from one process, whose own work is counted too.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from benchmarks import machine
from benchmarks.pages import announce, path_of
from benchmarks.stage import stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.measure import Cost
    from benchmarks.stage import Stage


def main() -> int:
    """Print a row a step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--at-once", type=int, nargs="+", default=[1, 5, 20])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4, 8])
    args = parser.parse_args()
    print("| outlets | workers | pages/s | crawlers' CPU ms/page | database's CPU ms/page | database's share | memory MB |")
    print("|---|---|---|---|---|---|---|")
    with stage(args.pages) as there:
        for outlets in args.at_once:
            print(_step(there, args.pages, outlets), flush=True)
        for workers in args.workers:
            print(_step(there, args.pages, max(args.at_once), workers), flush=True)
    print(f"load {machine.load()}")
    return 0


def _step(there: Stage, pages: int, outlets: int, workers: int = 0) -> str:
    """One row: each outlet's crawl started by itself, or taken by so many workers."""
    names = [_outlet(there, number, outlets, pages) for number in range(outlets)]
    with there.database() as address:
        before, start = there.database_cpu(), time.monotonic()
        costs = [there.side_by_side(address, workers, names)] if workers else _at_once(there, address, names)
        wall, database = time.monotonic() - start, there.database_cpu() - before
    if any(cost.code for cost in costs):
        raise SystemExit(f"exit codes {[cost.code for cost in costs]}")
    cpu, most = sum(cost.cpu for cost in costs), sum(cost.peak for cost in costs)  # as if the peaks met
    figures = (outlets, workers or outlets, f"{pages / wall:.0f}", f"{cpu / pages * 1000:.2f}", f"{database / pages * 1000:.2f}")
    share, memory = f"{database / (cpu + database):.0%}", f"{most / 1e6:.0f}"
    return f"| {' | '.join(map(str, (*figures, share, memory)))} |"


def _at_once(there: Stage, address: str, names: Sequence[str]) -> list[Cost]:
    with ThreadPoolExecutor(len(names)) as together:
        return list(together.map(lambda name: there.ours(address, outlet=name), names))


def _outlet(there: Stage, number: int, outlets: int, pages: int) -> str:
    """Lay a seed beside the first one, with a door of its own that announces its part of the pages."""
    name, site = f"kabar{number}", there.folder / "site"
    (site / "sitemaps" / name).mkdir(parents=True, exist_ok=True)
    announce(site / "sitemaps" / name, there.root, [path_of(one) for one in range(number, pages, outlets)], f"/sitemaps/{name}")
    seeds = there.folder / "seeds"
    seed = (seeds / "liputan6.toml").read_text(encoding="utf-8").replace("/sitemap.xml", f"/sitemaps/{name}/sitemap.xml")
    (seeds / f"{name}.toml").write_text(seed, encoding="utf-8")
    return name


if __name__ == "__main__":
    sys.exit(main())
