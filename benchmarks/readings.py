"""Every reading of the pages at hand, a line each: what must not change when the reading gets faster.

    python -m benchmarks.readings [--made 400] [RECORDED.tsv …] > before.jsonl

The pages that ship with the tests, made ones, and those of recordings. A line holds all that a reading holds: each block,
each cut with its place, each field with its source. ``cmp`` two files, or ``diff`` them to see where readings part.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.pages import made
from pipelines import Page, extract, outlet_of
from pipelines.cli.read import recorded
from pipelines.outlets import generic, load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines import Outlet

HELD = Path(__file__).parents[1] / "tests" / "pages"
NOW = datetime(2026, 11, 27, tzinfo=UTC)


def main() -> None:
    """Print them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recorded", nargs="*", type=Path, metavar="RECORDED.tsv")
    parser.add_argument("--made", type=int, default=400)
    args = parser.parse_args()
    for page, outlet in [*held(), *_made(args.made), *_recorded(args.recorded)]:
        reading = asdict(extract(page, outlet, NOW))
        print(json.dumps({"page": page.url} | reading, ensure_ascii=True, default=str))


def held() -> Iterator[tuple[Page, Outlet]]:
    """The tests' pages, by their outlet's seed and by none."""
    for path in sorted(HELD.glob("*/*.html")):
        gold = path.with_suffix(".json")
        outlet = load(path.parent.name)
        url = json.loads(gold.read_text(encoding="utf-8"))["url"] if gold.is_file() else f"https://{outlet.hosts[0]}/{path.stem}"
        page = Page(url, path.read_bytes())
        yield page, outlet
        if unknown := generic(url):
            yield page, unknown


def _made(count: int) -> Iterator[tuple[Page, Outlet]]:
    for page in made(count):
        yield Page(f"https://www.liputan6.com{page.path}", page.html.encode()), load("liputan6")


def _recorded(recordings: list[Path]) -> Iterator[tuple[Page, Outlet]]:
    for page in (page for tsv in recordings for page in recorded(tsv)):
        for outlet in (outlet_of(page.url), generic(page.url)):
            if outlet is not None:
                yield page, outlet


if __name__ == "__main__":
    main()
