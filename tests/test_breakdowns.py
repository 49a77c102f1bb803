"""What breaks inside a run, planted there: it ends in time, with the code that says so, and no story is lost by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from crawling import Crawl, crawling, planted
from scrapy.exceptions import IgnoreRequest
from small_outlets import seeds_of, site_of
from twisted.python.failure import Failure

from crawler.misses import how_missed
from crawler.tally import Tally
from crawler.verdict import verdict
from pipelines.items import Settled
from pipelines.nouns import Exit, Reason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NO_ROOM = "raise OSError(28, 'No space left on device')"
NO_ROOM_FOR_A_MISS = f"""
def f(self, *a, **k): {NO_ROOM}
def g(self, page, *a, **k):
    if page.status == 404: {NO_ROOM}
    return old(self, page, *a, **k)
old, Archive.append, Archive.missed = Archive.append, g, f
"""
UNREACHED = "https://kabar.example/read/3"


@pytest.fixture
def crawl(address: str, tmp_path: Path) -> Iterator[Crawl]:
    """Two stories of a small newsroom, and a third that no answer brings."""
    with crawling(address, tmp_path, site_of(tmp_path, "kabar", 2)) as ready:
        ready.env["KLIPING_SEEDS"] = str(seeds_of(tmp_path, "kabar"))
        yield ready


def with_a_third(crawl: Crawl) -> None:
    feed = crawl.web.pages["https://kabar.example/rss"].file
    item = f"<item><link>{UNREACHED}</link><title>Tiga</title></item></channel>"
    feed.write_text(feed.read_text(encoding="utf-8").replace("</channel>", item), encoding="utf-8")


BROKEN = {  # the module, what is planted in it, the exit code and the words that tell
    "wordless": ("pipelines.items", "def f(self, pages): raise MemoryError\nWriter.store = f", 6, "MemoryError"),
    "start": ("crawler.frontier", "async def f(self): raise RuntimeError\nFrontier._lease = f", 5, "our crawler broke"),
    "disk": ("pipelines.archive.writer", f"def f(self, *a): {NO_ROOM}\nArchive.append = f", 6, "No space left"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_run_that_breaks_ends_and_the_next_one_has_all(crawl: Crawl, tmp_path: Path, what: str) -> None:
    module, spoil, code, said = BROKEN[what]
    broken = crawl("kabar", **planted(tmp_path, module, spoil))
    assert (broken.returncode, said in broken.stderr.splitlines()[-1]) == (code, True), broken.stderr
    assert {tries for (tries,) in crawl.rows("SELECT tries FROM pages")} <= {0}
    assert crawl("kabar").returncode == 0
    assert crawl.rows("SELECT story_id, state FROM pages ORDER BY 1") == [("1", "stored"), ("2", "stored")]


def test_a_story_that_cannot_be_settled_ends_the_run(crawl: Crawl, tmp_path: Path) -> None:
    with_a_third(crawl)
    spoil = "def f(*a, **k): raise TypeError('no such column')\nmark = f"
    broken = crawl("kabar", **planted(tmp_path, "pipelines.store.memory", spoil))
    assert (broken.returncode, "no such column" in broken.stderr) == (6, True)


def test_a_crawler_that_breaks_on_a_story_it_holds_costs_the_story_nothing(crawl: Crawl, tmp_path: Path) -> None:
    assert crawl("kabar").returncode == 0
    (tmp_path / "again.txt").write_text("https://kabar.example/read/1\n")
    spoil = "async def f(self, *a, **k):\n    raise RuntimeError\n    yield\nNewsSpider.read_story = f"
    broken = crawl(
        "kabar", "-a", f"urls={tmp_path / 'again.txt'}", "-a", "again=1", **planted(tmp_path, "crawler.spiders.news", spoil)
    )
    assert broken.returncode == 5, broken.stderr
    assert crawl.rows("SELECT state, tries, cause FROM pages WHERE story_id = '1'") == [
        ("stored", 1, "our crawler broke: RuntimeError: ")
    ]


def test_a_disk_that_takes_no_word_of_a_miss_costs_no_try(crawl: Crawl, tmp_path: Path) -> None:
    with_a_third(crawl)
    crawl.web.pages.pop(UNREACHED, None)
    broken = crawl("kabar", **planted(tmp_path, "pipelines.archive.writer", NO_ROOM_FOR_A_MISS))
    assert broken.returncode == 6, broken.stderr
    assert crawl.rows("SELECT state, tries FROM pages WHERE story_id = '3'") == [("discovered", 0)]


@pytest.mark.parametrize("told", ["2m", "x"])
def test_a_patience_that_is_no_number_is_said_before_the_run(crawl: Crawl, told: str) -> None:
    done = crawl("kabar", KLIPING_DB_WAIT=told)
    assert (done.returncode, f"KLIPING_DB_WAIT={told}: needs a number of seconds" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("tally", "code"),
    [
        (Tally(doors=1, doors_answered=1, announced=9, asked=10, failed=9, gone=1), Exit.UNREACHABLE),
        (Tally(doors=1, doors_answered=1, announced=9, asked=10, failed=4, forbidden=6), Exit.NOT_PERMITTED),
        (Tally(doors=1, doors_answered=1, announced=9, asked=1, forbidden=1, barred=1), Exit.DONE),
        (Tally(doors=1, doors_answered=1, announced=9, asked=5, forbidden=5, barred=5), Exit.NOT_PERMITTED),
        (Tally(doors=1, doors_answered=1, announced=2, asked=2, forbidden=2, barred=2), Exit.NOT_PERMITTED),
        (Tally(doors=1, doors_answered=1, announced=9, asked=2, forbidden=2, barred=1), Exit.NOT_PERMITTED),
        (Tally(asked=1, forbidden=1, barred=1), Exit.NOT_PERMITTED),
        (Tally(asked=1, gone=1), Exit.UNREACHABLE),  # a listed one
        (Tally(asked=2, gone=1, stored=1), Exit.DONE),
        (Tally(doors=1, doors_answered=1, announced=9, asked=10, gone=10), Exit.UNREACHABLE),
        (Tally(doors=1, doors_answered=1, announced=9, asked=1, gone=1), Exit.DONE),
        (Tally(doors=1, doors_answered=1, announced=9, asked=10, stored=1, failed=9), Exit.DONE),
        (Tally(doors=2, doors_answered=2, broken=2), Exit.ALARM),
        (Tally(doors=2, doors_answered=2), Exit.NO_STORIES),
    ],
)  # fmt: skip
def test_a_run_that_brought_nothing_is_not_done(tally: Tally, code: Exit) -> None:
    assert verdict(tally, "finished")[0] == code


def test_a_circle_of_redirects_is_told_in_words() -> None:
    """Scrapy's own word for it: RedirectMiddleware raises it so."""
    assert how_missed(Failure(IgnoreRequest("max redirections reached")))["cause"] == "it redirects in a circle, or too often"


LOST = {
    "a wall": ("forbidden", 9, 1, Exit.NOT_PERMITTED), "a server that fails": ("failed", 9, 1, Exit.UNREACHABLE),
    "half of them": ("failed", 5, 5, Exit.DONE), "four": ("failed", 4, 1, Exit.DONE),
    "taken down": ("gone", 9, 1, Exit.DONE),  # that is for the outlet's history to judge
}  # fmt: skip


@pytest.mark.parametrize("what", LOST)
def test_one_story_that_came_is_no_proof_that_the_outlet_can_be_reached(what: str) -> None:
    state, away, came, code = LOST[what]
    tally = Tally(doors=1, doors_answered=1, announced=away + came, asked=away + came, stored=came)
    for number in range(away):
        tally.missed({"state": state, "cause": "HTTP 403", "http_status": 403}, str(number), looked=False)
    assert verdict(tally, "finished")[0] == code
    assert tally.signs["tried"].count == away + came
    assert tally.signs[f"lost {state}"].count == away


def test_a_story_that_came_after_all_is_not_lost() -> None:
    tally = Tally(doors=1, doors_answered=1, announced=1, asked=1)
    tally.missed({"state": "failed", "cause": "timeout"}, "1", looked=False)
    tally.settled(Settled("1", "stored", new=True), looked=False)
    tally.missed({"state": "failed", "cause": "timeout"}, "2", looked=True)
    assert (tally.away, verdict(tally, "finished")[0]) == ({}, Exit.DONE)


def test_pages_that_are_all_anothers_are_an_alarm_without_any_history() -> None:
    tally = Tally(doors=1, doors_answered=1, announced=6, asked=6)
    for number in range(6):
        tally.settled(Settled(str(number), "refused", new=False, reasons=(Reason.WRONG_STORY,)), looked=False)
    code, line = verdict(tally, "finished")
    assert (code, "all 6 pages are another's" in line) == (Exit.ALARM, True)


def test_beside_a_changed_layout_is_told_what_did_not_come() -> None:
    """Eight of twenty came, and none as the seed has it: the layout is not all that is wrong."""
    tally = Tally(doors=1, doors_answered=1, announced=20, asked=20, fetched=8)
    for number in range(12):
        state = "failed" if number < 6 else "gone" if number < 11 else "forbidden"
        tally.missed({"state": state, "cause": "HTTP 500", "http_status": 500}, str(number), looked=False)
    for number in range(12, 20):
        reasons = (Reason.NO_LAYOUT,)
        tally.settled(Settled(str(number), "refused", new=False, reasons=reasons), looked=False)
    code, line = verdict(tally, "finished")
    assert (code, "8 of 8 pages could not be read: has the layout changed?" in line) == (Exit.ALARM, True)
    assert line.endswith("; 12 more did not come (6 failed, 5 gone, 1 forbidden): see `kliping missing`")


def test_what_is_refused_once_more_is_no_news_and_what_comes_after_all_is_kept(address: str, tmp_path: Path) -> None:
    """A quiet hour in which one wall still stands must wake nobody."""
    wall = tmp_path / "wall.html"
    wall.write_text("<html><title>Just a moment...</title></html>", encoding="utf-8")
    with crawling(address, tmp_path, site_of(tmp_path, "kabar", 3)) as crawl:
        crawl.env["KLIPING_SEEDS"] = str(seeds_of(tmp_path, "kabar"))
        urls = [f"https://kabar.example/read/{number}" for number in (2, 3)]
        whole = [crawl.web.pages[url] for url in urls]
        crawl.web.pages |= dict(zip(urls, (whole[0]._replace(file=wall), whole[1]._replace(status=403)), strict=True))
        assert crawl("kabar").returncode == 0
        for state in ("stands", "fails", "is gone"):
            if state == "fails":
                crawl.web.pages |= {url: one._replace(status=500) for url, one in zip(urls, whole, strict=True)}
            crawl.rows("UPDATE pages SET next_look_at = now() - interval '1 second' WHERE next_look_at IS NOT NULL RETURNING 1")
            if state == "is gone":
                crawl.web.pages |= dict(zip(urls, whole, strict=True))
            asked = len(crawl.web.requests())
            done = crawl("kabar")
            assert (done.returncode, done.stderr) == (0, "")
            assert {request["url"] for request in crawl.web.requests()[asked:]} >= set(urls)
            counts = "SELECT counts->'refused', counts->'forbidden', counts->'stored' FROM runs ORDER BY id DESC LIMIT 1"
            assert crawl.rows(counts) == [(0, 0, 2 if state == "is gone" else 0)]
        assert crawl.rows("SELECT DISTINCT state FROM pages") == [("stored",)]
