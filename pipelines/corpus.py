"""DOOR: the corpus for people who program: ``from pipelines import Corpus``. Reads, never writes.

>>> from pipelines import Corpus
>>> with Corpus.open() as corpus:
...     print(len(corpus))
...     for story in corpus.stories(outlets=["kabar"], section="Bisnis"):
...         print(story.id, story.published_at.date(), story.title)
3
kabar/1 2026-11-22 Harga cabai naik
kabar/2 2026-11-21 Panen raya di lereng
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from pipelines.outlets import names
from pipelines.store import ask, schema, snapshot
from pipelines.store.replaying import is_empty
from pipelines.store.snapshot import Wish

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from sqlalchemy import Connection, Engine

    from pipelines.clippings import Clipping
    from pipelines.store.search import Hit

__all__ = ["Corpus"]


class Corpus:
    """The stories of one database. ``open`` makes it; use it in a ``with``, or ``close`` it.

    Times you give must be aware (``datetime(2026, 11, 1, tzinfo=UTC)``; ValueError otherwise), times you get are in UTC.
    """

    def __init__(self, opened: Engine) -> None:
        self._engine = opened

    @classmethod
    def open(cls) -> Self:
        """Open the database that DATABASE_URL names, else the embedded one, which is started and migrated at need.

        DatabaseError where it does not answer, SchemaError where its tables are not this Kliping's.
        """
        return cls(schema.opened())

    def close(self) -> None:
        """Give the connections back; an embedded server runs on."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __len__(self) -> int:
        """How many stories are held."""
        with self._frozen() as connection:
            return sum(snapshot.counts(connection, Wish(snapshot.now(connection))).values())

    def __iter__(self) -> Iterator[Clipping]:
        return self.stories()

    def get(self, key: str, *, as_of: datetime | None = None) -> Clipping | None:
        """Give a story by ``outlet/story_id``, bare story id or address, as it stands or as it stood; None if there is none.

        Of a bare id that several outlets use it is the story of the first in the alphabet.

        >>> corpus = Corpus.open()
        >>> corpus.get("kabar/1").text
        'Harga cabai naik dua kali lipat.'
        >>> corpus.get("kabar/1", as_of=datetime(2026, 11, 1, tzinfo=UTC)) is None
        True
        """
        _aware(as_of=as_of)
        with self._frozen() as connection:
            moment = as_of or snapshot.now(connection)
            stories = ask.story(connection, key)
            found = (snapshot.as_it_stood(connection, story.outlet, story.story_id, moment) for story in stories)
            return next(filter(None, found), None)

    def stories(
        self,
        *,
        outlets: str | Iterable[str] = (),
        section: str | None = None,
        language: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        as_of: datetime | None = None,
        one_per_family: bool = False,
    ) -> Iterator[Clipping]:
        """Give the stories of one snapshot in the order of their ids, 500 in memory at a time; ``until`` is the first moment after.

        ``outlets`` names one or several; ValueError for one that neither a seed nor a story has.

        >>> [story.id for story in Corpus.open().stories(since=datetime(2026, 11, 22, tzinfo=UTC))]
        ['kabar/1', 'warta/3']
        """
        _aware(since=since, until=until, as_of=as_of)
        sections, languages = ((each,) if each else () for each in (section, language))
        return self._stories(as_of, outlets, sections, languages, since, until, one_per_family)

    def _stories(self, as_of: datetime | None, outlets: str | Iterable[str], *filters: Any) -> Iterator[Clipping]:
        with self._frozen() as connection:
            wish = Wish(as_of or snapshot.now(connection), _known(connection, outlets), *filters)
            yield from (clipping for _, clipping in snapshot.clippings(connection, wish))

    def search(
        self,
        query: str,
        *,
        outlets: str | Iterable[str] = (),
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 20,
    ) -> list[Hit]:
        """Give the stories that answer a query, best first; ``kliping index`` keeps what is searched up to date.

        >>> [hit.title for hit in Corpus.open().search("harga -beras")]
        ['Harga cabai naik']
        """
        from pipelines.store.search import Question, search

        _aware(since=since, until=until)
        if limit < 1:
            msg = f"limit is {limit}: give a number from 1 on"
            raise ValueError(msg)
        with self._frozen() as connection:
            return search(connection, Question(query, _known(connection, outlets), since, until, limit=limit)).hits

    def to_arrow(self, **which: Any) -> Any:
        """Give the stories that ``stories(**which)`` gives as a ``pyarrow.Table`` (``pip install 'kliping[tables]'``).

        >>> Corpus.open().to_arrow(outlets=["kabar"]).column("words").to_pylist()
        [6, 4]
        """
        from pipelines.export.arrow import table

        return table(self.stories(**which))

    def to_pandas(self, **which: Any) -> Any:
        """Give them as a ``pandas.DataFrame``, the id its index.

        >>> frame = Corpus.open().to_pandas()
        >>> frame.loc["warta/3", "title"]
        'Kapal tiba lagi'
        >>> int(frame.groupby("outlet").words.sum()["kabar"])
        10
        """
        return self.to_arrow(**which).to_pandas().set_index("id")

    @contextmanager
    def _frozen(self) -> Iterator[Connection]:
        with snapshot.frozen(self._engine) as connection:
            yield connection


def _aware(**moments: datetime | None) -> None:
    """Without a zone the server would read a moment in its own; a day has no moment before somebody says where it begins."""
    for name, moment in moments.items():
        if moment is not None and not isinstance(moment, datetime):
            msg = f"{name} is {moment!r}: give a datetime with a zone, as datetime(2026, 11, 22, tzinfo=UTC)"
            raise ValueError(msg)
        if moment is not None and moment.tzinfo is None:
            msg = f"{name} has no zone: give {moment!r} one, as tzinfo=UTC"
            raise ValueError(msg)


def _known(connection: Connection, outlets: str | Iterable[str]) -> tuple[str, ...]:
    """A name alone is one outlet, not its letters; one that is mistyped would find nothing, and that would pass for an answer."""
    several = (outlets,) if isinstance(outlets, str) else tuple(outlets)
    for slug in several:
        if slug not in names() and is_empty(connection, slug):
            msg = f"no outlet named {slug!r}; known: {', '.join(names())}"
            raise ValueError(msg)
    return several
