"""Promises of docs/queries.sql: every worked query runs on a filled database and finds there what its line says."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import TEMPLATE, _fresh, _open
from invented import CUTS, a_run, article, asked, page, refused
from sqlalchemy import text

from pipelines.nouns import Block, Link, Reading
from pipelines.store import memory, search_index
from pipelines.store.discovered import discover
from pipelines.store.keep import Kept, write
from pipelines.store.runs import end_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

QUERIES = (Path(__file__).parents[1] / "docs/queries.sql").read_text(encoding="utf-8")
WORKED = dict(re.findall(r"^-- (\d+)\. .*\n((?:(?!-- |\n).*\n)+)", QUERIES, re.MULTILINE))
OUTLET, STORY = "liputan6", "5590118"
IN_MAY = datetime(2024, 5, 3, 2, tzinfo=UTC)
NOW = datetime.now(UTC)
A_SAMPLE = "3"  # of the few stories here it draws none
# number → what must stand in its first row
SAID = {
    "1": ["Jembatan gantung dibangun"], "2": [OUTLET, 1, 6], "4": ["Baru", ["Sri Wahyuni"]], "5": [["kopi"]],
    "6": ["penulis", 3, 0], "7": [OUTLET, [6, 6, 6]], "8": ["Jembatan gantung dibangun"], "9": ["title", "json_ld", "Jembatan"],
    "10": [0, "kabar/baca juga"], "11": [OUTLET, 1], "12": [OUTLET, 1], "13": ["Jembatan gantung dibangun"],
    "14": ["Jembatan gantung", "Jembatan gantung dibangun"], "15": ["gone", "Diturunkan"], "16": ["failed", "HTTP 500"],
    "17": [OUTLET, 5, "3"], "18": ["failed", "HTTP 500", 1],
    "19": ["no text left where the story should stand", 1], "20": ["kabar/baca juga", 3, 3],
}  # fmt: skip


def story(story_id: str, title: str, **told: Any) -> Kept:
    facts: dict[str, Any] = {"outlet": OUTLET, "authors": ("Sri Wahyuni",), "tags": ("kopi",), "published_at": IN_MAY} | told
    body = (Block("p", "Para penulis melihat jembatan gantung itu."),)
    made = article(story_id, title=title, body=body, **facts)
    return Kept(OUTLET, story_id, page(story_id), None, Reading(made.url, OUTLET, story_id, made, CUTS[:1]))


@pytest.fixture(scope="module")
def filled(server: str) -> Iterator[Engine]:
    with _fresh(server, TEMPLATE) as made, _open(made) as database:
        run = a_run(database, OUTLET)
        said = {"title": {"from": "json_ld", "said": "Jembatan"}}
        first = story(STORY, "Jembatan gantung", sources=said)
        later = story(STORY, "Jembatan gantung dibangun", sources=said)
        later = replace(later, page=replace(page(STORY, "<html>lain</html>"), fetched_at=NOW))
        write(database, run, [replace(first, page=replace(first.page, fetched_at=NOW - timedelta(hours=1)))])
        write(database, run, [later, story("2", "Baru", published_at=NOW - timedelta(minutes=5), tags=())])
        write(database, run, [replace(refused("3"), outlet=OUTLET), story("4", "Diturunkan", published_at=None, tags=())])
        with database.begin() as connection:
            memory.mark(connection, OUTLET, "4", state="gone", cause="HTTP 410")
            discover(connection, run, OUTLET, [Link("https://liputan6.com/5", "5", published_at=NOW - timedelta(days=1))])
            memory.mark(connection, OUTLET, "5", state="failed", cause="HTTP 500")
            end_run(connection, run, 5, {"stored": 3})
        list(search_index.index(database))
        yield database


def test_there_are_twenty() -> None:
    assert list(WORKED) == [str(number) for number in range(1, 21)]


@pytest.mark.parametrize("number", WORKED)
def test_worked_query(filled: Engine, number: str) -> None:
    rows = asked(filled, WORKED[number].replace(":", "\\:"))
    assert number in SAID or number == A_SAMPLE
    for said in SAID.get(number, []):
        assert said in rows[0]


def test_a_sample_is_one_in_a_hundred(filled: Engine) -> None:
    (drawn,) = re.findall(r"AND (hashtext.*)$", WORKED[A_SAMPLE], re.MULTILINE)
    ids = "(SELECT 'liputan6' AS outlet, n::text AS story_id FROM generate_series(1, 100000) AS n)"
    with filled.begin() as connection:
        share = connection.scalar(text(f"SELECT avg(({drawn})::int) FROM {ids} AS stories"))
    assert 0.008 < share < 0.012
