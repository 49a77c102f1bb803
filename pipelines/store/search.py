"""Search: the stories that answer a query, best first. Nothing here writes.

A story's score is the sum, over the words of the query, of ``rarity x place``, times ``freshness``:

- rarity: ln(1 + stories / stories that have the word)
- place: ts_rank, where a word in the title counts 1, in the first paragraph 0.5, below it 0.25, in tags 0.1; a word in the
  very form that was asked for counts once more; longer stories count less (1 + ln of their words)
- freshness: 1 + 0.5 x 2^(-days since publication / 30)

Of a query that more than a thousand stories answer, the newest are ranked, a thousand at most.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import log
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from pipelines.indonesian.stems import stem
from pipelines.store.search_nodes import Every, Field, Node, Phrase, but_one, leaves, lexemes, tsquery, weighed
from pipelines.store.search_query import QueryError, parse
from pipelines.store.search_ranking import MOST, Hit, Plan, best
from pipelines.store.search_terms import forms
from pipelines.store.spelling import suggestion
from pipelines.store.tables import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from pipelines.store.search_nodes import Leaf

__all__ = ["Answer", "Hit", "Question", "search"]

LONG = 3  # words of a query that is worth answering with one less, though there are stories that have them all
A_NAME = 0.8  # of the stories that print a word print it as a name


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
    lenient: bool = False  # where less than ``limit`` stories have all words, go on with those that lack one


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found: ``found`` stories, or ``more``; ``near`` are those that lack a word; ``sought`` is what to mark in all."""

    hits: list[Hit]
    found: int
    more: bool
    near: list[Hit]
    sought: frozenset[str]
    suggestion: str | None = None


def search(connection: Connection, question: Question) -> Answer:
    """Answer a question; QueryError where it cannot be read."""
    node = _bounded(question)
    known = _known(connection, node)
    plan = _plan(connection, question, node, known)
    hits, found = best(connection, plan)
    sought = frozenset(lexeme for leaf in leaves(node) for lexeme in lexemes(leaf, known.names))
    better = None if hits else suggestion(connection, question.query, known.strangers)
    near: list[Hit] = []
    if question.lenient and found < question.limit and (looser := but_one(node)) and not (hits and len(plan.leaves) < LONG):
        near, _ = best(connection, replace(plan, query=tsquery(looser, known.names)))
        had = {(hit.outlet, hit.story_id) for hit in hits}
        near = [hit for hit in near if (hit.outlet, hit.story_id) not in had][: question.limit - len(hits)]
    return Answer(hits, min(found, MOST), found > MOST, near, sought, better)


def plan_of(connection: Connection, question: Question) -> Plan:
    """Say what the server is asked for a question; QueryError where it cannot be read."""
    node = _bounded(question)
    return _plan(connection, question, node, _known(connection, node))


def _bounded(question: Question) -> Node:
    """Read the query; a section and an author are words that must be there too."""
    asked = {name: said for name in ("section", "author") if (said := getattr(question, name)) is not None}
    more = [Field(name, form) for name, said in asked.items() for form in _worded(name, said)]
    node = parse(question.query)
    return Every((*(node.nodes if isinstance(node, Every) else [node]), *more)) if more else node


def _worded(name: str, said: str) -> list[str]:
    if found := forms([said]):
        return found
    raise QueryError(f"{name}: names no word to look for")


def _plan(connection: Connection, question: Question, node: Node, known: _Known) -> Plan:
    stories = max(connection.scalar(_HOW_MANY) or 0, 1000)
    scored = [(weighed(leaf, known.names), log(1 + stories / known.stories(leaf))) for leaf in leaves(node)]
    tests = {"outlets": "outlet = ANY(:outlets)", "since": "published_at >= :since", "until": "published_at < :until"}
    given = {"outlets": list(question.outlets), "since": question.since, "until": question.until}
    bounds = {name: value for name, value in given.items() if value}
    where = " AND ".join(["true", *(tests[name] for name in bounds)])
    return Plan(tsquery(node, known.names), scored, where, bounds, question.now or datetime.now(UTC), question.limit)


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
        """How many stories have a leaf's rarest word, 1 at least; a field is not counted: it passes for the commonest word."""
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
