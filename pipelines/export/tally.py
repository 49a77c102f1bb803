"""What an export holds, counted as it is written: by outlet and by part."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pipelines.clippings import Clipping


@dataclass(slots=True)
class Count:
    """Stories and words; the first and the last day of publication in UTC, empty where no story says one."""

    stories: int = 0
    words: int = 0
    first: str = ""
    last: str = ""

    def add(self, other: Count) -> None:
        """Count another's too."""
        self.stories += other.stories
        self.words += other.words
        self.first = min(filter(None, (self.first, other.first)), default="")
        self.last = max(self.last, other.last)


@dataclass(slots=True)
class Tally:
    """The counts; ``languages`` by ISO 639-1 code, ``und`` where the text's was not decided."""

    all: Count = field(default_factory=Count)
    outlets: dict[str, Count] = field(default_factory=dict)
    parts: dict[str, Count] = field(default_factory=dict)
    languages: Counter[str] = field(default_factory=Counter)

    def counting(self, part: str, clippings: Iterable[Clipping]) -> Iterator[Clipping]:
        """Let clippings through and count them."""
        for clipping in clippings:
            day = f"{clipping.published_at:%Y-%m-%d}" if clipping.published_at else ""
            self._add(clipping.outlet, part, Count(1, clipping.words, day, day))
            self.languages[clipping.language or "und"] += 1
            yield clipping

    def merge(self, other: Tally) -> None:
        """Count what another shard counted."""
        self.all.add(other.all)
        for own, more in ((self.outlets, other.outlets), (self.parts, other.parts)):
            for name, count in more.items():
                own.setdefault(name, Count()).add(count)
        self.languages.update(other.languages)

    def _add(self, outlet: str, part: str, count: Count) -> None:
        self.all.add(count)
        self.outlets.setdefault(outlet, Count()).add(count)
        self.parts.setdefault(part, Count()).add(count)

    def told(self) -> dict[str, Any]:
        """Give it as plain values, sorted, fit for JSON."""
        named = ((name, getattr(self, name)) for name in ("outlets", "parts"))
        counts = {what: {name: asdict(count) for name, count in sorted(held.items())} for what, held in named}
        return {"all": asdict(self.all), **counts, "languages": dict(sorted(self.languages.items()))}

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """Read what ``told`` gave."""
        held = {what: {name: Count(**count) for name, count in told[what].items()} for what in ("outlets", "parts")}
        return cls(Count(**told["all"]), **held, languages=Counter(told["languages"]))
