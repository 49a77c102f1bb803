"""A busy host is left alone as long as it asks; the guest book can prove the gaps."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from crawling import crawling, recording
from test_crawl import READINGS

from pipelines.guestbook import Gaps, GuestBook, Visit, gaps, visits

if TYPE_CHECKING:
    from pathlib import Path

    from crawling import Crawl

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
WANTED = [READINGS[stem]["url"] for stem in ("desktop_2024_pendek", "desktop_2024_bisnis", "mobile_2020", "mobile_2021")]
WWW = "https://www.liputan6.com"


def at(seconds: float, host: str = "a.example", allowed: float = 1.0) -> Visit:
    return Visit(NOON + timedelta(seconds=seconds), host, allowed, f"https://{host}/{seconds}")


def test_gaps_are_judged_by_what_was_allowed_when_the_later_request_left() -> None:
    told = [at(0), at(1.5), at(2.2), at(4.2, allowed=3), at(0, "b.example")]
    assert gaps(told) == [Gaps("a.example", 4, 3, 0.7, 1.5, 2), Gaps("b.example", 1, 1.0, None, None, 0)]


def test_the_guest_book_keeps_ninety_days_and_survives_half_a_line(tmp_path: Path) -> None:
    old, young = tmp_path / "kabar.2026-08-01.tsv", tmp_path / "warta.2026-11-20.tsv"
    for path in (old, young):
        path.write_text(f"{NOON.isoformat()}\ta.example\t1\thttps://a.example/\n2026-11-2", encoding="utf-8")
    book = GuestBook(tmp_path, "kabar")
    book.write(at(0))
    book.write(Visit(NOON + timedelta(days=1), "a.example", 1, "https://a.example/next"))
    book.close()
    assert not old.exists()
    assert [visit.url for visit in visits(tmp_path, date(2026, 11, 27), "kabar")] == ["https://a.example/0", "https://a.example/next"]
    assert len(list(visits(tmp_path, date(2026, 11, 1)))) == 3


def crawled(crawl: Crawl, tmp_path: Path, *urls: str, hurry: bool = True) -> list[dict]:
    listed = tmp_path / "urls.txt"
    listed.write_text("\n".join(urls), encoding="utf-8")
    # without any delay Scrapy asks a host for many at once
    crawl("liputan6", "-a", f"urls={listed}", *(("-s", "DOWNLOAD_DELAY=0.1") if hurry else ()), hurry=hurry)
    return [one for one in crawl.web.requests() if one["url"].startswith(WWW)]


def test_the_guest_book_tells_what_the_server_saw(address: str, tmp_path: Path) -> None:
    robots = recording(tmp_path, (f"{WWW}/robots.txt", "User-agent: *\nCrawl-delay: 1.5\n", "text/plain"))
    with crawling(address, tmp_path, robots) as crawl:
        seen = crawled(crawl, tmp_path, *WANTED[:3], hurry=False)
        (told,) = (json.loads(line) for line in crawl.kliping("manners", "liputan6", "--format", "jsonl").stdout.splitlines())
    between = [later["t"] - earlier["t"] for earlier, later in pairwise(seen)]
    assert (told["host"], told["requests"], told["allowed"], told["too_soon"]) == ("www.liputan6.com", len(seen), 1.5, 0)
    assert abs(told["smallest"] - min(between)) < 0.3
    assert told["smallest"] >= 1.45


def test_a_busy_host_is_given_the_seconds_it_asks_for(address: str, tmp_path: Path) -> None:
    busy = recording(tmp_path, (WANTED[0], "busy", 'text/html|503|{"Retry-After": "3"}'))
    with crawling(address, tmp_path, busy) as crawl:
        seen = crawled(crawl, tmp_path, *WANTED)
        at = next(number for number, one in enumerate(seen) if one["status"] == 503)
        assert seen[at + 1]["t"] - seen[at]["t"] >= 2.9
        assert seen[at + 3]["t"] - seen[at + 1]["t"] < 2.5  # it is itself again
        assert crawl.rows("SELECT state, cause FROM pages WHERE state <> 'stored'") == [("failed", "HTTP 503")]


def test_a_host_that_asks_for_an_hour_is_not_asked_again_and_costs_no_try(address: str, tmp_path: Path) -> None:
    barred = recording(tmp_path, *((url, "slow down", 'text/html|429|{"Retry-After": "3600"}') for url in WANTED))
    with crawling(address, tmp_path, barred) as crawl:
        assert [one["status"] for one in crawled(crawl, tmp_path, *WANTED)] == [200, 429]
        told = crawl.rows("SELECT tries, next_try_at > now() + interval '55 minutes', state FROM pages ORDER BY tries")
        assert told == [(0, True, "failed")] * 3 + [(1, True, "failed")]
        assert [one["status"] for one in crawled(crawl, tmp_path, *WANTED)] == [200, 429]  # nor by the next run
