"""A run's vital signs: what its stories looked like, counted. Pure; what is unusual about them is for health.py to say."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import log
from typing import TYPE_CHECKING

from pipelines.leaks import leaks
from pipelines.recurring import candidates, unlike

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipelines.nouns import Article, Block, Reading
    from pipelines.outlets import Outlet

FRESH = timedelta(days=3)  # an older story tells of the layout of its day, not of today's
CLOSED = "closed"  # a door that could not be opened
GARBLED = "garbled"  # a feed or a sitemap that gave something else
PART = "part"  # a sitemap that a door names, that came before and now did not
READ, STORIES, HEARD = "read", "stories", "heard"  # what the other signs are shares of
TRIED, LOST = "tried", "lost"  # new stories whose pages were asked for; of these a state in which some did not come
STRAY = "stray layout"  # a story that fits no layout of the seed
OF_SEED = ("rule", "layout", "source")  # kinds of signs that bear the names a seed gave
FIELDS = ("authors", "editors", "published_at", "section", "tags", "dateline")
MOST_HEARD = 100  # stories of a run in which we look for lines that recur
TOLD = 40  # wordings of a run, and lost parts of its doors, that are kept


@dataclass(frozen=True, slots=True)
class Sign:
    """How often, and of an amount the sum of its logarithms and of their squares; signs of two runs may be added."""

    count: int = 0
    total: float = 0.0
    squares: float = 0.0

    def __add__(self, other: Sign) -> Sign:
        return Sign(self.count + other.count, self.total + other.total, self.squares + other.squares)

    @property
    def amount(self) -> tuple[int, float, float]:
        """As odds.py takes it."""
        return self.count, self.total, self.squares


Signs = dict[str, Sign]  # by kind and, after a space, what it is about: "field authors", "rule kompas/dateline", "words"


def amount(value: float) -> Sign:
    """Make the sign of one amount; none counts as well."""
    told = log(value + 1)
    return Sign(1, told, told * told)


def added(several: Sequence[Signs]) -> Signs:
    """Add up the signs of several runs."""
    names = {name for signs in several for name in signs}
    return {name: sum((signs[name] for signs in several if name in signs), Sign()) for name in names}


def of_seed(signs: Signs, outlet: Outlet) -> Signs:
    """Leave out what an outlet's seed no longer has: of a rule, a layout or a source that somebody renamed none is missed."""
    sources = {f"source {name} from {source}" for name, several in outlet.fields.items() for source in several}
    names = {*(f"rule {rule.name}" for rule in outlet.rules), *(f"layout {layout.name}" for layout in outlet.layouts), *sources}
    return {name: sign for name, sign in signs.items() if name in names or name.partition(" ")[0] not in OF_SEED}


@dataclass(slots=True)
class Watch:
    """Watches a run's readings as they are stored, and its doors as they answer."""

    outlet: Outlet
    counted: Signs = field(default_factory=dict)
    bodies: list[tuple[Block, ...]] = field(default_factory=list)
    doors: dict[str, int] = field(default_factory=dict)
    quiet: set[str] = field(default_factory=set)  # doors that had nothing new to say: what they announce is not known
    closed: set[str] = field(default_factory=set)  # doors that could not be opened
    garbled: set[str] = field(default_factory=set)  # feeds and sitemaps that gave something else
    repeated: set[str] = field(default_factory=set)  # stories asked for again that were refused: one refused once more is no sign
    parts: set[str] = field(default_factory=set)  # signs of sitemaps that a door names and that came before, but not now

    def see(self, reading: Reading, now: datetime | None = None) -> None:
        """Count a reading, unless it is an old story's."""
        article, when = reading.article, now or datetime.now(UTC)
        if reading.reject and reading.story_id in self.repeated:
            return
        if article and article.published_at and when - article.published_at > FRESH:
            return
        for name, sign in _signs(reading, self.outlet):
            self.counted[name] = self.counted.get(name, Sign()) + sign
        if article and len(self.bodies) < MOST_HEARD:
            self.bodies.append(article.body)

    def part(self, door: str, sitemap: str) -> None:
        """Note that a sitemap which a door names did not come."""
        self.parts.add(f"{PART} {door} {sitemap}")

    def door(self, door: str, announced: int) -> None:
        """Count what an outlet's door announced, all its pages and days together."""
        self.doors[door] = self.doors.get(door, 0) + announced

    @property
    def signs(self) -> Signs:
        """All that was seen."""
        stories = unlike(self.bodies)
        told = candidates(stories, 2) if len(stories) > 1 else []
        recurring = {f"recurs {one.pattern}": Sign(one.stories) for one in told[:TOLD]}
        heard = {HEARD: Sign(len(stories))} if stories else {}
        opened = {f"door {door}": amount(count) for door, count in self.doors.items() if door not in self.quiet}
        closed = {f"{CLOSED} {door}": Sign(1) for door in self.closed - self.quiet - self.doors.keys()}
        garbled = {f"{GARBLED} {door}": Sign(1) for door in self.garbled}
        parts = dict.fromkeys(sorted(self.parts)[:TOLD], Sign(1))
        return self.counted | heard | recurring | opened | closed | garbled | parts


def _signs(reading: Reading, outlet: Outlet) -> Iterator[tuple[str, Sign]]:
    yield READ, Sign(1)
    if reading.reject:
        yield from ((f"refused {reason}", Sign(1)) for reason in reading.reject.reasons)
    if reading.article:
        yield STORIES, Sign(1)
        yield from ((name, Sign(1)) for name in _marks(reading.article))
        yield from ((f"rule {rule}", Sign(1)) for rule in {cut.rule for cut in reading.cuts})
        yield from ((f"leak {name}", Sign(1)) for name in leaks(outlet.rules, reading.article.body))
        if reading.stray:
            yield STRAY, Sign(1)
        if reading.article.kind == "article":
            yield "words", amount(reading.article.words)
            yield "paragraphs", amount(len(reading.article.body))


def _marks(article: Article) -> Iterator[str]:
    yield f"layout {article.layout}"
    yield from (f"field {name}" for name in FIELDS if getattr(article, name))
    yield from (f"source {name} from {said['from']}" for name, said in article.sources.items() if "from" in said)
