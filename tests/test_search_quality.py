"""The judged questions of benchmarks/search_judged.toml, asked of our own search: a change that finds less is seen here first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.search import ndcg, ours
from benchmarks.search_corpus import PAGES, judged, put, questions
from pipelines.store import search_index, spelling

if TYPE_CHECKING:
    from sqlalchemy import Engine


def test_answers_are_as_good_as_they_were(database: Engine) -> None:
    asked = questions()
    stories, grades = judged(asked)
    put(database, stories)
    spelling.ready(database)
    list(search_index.index(database))
    with database.connect() as connection:
        gains = {each["ask"]: ndcg(ours(connection, each["ask"]), graded) for each, graded in zip(asked, grades, strict=True)}
    assert len(gains) >= 60
    assert sum(gains.values()) / len(gains) > 0.97, {ask: round(gain, 2) for ask, gain in gains.items() if gain < 0.9}


def test_questions_name_stories_that_are_there() -> None:
    stories, grades = judged(questions())
    known = {story["story_id"] for story in stories}
    assert all(graded and graded.keys() <= known for graded in grades)
    assert len(known) == len(stories) > 200
    assert sum(1 for story in known if (PAGES / f"{story}.json").exists()) > 40


def test_gain_is_discounted() -> None:
    assert ndcg(["a", "b"], {"a": 2, "b": 1}) == 1
    assert 0.7 < ndcg(["b", "a"], {"a": 2, "b": 1}) < 0.9
    assert ndcg(["x"], {"a": 2}) == 0
    assert ndcg(["x", "a"], {"a": 2}) < ndcg(["a", "x"], {"a": 2})
