"""Search: the stories that answer a query, best first. Nothing here writes.

A story's score is the sum, over the words of the query, of ``rarity x place``, times ``freshness``:

- rarity: ln(1 + stories / stories that have the word)
- place: ts_rank, where a word in the title counts 1, in the first paragraph 0.5, below it 0.25, in tags 0.1; a word in the
  very form that was asked for counts once more; longer stories count less (1 + ln of their words)
- freshness: 1 + 0.5 x 2^(-days since publication / 30)

Of a query that more than 2,000 stories answer, the newest 2,000 are ranked.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from math import log
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, text

from pipelines.indonesian.stems import stem
from pipelines.store.search_nodes import Every, Field, Node, Phrase, leaves, lexemes, tsquery, weighed
from pipelines.store.search_query import parse
from pipelines.store.search_terms import forms
from pipelines.store.spelling import suggestion
from pipelines.store.tables import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from pipelines.store.search_nodes import Leaf

MOST = 2_000  # stories ranked: each costs the server some 20 µs a word
ENOUGH = 500  # stories of a common query that are worth ranking
SPANS = (1, 7, 30, 120, 480, 1920)  # days back in which they are sought
A_NAME = 0.8  # of the stories that print a word print it as a name
WEIGHTS = "{0.1, 0.25, 0.5, 1.0}"  # D, C, B, A


@dataclass(frozen=True, slots=True)
class Question:
    """A query with its bounds. Days are of the outlet's clock: give instants."""

    query: str
    outlets: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    section: str | None = None
    author: str | None = None
    limit: int = 20
    now: datetime | None = None  # from when freshness is counted; None for this moment


@dataclass(frozen=True, slots=True)
class Hit:
    """A story that was found. ``published_at`` is null where the outlet does not say."""

    outlet: str
    story_id: str
    published_at: datetime | None
    section: str | None
    title: str
    authors: list[str]
    url: str
    score: float
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found: ``found`` stories in all, or more than that; ``sought`` is what to mark in them."""

    hits: list[Hit]
    found: int
    more: bool
    sought: frozenset[str]
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    """A question as the server gets it."""

    query: str
    leaves: list[tuple[str, float]]
    where: str
    bounds: dict[str, Any]


def search(connection: Connection, question: Question) -> Answer:
    """Answer a question; QueryError where it cannot be read."""
    node = _bounded(question)
    known = _known(connection, node)
    plan = _plan(connection, question, node, known)
    hits, found = _ranked(connection, question, plan, MOST)
    if found > MOST:
        hits = _newest(connection, question, plan) or hits
    sought = frozenset(lexeme for leaf in leaves(node) for lexeme in lexemes(leaf, known.names))
    better = None if hits else suggestion(connection, question.query, known.strangers)
    return Answer(hits, min(found, MOST), found > MOST, sought, better)


def _newest(connection: Connection, question: Question, plan: _Plan) -> list[Hit]:
    """Rank the newest stories that answer a common query: those of the last day, week, month … until there are enough."""
    until = question.until or datetime.now(UTC)
    hits: list[Hit] = []
    for days in SPANS:
        back = until - timedelta(days=days)
        nearer = replace(plan, where=f"{plan.where} AND published_at >= :back", bounds=plan.bounds | {"back": back})
        hits, found = _ranked(connection, question, nearer, MOST, newest=True)
        if found >= ENOUGH:
            break
    return hits


def _ranked(connection: Connection, question: Question, plan: _Plan, most: int, *, newest: bool = False) -> tuple[list[Hit], int]:
    """Find up to ``most`` stories and rank them; the second is how many were found, one more than ``most`` for more."""
    places = " + ".join(f":rarity{n} * ts_rank(:weights, lexemes, CAST(:leaf{n} AS tsquery), 1)" for n in range(len(plan.leaves)))
    statement = f"""
        WITH found AS MATERIALIZED (
            SELECT outlet, story_id, published_at, lexemes FROM search_index
            WHERE lexemes @@ CAST(:query AS tsquery) AND {plan.where}
            {"ORDER BY published_at DESC" if newest else ""} LIMIT :most
        ), ranked AS (
            SELECT outlet, story_id, count(*) OVER () AS found,
                ({places}) * (1 + 0.5 * coalesce(2 ^ (-greatest(extract(epoch FROM :now - published_at), 0) / 2592000), 0)) AS score
            FROM found ORDER BY score DESC, published_at DESC NULLS LAST, outlet, story_id LIMIT :limit
        )
        SELECT outlet, story_id, published_at, section, title, authors, url, score, text, found
        FROM ranked JOIN articles USING (outlet, story_id) ORDER BY score DESC, published_at DESC NULLS LAST, outlet, story_id
    """  # noqa: S608 (made of the lines above; what people type is bound)
    bound: dict[str, Any] = {"query": plan.query, "most": most + 1, "limit": question.limit, "weights": WEIGHTS}
    bound |= {f"leaf{n}": leaf for n, (leaf, _) in enumerate(plan.leaves)}
    bound |= {f"rarity{n}": rarity for n, (_, rarity) in enumerate(plan.leaves)}
    bound |= {"now": question.now or datetime.now(UTC)} | plan.bounds
    rows = connection.execute(text(statement), bound).all()
    return [Hit(*row[:-1]) for row in rows], rows[0].found if rows else 0


def _bounded(question: Question) -> Node:
    """Read the query; a section and an author are words that must be there too."""
    more = [Field(name, form) for name in ("section", "author") for form in forms([getattr(question, name) or ""])]
    node = parse(question.query)
    return Every((node, *more)) if more else node


def _plan(connection: Connection, question: Question, node: Node, known: _Known) -> _Plan:
    stories = max(connection.scalar(_HOW_MANY) or 0, 1000)
    scored = [(weighed(leaf, known.names), log(1 + stories / known.stories(leaf))) for leaf in leaves(node)]
    tests = {"outlets": "outlet = ANY(:outlets)", "since": "published_at >= :since", "until": "published_at < :until"}
    bounds = {name: value for name in tests if (value := getattr(question, name))}
    where = " AND ".join(["true", *(tests[name] for name in bounds)])
    return _Plan(tsquery(node, known.names), scored, where, {k: list(v) if k == "outlets" else v for k, v in bounds.items()})


# As the server last counted them: near enough for what is rare.
_HOW_MANY = select(func.greatest(text("reltuples"), 0)).select_from(text("pg_class")).where(text("oid = 'search_index'::regclass"))


@dataclass(frozen=True, slots=True)
class _Known:
    """What the vocabulary says of a query's words: how many stories print a form or have a stem, which are names, which unknown."""

    forms: dict[str, int]
    stems: dict[str, int]
    names: frozenset[str]
    strangers: frozenset[str]

    def stories(self, leaf: Leaf) -> int:
        """How many stories have a leaf's rarest word, 1 at least."""
        if isinstance(leaf, Field):
            return max(self.stems.values(), default=1)
        words = leaf.forms if isinstance(leaf, Phrase) else (leaf.form,)
        exact = isinstance(leaf, Phrase) and leaf.printed
        return max(min(self._of(form, exact=exact or form in self.names) for form in words), 1)

    def _of(self, form: str, *, exact: bool) -> int:
        return self.forms.get(form, 0) if exact else self.stems.get(stem(form), 0)


def _known(connection: Connection, node: Node) -> _Known:
    asked = sorted(set(_forms_of(leaves(node))))
    v = vocabulary.c
    rows = connection.execute(select(v.word, v.stem, v.stories, v.names).where(v.stem.in_([stem(form) for form in asked]))).all()
    sums: dict[str, int] = {}
    for row in rows:
        sums[row.stem] = sums.get(row.stem, 0) + row.stories
    names = {row.word for row in rows if row.word != row.stem and row.names >= A_NAME * row.stories}
    strangers = frozenset(form for form in asked if stem(form) not in sums)
    return _Known({row.word: row.stories for row in rows}, sums, frozenset(names), strangers)


def _forms_of(found: Iterator[Leaf]) -> Iterator[str]:
    for leaf in found:
        if not isinstance(leaf, Field):
            yield from leaf.forms if isinstance(leaf, Phrase) else (leaf.form,)

