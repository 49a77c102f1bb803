"""Doors: asked for news alone, caught when they lie, walked no further than what they told before, counted by what each knew."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from crawling import Crawl, crawling, recording
from invented import OUTLET, a_run, asked, link
from sqlalchemy import text
from test_crawl import READINGS
from test_exits import EMPTY_FEED, EMPTY_INDEX, EMPTY_SITEMAP
from test_history import FIRST, INDEX, SECOND, index

from demo.recordings import Answer
from pipelines.nouns import Exit
from pipelines.store import discovered, doors, memory

if TYPE_CHECKING:
    from email.message import Message
    from pathlib import Path

    from sqlalchemy import Engine

FEED = "https://feed.liputan6.com/rss"
DOOR = "https://www.liputan6.com/indeks/{date:%Y/%m/%d}?page={page}"
THIRD = READINGS["desktop_2024_empat_halaman"]
WIB = timedelta(hours=7)


def feed(*stories: dict[str, str]) -> str:
    items = "".join(f"<item><link>{story['url']}</link><title>{story['title']}</title></item>" for story in stories)
    return f"<rss version='2.0'><channel>{items}</channel></rss>"


class Liar:
    """A feed with one ETag for whatever it says."""

    def __init__(self, says: str | bytes) -> None:
        self.says = says

    def answer(self, asked: Message) -> Answer:
        headers = {"Content-Type": "application/xml", "ETag": '"1"'}
        said = self.says if isinstance(self.says, bytes) else self.says.encode()
        return Answer(304, headers) if asked["If-None-Match"] == '"1"' else Answer(200, headers, said)


@pytest.fixture
def crawl(address: str, tmp_path: Path, request: pytest.FixtureRequest) -> Crawl:
    """An outlet whose feed tells one story; sitemap and index are empty."""
    only = recording(tmp_path, (FEED, feed(FIRST), "application/xml"), EMPTY_SITEMAP, *EMPTY_INDEX)
    with crawling(address, tmp_path, only) as ready:
        yield ready


def visits(crawl: Crawl, url: str) -> list[tuple[int, bool]]:
    return [(one["status"], bool(one["if_none_match"])) for one in crawl.web.requests() if one["url"] == url]


def stories(crawl: Crawl) -> list[str]:
    return [story for (story,) in crawl.rows("SELECT story_id FROM articles ORDER BY 1")]


def test_a_door_is_asked_for_news_alone_and_a_304_is_an_answer(crawl: Crawl) -> None:
    assert crawl().returncode == 0
    assert crawl().returncode == 0
    assert visits(crawl, FEED) == [(200, False), (304, True)]
    # what announced nothing is asked whole: an empty door must raise its alarm again
    assert visits(crawl, EMPTY_SITEMAP[0]) == [(200, False), (200, False)]
    assert crawl.rows("SELECT counts->>'doors_unchanged' FROM runs ORDER BY id") == [("0",), ("1",)]
    crawl.web.pages[FEED].file.write_text(feed(SECOND, FIRST), encoding="utf-8")
    assert crawl().returncode == 0
    assert visits(crawl, FEED)[-1] == (200, True)
    assert stories(crawl) == ["5583914", "5590118"]


def test_a_feed_that_lies_is_caught_by_the_hour_and_never_trusted_again(crawl: Crawl) -> None:
    crawl.web.pages[FEED] = Liar(feed(FIRST))
    crawl()
    crawl.web.pages[FEED].says = feed(SECOND, FIRST)
    crawl()
    assert stories(crawl) == ["5583914"]  # nobody could know
    crawl.rows("UPDATE doors SET whole_at = whole_at - interval '1 hour' RETURNING 1")
    crawl()
    assert stories(crawl) == ["5583914", "5590118"]
    crawl.web.pages[FEED].says = feed(THIRD, SECOND, FIRST)
    crawl()
    assert stories(crawl) == ["5561207", "5583914", "5590118"]
    assert visits(crawl, FEED) == [(200, False), (304, True), (200, False), (200, False)]
    assert crawl.rows(f"SELECT lies FROM doors WHERE url = '{FEED}'") == [(True,)]


def test_a_feed_that_lies_is_caught_at_once_where_another_door_knows_more(crawl: Crawl, tmp_path: Path) -> None:
    crawl.web.pages[FEED] = Liar(feed(FIRST))
    crawl()
    crawl.web.pages[FEED].says = feed(THIRD, SECOND, FIRST)
    crawl.web.pages[EMPTY_SITEMAP[0]].file.write_text(f"<urlset><url><loc>{SECOND['url']}</loc></url></urlset>", encoding="utf-8")
    assert crawl().returncode == 0
    assert stories(crawl) == ["5561207", "5583914", "5590118"]
    assert visits(crawl, FEED) == [(200, False), (304, True), (200, False)]


def test_half_of_a_packed_sitemap_is_named_and_asked_whole_next_time(crawl: Crawl) -> None:
    urls = "".join(f"<url><loc>{story['url']}</loc></url>" for story in (FIRST, SECOND))
    packed = gzip.compress(f"<urlset>{urls}<!-- {' '.join(map(str, range(900)))} --></urlset>".encode())
    crawl.web.pages[EMPTY_SITEMAP[0]] = Liar(packed[:-40])
    (told,) = crawl().stderr.splitlines()
    assert told.endswith(f" WARNING crawler.doors: door {EMPTY_SITEMAP[0]}: it came packed and breaks off")
    crawl.web.pages[EMPTY_SITEMAP[0]] = Liar(packed)
    assert (crawl().stderr, visits(crawl, EMPTY_SITEMAP[0])) == ("", [(200, False), (200, False)])


def test_half_of_a_plain_feed_is_named_used_and_asked_whole_next_time(crawl: Crawl) -> None:
    whole = feed(FIRST, SECOND)
    crawl.web.pages[FEED] = Liar(whole[: whole.index("</item>") + 15])
    (told,) = crawl().stderr.splitlines()
    assert told.endswith(f" WARNING crawler.doors: door {FEED}: it breaks off: </rss> did not come")
    assert stories(crawl) == ["5583914"]
    crawl.web.pages[FEED] = Liar(whole)
    assert (crawl().stderr, visits(crawl, FEED)) == ("", [(200, False), (200, False)])
    assert stories(crawl) == ["5583914", "5590118"]


BISNIS, TEKNO = (f"https://www.liputan6.com/{channel}/sitemap.xml" for channel in ("bisnis", "tekno"))
MAPS = f"<sitemapindex><sitemap><loc>{BISNIS}</loc></sitemap><sitemap><loc>{TEKNO}</loc></sitemap></sitemapindex>"


@pytest.mark.parametrize(
    ("status", "content", "said"),
    [
        (404, "", "HTTP 404"),
        pytest.param(403, "", "HTTP 403", marks=pytest.mark.soak),
        pytest.param(500, "", "HTTP 500", marks=pytest.mark.soak),
        pytest.param(200, "<!doctype html><html>pemeliharaan</html>", "a web page came, no sitemap", marks=pytest.mark.soak),
    ],
)
def test_a_sitemap_that_another_names_and_that_is_lost_is_told_and_an_alarm_of_the_third_run(
    address: str, tmp_path: Path, status: int, content: str, said: str
) -> None:
    maps = [(url, f"<urlset><url><loc>{story['url']}</loc></url></urlset>") for url, story in ((BISNIS, FIRST), (TEKNO, SECOND))]
    rows = [(url, text, "application/xml") for url, text in [(EMPTY_SITEMAP[0], MAPS), (FEED, feed(FIRST)), *maps]]
    with crawling(address, tmp_path, recording(tmp_path, *rows, *EMPTY_INDEX)) as crawl:
        assert (crawl().returncode, crawl().stderr) == (Exit.DONE, "")
        whole = crawl.web.pages[TEKNO]
        (tmp_path / "lost").write_text(content, encoding="utf-8")
        crawl.web.pages[TEKNO] = whole._replace(file=tmp_path / "lost", status=status)
        done = [crawl() for _ in range(4)]
        assert [one.returncode for one in done] == [Exit.DONE, Exit.DONE, Exit.ALARM, Exit.ALARM]
        for one in done:
            assert one.stderr.splitlines()[0].endswith(f" WARNING crawler.doors: door {TEKNO}: {said}")
        assert f"1 of the sitemaps it names could not be read in 3 runs, and could before: {TEKNO}" in done[2].stderr
        assert crawl.kliping("health", "liputan6").returncode == Exit.ALARM
        crawl.web.pages[TEKNO] = whole
        assert (crawl().returncode, crawl.kliping("health", "liputan6").returncode) == (Exit.DONE, 0)


def test_a_sitemap_that_never_came_is_told_and_no_alarm(crawl: Crawl) -> None:
    crawl.web.pages[EMPTY_SITEMAP[0]].file.write_text(MAPS, encoding="utf-8")
    crawl.web.pages[TEKNO] = crawl.web.pages[BISNIS]._replace(status=404)
    done = [crawl() for _ in range(4)]
    assert {one.returncode for one in done} == {Exit.DONE}
    assert all(len(one.stderr.splitlines()) == 1 and TEKNO in one.stderr for one in done)


@pytest.mark.soak
def test_a_sitemap_whose_address_no_index_holds_is_passed_over(crawl: Crawl) -> None:
    """Of 6,000 characters that no server shortens; the stories of the others come, and so does one at such an address."""
    junk = "".join(sha256(b"%d" % number).hexdigest() for number in range(94))
    long = f"<sitemap><loc>https://www.liputan6.com/{junk}.xml</loc></sitemap>"
    crawl.web.pages[EMPTY_SITEMAP[0]].file.write_text(MAPS.replace("<sitemap>", f"{long}<sitemap>", 1), encoding="utf-8")
    found = f"<urlset><url><loc>{SECOND['url']}</loc></url><url><loc>https://www.liputan6.com/x/read/5590119/{junk}</loc></url></urlset>"
    crawl.web.pages[BISNIS] = crawl.web.pages[TEKNO] = Liar(found)
    done = crawl()
    assert done.returncode == Exit.DONE
    (told,) = done.stderr.splitlines()
    assert told.endswith(f"door {EMPTY_SITEMAP[0]}: 1 of the sitemaps it names passed over: longer than 2000 bytes")
    assert stories(crawl) == ["5583914", "5590118"]
    assert crawl.rows("SELECT story_id, state, length(url) > 6000 FROM pages ORDER BY 1")[-1] == ("5590119", "gone", True)


def test_a_story_gone_under_one_address_is_asked_under_another(crawl: Crawl) -> None:
    wrong = FIRST | {"url": "https://www.liputan6.com/news/read/5583914/salah-ketik"}
    crawl.web.pages[FEED].file.write_text(feed(wrong), encoding="utf-8")
    crawl()
    assert crawl.rows("SELECT state, url FROM pages") == [("gone", wrong["url"])]
    crawl.web.pages[EMPTY_SITEMAP[0]].file.write_text(f"<urlset><url><loc>{FIRST['url']}</loc></url></urlset>", encoding="utf-8")
    crawl()
    assert crawl.rows("SELECT state, url FROM pages") == [("stored", FIRST["url"])]


def today(back: int = 0) -> str:
    return f"{datetime.now(UTC) + WIB - timedelta(days=back):%Y/%m/%d}"


@pytest.fixture
def paged(address: str, tmp_path: Path) -> Crawl:
    """An outlet with a dated index of three pages alone."""
    nothing = [index(today(back), page) for back in range(6) for page in range(1, 6)]
    told = [index(today(), page, story) for page, story in enumerate((FIRST, SECOND, THIRD), 1)]
    only = recording(tmp_path, EMPTY_FEED, EMPTY_SITEMAP, *nothing, *told)
    with crawling(address, tmp_path, only) as ready:
        yield ready


def walked(crawl: Crawl, day: str) -> list[str]:
    return [url.rpartition("=")[2] for url in crawl.asked(f"/indeks/{day}")]


def test_what_a_door_told_before_ends_a_walk_only_if_the_last_one_was_finished(paged: Crawl) -> None:
    third = INDEX.format(day=today(), page=3)
    whole = paged.web.pages[third]
    paged.web.pages[third] = whole._replace(status=503)
    assert paged().returncode == 0
    assert walked(paged, today()) == ["1", "2", "3"]
    assert stories(paged) == ["5583914", "5590118"]
    paged.web.pages[third] = whole
    assert paged().returncode == 0
    assert walked(paged, today())[3:] == ["1", "2", "3", "4", "5"]
    assert stories(paged) == ["5561207", "5583914", "5590118"]
    assert paged.rows("SELECT announced FROM days WHERE announced > 0") == [(3,)]
    assert paged().returncode == 0
    assert walked(paged, today())[8:] == ["1"]
    assert paged.rows("SELECT announced FROM days WHERE announced > 0") == [(3,)]


def test_what_another_door_told_first_ends_no_walk(paged: Crawl) -> None:
    """The feed's newest fill the index's first page: what lies behind them is still unheard of."""
    later = READINGS["desktop_2026"]
    assert paged().returncode == 0
    paged.web.pages[FEED].file.write_text(feed(later), encoding="utf-8")
    for page, story in enumerate((later, FIRST, SECOND, THIRD), 1):
        url, content, _ = index(today(), page, story)
        paged.web.pages[url].file.write_text(content, encoding="utf-8")
    before = len(walked(paged, today()))
    assert paged("liputan6", "-s", "CONCURRENT_REQUESTS=1").returncode == 0
    assert walked(paged, today())[before:] == ["1", "2"]
    assert paged.rows("SELECT announced FROM days WHERE announced > 0") == [(4,)]


@pytest.mark.parametrize(
    ("missed", "asked"),
    [(3, 4), pytest.param(13, 14, marks=pytest.mark.soak), pytest.param(14, 14, marks=pytest.mark.soak), (40, 14)],
)
def test_days_without_a_run_are_made_up_for(paged: Crawl, missed: int, asked: int) -> None:
    url, content, _ = index(today(1), 1, THIRD)
    paged.web.pages[url].file.write_text(content, encoding="utf-8")
    assert paged().returncode == 0
    assert {url.partition("?")[0][-10:] for url in paged.asked("/indeks/")} == {today(), today(1)}
    paged.rows(f"UPDATE days SET day = day - {missed} RETURNING 1")
    before = len(paged.asked("/indeks/"))
    assert paged().returncode == 0
    assert {url.partition("?")[0][-10:] for url in paged.asked("/indeks/")[before:]} == {today(back) for back in range(asked)}


def test_a_day_of_which_nothing_could_be_read_is_asked_again(paged: Crawl) -> None:
    """An index that was blocked or changed looks like one of an empty day."""
    asked = "liputan6", "-a", f"since={today(1).replace('/', '-')}", "-a", f"until={today(1).replace('/', '-')}"
    paged(*asked)
    assert paged.rows("SELECT announced, complete FROM days") == [(0, False)]
    url, content, _ = index(today(1), 1, THIRD)
    paged.web.pages[url].file.write_text(content, encoding="utf-8")
    assert paged(*asked).returncode == 0
    assert (stories(paged), paged.rows("SELECT announced, complete FROM days")) == (["5561207"], [(1, True)])


def test_what_each_door_alone_knew_is_counted(paged: Crawl) -> None:
    paged.web.pages[FEED].file.write_text(feed(FIRST), encoding="utf-8")
    assert paged().returncode == 0
    told = [json.loads(line) for line in paged.kliping("doors", "liputan6", "--format", "jsonl").stdout.splitlines()]
    assert [(row["door"], row["announced"], row["alone"]) for row in told] == [(DOOR, 3, 2), (FEED, 1, 0), (EMPTY_SITEMAP[0], 0, 0)]


def test_a_lost_story_is_asked_elsewhere_a_few_times_only(database: Engine) -> None:
    run, addresses = a_run(database), 0
    with database.begin() as connection:
        discovered.discover(connection, run, OUTLET, [link("1")], "feed")
        for number in range(20):
            memory.mark(connection, OUTLET, "1", state="gone", cause="HTTP 404")
            other = link("1").__class__(f"https://www.kabar.example/read/1/{number}", "1")
            discovered.discover(connection, run, OUTLET, [other], "sitemap")
            addresses += connection.scalar(text("SELECT count(*) FROM pages WHERE state = 'discovered'"))
    assert addresses == discovered.ELSEWHERE
    assert asked(database, "SELECT announced_by FROM pages") == [(["feed", "sitemap"],)]


def test_a_refused_story_is_asked_elsewhere_only_by_hand(database: Engine) -> None:
    run, other = a_run(database), link("1").__class__("https://m.kabar.example/read/1", "1")
    with database.begin() as connection:
        discovered.discover(connection, run, OUTLET, [link("1")], "feed")
        connection.execute(text("UPDATE pages SET state = 'refused'"))
        discovered.discover(connection, run, OUTLET, [other], "sitemap")
        assert memory.due_count(connection, OUTLET) == 0
        discovered.discover(connection, run, OUTLET, [other])
        assert [due.url for due in memory.lease(connection, run, OUTLET, 9)] == [other.url]


def test_a_walk_that_broke_off_is_unfinished(database: Engine) -> None:
    with database.begin() as connection:
        assert doors.begin(connection, OUTLET, "x") == doors.Known()
        assert not doors.begin(connection, OUTLET, "x").finished
        doors.end(connection, OUTLET, "x")
        assert doors.begin(connection, OUTLET, "x").finished
        assert not doors.begin(connection, OUTLET, "x").finished


@pytest.mark.parametrize(
    ("age", "status", "due"), [("1 hour", 404, 1), ("1 minute", 404, 0), ("2 days", 404, 0), ("1 hour", 410, 0)]
)
def test_a_story_that_was_not_there_yet_is_asked_again_while_it_is_young(database: Engine, age: str, status: int, due: int) -> None:
    run = a_run(database)
    with database.begin() as connection:
        discovered.discover(connection, run, OUTLET, [link("1")], "feed")
        memory.mark(connection, OUTLET, "1", state="gone", cause=f"HTTP {status}", http_status=status)
        connection.execute(text(f"UPDATE pages SET discovered_at = now() - interval '{age}'"))
        discovered.discover(connection, run, OUTLET, [link("1")], "feed")
        assert memory.due_count(connection, OUTLET) == due


def test_a_web_page_in_a_feeds_place_is_an_alarm_of_the_first_run(address: str, tmp_path: Path) -> None:
    page = ("https://feed.liputan6.com/rss", "\n<!DOCTYPE html><html><h1>Sedang dalam pemeliharaan</h1></html>", "text/html")
    with crawling(address, tmp_path, recording(tmp_path, page)) as crawl:
        done = crawl()
    assert done.returncode == Exit.ALARM
    said = done.stderr.splitlines()
    assert said[0].endswith("door https://feed.liputan6.com/rss: a web page came, no feed")
    assert "rss gave a web page, or broke off before its first story: has it moved?" in said[1]
    assert len(said) == 2
