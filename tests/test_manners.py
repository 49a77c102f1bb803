"""One story in the manners of newsrooms that no seed knows, invented in their markup: read whole and clean, and its fields too."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from pipelines import Article, Page, extract
from pipelines.outlets import generic

MANNERS = Path(__file__).parent / "manners"
TOLD = json.loads((MANNERS / "told.json").read_text(encoding="utf-8"))


@cache
def article_of(name: str) -> Article:
    url = f"https://www.{name}.example/harga-cabai-naik"
    outlet = generic(url)
    assert outlet
    article = extract(Page(url, (MANNERS / f"{name}.html").read_bytes()), outlet).article
    assert article
    return article


@pytest.mark.parametrize("name", TOLD["pages"])
def test_body(name: str) -> None:
    assert [block.text for block in article_of(name).body] == TOLD.get(name, TOLD["body"])


@pytest.mark.parametrize("name", TOLD["pages"])
def test_fields(name: str) -> None:
    article, told = article_of(name), TOLD["pages"][name]
    published = article.published_at and article.published_at.isoformat()
    assert {
        "dateline": article.dateline,
        "authors": [*article.authors],
        "editors": [*article.editors],
        "published_at": published,
        "captions": [*article.captions],
    } == told
