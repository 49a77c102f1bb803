"""An invented outlet, day after day: how many stories it publishes by weekday and hour, what of them is filled, cut, refused."""

from __future__ import annotations

import math
import random
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipelines.vitals import Sign, Signs, added, amount

if TYPE_CHECKING:
    from collections.abc import Iterator

MONDAY = datetime(2026, 8, 3, tzinfo=UTC)
# Share of a day's stories by hour, as Indonesian desks work: asleep until five, busiest before noon and at dusk.
BY_HOUR = [1, 1, 1, 1, 2, 3, 5, 7, 8, 9, 9, 8, 7, 7, 7, 7, 7, 6, 6, 6, 5, 4, 3, 2]
SHARES = {
    "field authors": 0.93, "field editors": 0.6, "field published_at": 1.0, "field section": 1.0, "field tags": 0.97,
    "field dateline": 0.72, "layout desktop": 0.94, "source title from css:h1": 0.99, "source published_at from meta:date": 1.0,
    "rule kabar/dateline": 0.72, "rule kabar/initials": 0.85, "rule common/baca juga headline": 0.35, "rule kabar/promo": 0.97,
    "rule kabar/source": 0.08, "leak kabar/initials": 0.02, "recurs ^Kronologi$": 0.05, "recurs ^Respons ?warga$": 0.02,
}  # fmt: skip
REFUSED = {"refused video stub without a story": 0.06, "refused no text left where the story should stand": 0.01}
LOST = {"lost gone": 0.01, "lost failed": 0.005}  # taken down before we came; a server that failed when the run ended


@dataclass
class Ordinary:
    """One outlet. ``a_day`` stories on a weekday; days differ by ``spread``, as do the shares within them."""

    chance: random.Random
    a_day: float
    weekend: float = 0.7
    spread: float = 0.12
    at: datetime = MONDAY
    hours: dict[datetime, int] = field(default_factory=dict)
    factor: float = 1.0
    leaning: dict[str, float] = field(default_factory=dict)

    def hour(self, share: float = 1.0) -> int:
        """Let an hour go by, and give its stories; ``share`` of them are published."""
        if self.at.hour == 0:
            self.factor = self.chance.gammavariate(1 / self.spread**2, self.spread**2)
            self.leaning = {name: self.chance.gauss(0, 0.35) for name in (*SHARES, *REFUSED, "words")}
        usual = self.a_day * BY_HOUR[self.at.hour] / sum(BY_HOUR) * (self.weekend if self.at.weekday() > 4 else 1.0)
        told = poisson(self.chance, usual * self.factor * self.chance.gammavariate(12, 1 / 12) * share)
        self.hours[self.at] = told
        self.at += timedelta(hours=1)
        return told

    def signs(self, stories: int) -> Signs:
        """Give the signs of a run that read so many stories."""
        refused = {name: self._some(name, share, stories) for name, share in REFUSED.items()}
        luck = random.Random(self.at.timestamp())  # apart from what else is drawn
        lost = {name: sum(luck.random() < share for _ in range(stories)) for name, share in LOST.items()}
        found = {name: self._some(name, share, stories) for name, share in SHARES.items()}
        told = {name: Sign(count) for name, count in (found | refused | lost).items() if count}
        told["door feed"] = amount(self.chance.randint(46, 50))
        told["door index/{date}"] = amount(self.chance.randint(1, 25) * self.at.hour)
        if not stories:
            return told
        middle = math.log(230) + 0.15 * self.leaning["words"]
        words = [{"words": amount(self.chance.lognormvariate(middle, 0.55))} for _ in range(stories)]
        whole = {"stories": Sign(stories), "heard": Sign(stories), "read": Sign(stories + sum(refused.values()))}
        whole["tried"] = whole["read"] + Sign(sum(lost.values()))
        return told | whole | added(words)

    def _some(self, name: str, share: float, stories: int) -> int:
        odds = share / (1 - share) * math.exp(self.leaning[name]) if share < 1 else math.inf
        today = odds / (1 + odds) if share < 1 else 1.0
        return sum(self.chance.random() < today for _ in range(stories))


def poisson(chance: random.Random, mean: float) -> int:
    """Draw a count."""
    if mean > 60:
        return max(round(chance.gauss(mean, math.sqrt(mean))), 0)
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


class Memory:
    """What the database would give back: the runs of the last day, and the days before them added up."""

    def __init__(self) -> None:
        self.runs: deque[tuple[datetime, Signs]] = deque()
        self.days: dict[str, Signs] = {}

    def keep(self, at: datetime, signs: Signs) -> None:
        """Remember a run."""
        self.runs.append((at, signs))
        while self.runs and at - self.runs[0][0] >= timedelta(days=1):
            when, old = self.runs.popleft()
            self.days[f"{when:%F}"] = added([self.days.get(f"{when:%F}", {}), old])
        for day in sorted(self.days)[:-27]:
            del self.days[day]

    @property
    def recent(self) -> list[Signs]:
        """The runs of the last day, newest first."""
        return [signs for _, signs in reversed(self.runs)]

    @property
    def before(self) -> list[Signs]:
        """The days before them."""
        return list(self.days.values())


def outlets(seeds: range) -> Iterator[Ordinary]:
    """Outlets of all sizes."""
    for seed in seeds:
        chance = random.Random(seed)
        size = chance.choice([12, 40, 90, 180, 400, 900])
        yield Ordinary(chance, size, weekend=chance.uniform(0.5, 0.9), spread=chance.uniform(0.05, 0.2))
