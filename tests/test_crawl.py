"""Real Scrapy, over https and real host names, into a real Postgres: what a crawl stores, asks and leaves alone."""

from __future__ import annotations

import json
import signal
import time
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from crawling import DEMO, HURRY, ROOT, Crawl, crawling, on_a_terminal, recording
from outages import asked_at_least
from site_of_many import made_site
from small_outlets import PAGE, seeds_of

from demo.authority import Authority
from demo.recordings import recordings
from pipelines.archive import read
from pipelines.nouns import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PAGES = ROOT / "tests" / "pages" / "liputan6"
RECORDED = DEMO.read_text(encoding="utf-8")
READINGS = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in PAGES.glob("*.json") if f"/{path.stem}.html" in RECORDED
}
EVERYTHING = {
    "articles": "SELECT xmin::text, * FROM articles ORDER BY story_id",
    "cuts": "SELECT xmin::text, * FROM cuts ORDER BY story_id, position",
    "pages": "SELECT xmin::text, * FROM pages ORDER BY story_id",
    "rejects": "SELECT xmin::text, * FROM rejects ORDER BY story_id",
}


@pytest.fixture
def crawl(address: str, tmp_path: Path) -> Iterator[Crawl]:
    with crawling(address, tmp_path) as ready:
        yield ready


def one_line(text: str) -> str:
    lines = text.strip().splitlines()
    assert len(lines) == 1, text
    return lines[0]


def test_every_story_once_and_again_nothing(crawl: Crawl) -> None:
    first = crawl()
    assert (first.returncode, first.stderr) == (0, "")
    stored = crawl.rows("SELECT title, text, published_at, kind FROM articles")
    read_by_a_person = {reading["title"]: reading for reading in READINGS.values()}
    assert sorted(title for title, *_ in stored) == sorted(read_by_a_person)
    for title, text, published_at, kind in stored:
        person = read_by_a_person[title]
        assert text == "\n\n".join(block["text"] for block in person["body"])
        assert published_at.astimezone().isoformat() == _here(person["published_at"])
        assert kind == person["kind"]
    states = dict(crawl.rows("SELECT state, count(*) FROM pages GROUP BY state"))
    assert states == {"forbidden": 1, "refused": 2, "stored": 10}
    assert crawl.rows("SELECT story_id FROM pages WHERE door = ''") == []
    before = {table: crawl.rows(query) for table, query in EVERYTHING.items()}
    asked = len(crawl.asked("/read/"))
    assert crawl().returncode == 0
    assert {table: crawl.rows(query) for table, query in EVERYTHING.items()} == before
    assert len(crawl.asked("/read/")) == asked


def _here(text: str) -> str:
    return datetime.fromisoformat(text).astimezone().isoformat()


def test_every_line_cut_is_kept_with_its_rule_and_every_refusal_with_its_reason(crawl: Crawl) -> None:
    crawl()
    assert crawl.rows("SELECT count(*) FROM cuts WHERE rule = '' OR text = ''") == [(0,)]
    told = dict(crawl.rows("SELECT rule, min(text) FROM cuts GROUP BY rule"))
    assert told["liputan6/whatsapp fact check"].startswith("* Untuk mengetahui kebenaran informasi")
    reasons = dict(crawl.rows("SELECT story_id, reasons FROM rejects"))
    assert reasons == {"5571402": ["video stub without a story"], "5588301": ["no known layout's body fence matches"]}


@pytest.mark.soak
def test_a_retry_asks_for_what_may_have_been_a_wall_and_for_no_film(crawl: Crawl) -> None:
    crawl()
    before = len(crawl.asked("/read/"))
    assert "2 due again" in crawl.kliping("missing", "liputan6", "--retry").stdout, "one that robots.txt bars, and one refused"
    again = crawl()
    assert (again.returncode, again.stderr) == (0, ""), "refused once more, it is no news"
    assert ["5588301" in url for url in crawl.asked("/read/")[before:]] == [True]
    assert crawl.rows("SELECT state FROM pages WHERE story_id = '5588301'") == [("refused",)]


def test_a_guest_asks_robots_first_says_who_it_is_and_leaves_alone_what_is_barred(crawl: Crawl) -> None:
    crawl()
    requests = crawl.web.requests()
    hosts: set[str] = set()
    for request in requests:
        scheme, _, rest = request["url"].partition("://")
        origin = f"{scheme}://{rest.partition('/')[0]}"
        assert origin in hosts or request["url"] == f"{origin}/robots.txt", request["url"]
        hosts.add(origin)
        assert "redaksi@kliping.example" in request["ua"]
        assert "Mozilla" not in request["ua"]
    assert not crawl.asked("/properti/")
    assert not crawl.asked("bola.com")
    assert not [url for url in crawl.asked("/read/") if "?" in url]
    assert len(crawl.asked("5561207")) == 1


def test_archived_page_lies_where_its_row_says_as_it_came(crawl: Crawl, tmp_path: Path) -> None:
    crawl()
    rows = crawl.rows("SELECT url, archive_file, archive_offset, archive_length FROM pages WHERE state IN ('stored', 'refused')")
    assert len(rows) == 12
    served = dict(line.split("\t")[:2] for line in DEMO.read_text(encoding="utf-8").splitlines() if "\t" in line and line[0] != "#")
    for url, *place in rows:
        page = read(tmp_path / "data" / "archive", Place(*place))
        assert page.body == (DEMO.parent / served[url]).read_bytes()
        assert page.url == url


def test_urls_crawls_exactly_those(crawl: Crawl, tmp_path: Path) -> None:
    wanted = [READINGS["desktop_2024_empat_halaman"]["url"] + "?page=3", READINGS["mobile_2021"]["url"]]
    listed = tmp_path / "urls.txt"
    listed.write_text("# two\n\n" + "\n".join(wanted) + "\n", encoding="utf-8")
    assert crawl("liputan6", "-a", f"urls={listed}").returncode == 0
    assert sorted(crawl.rows("SELECT story_id FROM articles")) == [("4812718",), ("5561207",)]
    assert not crawl.asked("rss")
    assert not crawl.asked("page=3")


def test_limit_takes_the_newest_and_stops(crawl: Crawl) -> None:
    assert crawl("liputan6", "-a", "limit=3").returncode == 0
    assert sorted(crawl.rows("SELECT story_id FROM articles")) == [("5561207",), ("5583914",), ("8253811",)]
    assert crawl("liputan6", "-a", "limit=100").returncode == 0
    assert crawl.rows("SELECT count(*) FROM articles") == [(10,)]


def test_one_second_between_two_requests_to_a_host(crawl: Crawl, tmp_path: Path) -> None:
    listed = tmp_path / "urls.txt"
    listed.write_text("\n".join(READINGS[stem]["url"] for stem in ("desktop_2024_pendek", "desktop_2024_bisnis", "mobile_2020")))
    assert crawl("liputan6", "-a", f"urls={listed}", hurry=False).returncode == 0
    _kept_apart(crawl, "www.liputan6.com", 4, 1.0)


def test_crawl_delay_is_kept_whatever_the_settings_say(address: str, tmp_path: Path) -> None:
    robots = recording(tmp_path, ("https://www.liputan6.com/robots.txt", "User-agent: *\nCrawl-delay: 1.5\n", "text/plain"))
    listed = tmp_path / "urls.txt"
    listed.write_text("\n".join(READINGS[stem]["url"] for stem in ("desktop_2024_pendek", "desktop_2024_bisnis", "mobile_2020")))
    with crawling(address, tmp_path, robots) as crawl:
        assert crawl("liputan6", "-a", f"urls={listed}").returncode == 0
        _kept_apart(crawl, "www.liputan6.com", 4, 1.5)


def _kept_apart(crawl: Crawl, host: str, requests: int, seconds: float) -> None:
    """Each gap where a request leaves, by our own book; where it arrives, on a busy machine late, all of them together."""
    ((smallest, allowed),) = [
        (book["smallest"], book["allowed"])
        for book in map(json.loads, crawl.kliping("manners", "--format", "jsonl").stdout.splitlines())
        if book["host"] == host
    ]
    assert allowed == seconds
    assert smallest > seconds - 0.05
    times = [request["t"] for request in crawl.web.requests() if request["url"].startswith(f"https://{host}/")]
    assert len(times) == requests
    assert times[-1] - times[0] > (requests - 1) * (seconds - 0.05)


def test_robots_that_cannot_be_read_is_no_leave_to_ask(address: str, tmp_path: Path) -> None:
    robots = recording(tmp_path, ("https://www.liputan6.com/robots.txt", "down", "text/plain|503"))
    listed = tmp_path / "urls.txt"
    listed.write_text(READINGS["desktop_2024_pendek"]["url"])
    with crawling(address, tmp_path, robots) as crawl:
        done = crawl("liputan6", "-a", f"urls={listed}")
        assert done.returncode == 3
        assert "HTTP 503 for /robots.txt" in one_line(done.stderr)
        assert not crawl.asked("/read/")


RULES = "https://www.liputan6.com/robots.txt"


@pytest.mark.parametrize(
    ("then", "barred"),
    [pytest.param("|200", True, id="other-rules"), pytest.param("|503", False, id="no-answer", marks=pytest.mark.soak)],
)
def test_a_long_run_reads_robots_again_and_keeps_the_old_rules_where_it_cannot(
    address: str, tmp_path: Path, *, then: str, barred: bool
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    told = [(RULES, f"User-agent: *\nDisallow: /{path}", f"text/plain{status}") for path, status in (("x", ""), ("", then))]
    rules = [recording(tmp_path, one) for one in told]
    with crawling(address, tmp_path, made_site(site, 24), rules[0]) as crawl:
        crawl.web.delay = 0.1
        run = crawl.start(*HURRY, "-s", "DOWNLOAD_DELAY=0.05", "-s", "KLIPING_ROBOTS_AGE=0.5")
        assert asked_at_least(crawl, run, 3)
        crawl.web.pages |= recordings(rules[1:])
        _, said = run.communicate(timeout=60)
        states = dict(crawl.rows("SELECT state, count(*) FROM pages WHERE story_id > '7' GROUP BY 1"))
        assert (sum(states.values()), "forbidden" in states) == (24, barred), said
        assert states["stored"] == 24 if not barred else states["stored"] >= 3
        assert len(crawl.asked(RULES)) > 1


@pytest.mark.parametrize("target", ["https://127.0.0.1/rahasia", "http://169.254.169.254/latest/meta-data/", "https://bola.com/x"])
def test_a_redirect_leads_only_to_the_outlets_own_hosts(address: str, tmp_path: Path, target: str) -> None:
    url = "https://www.liputan6.com/news/read/5500001/pindah"
    moved = recording(tmp_path, (url, "", "text/html|302|" + json.dumps({"Location": target})))
    listed = tmp_path / "urls.txt"
    listed.write_text(url)
    with crawling(address, tmp_path, moved) as crawl:
        crawl("liputan6", "-a", f"urls={listed}")
        assert not crawl.asked(target)
        ((state, cause),) = crawl.rows("SELECT state, cause FROM pages")
        assert state == "gone"
        assert "off limits" in cause


def test_the_pages_of_another_story_are_not_asked_for_this_one(address: str, tmp_path: Path) -> None:
    """Page two leads to another story, whose own page two is none of the first's."""
    seeds = seeds_of(tmp_path, "kabar", kabar='more = ".paging a"')
    one, other = (f"https://kabar.example/read/{number}" for number in (1, 2))
    feed = f"<rss version='2.0'><channel><item><link>{one}</link><title>Satu</title></item></channel></rss>"
    paged = PAGE + '<div class="paging"><a href="?page=2">2</a></div>'
    told = {one: {"number": 1, "title": "Satu"}, other: {"number": 2, "title": "Dua"}}
    pages = [(url, paged.format(slug="kabar", **story), "text/html") for url, story in told.items()]
    moved = (f"{one}?page=2", "", "text/html|302|" + json.dumps({"Location": other}))
    web = recording(tmp_path, ("https://kabar.example/rss", feed, "application/xml"), *pages, moved)
    with crawling(address, tmp_path, web) as crawl:
        assert crawl("kabar", KLIPING_SEEDS=str(seeds)).returncode == 0
        assert crawl.asked("/read/") == [one, f"{one}?page=2", other]
        ((partial, text),) = crawl.rows("SELECT partial, text FROM articles")
        assert partial
        assert "Kegiatan ke-1" in text
        assert "Kegiatan ke-2" not in text


def test_a_certificate_nobody_signed_is_not_trusted(crawl: Crawl, tmp_path: Path) -> None:
    Authority(tmp_path / "another.pem")
    done = crawl(SSL_CERT_FILE=str(tmp_path / "another.pem"))
    assert done.returncode == 3
    assert "could be reached (TLS: certificate verify failed)" in done.stderr
    assert not crawl.rows("SELECT * FROM articles")


@pytest.mark.parametrize("seed", range(3))
def test_kill_9_loses_and_doubles_nothing(crawl: Crawl, seed: int) -> None:
    crawl.web.delay = 0.05
    run = crawl.start("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=0")
    _wait(lambda: len(crawl.asked()) > 5 + 6 * seed)
    run.kill()
    run.communicate()
    crawl.web.delay = 0
    assert crawl().returncode == 0
    assert crawl.rows("SELECT count(*) FROM articles") == [(10,)]
    assert crawl.rows("SELECT count(*) FROM pages WHERE state IN ('stored', 'refused', 'forbidden')") == [(13,)]
    assert crawl.rows("SELECT count(*) FROM pages WHERE leased_by IS NOT NULL") == [(0,)]


def test_a_database_that_drops_every_connection_loses_nothing(crawl: Crawl) -> None:
    crawl.web.delay = 0.05
    run = crawl.start("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=0")
    while run.poll() is None:
        crawl.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'kliping'")
        time.sleep(0.3)
    _, said = run.communicate()
    assert run.returncode in (0, 6), said
    if run.returncode:
        assert crawl().returncode == 0
    assert crawl.rows("SELECT story_id, state, cause FROM pages WHERE state NOT IN ('stored', 'refused', 'forbidden')") == [], said
    assert crawl.rows("SELECT count(*) FROM articles") == [(10,)]


@pytest.mark.soak  # test_exits shows the code and test_promises that nothing is lost; this one shows both at one moment
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_exit_9_interrupted_and_the_next_run_goes_on(crawl: Crawl, how: signal.Signals) -> None:
    run = crawl.start()
    _wait(lambda: len(crawl.asked("/read/")) > 1)
    run.send_signal(how)
    _, said = run.communicate(timeout=60)
    assert run.returncode == 9
    assert "interrupted" in one_line(said)
    assert crawl().returncode == 0
    assert crawl.rows("SELECT count(*) FROM articles") == [(10,)]


def _wait(until: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.02)


def test_progress_on_a_terminal_silence_under_cron(crawl: Crawl) -> None:
    assert crawl("liputan6", "-a", "limit=1").stderr == ""
    code, shown = on_a_terminal(crawl)
    assert (code, "stored=" in shown) == (0, True)
