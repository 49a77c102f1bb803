"""How fast pages are read: ``extract`` against trafilatura's own full extraction of the same pages, paired in one run.

    .venv/bin/python benchmarks/reading.py [--rounds 7] [--generic] [RECORDED.tsv …]

Without arguments it reads the Liputan6 pages that ship with the tests. Each round reads every page by both, one after the
other, so that whatever else the machine does falls on both; the ratio is that of a round's sums. One core.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

import trafilatura

from pipelines import Outlet, Page, extract, outlet_of
from pipelines.cli.read import recorded
from pipelines.outlets import generic
from pipelines.readers.encoding import decoded

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Print pages a second of both, and their ratio with its spread over the rounds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recorded", nargs="*", type=Path, metavar="RECORDED.tsv")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--generic", action="store_true", help="read without seeds, and trafilatura without its metadata")
    args = parser.parse_args()
    pages = [page for tsv in args.recorded for page in recorded(tsv)] or shipped()
    owned = [(page, owner) for page in pages if (owner := (None if args.generic else outlet_of(page.url)) or generic(page.url))]
    both = [measure(owned, metadata=not args.generic) for _ in range(args.rounds + 1)][1:]  # the first warms up
    ours, theirs = zip(*both, strict=True)
    ratios = sorted(other / own for own, other in both)
    print(f"{len(owned)} pages, {args.rounds} rounds, one core")
    print(f"extract      {len(owned) / statistics.median(ours):7.1f} pages/s")
    print(f"trafilatura  {len(owned) / statistics.median(theirs):7.1f} pages/s")
    print(f"ratio        {statistics.median(ratios):7.2f}  ({ratios[0]:.2f} to {ratios[-1]:.2f})")


def shipped() -> list[Page]:
    """The pages of the tests, under an address of their outlet; its id is invented."""
    paths = sorted((ROOT / "tests/pages/liputan6").glob("*.html"))
    return [Page(f"https://www.liputan6.com/news/read/{number}/x", path.read_bytes()) for number, path in enumerate(paths, 1000)]


def measure(owned: list[tuple[Page, Outlet]], *, metadata: bool) -> tuple[float, float]:
    """Give the seconds that all pages took us, and took trafilatura."""
    ours = theirs = 0.0
    for page, outlet in owned:
        start = time.perf_counter()
        extract(page, outlet)
        middle = time.perf_counter()
        trafilatura.bare_extraction(decoded(page.body, page.content_type), with_metadata=metadata)
        ours, theirs = ours + middle - start, theirs + time.perf_counter() - middle
    return ours, theirs


if __name__ == "__main__":
    main()
