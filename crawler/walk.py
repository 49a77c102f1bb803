"""One walk through one door: how far it came, and what it saw on its way; which doors fell silent. Asks nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.discovery import is_dated, is_paged

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from pipelines.seedtables import Door
    from pipelines.vitals import Watch

DEAD = 7  # days in a row without an answer, or without a story


@dataclass(slots=True)
class Silence:
    """The dated doors of a walk back in time: of how many days in a row each gave no answer, and which are given up for it.

    ``empty``: the days in a row that each lists no story for; only doors stand in it of which a day was read before.
    """

    days: Counter[str] = field(default_factory=Counter)
    empty: dict[str, int] = field(default_factory=dict)
    dead: set[str] = field(default_factory=set)

    def heard(self, door: str, stories: int) -> int:
        """Note how many stories a day's index lists; give the days in a row without any, 0 of a door never read before."""
        if door not in self.empty:
            return 0
        self.empty[door] = 0 if stories else self.empty[door] + 1
        return self.empty[door]

    def fallen(self) -> list[str]:
        """Give up the doors that were silent for too many days, and name those that were not given up before."""
        news = [url for url, days in self.days.items() if days >= DEAD and url not in self.dead]
        self.dead.update(news)
        return news


@dataclass(slots=True)
class Walk:
    """``first`` is the address asked first. ``finished``: the walk before came to its end; ``unheard`` counts what is new since.

    ``broken``: an answer of it broke the reader, or is none. ``beside``: what an index's first page shows beside its rows.
    ``known``: addresses of the walk that gave an answer in a run before.
    """

    door: Door
    day: date
    first: str
    page: int = 1
    seen: set[str] = field(default_factory=set)
    barren: int = 0
    finished: bool = False
    unheard: int = 0
    caught_up: bool = False
    broken: bool = False
    beside: frozenset[str] = frozenset()
    known: set[str] = field(default_factory=set)

    @property
    def has_pages(self) -> bool:
        """Whether its door is read page by page or day by day: then one answer cannot speak for the others."""
        return is_paged(self.door) or is_dated(self.door)

    def tell(self, watch: Watch, url: str, what: Callable[[str], None]) -> None:
        """Have the watch hear what is wrong with the door; of a sitemap that it names, only that it did not come and did before."""
        if url == self.first:
            what(self.door.url)
        elif url in self.known:
            watch.part(self.door.url, url)
