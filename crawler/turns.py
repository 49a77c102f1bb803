"""Whose turn it is at a host: a file a host, by which all processes of a machine keep its delay together, and runs that follow."""

from __future__ import annotations

import fcntl
from time import time
from typing import TYPE_CHECKING

from pipelines.store.rests import bounded

if TYPE_CHECKING:
    from pathlib import Path

FAR = 3_600.0  # seconds and a hundred delays: no queue is longer, so a moment beyond was written before the clock was set back


class Turns:
    """Hands out the turns of hosts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def take(self, host: str, gap: float) -> float:
        """Reserve the host's next turn, ``gap`` seconds after the one before it at least: the seconds until then.

        As long as that one wanted after itself: a run that has not read robots.txt yet does not know the Crawl-delay. OSError
        where the disk takes no note.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{host}.turn").open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            last, wanted = _turn(file.read())
            now, least = time(), max(gap, wanted)
            turn = now if last > now + FAR + 100 * least else max(now, last + least)
            file.seek(0)
            file.truncate()
            file.write(f"{turn} {gap}\n")
        return turn - now

    def rest(self, host: str, seconds: float) -> None:
        """Note that a host asked to be left alone so long, for who has no database to ask (``kliping read --url``)."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{host}.rest").write_text(f"{time() + seconds} 0\n", encoding="utf-8")

    def resting(self, host: str) -> float:
        """Seconds that it is still to be left alone; 0 where nothing is known."""
        try:
            until, _ = _turn((self.folder / f"{host}.rest").read_text(encoding="utf-8"))
        except OSError:
            return 0.0
        return bounded(until - time())


def _turn(line: str) -> tuple[float, float]:
    """The moment of the last turn, in seconds since 1970, and the delay that was to follow it."""
    try:
        moment, gap = map(float, line.split())
    except ValueError:  # none yet, or what a full disk left of it
        return 0.0, 0.0
    return moment, gap
