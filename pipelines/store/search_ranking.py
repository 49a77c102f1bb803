"""The stories that answer a plan, the best first: of a rare one all, of a common one the newest. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import Connection

MOST = 1_000  # stories ranked: each costs the server some 20 µs a word
ENOUGH = 300  # of a common query that are worth ranking
COMMON = 5  # times MOST that the server guesses: then nobody need count
SPANS = (1, 7, 30, 120, 480, 1920)  # days back in which the newest are sought
WEIGHTS = "{0.1, 0.25, 0.5, 1.0}"  # D, C, B, A


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
class Plan:
    """A question as the server gets it: what must be there, what counts with its rarity, further conditions with their values."""

    query: str
    leaves: list[tuple[str, float]]
    where: str
    bounds: dict[str, Any]
    now: datetime
    limit: int


def best(connection: Connection, plan: Plan) -> tuple[list[Hit], int]:
    """Rank what answers a plan; the second is how many there are, one more than ``MOST`` for more."""
    connection.execute(text("SET LOCAL jit = off"))  # compiling a search takes longer than running it
    if _guess(connection, plan) <= COMMON * MOST:
        hits, found = _ranked(connection, plan)
        if found <= MOST:
            return hits, found
    hits, _ = _ranked(connection, _newest(connection, plan))
    return (hits, MOST + 1) if len(hits) == plan.limit else _ranked(connection, plan)  # the guess may be of last month


def _newest(connection: Connection, plan: Plan) -> Plan:
    """Narrow a common query to the last day, week, month … that has enough, as far as the server can guess."""
    until = plan.bounds.get("until", plan.now)
    for days in SPANS:
        bounds = plan.bounds | {"back": until - timedelta(days=days)}
        nearer = replace(plan, where=f"{plan.where} AND published_at >= :back", bounds=bounds)
        if _guess(connection, nearer) >= ENOUGH:
            return nearer
    return plan


def _guess(connection: Connection, plan: Plan) -> float:
    """How many stories the server expects, by its statistics and in half a millisecond."""
    asked = f"SELECT FROM search_index WHERE lexemes @@ CAST(:query AS tsquery) AND {plan.where}"
    told: Any = connection.scalar(text(f"EXPLAIN (FORMAT JSON) {asked}"), {"query": plan.query} | plan.bounds)
    return float(told[0]["Plan"]["Plan Rows"])


def _ranked(connection: Connection, plan: Plan) -> tuple[list[Hit], int]:
    """Rank up to ``MOST`` and one more; the second is how many they were."""
    places = " + ".join(f":rarity{n} * ts_rank(:weights, lexemes, CAST(:leaf{n} AS tsquery), 1)" for n in range(len(plan.leaves)))
    days = "greatest(CAST(extract(epoch FROM :now - published_at) AS float8) / 86400, 0)"
    # OFFSET 0: the score is reckoned there, and the lexemes of a thousand stories go no further
    statement = f"""
        WITH found AS (
            SELECT outlet, story_id, published_at, lexemes FROM search_index
            WHERE lexemes @@ CAST(:query AS tsquery) AND {plan.where} LIMIT :most
        ), scored AS (
            SELECT outlet, story_id, published_at AS at, ({places}) * (1 + 0.5 * coalesce(power(2, -{days} / 30), 0)) AS score
            FROM found OFFSET 0
        ), best AS (
            SELECT *, count(*) OVER () AS found FROM scored ORDER BY score DESC, at DESC NULLS LAST, outlet, story_id LIMIT :limit
        )
        SELECT outlet, story_id, published_at, section, title, authors, url, score, text, found
        FROM best JOIN articles USING (outlet, story_id) ORDER BY score DESC, at DESC NULLS LAST, outlet, story_id
    """  # noqa: S608 (made of the lines above; what people type is bound)
    bound: dict[str, Any] = {"query": plan.query, "most": MOST + 1, "limit": plan.limit, "weights": WEIGHTS}
    bound |= {f"leaf{n}": leaf for n, (leaf, _) in enumerate(plan.leaves)}
    bound |= {f"rarity{n}": rarity for n, (_, rarity) in enumerate(plan.leaves)}
    bound |= {"now": plan.now} | plan.bounds
    rows = connection.execute(text(statement), bound).all()
    return [Hit(*row[:-1]) for row in rows], rows[0].found if rows else 0
