"""The pages that speed is measured on: made alike each time, of a newsroom's size, and each one a story to every reader."""

from __future__ import annotations

import pytest

from benchmarks.pages import ERAS, SIZE, Made, made
from pipelines import Page, extract
from pipelines.outlets import load

PAGES = list(made(len(ERAS)))


def test_the_same_seed_makes_the_same_pages() -> None:
    assert list(made(len(ERAS))) == PAGES
    assert next(made(1, seed=9)).html != PAGES[0].html


@pytest.mark.parametrize("page", PAGES, ids=ERAS)
def test_a_made_page_is_a_story_of_its_size(page: Made) -> None:
    assert SIZE <= len(page.html) < SIZE * 1.05
    reading = extract(Page(f"https://www.liputan6.com{page.path}", page.html.encode()), load("liputan6"))
    assert reading.article is not None
    assert reading.article.story_id in page.path
    assert reading.article.words > 180
    assert reading.cuts
