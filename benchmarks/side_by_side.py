"""``python -m benchmarks.side_by_side N OUTLET …``: crawls so many at a time as ``kliping run --jobs N`` does, but in a hurry."""

from __future__ import annotations

import asyncio
import sys

from benchmarks.stage import IN_A_HURRY
from pipelines.cli.children import Children, Crawl
from pipelines.cli.run import worst


def main() -> int:
    """Give the worst exit code."""
    crawls = [Crawl(outlet) for outlet in sys.argv[2:]]
    asyncio.run(Children(int(sys.argv[1]), lambda *_: None, IN_A_HURRY).crawl(crawls))
    return worst(crawl.code for crawl in crawls if crawl.code is not None)


if __name__ == "__main__":
    sys.exit(main())
