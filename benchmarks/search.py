"""How good search is, against what PostgreSQL has: nDCG@10 over judged questions, MRR of known stories, cost of the index.

    make bench-search [TEXTS=../shared/texts] [MILLION=1000000]

The others get every chance: the title weighs A and the text C, queries are read by websearch_to_tsquery, which knows "…", - and
OR, and ts_rank orders. Trigram search orders by word_similarity. Ours follows its own suggestion where it finds nothing.
"""

from __future__ import annotations

import argparse
import random
import time
from math import log2
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from benchmarks.search_corpus import NOW, judged, put, questions, server, texts
from benchmarks.search_million import million
from pipelines.indonesian.words import STOP, words
from pipelines.store import search_index
from pipelines.store.search import Question, search
from pipelines.store.search_query import QueryError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection, Engine

Search = "Callable[[Connection, str], list[str]]"
OTHERS = """
    CREATE TABLE others AS SELECT story_id, title || '. ' || text AS whole,
        setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', text), 'C') AS simple,
        setweight(to_tsvector('indonesian', title), 'A') || setweight(to_tsvector('indonesian', text), 'C') AS indonesian
    FROM articles
"""
BY_VECTOR = """
    SELECT story_id FROM others, websearch_to_tsquery('{0}', :query) AS q WHERE {0} @@ q
    ORDER BY ts_rank('{{0.1, 0.25, 0.5, 1.0}}', {0}, q, 1) DESC, story_id LIMIT 10
"""
BY_TRIGRAM = """
    SELECT story_id FROM others WHERE word_similarity(:query, whole) > 0.3
    ORDER BY word_similarity(:query, whole) DESC, story_id LIMIT 10
"""
SAMPLE, TITLE_WORDS = 200, 4


def ours(connection: Connection, query: str) -> list[str]:
    """Search as `kliping search` does, and once more as it suggests."""
    try:
        answer = search(connection, Question(query, limit=10, now=NOW, lenient=True))
    except QueryError:
        return []
    if answer.suggestion:
        answer = search(connection, Question(answer.suggestion, limit=10, now=NOW, lenient=True))
    return [hit.story_id for hit in answer.hits + answer.near]


def theirs(statement: str) -> Callable[[Connection, str], list[str]]:
    """Search by a statement."""
    return lambda connection, query: list(connection.scalars(text(statement), {"query": query}))


SYSTEMS: dict[str, Callable[[Connection, str], list[str]]] = {
    "kliping": ours,
    "simple": theirs(BY_VECTOR.format("simple")),
    "indonesian": theirs(BY_VECTOR.format("indonesian")),
    "trigram": theirs(BY_TRIGRAM),
}


def ndcg(found: Sequence[str], grades: dict[str, int]) -> float:
    """Discounted gain of ten answers by the best that ten could have."""
    best = sorted(grades.values(), reverse=True)[:10]
    return _gain([grades.get(each, 0) for each in found[:10]]) / _gain(best)


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / log2(place + 2) for place, grade in enumerate(grades))


def compare(opened: Engine, *, pool: bool) -> None:
    """Print nDCG@10 by kind of question."""
    asked = questions()
    stories, grades = judged(asked)
    put(opened, stories)
    _index(opened, len(stories))
    scores: dict[str, dict[str, list[float]]] = {}
    with opened.begin() as connection:
        connection.execute(text(OTHERS))
        for question, graded in zip(asked, grades, strict=True):
            found = {name: each(connection, question["ask"]) for name, each in SYSTEMS.items()}
            for kind in (question["kind"], "all"):
                row = scores.setdefault(kind, {name: [] for name in SYSTEMS})
                for name in SYSTEMS:
                    row[name].append(ndcg(found[name], graded))
            if pool:
                _show_pool(question["ask"], found, graded, {story["story_id"]: story["title"] for story in stories})
    print(f"\nnDCG@10, {len(asked)} questions over {len(stories)} stories")
    print(f"{'':10}{'questions':>10}" + "".join(f"{name:>12}" for name in SYSTEMS))
    for kind, row in sorted(scores.items(), key=lambda each: each[0] == "all"):
        print(f"{kind:10}{len(row['kliping']):10}" + "".join(f"{sum(row[name]) / len(row[name]):12.3f}" for name in SYSTEMS))


def _show_pool(ask: str, found: dict[str, list[str]], grades: dict[str, int], titles: dict[str, str]) -> None:
    """Print what stands high and was not judged, and what ours missed: for the reader who judges."""
    for name, each in found.items():
        wrong = [titles[story] for story in each[:3] if story not in grades]
        missed = [titles[story] for story in grades if story not in each] if name == "kliping" else []
        if wrong or missed:
            print(f"{ask} | {name} | first and not judged: {wrong} | missed: {missed}")


def _index(opened: Engine, stories: int) -> None:
    next(search_index.index(opened, batch=1), None)  # the dictionary is read once a process
    began, worked = time.perf_counter(), time.process_time()
    for _ in search_index.index(opened):
        pass
    passed, worked = time.perf_counter() - began, time.process_time() - worked
    passed, worked = 1000 * passed / stories, 1000 * worked / stories
    print(f"index: {passed:.2f} ms a story ({stories} stories), {worked:.2f} of them ours, the rest the server's")


def known(opened: Engine, stories: list[dict[str, Any]]) -> None:
    """Print the mean reciprocal rank of stories asked for by words of their title."""
    put(opened, stories)
    _index(opened, len(stories))
    chance = random.Random(7)  # noqa: S311 (no secret)
    chosen = chance.sample(stories, min(SAMPLE, len(stories)))
    asked = [(_some_words(story["title"], chance), story["story_id"]) for story in chosen]
    print(f"\nknown stories: MRR@10 over {len(asked)} of {len(stories)} real ones, asked for by {TITLE_WORDS} words of their title")
    with opened.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS others"))
        connection.execute(text(OTHERS.replace("title || '. ' || text AS", "title AS")))  # texts would take it a minute each
        for name, each in SYSTEMS.items():
            ranks = [_rank(each(connection, query), story) for query, story in asked]
            print(f"{name:12}{sum(ranks) / len(ranks):6.3f}")


def _some_words(title: str, chance: random.Random) -> str:
    """Choose words of a title, in its order, as someone does who remembers it."""
    told = [word.form for word in words(title) if word.form not in STOP and len(word.form) > 1]
    chosen = sorted(chance.sample(range(len(told)), min(TITLE_WORDS, len(told))))
    return " ".join(told[place] for place in chosen)


def _rank(found: list[str], story: str) -> float:
    return 1 / (found.index(story) + 1) if story in found else 0.0


def main() -> None:
    """Compare, find known stories, and with --million measure how long an answer takes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, default=Path("../shared/texts"), help="folder of JSON lines of real stories")
    parser.add_argument("--million", type=int, default=0, metavar="N", help="time answers over N short stories, recombined")
    parser.add_argument("--pool", action="store_true", help="print what stands high and was not judged")
    args = parser.parse_args()
    if args.million:
        with server() as opened:
            million(opened, args.million, texts(args.texts) or judged(questions())[0])
        return
    with server() as opened:
        compare(opened, pool=args.pool)
    if real := texts(args.texts):
        with server() as opened:
            known(opened, real)


if __name__ == "__main__":
    main()
