"""What was measured, as docs/speed.md shows it."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

NAMES = {
    "floor": "raw aiohttp, fetching alone",
    "stock": "stock Scrapy, fetching alone, without its log of every page",
    "as it comes": "stock Scrapy as it comes, fetching alone",
    "ours": "Kliping, everything on",
    "plain": "plain service: Scrapy + trafilatura + ORM",
}
RATIOS: dict[str, tuple[str, Callable[[Any], float]]] = {
    "ours / stock, CPU": ("≤ 1.5", lambda one: one["ours"]["cpu"] / one["stock"]["cpu"]),
    "ours / stock as it comes, CPU": ("≤ 1.5", lambda one: one["ours"]["cpu"] / one["as it comes"]["cpu"]),
    "plain / ours, CPU": ("≥ 4", lambda one: one["plain"]["cpu"] / one["ours"]["cpu"]),
    "ours / plain, pages per second": ("≥ 3.5", lambda one: one["plain"]["wall"] / one["ours"]["wall"]),
    "reading alone / trafilatura's, pages per second": ("≥ 4", lambda one: one["reading"]["trafilatura"] / one["reading"]["ours"]),
}


def table(found: dict[str, Any]) -> str:
    """Every figure with its median and its spread over the rounds."""
    rounds = found["rounds"]
    lines = [f"{len(rounds)} rounds of {found['pages']:,} pages; median (least–most)", ""]
    lines += ["| | CPU ms/page | pages/s | peak MB | database ms/page |", "|---|---|---|---|---|"]
    for name, said in NAMES.items():
        own = [one[name] for one in rounds]
        rate = _spread((1000 / one["wall"] for one in own), 0)
        peak, database = (_spread((one[key] for one in own), digits) for key, digits in (("peak", 0), ("database", 2)))
        lines.append(f"| {said} | {_spread((one['cpu'] for one in own), 2)} | {rate} | {peak} | {database} |")
    lines += ["", "| ratio | goal | |", "|---|---|---|"]
    lines += [f"| {name} | {goal} | {_spread(map(of, rounds), 2)} |" for name, (goal, of) in RATIOS.items()]
    reading = {name: [one["reading"][name] for one in rounds] for name in ("ours", "trafilatura")}
    lines += ["", "| reading alone | CPU ms/page |", "|---|---|"]
    lines += [f"| {name} | {_spread(own, 2)} |" for name, own in reading.items()]
    lines += [f"| {name} | {spent:.2f} |" for name, spent in found["others"].items()]
    lines += ["", "| where our CPU goes | ms/page |", "|---|---|"]
    lines += [f"| {name} | {spent:.2f} |" for name, spent in found["stages"].items()]
    lines += ["", "| start | seconds |", "|---|---|", *(f"| {name} | {spent:.2f} |" for name, spent in found["start"].items()), ""]
    lines += [f"{name}: {told}" for name, told in found["machine"].items()]
    return "\n".join([*lines, *(f"settings, {who}: {' '.join(words)}" for who, words in found["settings"].items())])


def _spread(values: Iterable[float], digits: int) -> str:
    own = sorted(values)
    return f"{statistics.median(own):.{digits}f} ({own[0]:.{digits}f}–{own[-1]:.{digits}f})"
