"""Nothing is lost and nothing doubled: a crawl killed, starved of its database or answered with errors ends with every story."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import pytest
from crawling import Crawl, crawling
from site_of_many import made_site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FAST = ("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=0")
# short in `make test`, whole in `make soak`
SIZES = [pytest.param((60, 4), id="60-stories"), pytest.param((300, 30), id="300-stories", marks=pytest.mark.soak)]
HALF_WRITTEN = """
    SELECT count(*) FROM pages LEFT JOIN articles USING (outlet, story_id)
    WHERE (state = 'stored') <> (title IS NOT NULL) OR (state = 'stored' AND archive_file IS NULL)
"""


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    return request.param


@pytest.fixture
def crawl(address: str, tmp_path: Path, size: tuple[int, int]) -> Iterator[Crawl]:
    site = tmp_path / "site"
    site.mkdir()
    with crawling(address, tmp_path, made_site(site, size[0])) as ready:
        ready.web.delay = 0.01
        yield ready


def whole(crawl: Crawl, stories: int) -> None:
    assert crawl.rows("SELECT count(*), count(DISTINCT title) FROM articles WHERE story_id >= '7'") == [(stories, stories)]
    assert crawl.rows(HALF_WRITTEN) == [(0,)]
    assert crawl.rows("SELECT count(*) FROM pages WHERE leased_by IS NOT NULL") == [(0,)]


@pytest.mark.timeout(1500)
def test_kill_9_again_and_again(crawl: Crawl, size: tuple[int, int]) -> None:
    stories, kills = size
    chance = random.Random(20261123)
    for _ in range(kills):
        run = crawl.start(*FAST)
        time.sleep(1.2 + chance.random() * 1.5)
        run.kill()
        run.communicate()
    assert crawl("liputan6").returncode == 0
    whole(crawl, stories)
    for url in crawl.asked("/read/70"):
        assert crawl.asked().count(url) <= kills + 1


@pytest.mark.timeout(900)
def test_connections_cut_every_second(crawl: Crawl, size: tuple[int, int]) -> None:
    run = crawl.start(*FAST)
    while run.poll() is None:
        crawl.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'kliping'")
        time.sleep(1)
    _, said = run.communicate()
    assert run.returncode in (0, 6), said
    if run.returncode == 6:
        assert crawl("liputan6").returncode == 0
    whole(crawl, size[0])


@pytest.mark.timeout(900)
def test_one_answer_in_ten_is_503(crawl: Crawl, size: tuple[int, int]) -> None:
    crawl.web.fault = 0.1
    for _ in range(6):
        crawl("liputan6", "-s", "KLIPING_PATIENCE=5")
    crawl.web.fault = 0
    assert crawl("liputan6", "-s", "KLIPING_PATIENCE=60").returncode == 0
    whole(crawl, size[0])


@pytest.mark.timeout(900)
def test_two_stories_asked_twice_are_no_two_rows(crawl: Crawl, size: tuple[int, int]) -> None:
    # the first must outlast the 2 s for which the second tries the lock
    first = crawl.start("-s", "DOWNLOAD_DELAY=0.1", "-s", "AUTOTHROTTLE_ENABLED=0")
    while not crawl.asked():
        assert first.poll() is None
    assert crawl("liputan6").returncode == 8
    first.communicate()
    assert first.returncode == 0
    whole(crawl, size[0])
    assert len(crawl.asked("/read/70")) == size[0]
