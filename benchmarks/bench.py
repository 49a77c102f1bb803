"""``make bench``: what a page costs us, and what it costs others, on the same pages in one call.

    python -m benchmarks.bench [--rounds 9] [--pages 2000] [--json FILE]

A round is one crawl by each, one after the other, so that whatever else the machine does falls on all; a ratio is that of
a round's own figures. CPU is that of the crawler's process and of all it started; PostgreSQL's and the server's stand apart.
The plain service, which is slow, is given an eighth of the pages, and its start-up is reckoned as if it had them all.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import alone, machine
from benchmarks.measure import run
from benchmarks.pages import path_of
from benchmarks.stage import IN_A_HURRY, QUIET, ROOT, stage
from benchmarks.table import table

if TYPE_CHECKING:
    from benchmarks.measure import Cost
    from benchmarks.stage import Stage

SHARE = 8  # of the pages, the plain service's part
READ = 96  # pages read in a round by each extractor
STARTS = 5  # times that a start is timed
Round = dict[str, dict[str, float]]


def main() -> int:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--json", type=Path, metavar="FILE")
    args = parser.parse_args()
    with stage(args.pages) as there:
        held = alone.sample(READ)
        found: dict[str, Any] = {"machine": machine.described(), "rounds": [], "pages": args.pages}
        found["settings"] = {"stock": list(QUIET), "stock as it comes": ["none"], "ours": list(IN_A_HURRY)}
        found["start"] = _starts(there)
        for number in range(args.rounds):
            ours, theirs = alone.reading(held)
            found["rounds"].append(_round(there, args.pages) | {"reading": {"ours": ours, "trafilatura": theirs}})
            print(f"round {number + 1} of {args.rounds}", file=sys.stderr)
        found["stages"] = _stages(there, held, found)
        found["others"] = alone.others(there.folder / "site", 24)
        found["machine"]["load at the end"] = machine.load()
    print(table(found))
    if args.json:
        args.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return 0


def _round(there: Stage, pages: int) -> Round:
    some = max(pages // SHARE, 1)
    every, few, none = (there.urls([path_of(number) for number in range(count)]) for count in (pages, some, 0))
    told: Round = {"stock": _figures(there.rival("stock", every), pages), "floor": _figures(_floor(there, every), pages)}
    told["as it comes"] = _figures(there.rival("stock", every, settings=()), pages)
    with there.database() as address:
        before = there.database_cpu()
        told["ours"] = _figures(there.ours(address), pages, there.database_cpu() - before)
    with there.database() as address:
        start = there.rival("plain", none, address)
        before = there.database_cpu()
        cost, spent = there.rival("plain", few, address), there.database_cpu() - before
        told["plain"] = _figures(cost, some, spent)
        for name, whole, begun in (("cpu", cost.cpu, start.cpu), ("wall", cost.wall, start.wall)):
            told["plain"][name] = ((whole - begun) / some + begun / pages) * 1000
    return told


def _figures(cost: Cost, pages: int, database: float = 0.0) -> dict[str, float]:
    """Milliseconds a page, and megabytes."""
    if cost.code:
        raise SystemExit(f"a crawl ended with exit code {cost.code}")
    ms = {"cpu": cost.cpu, "wall": cost.wall, "database": database}
    return {name: seconds / pages * 1000 for name, seconds in ms.items()} | {"peak": cost.peak / 1e6}


def _floor(there: Stage, urls: Path) -> Cost:
    script = str(ROOT / "benchmarks" / "rivals" / "floor.py")
    return run([sys.executable, script, str(urls)], there.env("", there.folder), there.folder, there.folder / "floor.log")


def _starts(there: Stage) -> dict[str, float]:
    """Seconds until nothing is done: the command line's help, and a crawl whose door announces no story."""
    spent: dict[str, list[float]] = defaultdict(list)
    there.announce([])
    for _ in range(STARTS):
        with there.database() as address:
            cost = there.ours(address)
            spent["scrapy crawl"].append(cost.wall)
            spent["scrapy crawl, CPU"].append(cost.cpu)
        start = time.perf_counter()
        help_asked = [sys.executable, "-m", "pipelines.cli.main", "--help"]
        subprocess.run(help_asked, env=there.env("", there.folder), cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        spent["kliping --help"].append(time.perf_counter() - start)
    there.announce([path_of(number) for number in range(there.count)])
    return {name: statistics.median(seconds) for name, seconds in spent.items()}


def _stages(there: Stage, held: list[Any], found: dict[str, Any]) -> dict[str, float]:
    """Where our milliseconds go; fetching is what the others leave."""
    with there.database() as address:
        parts = {"archive": alone.archiving(held), "store": alone.storing(held, address)}
    rounds = found["rounds"]
    parts["read"] = statistics.median(one["reading"]["ours"] for one in rounds)
    parts["start"] = found["start"]["scrapy crawl, CPU"] / found["pages"] * 1000
    whole = statistics.median(one["ours"]["cpu"] for one in rounds)
    return {"fetch and memory": whole - sum(parts.values()), **parts}


if __name__ == "__main__":
    sys.exit(main())
