"""The questions we answer, one function each; nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, tuple_, union

from pipelines.outlets import outlet_of
from pipelines.store import tables
from pipelines.store.tables import articles, cuts, pages, rejects

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, RowMapping, Table
    from sqlalchemy import Row as RowOf

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Headline:
    """A stored story as a line of a table. ``cuts`` counts its rows in the table cuts."""

    published_at: datetime | None
    outlet: str
    section: str | None
    title: str
    words: int
    cuts: int
    story_id: str
    url: str


@dataclass(frozen=True, slots=True)
class Story:
    """All that is known of one story; each part by the names of its table's columns. ``article`` is None where none is stored."""

    outlet: str
    story_id: str
    page: Row = field(repr=False)
    article: Row | None = field(repr=False)
    reject: Row | None = field(repr=False)
    cuts: list[Row] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Version:
    """A story as it once stood. ``changed`` names what differs from the version before; empty of the first."""

    outlet: str
    story_id: str
    seen_at: datetime
    changed: list[str]
    title: str
    authors: list[str]
    editors: list[str]
    published_at: datetime | None
    modified_at: datetime | None
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A page that is no article, and why."""

    refused_at: datetime
    outlet: str
    story_id: str
    url: str
    reasons: list[str]
    detail: str


@dataclass(frozen=True, slots=True)
class Run:
    """A crawl. Without ``ended_at`` it works; ended without ``exit_code`` it was killed."""

    id: int
    outlet: str
    started_at: datetime
    ended_at: datetime | None
    exit_code: int | None
    counts: Row
    host: str
    pid: int
    arguments: Row


def newest(connection: Connection, outlet: str | None = None, limit: int = 20, run: int | None = None) -> list[Headline]:
    """Give the newest stories by publication, undated ones last; with ``run`` only those which that run stored or changed."""
    cut = select(func.count()).where(_same(cuts, articles)).scalar_subquery()
    a = articles.c
    rows = select(a.published_at, a.outlet, a.section, a.title, a.words, cut, a.story_id, a.url)
    if outlet is not None:
        rows = rows.where(a.outlet == outlet)
    if run is not None:
        # An outlet is worked on by one run at a time, so the run's time tells its stories.
        of = tables.runs.c
        within = a.read_at.between(of.started_at, func.coalesce(of.ended_at, "infinity"))
        rows = rows.join(tables.runs, (of.outlet == a.outlet) & within).where(of.id == run)
    first = rows.order_by(a.published_at.desc().nulls_last(), a.story_id).limit(limit)
    return [Headline(*row) for row in connection.execute(first)]


def story(connection: Connection, key: str) -> list[Story]:
    """Find stories by address, by id, or by outlet/id; an id may be in use at two outlets.

    An address need not be the one we asked: its outlet's seed knows the story by it. SeedError where that seed is broken.
    """
    outlet, _, story_id = key.partition("/")
    asked = select(pages.c.outlet, pages.c.story_id)
    named = asked.where(pages.c.outlet == outlet, pages.c.story_id == story_id)
    canonical = select(articles.c.outlet, articles.c.story_id).where(articles.c.url == key)
    found = union(asked.where(pages.c.url == key), asked.where(pages.c.story_id == key), named, canonical)
    exact = connection.execute(found.order_by("outlet", "story_id")).all()
    return [_story(connection, *each) for each in exact or _by_seed(connection, key)]


def _by_seed(connection: Connection, address: str) -> Sequence[RowOf[str, str]]:
    """Whatever host, slug or page number a person copied along; a browser may leave out the scheme."""
    url = address if "://" in address else f"https://{address}"
    outlet = outlet_of(url)
    if outlet is None or (story_id := outlet.story_id(url)) is None:
        return []
    p = pages.c
    return connection.execute(select(p.outlet, p.story_id).where(p.outlet == outlet.slug, p.story_id == story_id)).all()


def _story(connection: Connection, outlet: str, story_id: str) -> Story:
    def rows(table: Table) -> list[Row]:
        here = tuple_(table.c.outlet, table.c.story_id) == (outlet, story_id)
        return [dict(row) for row in connection.execute(select(table).where(here).order_by(*table.primary_key)).mappings()]

    (page,) = rows(pages)
    article, reject = (next(iter(rows(table)), None) for table in (articles, rejects))
    return Story(outlet, story_id, page, article, reject, rows(cuts))


def history(connection: Connection, outlet: str, story_id: str) -> list[Version]:
    """Give every version of a story that was seen, oldest first."""
    r = tables.revisions.c
    names = ("outlet", "story_id", "fetched_at", "changed", "title", "authors", "editors", "published_at", "modified_at", "text")
    rows = select(*(r[name] for name in names)).where(r.outlet == outlet, r.story_id == story_id).order_by(r.fetched_at)
    return [Version(*row) for row in connection.execute(rows)]


def latest(connection: Connection, outlet: str, limit: int) -> Sequence[RowMapping]:
    """Give an outlet's articles that were stored last, whole."""
    rows = select(articles).where(articles.c.outlet == outlet).order_by(articles.c.first_seen_at.desc()).limit(limit)
    return connection.execute(rows).mappings().all()


def states(connection: Connection, outlet: str | None = None) -> dict[str, dict[str, int]]:
    """How many stories of each outlet are in each state."""
    counted = select(pages.c.outlet, pages.c.state, func.count()).group_by(pages.c.outlet, pages.c.state).order_by(pages.c.outlet)
    counts: dict[str, dict[str, int]] = {}
    for name, state, number in connection.execute(counted if outlet is None else counted.where(pages.c.outlet == outlet)):
        counts.setdefault(name, {})[state] = number
    return {name: {state: had[state] for state in tables.STATES if state in had} for name, had in counts.items()}


def refusals(connection: Connection, outlet: str | None = None, limit: int = 20) -> list[Refusal]:
    """Give the pages refused last."""
    r = rejects.c
    rows = select(r.refused_at, r.outlet, r.story_id, r.url, r.reasons, r.detail)
    chosen = rows if outlet is None else rows.where(r.outlet == outlet)
    return [Refusal(*row) for row in connection.execute(chosen.order_by(r.refused_at.desc(), r.story_id).limit(limit))]


def runs(connection: Connection, outlet: str | None = None, limit: int = 20) -> list[Run]:
    """Give the last runs, newest first."""
    r = tables.runs.c
    rows = select(r.id, r.outlet, r.started_at, r.ended_at, r.exit_code, r.counts, r.host, r.pid, r.arguments)
    chosen = rows if outlet is None else rows.where(r.outlet == outlet)
    return [Run(*row) for row in connection.execute(chosen.order_by(r.id.desc()).limit(limit))]


def is_run(connection: Connection, number: int) -> bool:
    """Whether there is a run of that number."""
    return connection.scalar(select(tables.runs.c.id).where(tables.runs.c.id == number)) is not None


def _same(one: Table, other: Table) -> ColumnElement[bool]:
    return (one.c.outlet == other.c.outlet) & (one.c.story_id == other.c.story_id)
