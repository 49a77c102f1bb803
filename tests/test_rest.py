"""A host that asks to be left alone is, by the runs that follow too, and whoever reads the exit code hears why."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from crawling import Crawl, crawling, recording
from small_outlets import seeds_of, site_of
from sqlalchemy import text

from pipelines.nouns import Exit
from pipelines.store import rests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

FEED, ROBOTS = "https://kabar.example/rss", "https://kabar.example/robots.txt"


@pytest.fixture
def crawl(address: str, tmp_path: Path) -> Iterator[Crawl]:
    """A small newsroom of three stories."""
    with crawling(address, tmp_path, site_of(tmp_path, "kabar", 3)) as ready:
        ready.env["KLIPING_SEEDS"] = str(seeds_of(tmp_path, "kabar"))
        yield ready


def busy(crawl: Crawl, url: str, seconds: str = "3600", status: int = 429) -> None:
    page = crawl.web.pages.get(url) or crawl.web.pages[FEED]
    crawl.web.pages[url] = page._replace(status=status, headers={"Retry-After": seconds})


@pytest.mark.parametrize("url", [FEED, ROBOTS])
def test_a_rest_outlasts_its_run(crawl: Crawl, url: str) -> None:
    whole = dict(crawl.web.pages)
    busy(crawl, url)
    assert crawl("kabar").returncode == Exit.UNREACHABLE
    asked = crawl.asked()
    again = crawl("kabar")
    (line,) = again.stderr.splitlines()
    assert (again.returncode, crawl.asked()) == (Exit.UNREACHABLE, asked)
    assert pytest.approx(3600, abs=120) == int(line.partition("another ")[2].split()[0])
    assert line.endswith(" s (Retry-After): none of its doors was asked")
    assert crawl.rows("SELECT name FROM vitals WHERE name LIKE 'closed %' AND run = 2") == []
    crawl.web.pages = whole
    crawl.rows("UPDATE rests SET until = now() RETURNING 1")
    assert (crawl("kabar").returncode, crawl.rows("SELECT count(*) FROM articles")) == (Exit.DONE, [(3,)])


def test_a_story_that_asks_for_rest_speaks_for_its_host(crawl: Crawl) -> None:
    busy(crawl, "https://kabar.example/read/1", status=503)
    crawl("kabar", "-s", "CONCURRENT_REQUESTS=1")
    asked = crawl.asked()
    assert crawl("kabar").returncode == Exit.UNREACHABLE
    assert crawl.asked() == asked
    left_alone = "SELECT count(*) FROM pages WHERE state = 'failed' AND tries = 0 AND next_try_at > now() + interval '50 minutes'"
    assert crawl.rows(left_alone) == [(3 - len([url for url in asked if "/read/" in url]),)]


def test_another_host_of_the_outlet_is_asked_and_the_rest_is_told(address: str, tmp_path: Path) -> None:
    seeds = seeds_of(tmp_path, "kabar")
    seed = seeds / "kabar.toml"
    second = '{ feed = "https://umpan.kabar.example/rss" }, { feed'
    seed.write_text(seed.read_text(encoding="utf-8").replace("{ feed", second), encoding="utf-8")
    feed = (second.split('"')[1], "sibuk", 'text/html|503|{"Retry-After": "3600"}')
    with crawling(address, tmp_path, site_of(tmp_path, "kabar", 2), recording(tmp_path, feed)) as crawl:
        crawl.env["KLIPING_SEEDS"] = str(seeds)
        assert crawl("kabar").returncode == Exit.DONE
        asked = crawl.asked("umpan.")
        again = crawl("kabar")
        assert (again.returncode, crawl.asked("umpan.")) == (Exit.DONE, asked)
        assert again.stderr.startswith("kabar: umpan.kabar.example asked to be left alone for another ")
        assert len(again.stderr.splitlines()) == 1


def test_who_has_no_database_leaves_it_alone_too(crawl: Crawl) -> None:
    busy(crawl, FEED)
    crawl("kabar")
    asked = crawl.asked()
    done = crawl.kliping("read", "--url", "https://kabar.example/read/1")
    assert (done.returncode, "asked to be left alone for another" in done.stderr, crawl.asked()) == (Exit.UNREACHABLE, True, asked)


@pytest.mark.soak
def test_a_short_rest_outlasts_its_run_too(crawl: Crawl) -> None:
    busy(crawl, FEED, "5")
    crawl("kabar", "-s", "KLIPING_PATIENCE=0")
    ended = time.time()
    crawl("kabar", "-s", "KLIPING_PATIENCE=0")
    robots = [request["t"] for request in crawl.web.requests() if request["url"] == ROBOTS]
    assert robots[-1] - ended > 3


def test_an_absurd_rest_is_a_week(crawl: Crawl) -> None:
    busy(crawl, FEED, "Fri, 31 Dec 2199 23:59:59 GMT")
    assert "not asked for 604800 s" in crawl("kabar").stderr
    assert crawl.rows("SELECT until - now() BETWEEN '6 days 23 hours' AND '7 days' FROM rests") == [(True,)]


@pytest.mark.parametrize(("seconds", "code", "asked_again"), [("3", Exit.DONE, 1), ("3600", Exit.UNREACHABLE, 0)])
def test_a_redirect_is_followed_when_its_time_has_come(crawl: Crawl, seconds: str, code: Exit, asked_again: int) -> None:
    moved = "https://kabar.example/umpan"
    crawl.web.pages[moved] = crawl.web.pages[FEED]
    crawl.web.pages[FEED] = crawl.web.pages[FEED]._replace(status=302, headers={"Location": moved, "Retry-After": seconds})
    assert crawl("kabar").returncode == code
    at = {request["url"]: request["t"] for request in crawl.web.requests()}
    assert len(crawl.asked("/umpan")) == asked_again
    assert not asked_again or at[moved] - at[FEED] >= float(seconds)


@pytest.mark.parametrize("folder", ["requests", "turns"])
def test_requests_that_nobody_can_check_are_an_alarm(crawl: Crawl, folder: str) -> None:
    data = Path(crawl.env["KLIPING_DATA"])
    data.mkdir()
    (data / folder).write_text("no folder")
    done = crawl("kabar", "-s", "DOWNLOAD_DELAY=0.1")  # without any nobody takes turns
    assert (done.returncode, crawl.rows("SELECT count(*) FROM articles")) == (Exit.ALARM, [(3,)])
    assert "requests could not be written down" in done.stderr.splitlines()[-1]


def test_a_rest_is_over_in_time_and_the_last_word_counts(database: Engine) -> None:
    with database.begin() as connection:
        assert rests.left(connection, "kabar.example") == 0
        for seconds, left in ((3600.0, 3600.0), (300.0, 300.0), (1e12, rests.LONGEST), (-5.0, 0.0)):
            rests.begin(connection, "kabar.example", seconds)
            assert rests.left(connection, "kabar.example") == pytest.approx(left)
        connection.execute(text("UPDATE rests SET until = now() + interval '1 year'"))  # as a clock that was ahead left it
        assert rests.left(connection, "kabar.example") == 0
        assert rests.left(connection, "lain.example") == 0
