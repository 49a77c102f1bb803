"""Looking again: a corrected story is one version more, whatever else changes on its page; a forgotten one stays forgotten."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from crawling import HURRY, ROOT, crawling, on_a_terminal, recording, resumed
from invented import NOON, OUTLET, a_run, article, asked, everything, link, refused, stored, unread
from scrapy import Request
from scrapy.http import HtmlResponse
from sqlalchemy import event, text
from test_crawl import READINGS
from test_exits import EMPTY_INDEX, EMPTY_SITEMAP

from crawler.looks import is_same, looking
from pipelines import load
from pipelines.nouns import Reason
from pipelines.show.words import word_diff
from pipelines.store import ask, looks, memory
from pipelines.store.discovered import discover
from pipelines.store.keep import Kept, Outcome, write
from pipelines.store.versions import forget

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawling import Crawl, Fresh
    from sqlalchemy import Engine

PAGE = (ROOT / "tests/pages/liputan6/desktop_2024_pendek.html").read_text(encoding="utf-8")
URL = "https://www.liputan6.com/lifestyle/read/5583914/festival-waduk-jatimulya"
FEED_AT = "https://feed.liputan6.com/rss"
FEED = f"<rss version='2.0'><channel><item><link>{URL}</link><title>Festival Waduk Jatimulya</title></item></channel></rss>"
PRINTED, WORDS = "2024-05-01T16:40:00+07:00", "penyair berusia 67 tahun"
VERSIONS = "SELECT changed FROM revisions WHERE story_id = '5583914' ORDER BY fetched_at"
STATE = "SELECT state, http_status, next_look_at > now(), leased_by, tries FROM pages"


def printed(age: timedelta) -> str:
    """The story, published so long ago."""
    assert PRINTED in PAGE
    assert WORDS in PAGE
    return PAGE.replace(PRINTED, (datetime.now(UTC) - age).replace(microsecond=0).isoformat())


class Site:
    """An outlet of one story; what stands there can be changed between two crawls."""

    def __init__(self, crawl: Crawl, story: str) -> None:
        self.crawl, self.story = crawl, story
        self.file = crawl.web.pages[URL].file

    def says(self, text: str) -> None:
        self.file.write_text(text, encoding="utf-8")

    def look(self, *wishes: str) -> list[dict]:
        """Make the story due for a look, crawl, and give the requests for it."""
        self.crawl.rows("UPDATE pages SET next_look_at = now() - interval '1 minute' WHERE next_look_at IS NOT NULL RETURNING 1")
        before = len(self.crawl.web.requests())
        done = self.crawl("liputan6", *wishes)
        assert (done.returncode, done.stderr) == (0, "")
        return [request for request in self.crawl.web.requests()[before:] if request["url"] == URL]

    def counts(self) -> dict[str, int]:
        ((counts,),) = self.crawl.rows("SELECT counts FROM runs ORDER BY id DESC LIMIT 1")
        return {name: counts[name] for name in ("asked", "stored", "unchanged", "looked", "changed", "gone")}


def recorded(folder: Path, story: str) -> Path:
    feed = (FEED_AT, FEED, "application/xml")
    return recording(folder, (URL, story, "text/html; charset=utf-8"), feed, EMPTY_SITEMAP, *EMPTY_INDEX)


@pytest.fixture(scope="module")
def life(fresh: Fresh, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Site]:
    """The site, crawled once, two hours after it published its story."""
    folder, story = tmp_path_factory.mktemp("life"), printed(getattr(request, "param", timedelta(hours=2)))
    with fresh() as address, crawling(address, folder, recorded(folder, story)) as crawl:
        assert crawl().returncode == 0
        assert crawl.rows(VERSIONS) == [([],)]
        yield Site(crawl, story)


@pytest.fixture
def site(life: Site, fresh: Fresh, tmp_path: Path) -> Iterator[Site]:
    """A copy of it."""
    with resumed(life.crawl, fresh, tmp_path, recorded(tmp_path, life.story)) as crawl:
        yield Site(crawl, life.story)


def test_a_corrected_story_is_one_version_more(site: Site) -> None:
    site.says(site.story.replace(WORDS, "penyair berusia 76 tahun"))
    assert [request["status"] for request in site.look()] == [200]
    assert site.crawl.rows(VERSIONS) == [([],), (["body"],)]
    assert site.crawl.rows("SELECT position('berusia 76 tahun' IN text) > 0 FROM articles") == [(True,)]
    assert site.crawl.rows(STATE) == [("stored", 200, True, None, 0)]
    assert site.counts() == {"asked": 1, "stored": 0, "unchanged": 0, "looked": 1, "changed": 1, "gone": 0}
    assert [request["status"] for request in site.look()] == [304]
    assert len(site.crawl.rows(VERSIONS)) == 2
    told = site.crawl.kliping("history", URL).stdout
    assert "changed: body" in told
    assert "penyair berusia [-67-] {+76+} tahun" in told
    first, second = map(json.loads, site.crawl.kliping("history", "5583914", "--format", "jsonl").stdout.splitlines())
    assert {version["seen_at"][-6:] for version in (first, second)} == {"+07:00"}
    assert (first["text_diff"], first["changed"], second["changed"], second["title_diff"]) == (None, [], ["body"], "")
    assert "berusia 67 tahun" in first["text"]


def test_an_unchanged_story_is_asked_whether_it_changed_and_costs_a_304(site: Site) -> None:
    before = site.crawl.rows("SELECT a.xmin::text, r.xmin::text FROM articles a JOIN revisions r USING (story_id)")
    (request,) = site.look()
    assert (request["status"], bool(request["if_none_match"]), bool(request["if_modified_since"])) == (304, True, True)
    assert site.crawl.rows(STATE) == [("unchanged", 304, True, None, 0)]
    assert site.crawl.rows("SELECT a.xmin::text, r.xmin::text FROM articles a JOIN revisions r USING (story_id)") == before
    assert site.counts() == {"asked": 1, "stored": 0, "unchanged": 0, "looked": 1, "changed": 0, "gone": 0}
    ((due,),) = site.crawl.rows("SELECT next_look_at - published_at FROM pages JOIN articles USING (story_id)")
    assert due == timedelta(hours=6)


def test_a_story_that_is_not_due_is_not_asked(site: Site) -> None:
    before = len(site.crawl.web.requests())
    assert site.crawl().returncode == 0
    assert [request for request in site.crawl.web.requests()[before:] if request["url"] == URL] == []


def test_another_advertisement_is_no_version(site: Site) -> None:
    before = site.crawl.rows("SELECT xmin::text, * FROM articles")
    site.says(site.story.replace("</body>", '<div class="iklan">2 jam lalu, 1.204 kali dibaca</div></body>'))
    assert [request["status"] for request in site.look()] == [200]
    assert site.crawl.rows(VERSIONS) == [([],)]
    assert site.crawl.rows("SELECT xmin::text, * FROM articles") == before
    assert site.crawl.rows(STATE) == [("stored", 200, True, None, 0)]
    assert site.counts()["changed"] == 0


def test_a_story_taken_down_is_gone_and_its_last_text_kept(site: Site) -> None:
    kept = site.crawl.rows("SELECT xmin::text, * FROM articles")
    page = site.crawl.web.pages.pop(URL)
    assert [request["status"] for request in site.look()] == [404]
    assert site.crawl.rows("SELECT state, cause, next_look_at > now() FROM pages") == [("gone", "HTTP 404", True)]
    assert site.crawl.rows("SELECT xmin::text, * FROM articles") == kept
    assert site.crawl.kliping("missing", "liputan6").stdout.strip() == "nothing is missing"
    assert '"held": 1, "refused": 0, "missing": 0' in site.crawl.kliping("coverage", "--format", "jsonl").stdout
    site.crawl.web.pages[URL] = page
    assert [request["status"] for request in site.look()] == [200]
    assert site.crawl.rows("SELECT state FROM pages") == [("stored",)]


def test_a_forgotten_story_is_never_asked_again(site: Site) -> None:
    assert "say --yes" in site.crawl.kliping("forget", URL).stderr
    assert site.crawl.kliping("forget", URL, "--yes").returncode == 0
    for table in ("articles", "cuts", "rejects", "revisions"):
        assert site.crawl.rows(f"SELECT * FROM {table}") == []
    tombstone = "SELECT xmin::text, url, state, title_announced, announced_at FROM pages"
    assert [row[1:4] for row in site.crawl.rows(tombstone)] == [(URL, "forgotten", None)]
    before = site.crawl.rows(tombstone)
    site.crawl.web.pages[FEED_AT].file.write_text(f"{FEED}\n", encoding="utf-8")  # as it was it would not be served again
    assert site.look() == []
    assert site.crawl.rows("SELECT counts->>'announced' FROM runs ORDER BY id DESC LIMIT 1") == [("1",)]
    assert site.crawl.rows(tombstone) == before
    listed = site.file.parent / "urls.txt"
    listed.write_text(URL)
    assert site.look("-a", f"urls={listed}") == []
    assert site.crawl.kliping("missing", "liputan6").stdout.strip() == "nothing is missing"


@pytest.mark.parametrize("life", [timedelta(days=8)], indirect=True)
def test_a_story_first_fetched_after_its_last_look_gets_none(site: Site) -> None:
    assert site.crawl.rows("SELECT next_look_at FROM pages") == [(None,)]
    assert site.look() == []


def test_a_server_in_trouble_leaves_the_story_held(site: Site) -> None:
    site.crawl.web.pages[URL] = site.crawl.web.pages[URL]._replace(status=503)
    site.crawl.rows("UPDATE pages SET next_look_at = now() RETURNING 1")
    assert site.crawl().returncode == 3
    assert site.crawl.rows(STATE) == [("stored", 503, True, None, 1)]
    site.crawl.web.pages[URL] = site.crawl.web.pages[URL]._replace(status=200)
    assert [request["status"] for request in site.look()] == [304]
    assert site.crawl.rows(STATE) == [("unchanged", 304, True, None, 0)]


def test_listed_addresses_are_not_looked_at_and_a_limit_counts_new_stories(site: Site) -> None:
    listed = site.file.parent / "urls.txt"
    listed.write_text(URL)
    assert site.look("-a", f"urls={listed}") == []
    assert len(site.look("-a", "limit=1")) == 1


def test_new_stories_come_first(site: Site) -> None:
    new = READINGS["desktop_2024_bisnis"]["url"]
    feed = site.crawl.web.pages["https://feed.liputan6.com/rss"].file
    feed.write_text(FEED.replace("</channel>", f"<item><link>{new}</link><title>Koperasi kopi</title></item></channel>"))
    assert len(site.look()) == 1
    assert site.crawl.asked("/read/")[-2:] == [new, URL]
    assert site.counts() == {"asked": 2, "stored": 1, "unchanged": 0, "looked": 1, "changed": 0, "gone": 0}


def listing(site: Site, *urls: str) -> tuple[str, str]:
    listed = site.file.parent / "urls.txt"
    listed.write_text("\n".join(urls or (URL,)))
    return "-a", f"urls={listed}"


def again(site: Site, *wishes: str, code: int = 0) -> list[int]:
    """Ask for the listed story once more, without waiting for its next look, and give what came; no lease is left."""
    before = len(site.crawl.web.requests())
    assert site.crawl("liputan6", *listing(site), "-a", "again=1", *wishes).returncode == code
    assert site.crawl.rows("SELECT * FROM pages WHERE leased_by IS NOT NULL") == []
    return [request["status"] for request in site.crawl.web.requests()[before:] if request["url"] == URL]


@pytest.mark.parametrize(
    "life", [timedelta(hours=2), pytest.param(timedelta(days=900), marks=pytest.mark.soak)], indirect=True, ids=["young", "old"]
)
def test_what_is_held_is_asked_for_again_where_a_person_says_so(site: Site) -> None:
    assert again(site) == [304]
    assert site.counts() == {"asked": 1, "stored": 0, "unchanged": 0, "looked": 1, "changed": 0, "gone": 0}
    due = site.crawl.rows("SELECT next_look_at > now() FROM pages")
    site.says(site.story.replace(WORDS, "penyair berusia 76 tahun"))
    assert again(site, "-a", "limit=1") == [200]
    assert site.crawl.rows(VERSIONS) == [([],), (["body"],)]
    assert site.counts() == {"asked": 1, "stored": 0, "unchanged": 0, "looked": 1, "changed": 1, "gone": 0}
    assert site.crawl.rows("SELECT next_look_at > now() FROM pages") == due
    assert site.crawl.kliping("crawl", "liputan6", "--urls", listing(site)[1].removeprefix("urls="), "--again").returncode == 0
    assert site.crawl.rows(STATE)[0][:2] == ("unchanged", 304)


@pytest.mark.parametrize("lost", ["gone", "dead"])
def test_what_is_lost_is_asked_for_again_where_a_person_says_so(site: Site, lost: str) -> None:
    kept = site.crawl.rows("SELECT xmin::text, * FROM articles")
    page = site.crawl.web.pages.pop(URL)
    assert again(site, code=3) == [404]
    site.crawl.rows(f"UPDATE pages SET state = '{lost}', tries = 8, next_look_at = NULL RETURNING 1")
    assert again(site, code=3) == [404]
    assert site.crawl.rows("SELECT state, tries FROM pages") == [("gone", 0)]
    site.crawl.rows(f"UPDATE pages SET state = '{lost}', tries = 8, next_look_at = NULL RETURNING 1")
    site.crawl.web.pages[URL] = page
    assert again(site) == [200]
    assert site.crawl.rows("SELECT state, tries FROM pages") == [("stored", 0)]
    assert site.crawl.rows("SELECT xmin::text, * FROM articles") == kept


def test_a_run_killed_while_it_asks_again_loses_nothing(site: Site) -> None:
    kept, before = site.crawl.rows("SELECT xmin::text, * FROM articles"), len(site.crawl.asked())
    site.crawl.web.delay = 30
    run = site.crawl.start(*HURRY, *listing(site), "-a", "again=1")
    while site.crawl.rows("SELECT count(*) FROM pages WHERE leased_by IS NOT NULL") == [(0,)]:
        assert run.poll() is None
    run.kill()
    run.communicate()
    site.crawl.web.delay = 0
    assert site.crawl.rows("SELECT state FROM pages") == [("stored",)]
    assert site.crawl.rows("SELECT xmin::text, * FROM articles") == kept
    assert site.crawl().returncode == 0
    assert [request["status"] for request in site.crawl.web.requests()[before:] if request["url"] == URL][-1:] == [304]
    assert site.crawl.rows(STATE) == [("unchanged", 304, True, None, 0)]


def test_what_is_passed_over_is_told_on_a_terminal_and_beside_trouble(site: Site) -> None:
    lost = "https://www.liputan6.com/news/read/5500009/hilang"
    held = "1 of 2 addresses are held already"
    done = site.crawl("liputan6", *listing(site, URL, lost, f"{lost}?page=2"))
    assert done.returncode == 3
    assert done.stderr.strip() == (
        f"liputan6: none of 1 stories could be reached (HTTP 404); {held}; --again asks for them once more"
    )
    done = site.crawl("liputan6", *listing(site, URL, lost))
    assert (done.returncode, done.stderr) == (0, "")
    assert site.crawl.rows("SELECT counts->'held', counts->'given_up' FROM runs ORDER BY id DESC LIMIT 1") == [(1, 1)]
    code, shown = on_a_terminal(site.crawl, *listing(site, URL, lost))
    assert (code, f"liputan6: {held} and 1 of 2 addresses are gone or dead; --again asks for them once more" in shown) == (0, True)
    assert "--again" not in on_a_terminal(site.crawl)[1]


@pytest.mark.parametrize("outlet", ["liputan6", "detik"])
def test_only_where_one_page_holds_the_story_may_it_answer_for_all(outlet: str) -> None:
    due = memory.Due("1", URL, 0, '"1"', "Sun, 22 Nov 2026 05:00:00 GMT", look=True, digest=sha256(b"x").hexdigest())
    request = looking(Request(URL), due, load(outlet))
    whole = not load(outlet).more
    assert ("If-None-Match" in request.headers, "If-Modified-Since" in request.headers) == (whole, whole)
    assert request.meta.get("handle_httpstatus_list", []) == ([304] if whole else [])
    assert request.priority < 0
    assert is_same(HtmlResponse(URL, body=b"x"), due, load(outlet)) is whole
    assert not is_same(HtmlResponse(URL, body=b"y"), due, load(outlet))
    assert looking(Request(URL), replace(due, etag=None, last_modified=None), load(outlet)).meta == {}


def test_an_outlet_that_wants_no_looks(address: str, tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    shutil.copytree(ROOT / "seeds", seeds)
    seed = seeds / "liputan6.toml"
    seed.write_text("looks = []\n" + seed.read_text(encoding="utf-8"), encoding="utf-8")
    only = recording(tmp_path, (URL, printed(timedelta(0)), "text/html; charset=utf-8"))
    listed = tmp_path / "urls.txt"
    listed.write_text(URL)
    with crawling(address, tmp_path, only) as crawl:
        assert crawl("liputan6", "-a", f"urls={listed}", KLIPING_SEEDS=str(seeds)).returncode == 0
        assert crawl.rows("SELECT state, next_look_at FROM pages") == [("stored", None)]


AGES = {
    timedelta(0): timedelta(hours=1),
    timedelta(minutes=59): timedelta(hours=1),
    timedelta(hours=1): timedelta(hours=6),
    timedelta(hours=23): timedelta(hours=24),
    timedelta(days=2): timedelta(days=7),
    timedelta(days=7): None,
    timedelta(days=900): None,
}


@pytest.mark.parametrize("age", AGES, ids=str)
def test_the_next_look_follows_the_age(age: timedelta) -> None:
    due = load("liputan6").next_look(NOON, NOON + age)
    assert due == (AGES[age] and NOON + AGES[age])
    assert load("liputan6").next_look(None, NOON) is None


def later(kept: Kept, hours: int, **told: object) -> Kept:
    """The same story fetched again, some hours later."""
    again = replace(kept.page, fetched_at=NOON + timedelta(hours=hours), body=f"<html>{hours}</html>".encode())
    return replace(kept, page=again, reading=replace(kept.reading, result=article(kept.story_id, **told)))


def test_a_replayed_batch_makes_no_second_version(database: Engine) -> None:
    run = a_run(database)
    write(database, run, [stored("1"), stored("2")])
    batch = [later(stored("1"), 1, title="Harga cabai turun"), later(stored("2"), 1)]
    assert write(database, run, batch) == [Outcome("1", "stored", new=False, changed=True), Outcome("2", "stored", new=False)]
    before = everything(database)
    assert [len(before["revisions"]), [one.changed for one in write(database, run, batch)]] == [3, [False, False]]
    assert everything(database) == before


def test_other_rules_make_no_version(database: Engine) -> None:
    run, advert = a_run(database), later(stored("1"), 1)
    write(database, run, [stored("1")])
    write(database, run, [advert])
    reread = replace(advert, reading=replace(advert.reading, result=article("1", title="Harga cabai")))
    assert write(database, run, [reread]) == [Outcome("1", "stored", new=False)]
    assert asked(database, "SELECT fetched_at, title, changed FROM revisions") == [(NOON, "Harga cabai", [])]
    assert write(database, run, [later(reread, 2, title="Harga cabai")]) == [Outcome("1", "stored", new=False)]
    assert asked(database, "SELECT count(*) FROM revisions") == [(1,)]


CHANGES = {
    "title": {"title": "Harga cabai turun"}, "authors": {"authors": ()}, "editors": {"editors": ("Budi",)},
    "published_at": {"published_at": NOON - timedelta(days=1)}, "body": {"body": ()},
    "": {"section": "Pangan", "tags": (), "images": (), "sources": {}, "modified_at": NOON + timedelta(days=2), "words": 7},
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_title_body_byline_and_date_make_a_version_and_nothing_else(database: Engine, what: str) -> None:
    run = a_run(database)
    write(database, run, [stored("1")])
    (done,) = write(database, run, [later(stored("1"), 1, **CHANGES[what])])
    assert done.changed is bool(what)
    with database.connect() as connection:
        assert [version.changed for version in ask.history(connection, OUTLET, "1")] == [[], *([[what]] if what else [])]


def test_a_text_that_is_taken_back_is_a_version_again(database: Engine) -> None:
    run = a_run(database)
    for hours, title in enumerate(("Satu", "Dua", "Satu")):
        write(database, run, [later(stored("1"), hours, title=title)])
    with database.connect() as connection:
        told = [(version.title, version.changed) for version in ask.history(connection, OUTLET, "1")]
    assert told == [("Satu", []), ("Dua", ["title"]), ("Satu", ["title"])]


def look_due(database: Engine, run: int, **told: object) -> list[memory.Due]:
    kept = replace(stored("1", **told), next_look=NOON - timedelta(days=99))
    write(database, run, [kept])
    with database.begin() as connection:
        return looks.lease(connection, run, OUTLET, 9)


def test_a_look_is_leased_once_with_all_it_needs(database: Engine) -> None:
    run = a_run(database)
    (due,) = look_due(database, run)
    digest = asked(database, "SELECT digest FROM pages")[0][0]
    held = {"look": True, "digest": digest, "published_at": NOON, "place": stored("1").place}
    assert due == memory.Due("1", stored("1").page.url, 0, '"1"', None, **held)
    with database.begin() as connection:
        assert (looks.lease(connection, run, OUTLET, 9), memory.lease(connection, run, OUTLET, 9)) == ([], [])


def test_a_look_that_a_seed_wants_in_a_year_is_not_due(database: Engine) -> None:
    run = a_run(database)
    write(database, run, [stored("1")])
    with database.begin() as connection:
        connection.execute(text("UPDATE pages SET next_look_at = now() + interval '1 year', leased_by = NULL"))
        assert looks.lease(connection, run, OUTLET, 9) == []
        connection.execute(text("UPDATE pages SET next_look_at = now() - interval '1 second'"))
        assert len(looks.lease(connection, run, OUTLET, 9)) == 1


def test_a_refused_page_is_asked_for_again_whole_whatever_it_was_before(database: Engine) -> None:
    """A bot wall, a login page: with its ETag the wall would answer that nothing has changed."""
    run = a_run(database)
    look_due(database, run)
    write(database, run, [replace(refused("1"), next_look=NOON)])
    assert asked(database, "SELECT state, next_look_at = discovered_at + interval '1 hour' FROM pages") == [("refused", True)]
    with database.begin() as connection:
        connection.execute(text("UPDATE pages SET next_look_at = now() - interval '1 second', etag = 'x'"))
        (due,) = looks.lease(connection, run, OUTLET, 9)
        assert (due.look, due.etag, due.digest, due.place, due.repeat) == (True, None, None, None, True)
        looks.failed(connection, OUTLET, "1", cause="timeout", otherwise=None)
    assert asked(database, "SELECT state, leased_by, next_look_at > now() FROM pages") == [("refused", None, True)]
    write(database, run, [stored("1")])
    assert asked(database, "SELECT state FROM pages") == [("stored",)]


def test_looks_that_fail_come_ever_later_then_at_their_next_age(database: Engine) -> None:
    run, then = a_run(database), NOON + timedelta(days=400)
    look_due(database, run)
    for tries, wait in enumerate((30, 120, 480, 1920, 7680, 30_720, 86_400), 1):
        with database.begin() as connection:
            looks.failed(connection, OUTLET, "1", cause="timeout", otherwise=then)
        told = "SELECT state, tries, extract(epoch FROM next_look_at - now())::int FROM pages"
        assert asked(database, told) == [("stored", tries, pytest.approx(wait, abs=3))]
    with database.begin() as connection:
        looks.failed(connection, OUTLET, "1", cause="timeout", otherwise=then)
    assert asked(database, "SELECT state, tries, next_look_at, cause FROM pages") == [("stored", 0, then, "timeout")]


def test_nothing_wakes_a_forgotten_story(database: Engine) -> None:
    run = a_run(database)
    look_due(database, run)
    with database.begin() as connection:
        forget(connection, OUTLET, "1")
    before = everything(database)
    assert write(database, run, [later(stored("1"), 1)]) == [Outcome("1", "forgotten", new=False)]
    assert write(database, run, [unread("1"), refused("1")])[0].state == "forgotten"
    with database.begin() as connection:
        assert discover(connection, run, OUTLET, [link("1", published_at=NOON, title="Satu")]) == 0
        assert memory.mark(connection, OUTLET, "1", state="failed", cause="timeout") == "forgotten"
        assert memory.reopen(connection, OUTLET, ["1"]) == 0
        assert (memory.lease(connection, run, OUTLET, 9), looks.lease(connection, run, OUTLET, 9)) == ([], [])
    assert everything(database) == before
    assert write(database, run, [stored("2"), later(stored("1"), 1)])[0].state == "stored"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("harga naik", "harga naik", ""),
        ("harga cabai naik", "harga cabai turun", "harga cabai [-naik-] {+turun+}"),
        ("satu\n\ndua\n\ntiga", "satu\n\ndua\n\nempat", "…\n\n[-tiga-] {+empat+}"),
        ("satu\n\ndua", "satu", "…\n\n[-dua-]"),
        ("", "satu dua", "{+satu dua+}"),
    ],
)
def test_word_diff(before: str, after: str, expected: str) -> None:
    assert word_diff(before, after) == expected


def test_word_diff_in_colour() -> None:
    assert word_diff("naik", "turun", colour=True) == "\x1b[31m[-naik-]\x1b[0m \x1b[32m{+turun+}\x1b[0m"


HELD = """
    INSERT INTO pages (outlet, story_id, url, state, next_look_at)
    SELECT 'kabar', 's' || n, 'u' || n, 'stored', CASE WHEN n % 50 = 0 THEN now() + (n - 100000) * interval '1 s' END
    FROM generate_series(1, 200000) n
"""


@pytest.mark.soak
def test_a_lease_of_looks_reads_an_index_at_any_size(database: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    run = a_run(database)
    said: list[tuple[str, object]] = []
    event.listen(database, "before_cursor_execute", lambda _c, _k, statement, values, *_: said.append((statement, values)))
    with database.begin() as connection:
        connection.execute(text(HELD))
        connection.execute(text("ANALYZE pages"))
    with database.begin() as connection:
        began = monotonic()
        assert len(looks.lease(connection, run, OUTLET, 32)) == 32
        took = monotonic() - began
        statement, values = said[-1]
        plan = "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", values))
    assert "ix_pages_look" in plan
    assert "Seq Scan on pages" not in plan
    with capsys.disabled():
        print(f"\n32 looks leased of 200,000 stories in {took * 1000:.1f} ms")


def test_a_film_stays_a_film(database: Engine) -> None:
    run = a_run(database)
    with database.begin() as connection:
        discover(connection, run, OUTLET, [link("1")], "feed")
    write(database, run, [refused("1", Reason.VIDEO)])
    assert asked(database, "SELECT state, next_look_at FROM pages") == [("refused", None)]
