"""Keep what search looks in up with the stories: batch after batch, after the crawl, any number of times with the same end."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, Text, cast, delete, func, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import REGCLASS, TSVECTOR, insert

from pipelines.indonesian.stems import stem
from pipelines.store.resuming import is_short, stopped_at
from pipelines.store.search_terms import EXACT, NAME, Terms, terms
from pipelines.store.tables import Instant, articles, search_index, vocabulary
from pipelines.store.upserts import given

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection, Engine, Row, Select

    from pipelines.store.rows import Key

Said = tuple[Counter[str], Counter[str]]  # words, and those of them that were names, to the number of stories
BATCH = 200  # stories in one transaction, and in memory
LOCK = 0x6B6C2D696E646578  # "kl-index" in ASCII: one writer of the vocabulary at a time
LONGEST = 30  # letters of a word worth spelling
_WANTED = ("outlet", "story_id", "title", "text", "images", "tags", "section", "authors", "published_at", "read_at")


def index(engine: Engine, *, again: bool = False, batch: int = BATCH) -> Iterator[int]:
    """Index what is new or changed since the last time, with ``again`` everything; give the number of stories after each batch.

    Killed, it goes on from there the next time: stories are taken in the order in which they were read.
    """
    done, last, whole = 0, None, again
    while True:
        with engine.begin() as connection:
            connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
            if last is None and not whole:
                last = _last(connection)
            stories = connection.execute(_stale(last, batch, again=again)).all()
            if not stories and not whole and is_short(connection, search_index):
                last, whole = None, True
                continue
            if not stories:
                break
            _put(connection, stories)
        done += len(stories)
        last = (stories[-1].read_at, stories[-1].outlet, stories[-1].story_id)
        yield done
    if done:
        _settle(engine, done)


def let_go(connection: Connection, keys: Sequence[Key]) -> None:
    """Take stories out, and their words from the vocabulary, inside the caller's transaction."""
    connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    _count(connection, (Counter(), Counter()), _said_before(connection, keys))
    key = tuple_(search_index.c.outlet, search_index.c.story_id)
    connection.execute(delete(search_index).where(key.in_(keys)))


def is_behind(connection: Connection) -> bool:
    """Whether a story was read later than every one that is indexed."""
    newest = select(func.max(search_index.c.read_at)).where(search_index.c.read_at <= func.now()).scalar_subquery()
    later = select(articles.c.story_id).where(newest.is_(None) | (articles.c.read_at > newest))
    return bool(connection.scalar(select(later.exists())))


def _last(connection: Connection) -> tuple[Any, str, str] | None:
    stopped = stopped_at(connection, search_index)
    return (stopped, "", "") if stopped else None


def _stale(last: tuple[Any, str, str] | None, batch: int, *, again: bool) -> Select[Any]:
    """Select stories whose reading is not the one that is indexed. None is forgotten meanwhile: it would wait for us."""
    a, s = articles.c, search_index.c
    same = (s.outlet == a.outlet) & (s.story_id == a.story_id)
    rows = select(*(a[name] for name in _WANTED)).outerjoin(search_index, same).order_by(a.read_at, a.outlet, a.story_id)
    rows = rows.limit(batch).with_for_update(of=articles, read=True, key_share=True)
    if not again:
        rows = rows.where(s.read_at.is_distinct_from(a.read_at))
    return rows if last is None else rows.where(tuple_(a.read_at, a.outlet, a.story_id) > tuple_(*last))


def _put(connection: Connection, stories: Sequence[Row[Any]]) -> None:
    made = [terms(story._asdict()) for story in stories]
    before = _said_before(connection, [(story.outlet, story.story_id) for story in stories])
    _count(connection, _said(made), before)
    rows = [(*_head(story), each.vector) for story, each in zip(stories, made, strict=True)]
    new = given(rows, outlet=Text(), story_id=Text(), published_at=Instant, read_at=Instant, lexemes=Text()).c
    chosen = select(new.outlet, new.story_id, new.published_at, new.read_at, cast(new.lexemes, TSVECTOR))
    put = insert(search_index).from_select(["outlet", "story_id", "published_at", "read_at", "lexemes"], chosen)
    fresh = {name: put.excluded[name] for name in ("published_at", "read_at", "lexemes")}
    connection.execute(put.on_conflict_do_update(index_elements=list(search_index.primary_key), set_=fresh))


def _head(story: Row[Any]) -> tuple[Any, ...]:
    return story.outlet, story.story_id, story.published_at, story.read_at


def _said(made: Sequence[Terms]) -> Said:
    """Count the stories that print a word, and those that print it as a name."""
    return Counter(word for each in made for word in each.words), Counter(name for each in made for name in each.names)


def _said_before(connection: Connection, keys: Sequence[Key]) -> Said:
    """Count the same of stories as they are indexed now."""
    key = tuple_(search_index.c.outlet, search_index.c.story_id)
    held = connection.scalars(select(func.tsvector_to_array(search_index.c.lexemes)).where(key.in_(keys))).all()
    said, names = (Counter([lexeme[1:] for found in held for lexeme in found if lexeme[0] == mark]) for mark in (EXACT, NAME))
    return said, names


def _count(connection: Connection, now: Said, before: Said) -> None:
    """Bring the vocabulary from what was said before to what is said now."""
    (said, names), (was_said, was_names) = now, before
    change = [
        (word, stem(word), said[word] - was_said[word], names[word] - was_names[word])
        for word in sorted(said.keys() | was_said.keys())
        if _worth_spelling(word)
    ]
    _take_away(connection, [(word, stories, name) for word, _, stories, name in change if stories < 0 or (stories == 0 and name)])
    _add(connection, [row for row in change if row[2] > 0])


def _add(connection: Connection, more: Sequence[tuple[str, str, int, int]]) -> None:
    new = given(more, word=Text(), stem=Text(), stories=Integer(), names=Integer()).c
    told = select(new.word, new.stem, new.stories, func.least(func.greatest(new.names, 0), new.stories))
    put = insert(vocabulary).from_select(["word", "stem", "stories", "names"], told)
    sums = {name: vocabulary.c[name] + put.excluded[name] for name in ("stories", "names")}
    connection.execute(put.on_conflict_do_update(index_elements=["word"], set_=sums))


def _take_away(connection: Connection, less: Sequence[tuple[str, int, int]]) -> None:
    """Words are told with changes below 0; a word that no story prints any more goes."""
    v, gone = vocabulary.c, given(less, word=Text(), stories=Integer(), names=Integer()).c
    connection.execute(delete(vocabulary).where(v.word == gone.word, v.stories + gone.stories <= 0))
    left = v.stories + gone.stories
    names = func.least(func.greatest(v.names + gone.names, 0), left)
    connection.execute(update(vocabulary).where(v.word == gone.word).values(stories=left, names=names))


def _worth_spelling(word: str) -> bool:
    return word.replace("-", "").isalpha() and 1 < len(word) <= LONGEST


def _settle(engine: Engine, done: int) -> None:
    """Merge what the index still holds in its list of latecomers, so that the next search need not read it from end to end.

    Where a tenth is new, count anew: the server's guess says which query is common.
    """
    with engine.begin() as connection:
        connection.execute(select(func.gin_clean_pending_list(cast("ix_search_index_lexemes", REGCLASS))))
        if 10 * done > (connection.scalar(text("SELECT reltuples FROM pg_class WHERE oid = 'search_index'::regclass")) or 0):
            connection.execute(text("ANALYZE search_index, vocabulary"))
