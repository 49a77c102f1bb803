"""What a rereading would change: field by field, the largest losses first. Pure."""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from pipelines.nouns import Reading
    from pipelines.store.rereading import Held, Stored

UNSEEN = {"outlet", "story_id", "first_seen_at", "read_at"}  # of an article's columns, what no reading gives
SHOWN = 5  # samples kept of each kind


@dataclass(frozen=True, slots=True)
class Change:
    """A story that today's rules read differently. ``what``: changed, withdrawn, accepted, refused (otherwise), broken."""

    held: Held
    what: str
    fields: tuple[str, ...] = ()
    lost: int = 0  # words
    before: str = field(default="", repr=False)
    after: str = field(default="", repr=False)
    why: str = ""


def change(held: Held, stored: Stored, reading: Reading, row: Mapping[str, Any] | None) -> Change | None:
    """Say what differs; None where nothing does. ``row`` is the article of the reading by its columns."""
    if reading.reject or row is None:
        return _refused(held, stored, reading)
    if held.state == "refused" or stored.article is None:
        return Change(held, "accepted", lost=-int(row["words"]), after=str(row["text"]))
    fields = tuple(_differing(stored, reading, row))
    lost = int(stored.article["words"]) - int(row["words"])
    return Change(held, "changed", fields, lost, str(stored.article["text"]), str(row["text"])) if fields else None


def _refused(held: Held, stored: Stored, reading: Reading) -> Change | None:
    reasons = reading.reject.reasons if reading.reject else ()
    why = "; ".join(reasons)
    if reading.reject and reading.broke:
        return Change(held, "broken", why=reading.reject.detail)
    if held.state != "refused" and stored.article:
        return Change(held, "withdrawn", lost=int(stored.article["words"]), before=str(stored.article["text"]), why=why)
    return None if tuple(map(str, reasons)) == stored.reasons else Change(held, "refused", why=why)


def _differing(stored: Stored, reading: Reading, row: Mapping[str, Any]) -> Iterator[str]:
    was = stored.article or {}
    yield from (name for name in row if name not in UNSEEN and row[name] != was[name])
    if tuple((cut.rule, cut.text) for cut in reading.cuts) != stored.cuts:
        yield "cuts"


class Report:
    """Counts, and the samples that say most."""

    def __init__(self, samples: int = SHOWN) -> None:
        self.read = self.same = self.lost = 0
        self.what: Counter[str] = Counter()
        self.fields: Counter[str] = Counter()
        self.words: Counter[str] = Counter()
        self.why: Counter[str] = Counter()
        self.troubles: list[str] = []
        self.samples, self._number = samples, 0
        self._worst: list[tuple[int, int, Change]] = []

    def add(self, found: Change | None) -> None:
        """Count one story."""
        self.read += 1
        if found is None:
            self.same += 1
            return
        self.what[found.what] += 1
        self.fields.update(found.fields)
        self.words["lost" if found.lost > 0 else "gained"] += abs(found.lost)
        if found.why:
            self.why[found.why] += 1
        self._number += 1
        if "text" in found.fields or not found.fields:
            heapq.heappush(self._worst, (found.lost, self._number, found))
            if len(self._worst) > self.samples:
                heapq.heappop(self._worst)

    def trouble(self, line: str) -> None:
        """Count a page that could not be taken from the archive."""
        self.read += 1
        self.lost += 1
        self.troubles = [*self.troubles, line][:SHOWN]

    @property
    def worst(self) -> Sequence[Change]:
        """The changes that cost most words, the largest first."""
        return [found for *_, found in sorted(self._worst, key=lambda one: -one[0])]
