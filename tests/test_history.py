"""Back in time: days of the dated indexes, newest first, each walked once; and what is missing of each."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from crawling import crawling, recording
from test_crawl import READINGS

from pipelines.indonesian.dates import ZONES

if TYPE_CHECKING:
    from pathlib import Path

    from crawling import Crawl

EMPTY = "<html><body>tidak ada berita</body></html>"
ROW = '<article class="articles--rows--item"><a href="{url}">{title}</a><time datetime="{day}T09:00:00+07:00">9</time></article>'
INDEX = "https://www.liputan6.com/indeks/{day}?page={page}"
DOOR = "https://www.liputan6.com/indeks/{date:%Y/%m/%d}?page={page}"
FIRST, SECOND = READINGS["desktop_2024_pendek"], READINGS["desktop_2024_bisnis"]
LOST = {"url": "https://www.liputan6.com/news/read/5500009/hilang", "title": "Hilang"}


def index(day: str, page: int, *stories: dict[str, str]) -> tuple[str, str, str]:
    rows = "".join(ROW.format(url=story["url"], title=story["title"], day=day.replace("/", "-")) for story in stories)
    return INDEX.format(day=day, page=page), rows or EMPTY, "text/html"


def walk(crawl: Crawl, *more: str) -> int:
    return crawl("liputan6", "-a", "since=2024-05-01", "-a", "until=2024-05-02", *more).returncode


@pytest.fixture
def days(tmp_path: Path) -> Path:
    return recording(
        tmp_path,
        index("2024/05/02", 1, SECOND),
        index("2024/05/02", 2),
        index("2024/05/02", 3),
        index("2024/05/01", 1, FIRST),
        index("2024/05/01", 2, LOST),
    )


def test_days_are_walked_newest_first_and_once(address: str, tmp_path: Path, days: Path) -> None:
    with crawling(address, tmp_path, days) as crawl:
        assert walk(crawl) == 0
        assert sorted(crawl.rows("SELECT story_id FROM articles")) == [("5583914",), ("5590118",)]
        told = crawl.rows("SELECT day::text, announced, complete FROM days ORDER BY day")
        assert told == [("2024-05-01", 2, True), ("2024-05-02", 1, True)]
        asked = crawl.asked("/indeks/")
        assert asked[0].endswith("2024/05/02?page=1")
        assert not crawl.asked("rss")
        assert walk(crawl) == 0
        assert crawl.asked("/indeks/") == asked


def test_a_day_that_broke_off_is_walked_again(address: str, tmp_path: Path, days: Path) -> None:
    broken = recording(tmp_path, (INDEX.format(day="2024/05/01", page=2), "busy", "text/html|503"))
    with crawling(address, tmp_path, days, broken) as crawl:
        assert walk(crawl) == 0
        assert crawl.rows("SELECT day::text FROM days") == [("2024-05-02",)]
    with crawling(address, tmp_path, days) as crawl:
        assert walk(crawl) == 0
        assert crawl.rows("SELECT count(*) FROM days WHERE complete") == [(2,)]


MENU = "".join(f'<a href="/{channel}">x</a>' for channel in "abcdefghij")
WALL = "<html><title>Just a moment...</title></html>"


@pytest.mark.parametrize(("kind", "said"), [("text/html|202", "HTTP 202"), ("text/html", "no page of this index came, but a wall")])
def test_a_day_that_ends_at_a_wall_is_walked_again(address: str, tmp_path: Path, days: Path, kind: str, said: str) -> None:
    url, rows, html = index("2024/05/01", 1, FIRST)
    second = INDEX.format(day="2024/05/01", page=2)
    walled = recording(tmp_path, (url, MENU + rows, html), *((second[:-1] + page, WALL, kind) for page in "234"))
    with crawling(address, tmp_path, days, walled) as crawl:
        done = crawl("liputan6", "-a", "since=2024-05-01", "-a", "until=2024-05-02")
        (told,) = done.stderr.splitlines()
        assert told.endswith(f" WARNING crawler.doors: door {second}: {said}")
        assert crawl.rows("SELECT day::text FROM days") == [("2024-05-02",)]
        assert crawl.rows(f"SELECT finished FROM doors WHERE url = '{url}'") == [(False,)]
    whole = recording(tmp_path, (url, MENU + rows, html), (second, MENU, html), (second[:-1] + "3", MENU, html))
    with crawling(address, tmp_path, days, whole) as crawl:
        assert walk(crawl) == 0
        assert crawl.rows("SELECT count(*) FROM days WHERE complete") == [(2,)]


def busy(tmp_path: Path, status: int, *days: int) -> Path:
    return recording(tmp_path, *((INDEX.format(day=f"2024/05/{day:02}", page=1), "sibuk", f"text/html|{status}") for day in days))


@pytest.mark.parametrize(("status", "code"), [(404, 4), (500, 3), (403, 10)])
def test_an_index_that_gives_no_answer_for_a_week_is_given_up(address: str, tmp_path: Path, status: int, code: int) -> None:
    with crawling(address, tmp_path, busy(tmp_path, status, *range(1, 31))) as crawl:
        done = crawl("liputan6", "-a", "since=2024-01-01", "-a", "until=2024-05-30")
        assert done.returncode == code, done.stderr
        assert [url[-17:-7] for url in crawl.asked("/indeks/")] == [f"2024/05/{day}" for day in range(30, 23, -1)]
        *_, told, _ = done.stderr.splitlines()
        assert told.endswith(f"door {DOOR}: no answer for 7 days in a row: given up for this run")
        assert crawl.rows("SELECT * FROM days") == []
        assert crawl.rows("SELECT counts->>'doors_dead' FROM runs") == [("1",)]


def test_an_index_that_falls_silent_below_some_days_is_told_by_the_exit(address: str, tmp_path: Path, days: Path) -> None:
    with crawling(address, tmp_path, days) as crawl:
        done = crawl("liputan6", "-a", "since=2024-01-01", "-a", "until=2024-05-08")
        assert done.returncode == 3
        assert "1 of its dated doors given up, after days in a row without an answer" in done.stderr.splitlines()[-1]
        assert crawl.rows("SELECT day::text FROM days WHERE complete ORDER BY day") == [("2024-05-01",), ("2024-05-02",)]
        assert crawl.rows("SELECT count(*) FROM articles") == [(2,)]
        assert len([url for url in crawl.asked("/indeks/") if url.endswith("page=1")]) == 6 + 2 + 7


def test_today_is_never_complete(address: str, tmp_path: Path) -> None:
    with crawling(address, tmp_path) as crawl:
        assert crawl().returncode == 0
        assert crawl.rows("SELECT announced > 0, complete FROM days ORDER BY day") == [(False, False), (True, False)]


@pytest.mark.parametrize(
    ("outlet", "wishes", "said"),
    [
        ("liputan6", ["since=kemarin"], "since=kemarin: needs a day as 2021-12-30"),
        ("liputan6", ["since=2024-05-02", "until=2024-05-01"], "lies after"),
        ("yahoo-id", ["since=2024-05-02"], "yahoo-id has no dated door"),
    ],
)
def test_a_wish_that_cannot_be(address: str, tmp_path: Path, outlet: str, wishes: list[str], said: str) -> None:
    with crawling(address, tmp_path) as crawl:
        done = crawl(outlet, *(part for wish in wishes for part in ("-a", wish)))
        assert done.returncode == 2
        assert said in done.stderr


def test_of_a_day_that_was_never_read_nobody_knows_what_is_missing(address: str, tmp_path: Path, days: Path) -> None:
    with crawling(address, tmp_path, days) as crawl:
        ask = ("missing", "liputan6")
        assert crawl.kliping(*ask).stdout.strip() == "unknown: nothing of liputan6 was ever announced"
        walk(crawl)
        for day in ("2024-05-03", "2024-04-30"):
            told = crawl.kliping(*ask, "--day", day)
            assert (told.returncode, told.stdout.strip()) == (0, f"unknown: of {day} nothing was read in {DOOR}")
            told = crawl.kliping(*ask, "--day", day, "--format", "jsonl")
            assert (told.stdout, told.stderr.strip()) == ("", f"unknown: of {day} nothing was read in {DOOR}")
        crawl.rows("UPDATE days SET announced = 0, complete = false RETURNING 1")
        told = crawl.kliping(*ask, "--day", "2024-05-01")
        assert LOST["url"] in told.stdout
        assert told.stderr.strip() == f"unknown: of 2024-05-01 nothing was read in {DOOR}"


def test_what_is_missing_is_named_and_can_be_asked_for_again(address: str, tmp_path: Path, days: Path) -> None:
    with crawling(address, tmp_path, days) as crawl:
        walk(crawl)
        missing = crawl.kliping("missing", "liputan6", "--day", "2024-05-01")
        assert missing.returncode == 0
        assert LOST["url"] in missing.stdout
        assert "HTTP 404" in missing.stdout
        assert crawl.kliping("missing", "liputan6", "--day", "2024-05-02").stdout.strip() == "nothing is missing"
        covered = crawl.kliping("coverage", "--outlet", "liputan6", "--format", "jsonl").stdout
        assert '"day": "2024-05-01", "outlet": "liputan6", "known": 2, "held": 1, "refused": 0, "missing": 1' in covered
        assert crawl.kliping("missing", "liputan6", "--day", "2024-05-01", "--retry").returncode == 0
        assert crawl.rows("SELECT state FROM pages WHERE story_id = '5500009'") == [("discovered",)]


def test_a_walk_that_is_done_is_done_though_today_is_still_empty(address: str, tmp_path: Path) -> None:
    """Midnight: today's index lists nothing yet, and the days before were walked."""
    today, yesterday = index("{today}", 1), index("{yesterday}", 1, FIRST)
    rest = (index(day, page) for day in ("{today}", "{yesterday}") for page in (2, 3))
    with crawling(address, tmp_path, recording(tmp_path, today, yesterday, *rest)) as crawl:
        since = "liputan6", "-a", f"since={datetime.now(ZONES['WIB']).date() - timedelta(days=1)}"
        assert crawl(*since).returncode == 0
        again = crawl(*since)
        assert (again.returncode, again.stderr) == (0, "")
        assert crawl.rows("SELECT counts->'announced', counts->'days_empty' FROM runs ORDER BY id DESC LIMIT 1") == [(0, 1)]


@pytest.mark.parametrize(("empty", "code"), [(1, 0), *(pytest.param(*case, marks=pytest.mark.soak) for case in ((6, 0), (7, 4)))])
def test_a_day_without_a_story_is_one_and_a_week_of_them_a_changed_index(
    address: str, tmp_path: Path, days: Path, empty: int, code: int
) -> None:
    blank = recording(tmp_path, *(index(f"2024/04/{day}", page) for day in range(20, 31) for page in (1, 2)))
    until = "liputan6", "-a", "until=2024-04-30", "-a", f"since=2024-04-{31 - empty}"
    with crawling(address, tmp_path, days, blank) as crawl:
        assert crawl(*until).returncode == 4, "an index that was never read may be read wrongly"
        assert walk(crawl) == 0
        assert crawl(*until).returncode == code
        only = crawl.kliping("crawl", "liputan6", "--until", "2024-04-29", "-s", "DOWNLOAD_DELAY=0")
        assert (only.returncode, {url[-17:-7] for url in crawl.asked("/04/29")}) == (0, {"2024/04/29"})
