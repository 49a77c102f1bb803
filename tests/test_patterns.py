"""No pattern takes more than its share of a long line: four times the line, about four times the time, whatever is in it."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

from pipelines import load
from pipelines.indonesian import dates
from pipelines.outlets import generic, names
from pipelines.readers import fields, printed

if TYPE_CHECKING:
    from collections.abc import Iterator

# what lines are made of, as readers give them: white space folded; the last word of each spoils the match
UNITS = [
    "a", "A", "Aa ", "a ", "A, ", "A.", "A-", "A/", "(", "(a/b", "(ab/cd) ", ". ", "1 ", "1/", "#a ", "“", "- ", "¦", "*", "=",
    "[a",     "Sari dan ", "di ", "video ", "Baca juga: A ", "Simak Video ", "Editor: A ", "Reporter: A, ", "Sumber: A, ", "kata, ",
    "Sumber a",     "Liputan6.com, A ", "JAKARTA ", "Halaman 1 ", "[Gambas: ", "berita Google News ",
    "di Kabar.com ", "Artikel ini tayang di A ",
]  # fmt: skip
OPENINGS = ["", "(", "Ikuti ", "Editor: A", "JAKARTA, "]
SHORT, LONG = 1_000, 4_000
SHARE = 10  # four times the line may take ten times the time; a pattern that tries every pair of places takes sixteen
FREE = 0.002  # seconds; less is not measured


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for outlet in [*map(load, names()), generic("https://kabar.example/")]:
        if outlet:
            yield from ((rule.name, rule.pattern) for rule in outlet.rules if rule.pattern.pattern)
            sources = ((name, source) for name, several in outlet.fields.items() for source in several if source.pattern)
            yield from ((f"{outlet.slug}/{name}/{source}", source.pattern) for name, source in sources if source.pattern)
    for module in (dates, fields, printed):
        yield from ((f"{module.__name__}.{name}", one) for name, one in vars(module).items() if isinstance(one, re.Pattern))


PATTERNS = dict(patterns())


def seconds(pattern: re.Pattern[str], line: str) -> float:
    """Of three tries the quickest, in this thread's own time."""
    tries = []
    for _ in range(3):
        start = time.thread_time()
        pattern.search(line)
        tries.append(time.thread_time() - start)
        if tries[-1] < FREE:
            break
    return min(tries)


@pytest.mark.parametrize("name", PATTERNS)
def test_a_long_line_takes_no_more_than_its_share(name: str) -> None:
    slow = []
    for opening in OPENINGS:
        for unit in UNITS:
            short, long = (f"{opening}{unit * (size // len(unit))};;" for size in (SHORT, LONG))
            took = seconds(PATTERNS[name], long)
            if took > FREE and took > SHARE * seconds(PATTERNS[name], short):
                slow.append((opening, unit, took))
    assert slow == []
