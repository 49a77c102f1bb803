"""Pages invented in newsrooms' markup by hands that had not seen the seeds, with seeds and without: what a person reads there."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pipelines import Article, Page, Reading, extract, load
from pipelines.outlets import generic, names

PAGES = sorted((Path(__file__).parent / "unseen").glob("*.html"))
NAMED = [pytest.param(path, id=path.stem) for path in PAGES]
NOW = datetime(2027, 1, 1, tzinfo=UTC)  # none of their dates lies ahead of it
FIELDS = ("title", "authors", "editors", "published_at", "tags", "dateline", "source_credit", "captions")


@cache
def told(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return found


@cache
def article_of(path: Path) -> Article:
    reading = reading_of(path)
    assert reading.article, reading.reject
    return reading.article


@cache
def reading_of(path: Path) -> Reading:
    url, slug = told(path)["url"], told(path)["outlet"]
    outlet = load(slug) if slug in names() else generic(url)
    assert outlet
    return extract(Page(url, path.read_bytes(), "text/html; charset=utf-8"), outlet, NOW)


@pytest.mark.parametrize("path", NAMED)
def test_body(path: Path) -> None:
    optional = told(path)["optional"]
    lines = [(block.kind, block.text) for block in article_of(path).body if block.text not in optional]
    assert lines == [(block["kind"], block["text"]) for block in told(path)["body"]]


@pytest.mark.parametrize("path", NAMED)
def test_nothing_of_the_furniture_is_left(path: Path) -> None:
    assert [line for line in told(path)["must_not"] if line in article_of(path).text] == []


@pytest.mark.parametrize("path", NAMED)
def test_fields(path: Path) -> None:
    expected = {name: tuple(value) if isinstance(value := told(path)[name], list) else value for name in FIELDS}
    expected["published_at"] = expected["published_at"] and datetime.fromisoformat(expected["published_at"])
    assert {name: getattr(article_of(path), name) for name in FIELDS} == expected


def test_a_page_that_leads_on_to_the_next_is_partial_with_a_seed_and_without() -> None:
    assert {path.stem for path in PAGES if article_of(path).partial} == {
        "detik_2021_page1", "fajar_2024_untia", "jpnn_2018", "pikiran_rakyat_2020_persib_pager", "suaramerdeka_2022_pompa",
        "tribunnews_2021_jogja",
        "kompasid_2023",  # the opening of a story for subscribers
    }  # fmt: skip
