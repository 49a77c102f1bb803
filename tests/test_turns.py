"""One host, one turn: a redirect, another process and the next run keep its Crawl-delay; robots.txt is ours where it names us."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from crawling import Crawl, crawling, recording
from invented import NOON
from scrapy.http import Response
from small_outlets import seeds_of, site_of

from crawler.misses import retry_after
from crawler.robots import Rules
from crawler.turns import FAR, Turns
from pipelines import guestbook
from pipelines.guestbook import Visit
from pipelines.nouns import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DELAY = 2.0  # seconds
WWW = "www.kabar.example"
URL = "https://kabar.example/read/1"


def moved(to: str) -> str:
    return f"text/html|301|{json.dumps({'Location': to})}"


@pytest.fixture
def crawl(address: str, tmp_path: Path) -> Iterator[Crawl]:
    """A newsroom that moved to www, whose robots.txt asks for time between two requests."""
    rows = [(f"https://kabar.example/read/{number}", "", moved(f"https://{WWW}/read/{number}")) for number in (1, 2)]
    robots = (f"https://{WWW}/robots.txt", f"User-agent: *\nCrawl-delay: {DELAY}\n", "text/plain")
    site = site_of(tmp_path, "kabar", 2)
    there = [(url.replace("kabar", "www.kabar", 1), (site.parent / file).read_text(), kind) for url, file, kind in
             (line.split("\t") for line in site.read_text().splitlines()) if "/read/" in url]  # fmt: skip
    with crawling(address, tmp_path, site, recording(tmp_path, robots, *rows, *there)) as ready:
        ready.env["KLIPING_SEEDS"] = str(seeds_of(tmp_path, "kabar"))
        yield ready


def gaps(crawl: Crawl, host: str) -> list[float]:
    moments = [one["t"] for one in crawl.web.requests() if urlsplit(one["url"]).hostname == host]
    return [later - earlier for earlier, later in pairwise(moments)]


def test_a_host_that_a_redirect_leads_to_keeps_its_own_delay_and_the_next_run_keeps_it(crawl: Crawl) -> None:
    assert crawl("kabar", hurry=False).returncode == Exit.DONE
    assert crawl.rows("SELECT count(*) FROM articles") == [(2,)]
    crawl.kliping("missing", "kabar", "--retry")
    assert crawl.kliping("read", "--url", f"https://{WWW}/read/1").returncode == Exit.DONE
    assert len(found := gaps(crawl, WWW)) == 4, "robots.txt and two stories, then robots.txt and one"
    assert min(found) > DELAY - 0.1
    (row,) = (json.loads(line) for line in crawl.kliping("manners", "--format", "jsonl").stdout.splitlines() if WWW in line)
    assert (row["allowed"], row["too_soon"]) == (DELAY, 0)


def test_turns_are_given_out_one_after_the_other_whoever_asks(tmp_path: Path) -> None:
    now = [Turns(tmp_path).take("kabar.example", 5.0) for _ in range(3)]
    assert now == pytest.approx([0, 5, 10], abs=0.5)
    assert Turns(tmp_path).take("www.kabar.example", 5.0) == 0


def test_the_delay_that_was_known_then_is_kept_where_it_is_not_known_yet(tmp_path: Path) -> None:
    Turns(tmp_path).take("kabar.example", 30.0)
    assert Turns(tmp_path).take("kabar.example", 1.0) == pytest.approx(30, abs=0.5)


@pytest.mark.parametrize("line", ["", "Jumat\n", f"{time.time() + 10 * FAR} 1\n"], ids=["empty", "words", "clock-set-back"])
def test_what_cannot_be_so_holds_nobody(tmp_path: Path, line: str) -> None:
    (tmp_path / "kabar.example.turn").write_text(line)
    assert Turns(tmp_path).take("kabar.example", 1.0) == 0


@pytest.mark.parametrize(
    ("visits", "too_soon"),
    [([(0, 1), (3, 10)], 1), ([(0, 10), (3, 1)], 1), ([(0, 10), (11, 1)], 0), ([(0, 1), (0.1, 0)], 0), ([(0, 0), (0.1, 1)], 1)],
    ids=["as-robots-says", "by-a-run-that-begins", "in-time", "told-to-hurry", "and-no-more"],
)
def test_what_came_too_soon_is_counted(visits: list[tuple[float, float]], too_soon: int) -> None:
    told = [Visit(NOON + timedelta(seconds=at), "kabar.example", allowed, URL) for at, allowed in visits]
    assert [one.too_soon for one in guestbook.gaps(told)] == [too_soon]


def rules(body: str, encoding: str = "utf-8") -> Rules:
    return Rules(body.encode(encoding), None)


@pytest.mark.parametrize("name", ["Kliping", "kliping", "Kliping/1.0", "Kliping/0.1 (Indonesian news archive; x)", "Kliping*"])
def test_a_group_that_names_us_is_ours(name: str) -> None:
    assert not rules(f"User-agent: *\nAllow: /\n\nUser-agent: {name}\nDisallow: /\n").allowed(URL, "Kliping")


@pytest.mark.parametrize("name", ["klip", "K", "Klipingbot", "My-Kliping", "GPTBot"])
def test_a_group_that_names_another_is_not_ours(name: str) -> None:
    assert not rules(f"User-agent: {name}\nAllow: /\n\nUser-agent: *\nDisallow: /\n").allowed(URL, "Kliping")
    assert rules(f"User-agent: {name}\nDisallow: /\n").allowed(URL, "Kliping")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", ["*", "* # semua", "**"])
def test_everybodys_group_is_ours_where_none_names_us(name: str, end: str) -> None:
    told = rules(f"User-agent: klip\nAllow: /\n\nuser-agent :{name}\nDisallow: /\n".replace("\n", end))
    assert not told.allowed(URL, "Kliping")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_rules_in_another_encoding_are_rules(encoding: str) -> None:
    assert not rules("User-agent: *\nDisallow: /\n", encoding).allowed(URL, "Kliping")


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("Crawl-delay: 7", 7), ("Request-rate: 1/10", 10), ("Request-rate: 2/10\nCrawl-delay: 7", 7), ("Crawl-delay: -3", None)],
)
def test_a_rate_is_a_delay_too(said: str, seconds: float | None) -> None:
    assert rules(f"User-agent: *\n{said}\n").crawl_delay("Kliping") == seconds


@pytest.mark.parametrize("form", ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y"])
def test_a_moment_in_each_form_of_http_is_one(form: str) -> None:
    moment = time.strftime(form, time.gmtime(time.time() + 500))
    assert retry_after(Response("https://kabar.example", 429, {"Retry-After": moment})) == pytest.approx(500, abs=2)


def test_http_and_https_have_rules_of_their_own(address: str, tmp_path: Path) -> None:
    site = site_of(tmp_path, "kabar", 2)
    rules = [(f"{scheme}://kabar.example/robots.txt", f"User-agent: *\n{word}: /\n", "text/plain") for scheme, word in
             (("http", "Disallow"), ("https", "Allow"))]  # fmt: skip
    feed = "<rss version='2.0'><channel><item><link>http://kabar.example/read/1</link></item></channel></rss>"
    door = ("https://kabar.example/rss", feed, "application/xml")
    with crawling(address, tmp_path, site, recording(tmp_path, *rules, door)) as crawl:
        crawl.env["KLIPING_SEEDS"] = str(seeds_of(tmp_path, "kabar"))
        crawl("kabar")
        assert crawl.rows("SELECT url, state FROM pages") == [("http://kabar.example/read/1", "forbidden")]
        assert crawl.asked("http://") == ["http://kabar.example/robots.txt"]
