"""The exit codes that cron reads, of ``scrapy crawl`` and of ``kliping``: one line on standard error, the README's code."""

from __future__ import annotations

import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from itertools import product
from typing import TYPE_CHECKING

import psycopg2
import pytest
from crawling import ROOT, Crawl, crawling, planted, recording, started
from listener import Listener, listening
from small_outlets import seeds_of
from test_crawl import READINGS

from pipelines.nouns import Exit
from pipelines.store import runs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine
    from warm import Fork

SHORT = READINGS["desktop_2024_pendek"]["url"]
EMPTY_FEED = ("https://feed.liputan6.com/rss", "<rss><channel></channel></rss>", "application/xml")
EMPTY_SITEMAP = ("https://www.liputan6.com/sitemap.xml", "<urlset></urlset>", "application/xml")
MAPS = "https://peta.example/sitemap.xml"
EMPTY_INDEX = tuple(
    (f"https://www.liputan6.com/indeks/{{{day}}}?page={page}", "<html></html>", "text/html")
    for day in ("today", "yesterday")
    for page in (1, 2)
)


@pytest.fixture
def crawl(address: str, tmp_path: Path) -> Iterator[Crawl]:
    with crawling(address, tmp_path) as ready:
        yield ready


def said(done: subprocess.CompletedProcess[str], code: Exit) -> str:
    assert done.returncode == code, (done.returncode, done.stderr)
    assert "Traceback" not in done.stderr
    return done.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("kompaz",), "no outlet named 'kompaz'"),
        ((), "name one outlet"),
        (("liputan6", "-a", "urls=/no/such/file"), "/no/such/file: No such file"),
        (("liputan6", "-a", "limit=viele"), "limit=viele: needs a whole number"),
        (("liputan6", "-a", "limit=²"), "limit=²: needs a whole number"),
        (("liputan6", "-a", "sinc=2021"), "-a sinc: unknown"),
        (("liputan6", "-a", "again=1"), "-a again: goes with -a urls"),
        (("liputan6", "-a", "urls=/dev/null", "-a", "again=ya"), "-a again=ya: needs 1"),
        (("liputan6", "-a", "limit"), "use -a NAME=VALUE"),
        (("liputan6", "-s", "LOG_LEVEL"), "use -s NAME=VALUE"),
        (("liputan6", "--limit=3"), "liputan6: --limit=3: unknown option"),
        (("liputan6", "-s", "LOG_LEVEL=laut"), "liputan6: LOG_LEVEL=laut: needs DEBUG, INFO"),
        (("liputan6", "-L", "laut"), "LOG_LEVEL=laut: needs DEBUG, INFO"),
        (("liputan6", "-s", "LOG_FORMAT=%"), "liputan6: LOG_FORMAT=%: "),
        (("liputan6", "-s", "LOG_ENCODING=utf-99"), "liputan6: LOG_ENCODING=utf-99: unknown encoding"),
        (("liputan6", "-s", "DOWNLOAD_DELAY=abc"), "liputan6: -s DOWNLOAD_DELAY=abc: needs a number"),
        (("liputan6", "-s", "DOWNLOAD_TIMEOUT=-1"), "liputan6: -s DOWNLOAD_TIMEOUT=-1: needs a number from 0 on"),
        (("liputan6", "-s", "CONCURRENT_REQUESTS=1.5"), "liputan6: -s CONCURRENT_REQUESTS=1.5: needs a whole number"),
        (("liputan6", "-s", "TWISTED_REACTOR=x"), "liputan6: -s TWISTED_REACTOR=x: names no class: Error loading object 'x'"),
        (("liputan6", "-s", "SCHEDULER=no.such.Class"), "-s SCHEDULER=no.such.Class: names no class: No module named 'no'"),
        (("liputan6", "-s", "ROBOTSTXT_OBEY=ya"), "liputan6: -s ROBOTSTXT_OBEY=ya: needs True or False"),
        (("liputan6", "--logfile", "/no/such/file"), "LOG_FILE=/no/such/file: No such file"),
        (("liputan6", "--pidfile", "/no/such/file"), "No such file or directory: '/no/such/file'"),
    ],
)
def test_exit_2_arguments(crawl: Crawl, arguments: tuple[str, ...], expected: str) -> None:
    done = crawl.run(crawl.command(*arguments))
    assert expected in said(done, Exit.USAGE)
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "words",
    [("scrapy", "crawl", "kompaz"), pytest.param(("scrapy", "list"), marks=pytest.mark.soak), ("pipelines.cli.main", "show", "1")],
)
def test_a_fork_of_the_warm_process_does_what_a_start_does(crawl: Crawl, words: tuple[str, ...]) -> None:
    warm, cold = (crawl.run([sys.executable, *more, "-m", *words]) for more in ((), ("-u",)))
    assert (warm.returncode, warm.stdout, warm.stderr) == (cold.returncode, cold.stdout, cold.stderr)


def test_exit_2_an_address_that_is_no_story_is_named_by_its_line(crawl: Crawl, tmp_path: Path) -> None:
    listed = tmp_path / "urls.txt"
    listed.write_text(f"{SHORT}\nhttps://www.kompas.com/read/1\n")
    assert "urls.txt:2: https://www.kompas.com/read/1 is no story" in said(crawl("liputan6", "-a", f"urls={listed}"), Exit.USAGE)
    assert crawl.rows("SELECT * FROM pages") == []


def test_a_list_that_an_editor_marked_as_utf_8_is_read(crawl: Crawl, tmp_path: Path) -> None:
    listed = tmp_path / "urls.txt"
    listed.write_text(SHORT, encoding="utf-8-sig")
    done = crawl("liputan6", "-a", f"urls={listed}")
    assert (done.returncode, done.stderr) == (Exit.DONE, "")


def test_exit_2_a_list_without_an_address(crawl: Crawl, tmp_path: Path) -> None:
    listed = tmp_path / "urls.txt"
    listed.write_text("# nothing yet\n\n")
    assert "urls.txt: names no address" in said(crawl("liputan6", "-a", f"urls={listed}"), Exit.USAGE)


def test_exit_2_a_broken_seed_is_named_by_file_and_key(crawl: Crawl, tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "common.toml").write_text("")
    (seeds / "liputan6.toml").write_text('name = "x"\nhosts = ["x.id"]\nstory = "/(?P<id>\\\\d+)"\nbodi = "p"\n')
    assert "liputan6.toml: bodi: unknown key" in said(crawl(KLIPING_SEEDS=str(seeds)), Exit.USAGE)


def test_exit_2_a_contact_that_could_not_stand_in_a_header(crawl: Crawl) -> None:
    assert "KLIPING_CONTACT" in said(crawl(KLIPING_CONTACT="a\nb"), Exit.USAGE)
    assert crawl.asked() == []


def test_exit_3_unreachable(crawl: Crawl) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    done = crawl("liputan6", "-L", "ERROR", http_proxy=nobody, https_proxy=nobody)
    line = said(done, Exit.UNREACHABLE)
    assert "none of its doors could be reached" in line
    assert line.endswith("; `make demo` needs no network")
    assert len(done.stderr.strip().splitlines()) == 1
    later = crawl("liputan6", "-L", "ERROR", http_proxy=nobody, https_proxy=nobody)
    assert "make demo" not in said(later, Exit.UNREACHABLE), "whoever is on call knows it"


def test_a_server_that_fails_the_first_run_is_no_network_that_is_missing(address: str, tmp_path: Path) -> None:
    failing = ("https://kabar.example/rss", "", "text/html|500")
    with crawling(address, tmp_path, recording(tmp_path, failing)) as crawl:
        assert "make demo" not in said(crawl("kabar", KLIPING_SEEDS=str(seeds_of(tmp_path, "kabar"))), Exit.UNREACHABLE)


def test_exit_3_a_sitemap_all_of_whose_sitemaps_fail(address: str, tmp_path: Path) -> None:
    seeds = seeds_of(tmp_path, "peta")
    seed = seeds / "peta.toml"
    seed.write_text(seed.read_text(encoding="utf-8").replace('feed = "https://peta.example/rss"', f'sitemap = "{MAPS}"'))
    named = [f"https://peta.example/{name}.xml" for name in "bc"]
    maps = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in named)
    top = (MAPS, f"<sitemapindex>{maps}</sitemapindex>", "application/xml")
    for status, code in {500: Exit.UNREACHABLE, 403: Exit.NOT_PERMITTED, 404: Exit.NO_STORIES}.items():
        with crawling(address, tmp_path, recording(tmp_path, top, *((url, "", f"text/html|{status}") for url in named))) as crawl:
            said(crawl("peta", KLIPING_SEEDS=str(seeds)), code)


def test_exit_4_doors_that_announce_nothing(address: str, tmp_path: Path) -> None:
    with crawling(address, tmp_path, recording(tmp_path, EMPTY_FEED, EMPTY_SITEMAP, *EMPTY_INDEX)) as crawl:
        assert "announced no story" in said(crawl(), Exit.NO_STORIES)


def test_exit_5_a_changed_layout(address: str, tmp_path: Path) -> None:
    new = "<html><h1>Judul</h1><article>Isi baru.</article></html>"
    changed = [(reading["url"], new, "text/html") for reading in READINGS.values()]
    with crawling(address, tmp_path, recording(tmp_path, *changed)) as crawl:
        assert "has the layout changed?" in said(crawl(), Exit.ALARM)
        assert "no known layout" in crawl.kliping("refusals").stdout


def test_exit_6_no_database(crawl: Crawl) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line = said(crawl(DATABASE_URL=f"postgresql://saya:rahasia@127.0.0.1:{port}/x"), Exit.DATABASE)
    assert "is down" in line
    assert "rahasia" not in line
    assert crawl.asked() == []


def test_exit_7_a_schema_that_is_not_ours(crawl: Crawl) -> None:
    _sql(crawl.address, "UPDATE alembic_version SET version_num = '9999'")
    assert "upgrade Kliping" in said(crawl(), Exit.SCHEMA)
    _sql(crawl.address, "DROP TABLE alembic_version")
    assert "kliping db upgrade" in said(crawl(), Exit.SCHEMA)
    assert crawl.asked() == []


def test_exit_8_one_run_an_outlet(crawl: Crawl) -> None:
    first = crawl.start()
    try:
        while not crawl.asked():
            assert first.poll() is None
            time.sleep(0.02)
        line = said(crawl(), Exit.LOCKED)
        assert "is being crawled by run 1 since" in line
        assert f"pid {first.pid}" in line
    finally:
        first.kill()
        first.communicate()
    assert crawl().returncode == Exit.DONE, "a dead holder must not bar the next run"


def test_exit_10_permission_is_asked_for(address: str, tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    for path in (ROOT / "seeds").glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        asking = text.replace('name   = "Liputan6"', 'name = "Liputan6"\npermission = "ask"')
        (seeds / path.name).write_text(asking, encoding="utf-8")
    with crawling(address, tmp_path) as crawl:
        assert "KLIPING_PERMIT=liputan6" in said(crawl(KLIPING_SEEDS=str(seeds)), Exit.NOT_PERMITTED)
        assert crawl.asked() == []
        assert crawl(KLIPING_SEEDS=str(seeds), KLIPING_PERMIT="x,liputan6").returncode == Exit.DONE


def test_exit_10_robots_bars_every_door(address: str, tmp_path: Path) -> None:
    hosts = ("www", "feed")
    rules = "User-agent: Kliping\nDisallow: /\n"
    barred = [(f"https://{host}.liputan6.com/robots.txt", rules, "text/plain") for host in hosts]
    with crawling(address, tmp_path, recording(tmp_path, *barred)) as crawl:
        assert "forbids us every door" in said(crawl(), Exit.NOT_PERMITTED)
        assert {url.rpartition("/")[2] for url in crawl.asked()} == {"robots.txt"}


def test_a_door_that_fails_among_barred_ones_is_no_ban(address: str, tmp_path: Path) -> None:
    """It may be back in a minute; who reads the line need ask nobody for leave."""
    seeds = seeds_of(tmp_path, "kabar")
    seed = seeds / "kabar.toml"
    index = '{ index = "https://kabar.example/indeks?page={page}", items = "li" }, { feed'
    seed.write_text(seed.read_text(encoding="utf-8").replace("{ feed", index), encoding="utf-8")
    barred = ("https://kabar.example/indeks?page=1", "", "text/html|403")
    failing = ("https://kabar.example/rss", "", "text/html|500")
    with crawling(address, tmp_path, recording(tmp_path, barred, failing)) as crawl:
        done = crawl("kabar", KLIPING_SEEDS=str(seeds))
    *doors, line = done.stderr.splitlines()
    told = "kabar: none of its doors could be reached: it forbids us 1 of 2, others failed (HTTP 500)"
    assert (done.returncode, line) == (Exit.UNREACHABLE, told)
    assert len(doors) == 2


def test_kliping_gives_the_same_codes(crawl: Crawl, database: Engine, tmp_path: Path) -> None:
    assert crawl.kliping("crawl", "kompaz").returncode == Exit.USAGE
    assert crawl.kliping("show", "1").returncode == Exit.USAGE
    assert "no story '1'" in crawl.kliping("show", "1").stderr
    assert crawl.kliping("list", DATABASE_URL="mysql://x/y").returncode == Exit.USAGE
    assert crawl.kliping("crawl", "liputan6", DATABASE_URL="mysql://x/y").returncode == Exit.USAGE
    assert crawl.kliping("list", "--limit", "-3").returncode == Exit.USAGE
    with database.connect() as other:
        other.detach()  # the lock goes with it
        assert runs.lock(other, "liputan6") is None
        assert crawl.kliping("crawl", "liputan6").returncode == Exit.LOCKED
    nobody = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    assert crawl.kliping("crawl", "liputan6", **nobody).returncode == Exit.UNREACHABLE
    seeds = seeds_of(tmp_path, "tanya", tanya='permission = "ask"')
    assert crawl.kliping("crawl", "tanya", KLIPING_SEEDS=str(seeds)).returncode == Exit.NOT_PERMITTED
    _sql(crawl.address, "UPDATE alembic_version SET version_num = '9999'")
    assert crawl.kliping("crawl", "liputan6").returncode == Exit.SCHEMA


def test_exit_0_also_with_nothing_new(crawl: Crawl) -> None:
    for _ in range(2):
        done = crawl()
        assert (done.returncode, done.stdout) == (Exit.DONE, "")


def amid_its_stories(crawl: Crawl, command: list[str]) -> subprocess.Popen[str] | Fork:
    """A crawl that has asked for its first story."""
    child = started(command, crawl.env)
    while not crawl.asked("/read/"):
        assert child.poll() is None
        time.sleep(0.1)
    return child


INTERRUPT = "import os, signal; os.kill(os.getpid(), signal.SIGINT)"
PROGRAMS = {"scrapy": "scrapy", "kliping": "pipelines.cli.main"}


@pytest.mark.parametrize("program", ["kliping", pytest.param("scrapy", marks=pytest.mark.soak)])
def test_a_terminal_that_is_closed_ends_a_crawl_well(crawl: Crawl, program: str) -> None:
    deaf_no_more = ["env", "--default-signal=HUP"]  # a test run below nohup hands its own deafness on
    child = amid_its_stories(crawl, [*deaf_no_more, sys.executable, "-m", PROGRAMS[program], "crawl", "liputan6"])
    for _ in range(2):  # by the shell and by the terminal
        child.send_signal(signal.SIGHUP)
        time.sleep(0.1)
    _, told = child.communicate(timeout=90)
    assert (child.returncode, crawl.rows("SELECT exit_code FROM runs")) == (Exit.INTERRUPTED, [(Exit.INTERRUPTED,)]), told
    assert "interrupted (shutdown); the next run goes on from here" in told.strip().splitlines()[-1]


@pytest.mark.soak
def test_sigint_to_kliping_crawl_alone_ends_its_crawl_well(crawl: Crawl) -> None:
    child = amid_its_stories(crawl, ["env", "--default-signal=INT", sys.executable, "-m", PROGRAMS["kliping"], "crawl", "liputan6"])
    child.send_signal(signal.SIGINT)  # as a supervisor sends it; a terminal sends it to the crawl too
    _, told = child.communicate(timeout=60)
    assert (child.returncode, crawl.rows("SELECT exit_code FROM runs")) == (Exit.INTERRUPTED, [(Exit.INTERRUPTED,)]), told


@pytest.mark.soak
def test_kill_9_of_kliping_crawl_ends_its_crawl_well(crawl: Crawl) -> None:
    child = amid_its_stories(crawl, [sys.executable, "-m", "pipelines.cli.main", "crawl", "liputan6"])
    child.kill()
    child.communicate()
    end = time.monotonic() + 60
    while crawl.rows("SELECT exit_code FROM runs") != [(Exit.INTERRUPTED,)]:
        assert time.monotonic() < end
        time.sleep(0.1)
    assert crawl().returncode == Exit.DONE


def test_who_stops_a_crawl_does_not_wait_for_its_crawl_delay(address: str, tmp_path: Path) -> None:
    """What waits for its turn is let go; it costs no try, and the next run asks for it."""
    slow = recording(tmp_path, ("https://www.liputan6.com/robots.txt", "User-agent: *\nCrawl-delay: 100\n", "text/plain"))
    with crawling(address, tmp_path, slow) as crawl:
        child = crawl.start()
        while not crawl.rows("SELECT FROM pages WHERE leased_by IS NOT NULL"):
            assert child.poll() is None
            time.sleep(0.1)
        child.terminate()
        _, told = child.communicate(timeout=30)
        assert child.returncode == Exit.INTERRUPTED, told
        assert crawl.rows("SELECT DISTINCT state, tries, leased_by FROM pages") == [("discovered", 0, None)]


@pytest.mark.parametrize("program", PROGRAMS)
def test_exit_9_interrupted_and_the_next_run_goes_on(crawl: Crawl, program: str) -> None:
    child = amid_its_stories(crawl, [sys.executable, "-m", PROGRAMS[program], "crawl", "liputan6"])
    child.terminate()
    _, told = child.communicate(timeout=90)
    assert child.returncode == Exit.INTERRUPTED, told
    assert "interrupted (shutdown); the next run goes on from here" in told.strip().splitlines()[-1]
    assert crawl.rows("SELECT exit_code FROM runs") == [(Exit.INTERRUPTED,)]
    assert crawl().returncode == Exit.DONE
    assert crawl.rows("SELECT count(*) FROM pages WHERE state IN ('discovered', 'fetched')") == [(0,)]


@pytest.mark.parametrize("module", ["pipelines.clean", "pipelines.cli.mistake", "pipelines.cli.health", "pipelines.store.schema"])
def test_ctrl_c_amid_the_imports_is_exit_9(crawl: Crawl, tmp_path: Path, module: str) -> None:
    """Of the package, of the command line, of the verb, of what the verb needs."""
    spoilt = planted(tmp_path, module, INTERRUPT)
    hearing = ["env", "--default-signal=INT"]  # behind a shell's & nobody hears it
    done = crawl.run([*hearing, sys.executable, "-m", "kliping", "health"], **spoilt)
    assert (done.returncode, done.stdout, done.stderr) == (Exit.INTERRUPTED, "", "")


@pytest.mark.parametrize("module", ["crawler.guard", "crawler.commands.crawl", "pipelines.store.schema"])
def test_ctrl_c_before_a_crawl_listens_is_exit_9(crawl: Crawl, tmp_path: Path, module: str) -> None:
    """Amid the settings, the commands, what a command needs."""
    spoilt = planted(tmp_path, module, INTERRUPT)
    done = crawl.run(["env", "--default-signal=INT", *crawl.command("liputan6")], **spoilt)
    assert (done.returncode, done.stdout, done.stderr) == (Exit.INTERRUPTED, "", "")


def test_ctrl_c_before_kliping_crawls_own_crawl_listens_is_exit_9(crawl: Crawl, tmp_path: Path) -> None:
    """Amid Scrapy's imports too. Off a terminal the crawl alone hears it."""
    spoilt = planted(tmp_path, "twisted.internet.asyncioreactor", INTERRUPT)
    done = crawl.run(["env", "--default-signal=INT", sys.executable, "-m", "kliping", "crawl", "liputan6"], **spoilt)
    assert (done.returncode, done.stdout, done.stderr) == (Exit.INTERRUPTED, "", "")


def test_the_readmes_table_has_every_code() -> None:
    table = re.findall(r"^\| (\d+) \| ", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert [int(code) for code in table] == sorted(Exit)


def _sql(address: str, statement: str) -> None:
    link = psycopg2.connect(address)
    with link, link.cursor() as cursor:
        cursor.execute(statement)
    link.close()


def shell(crawl: Crawl, command: str) -> subprocess.CompletedProcess[str]:
    """Run ``kliping`` as a shell does, or by one; of a pipe the first program tells. A comment is its environment."""
    words, _, more = command.partition(" # ")
    if not set(words) & set("|<>$"):
        return crawl.kliping(*shlex.split(words), **dict(one.split("=", 1) for one in more.split()))
    line = f"set -o pipefail; {sys.executable} -m pipelines.cli.main {words}"
    return subprocess.run(["bash", "-c", line], cwd=ROOT, env=crawl.env, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    ("command", "code", "told"),
    [
        ("outlets | true", 0, ""),
        ("--version | true", 0, ""),
        ("list >&-", 0, ""),
        ("outlets > /dev/full", 2, "standard output: No space left on device"),
        ("list --limit 0", 2, "'0' is no whole number from 1 on"),
        ("list --outlet kompaz", 2, "no outlet named 'kompaz'"),
        ("search x --until 9999-12-31", 2, "'9999-12-31' is no day as"),
        ("stats --until 0001-01-01", 0, ""),
        ("show x --as-of 0001-01-01T00:00", 2, "'0001-01-01T00:00' is no day as"),
        ("show x --as-of 9999-12-31T23:59-10:00", 2, "'9999-12-31T23:59-10:00' is no day as"),
        ("crawl liputan6 -s X=1 # KLIPING_LOG=x KLIPING_LOG_SIZE=inf", 2, "KLIPING_LOG_SIZE=inf: needs a number above 0"),
        ("health --html ''", 2, "'.' names no file"),
        ("show $'\\xff'", 2, "is no UTF-8 text"),
        ("export --outlet kompaz", 2, "no outlet named 'kompaz'"),
        ("archive prune --older-than 9999y", 2, "nothing is that old"),
        ("reclean --warc x.warc.gz", 2, "--warc goes with --to"),
        ("reclean --apply --to parquet x", 2, "give one of them"),
        ("watch add cabai --to rss:/tmp", 2, "/tmp: is a folder; name the file"),
        ("list # KLIPING_DATA=/nope\udcff", 2, "is no UTF-8 text"),
        ("db grant-reader pembaca <&-", 2, "no password given"),
        ("reclean --scheduler foo", 2, "needs an address as tcp://"),
        ("read --url http://orang:rahasia@www.liputan6.com/x/read/1/x", 2, "leave the user and the password out"),
        ("crawl liputan6 -s X=1 # SSL_CERT_FILE=/nope", 2, "SSL_CERT_FILE: /nope: is no file"),
        ("crawl liputan6 -s X=1 # SSL_CERT_FILE=/bin/sh", 2, "SSL_CERT_FILE: /bin/sh: holds no certificates"),
        (f"crawl liputan6 -s X=1 # SSL_CERT_FILE=/{'x' * 300}", 2, "File name too long"),
        ("crawl liputan6 -s X=1 # https_proxy=garbage", 2, "https_proxy: needs an address as http://"),
        ("crawl liputan6 -s X=1 # https_proxy=http://127.0.0.1:3l28", 2, "https_proxy: needs an address as http://"),
        ("crawl liputan6 -s X=1 # https_proxy=http://127.0.0.1:99999", 2, "https_proxy: needs an address as http://"),
        ("crawl liputan6 -s X=1 # https_proxy=socks5://127.0.0.1:1080", 2, "https_proxy: needs an address as http://"),
        ("list # DATABASE_URL=postgresql://127.0.0.1:5f32/x", 2, "DATABASE_URL: '5f32' is no port"),
        ("crawl yahoo-id", 2, "yahoo-id has no doors"),
        ("crawl liputan6 -s 'SPIDER_MIDDLEWARES_BASE={\"no.such\":1}'", 5, "our crawler broke: ModuleNotFoundError"),
    ],
)
def test_a_mistake_is_a_line_and_no_traceback(crawl: Crawl, command: str, code: int, told: str) -> None:
    done = shell(crawl, command)
    assert (done.returncode, "Traceback" in done.stderr, "rahasia" in done.stderr) == (code, False, False), done.stderr
    assert told in done.stderr


def test_an_outlet_that_must_be_asked_is_not_read_from_the_web_either(crawl: Crawl, tmp_path: Path) -> None:
    seeds = seeds_of(tmp_path, "tanya", tanya='permission = "ask"')
    done = crawl.kliping("read", "--url", "https://tanya.example/read/1", KLIPING_SEEDS=str(seeds))
    assert (done.returncode, "set KLIPING_PERMIT=tanya" in done.stderr, crawl.asked("tanya")) == (Exit.NOT_PERMITTED, True, [])


def test_nor_is_a_part_of_its_house_by_a_seed_of_its_own(crawl: Crawl, tmp_path: Path) -> None:
    crawl.env["KLIPING_SEEDS"] = str(seeds_of(tmp_path, "tanya", tanya='permission = "ask"'))
    done = crawl.kliping("outlet", "new", "kota.tanya.example", "https://kota.tanya.example/read/1", "--slug", "kota")
    assert (done.returncode, "set KLIPING_PERMIT=tanya" in done.stderr, crawl.asked("tanya")) == (Exit.NOT_PERMITTED, True, [])


@pytest.mark.parametrize("spoilt", [{"KLIPING_CONTACT": "a\nb"}, {"SSL_CERT_FILE": "/nope"}, {"https_proxy": "http://u:RAHASIA7@h:P"}])
def test_a_page_from_the_web_needs_what_a_crawl_needs(crawl: Crawl, spoilt: dict[str, str]) -> None:
    done = crawl.kliping("read", "--url", "https://www.liputan6.com/news/read/123456/x", **spoilt)
    assert next(iter(spoilt)) in done.stderr
    assert ("RAHASIA" in done.stderr, "Traceback" in done.stderr, crawl.asked()) == (False, False, [])


def test_one_story_that_robots_bars_is_no_alarm_where_the_doors_are_open(crawl: Crawl) -> None:
    assert crawl().returncode == Exit.DONE
    assert "2 due again" in crawl.kliping("missing", "liputan6", "--retry").stdout
    assert (crawl().returncode, crawl.rows("SELECT counts->>'barred' FROM runs ORDER BY id")) == (Exit.DONE, [("1",), ("1",)])


RUN, HEALTH = "pipelines.cli.main run liputan6 -v", "pipelines.cli.main health"


def deaf() -> Iterator[pytest.ParameterSet]:
    """Give each program and each way of not listening; the short form has each of the programs and two of the ways."""
    short = {("scrapy crawl liputan6", "2>&1 | true"), (RUN, "<&- >&- 2>&-"), (HEALTH, "2>&1 | true")}
    for case in product(("scrapy crawl liputan6", RUN, HEALTH), ("<&- >&- 2>&-", "2>&1 | true", "2>&-", "2> /dev/full")):
        yield pytest.param(*case, marks=[] if case in short else [pytest.mark.soak])


@pytest.mark.parametrize(("program", "ends"), list(deaf()))
def test_no_code_hangs_on_who_listens(crawl: Crawl, program: str, ends: str) -> None:
    crawl.env |= {"https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}  # nobody listens there either
    if program.endswith("health"):
        assert crawl().returncode == Exit.UNREACHABLE
    line = f"set -o pipefail; {sys.executable} -m {program} {ends}"
    done = subprocess.run(["bash", "-c", line], cwd=ROOT, env=crawl.env, stdout=subprocess.DEVNULL, timeout=60, check=False)
    assert done.returncode == (Exit.ALARM if program.endswith("health") else Exit.UNREACHABLE)


def test_a_dead_mans_switch_is_told_though_nobody_hears_the_line(crawl: Crawl, tmp_path: Path) -> None:
    seeds = str(seeds_of(tmp_path, "tanya", tanya='permission = "ask"'))
    with listening(Listener()) as phone:
        command = " ".join([*crawl.command("tanya"), "2>", "/dev/full"])
        env = crawl.env | {"KLIPING_PING_URL": phone.url, "no_proxy": "127.0.0.1", "KLIPING_SEEDS": seeds}
        assert subprocess.run(["bash", "-c", command], cwd=ROOT, env=env, check=False).returncode == Exit.NOT_PERMITTED
        assert [path for path, _, _ in phone.heard] == ["/fail"]
