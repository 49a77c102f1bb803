"""``python -m benchmarks.kin [SEED…]``: how well copies are told from what looks like one, over invented stories with known copies.

A pair counts as found where both stories end in one family. The time is the processor's: shape, bands, finding, comparing.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, time
from itertools import combinations
from time import process_time
from typing import TYPE_CHECKING

from benchmarks.kin_corpus import Made, make
from pipelines.kin import Printed, bands, compared, shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NEAREST = 40


@dataclass(frozen=True, slots=True)
class Measured:
    """Of pairs; ``milliseconds`` a story."""

    precision: float
    recall: float
    milliseconds: float

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def measure(made: Sequence[Made]) -> Measured:
    """Compare each story with those before it."""
    began = process_time()
    family = _families(made)
    spent = process_time() - began
    found, known = _pairs(family), _pairs([story.family for story in made])
    both = len(found & known)
    return Measured(both / len(found), both / len(known), 1000 * spent / len(made))


def _families(made: Sequence[Made]) -> list[int]:
    told, index, family = [], defaultdict(list), list(range(len(made)))
    for number, story in enumerate(made):
        told.append(Printed(story.outlet, datetime.combine(story.day, time(), UTC), shape(story.text)))
        own = bands(told[number].shape)
        alike = [other for other, _ in Counter(other for band in own for other in index[band]).most_common(NEAREST)]
        for band in own:
            index[band].append(number)
        shares = compared(told[number], [told[other] for other in alike])
        for other in (other for other, share in zip(alike, shares, strict=True) if share):
            family = [family[other] if each == family[number] else each for each in family]
    return family


def _pairs(family: Iterable[int]) -> set[tuple[int, int]]:
    members = defaultdict(list)
    for number, name in enumerate(family):
        members[name].append(number)
    return {pair for numbers in members.values() for pair in combinations(numbers, 2)}


def main(seeds: Sequence[str]) -> int:
    """Print a row for each seed, on the variation that the thresholds were chosen on and on the one they were not."""
    print("variation  seed  stories  precision  recall     F1  ms a story")
    for variation in ("near", "held"):
        for seed in seeds or ("11", "12", "13"):
            made = make(int(seed), 2000, variation)
            told = measure(made)
            counts = f"{told.precision:9.4f}  {told.recall:6.4f}  {told.f1:.4f}  {told.milliseconds:10.2f}"
            print(f"{variation:9}  {seed:>4}  {len(made):7}  {counts}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
