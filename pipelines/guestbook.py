"""The guest book: every request that left us, a line each, by which anyone can check the gaps. No network and no database here."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

KEPT = 90  # days
CLOCK = 0.02  # seconds by which two readings of a clock may be off


@dataclass(frozen=True, slots=True)
class Visit:
    """One request: when it left, to which host, how many seconds after the one before it was allowed, for what."""

    at: datetime
    host: str
    allowed: float
    url: str


@dataclass(frozen=True, slots=True)
class Gaps:
    """A host's requests, in seconds; of a single one there are no gaps. ``too_soon`` counts those that were not yet allowed."""

    host: str
    requests: int
    allowed: float
    smallest: float | None
    median: float | None
    too_soon: int


class GuestBook:
    """Writes an outlet's visits into a file a day."""

    def __init__(self, folder: Path, outlet: str) -> None:
        self.folder, self.outlet = folder, outlet
        self.day: date | None = None
        self._file: TextIO | None = None

    def write(self, visit: Visit) -> None:
        """Add a line; OSError where the disk takes none."""
        if self._file is None or visit.at.date() != self.day:
            self._turn(visit.at.date())
        assert self._file is not None
        self._file.write(f"{visit.at.isoformat()}\t{visit.host}\t{visit.allowed:g}\t{visit.url}\n")

    def close(self) -> None:
        """Close the day's file."""
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):  # the line that a full disk refused is tried once more
                file.close()

    def _turn(self, day: date) -> None:
        self.close()
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in self.folder.glob("*.tsv"):
            if day - _day(path) > timedelta(days=KEPT):
                path.unlink(missing_ok=True)
        self._file = (self.folder / f"{self.outlet}.{day}.tsv").open("a", buffering=1, encoding="utf-8")
        self.day = day


def visits(folder: Path, since: date, outlet: str = "*") -> Iterator[Visit]:
    """Read the visits since a day (UTC) in their order; what a crash left of a line is passed over."""
    for path in sorted(folder.glob(f"{outlet}.*.tsv"), key=_day):
        if _day(path) >= since:
            with path.open(encoding="utf-8", errors="replace") as lines:
                yield from filter(None, map(_visit, lines))


def gaps(told: Iterable[Visit]) -> list[Gaps]:
    """Give each host's gaps, against what was allowed when the later of the two requests left, and after the earlier one."""
    hosts: dict[str, list[Visit]] = {}
    for visit in told:
        hosts.setdefault(visit.host, []).append(visit)
    return [_gaps(host, sorted(found, key=lambda visit: visit.at)) for host, found in sorted(hosts.items())]


def _gaps(host: str, found: list[Visit]) -> Gaps:
    # a run that begins does not know yet what the one before it knew; one told to hurry was allowed to
    between = [
        ((later.at - earlier.at).total_seconds(), later.allowed and max(earlier.allowed, later.allowed))
        for earlier, later in pairwise(found)
    ]
    waits = [wait for wait, _ in between]
    too_soon = sum(wait < allowed - CLOCK for wait, allowed in between)
    smallest, middle = (round(min(waits), 3), round(median(waits), 3)) if waits else (None, None)
    return Gaps(host, len(found), found[-1].allowed, smallest, middle, too_soon)


def _visit(line: str) -> Visit | None:
    try:
        at, host, allowed, url = line.rstrip("\n").split("\t")
        return Visit(datetime.fromisoformat(at), host, float(allowed), url)
    except ValueError:
        return None


def _day(path: Path) -> date:
    try:
        return date.fromisoformat(path.name.split(".")[-2])
    except (ValueError, IndexError):
        return datetime.now(UTC).date()
