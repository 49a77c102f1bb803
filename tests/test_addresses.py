"""The story id is the key: each form in which an outlet writes a story's address leads to it, and what is no story has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines import load
from pipelines.outlets import names, outlet_of

ADDRESSES = Path(__file__).parent / "addresses.tsv"
FORMS = [tuple(row.split("\t")) for row in ADDRESSES.read_text(encoding="utf-8").splitlines() if not row.startswith("#")]
NO_STORY = [
    ("antaranews", "https://www.antaranews.com/tag/garam"),
    ("detik", "https://news.detik.com/indeks/2"),
    ("detik", "https://20.detik.com/detikupdate/20241004-241004100/video"),
    ("detik", "http://news.detik.com/foto-news/2945405/3/banjir"),
    ("detik", "http://news.detik.com/video/2945405/banjir-surut"),
    ("detik", "http://www.detik.com/tag/2945405/banjir"),
    ("kompas", "https://indeks.kompas.com/?site=all&date=2026-08-10&page=2"),
    ("liputan6", "https://www.liputan6.com/indeks/2021/12/30?page=2"),
    ("merdeka", "https://www.merdeka.com/reporter/sari-puspita.html"),
    ("tempo", "https://www.tempo.co/tag/garam-1234567"),
    ("tribunnews", "https://www.tribunnews.com/index-news?page=2"),
    ("viva", "https://www.viva.co.id/indeks"),
]


@pytest.mark.parametrize(("slug", "url", "own"), FORMS, ids=[url for _, url, _ in FORMS])
def test_a_storys_address(slug: str, url: str, own: str) -> None:
    assert load(slug).story_id(url) == own
    found = outlet_of(url)
    assert found
    assert found.slug == slug


@pytest.mark.parametrize(("slug", "url"), NO_STORY, ids=[url for _, url in NO_STORY])
def test_no_storys_address(slug: str, url: str) -> None:
    assert load(slug).owns(url)
    assert load(slug).story_id(url) is None


def test_every_outlet_is_asked() -> None:
    assert {slug for slug, *_ in FORMS} == set(names())


@pytest.mark.parametrize("slug", names())
def test_no_form_is_idle(slug: str) -> None:
    """Each pattern is the first to know some address above."""
    outlet = load(slug)
    places = [url.partition("://")[2].partition("?")[0] for own, url, _ in FORMS if own == slug]
    first = [next((pattern.pattern for pattern in outlet.story if pattern.search(place)), None) for place in places]
    assert {pattern.pattern for pattern in outlet.story} <= set(first)
