"""The database restarts, dies, goes for a while or stays away, the disk fills: no story is lost, and cron is told."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from crawling import Crawl, crawling
from listener import Listener, listening
from outages import FAST, a_server, asked_at_least, whole
from scrapy.utils.test import get_crawler
from site_of_many import made_site, title_of, url_of

from crawler.ending import end
from crawler.run import Run
from crawler.spiders.news import NewsSpider
from pipelines.outlets import load
from pipelines.store import cluster, embedded, engine

if TYPE_CHECKING:
    from collections.abc import Iterator

# stories and seconds without a server: short in `make test`, whole in `make soak`
SOAK = pytest.mark.soak
SIZES = [pytest.param((60, 2), id="60-stories"), pytest.param((300, 20), id="300-stories", marks=SOAK)]
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    return request.param


@pytest.fixture
def outage(tmp_path: Path, size: tuple[int, int]) -> Iterator[tuple[Crawl, Path]]:
    """A crawl with a server of its own, and where that lies."""
    site = tmp_path / "site"
    site.mkdir()
    with a_server() as (data, address), crawling(address, tmp_path, made_site(site, size[0])) as crawl:
        crawl.web.delay = 0.05
        yield crawl, data


def restart(data: Path, _: float) -> None:
    embedded.stop(data)
    embedded.start(data)


def stop_for_a_while(data: Path, seconds: float) -> None:
    embedded.stop(data)
    time.sleep(seconds)
    embedded.start(data)


def kill_9(data: Path, _: float) -> None:
    number = cluster.pid(data)
    assert number
    os.kill(number, signal.SIGKILL)
    embedded.start(data)


@pytest.mark.parametrize("how", [pytest.param(restart, marks=SOAK), stop_for_a_while, pytest.param(kill_9, marks=SOAK)])
def test_a_server_that_goes_and_comes_back_costs_no_story(outage: tuple[Crawl, Path], size: tuple[int, int], how: object) -> None:
    crawl, data = outage
    run = crawl.start(*FAST)
    assert asked_at_least(crawl, run, size[0] // 3)
    how(data, size[1])
    _, said = run.communicate(timeout=300)
    assert run.returncode in (0, 6), said
    assert "Traceback" not in said
    if run.returncode == 6:
        assert crawl("liputan6").returncode == 0
    whole(crawl, size[0])


def test_a_server_that_stays_away_is_said_so_in_time(outage: tuple[Crawl, Path], size: tuple[int, int]) -> None:
    crawl, data = outage
    with listening(Listener()) as on_call:
        run = crawl.start(*FAST, KLIPING_DB_WAIT="2", KLIPING_ALARM_WEBHOOK=on_call.url, no_proxy="127.0.0.1")
        assert asked_at_least(crawl, run, size[0] // 3)
        embedded.stop(data)
        began = time.monotonic()
        _, said = run.communicate(timeout=120)
    assert [json.loads(body)["exit_code"] for *_, body in on_call.heard] == [6]
    assert run.returncode == 6, said
    assert re.search("the database stayed away|PostgreSQL at .* is down", said.strip().splitlines()[-1])
    assert "Traceback" not in said
    assert time.monotonic() - began < 15
    embedded.start(data)
    assert crawl("liputan6").returncode == 0
    whole(crawl, size[0])


@pytest.mark.parametrize("reason", ["finished", pytest.param("shutdown", marks=pytest.mark.soak)])
def test_a_server_that_goes_as_a_run_ends_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: str) -> None:
    """A run that finished asks what is usual before anybody is told; of one that was stopped nobody is."""
    with a_server() as (data, address), listening(Listener()) as on_call:
        named = {"DATABASE_URL": address, "KLIPING_DATA": str(tmp_path), "KLIPING_DB_WAIT": "1"}
        for name, value in (named | {"KLIPING_ALARM_WEBHOOK": on_call.url, "no_proxy": "127.0.0.1"}).items():
            monkeypatch.setenv(name, value)
        crawler = get_crawler(type("Liputan6", (NewsSpider,), {"name": "liputan6", "outlet": load("liputan6")}))
        crawler.spider = crawler.spidercls()
        crawler.stats.set_value("finish_reason", reason)
        run = Run(engine.connect(), "liputan6", {})
        embedded.stop(data)
        code, line = end(crawler, run)
    assert "the database stayed away" in line
    assert (code, [json.loads(body)["line"] for *_, body in on_call.heard]) == (6, [line])


def test_our_own_server_is_started_again_by_the_crawl(tmp_path: Path, size: tuple[int, int]) -> None:
    site = tmp_path / "site"
    site.mkdir()
    with a_server() as (data, address), crawling(address, tmp_path, made_site(site, size[0])) as crawl:
        crawl.web.delay = 0.05
        del crawl.env["DATABASE_URL"]
        crawl.env["KLIPING_DATA"] = str(data.parent)
        run = crawl.start(*FAST)
        assert asked_at_least(crawl, run, size[0] // 3)
        assert crawl.kliping("db", "stop").stdout.strip() == "stopped"
        _, said = run.communicate(timeout=300)
        assert run.returncode == 0, said
        crawl.address = crawl.kliping("db", "url").stdout.strip()
        whole(crawl, size[0])


def test_an_archive_deleted_under_a_crawl_stops_it_and_costs_no_further_story(
    outage: tuple[Crawl, Path], size: tuple[int, int]
) -> None:
    crawl, _ = outage
    run = crawl.start(*FAST)
    assert asked_at_least(crawl, run, size[0] // 3)
    for path in (Path(crawl.env["KLIPING_DATA"]) / "archive").glob("*.warc.gz"):
        path.unlink()
    _, said = run.communicate(timeout=120)
    assert run.returncode == 6, said
    assert "was deleted or moved while it was being written; what was leased is due again" in said.strip().splitlines()[-1]
    assert "Traceback" not in said
    assert crawl.rows("SELECT count(*) FROM articles") < [(size[0],)]
    assert crawl("liputan6").returncode == 0
    whole(crawl, size[0])


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of 160 MB."""
    place = Path(tempfile.mkdtemp(prefix="kliping-disk-"))
    place.chmod(0o755)
    mount = ["mount", "-t", "tmpfs", "-o", "size=160m,mode=755", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        place.rmdir()
        pytest.skip("mounting a small file system is refused here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)
    place.rmdir()


def fill(disk: Path, left: int) -> Path:
    """Leave that many bytes."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        with contextlib.suppress(OSError):
            while file.write(bytes(1 << 16)):
                pass
        file.truncate(file.tell() - left)
    return ballast


@pytest.mark.parametrize("left", [pytest.param(0, id="none-left"), pytest.param(300_000, id="300-kB-left", marks=SOAK)])
@pytest.mark.parametrize("own", [pytest.param(True, id="all"), pytest.param(False, id="archive-alone", marks=SOAK)])
def test_a_full_disk_stops_the_crawl_and_costs_no_story(
    small_disk: Path, tmp_path: Path, size: tuple[int, int], left: int, own: bool
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    with a_server(small_disk if own else None) as (data, address), crawling(address, tmp_path, made_site(site, size[0])) as crawl:
        crawl.web.delay = 0.05
        crawl.env |= {"KLIPING_DATA": str(small_disk / "ours"), "KLIPING_DISK_FLOOR": "0"}
        run = crawl.start(*FAST, KLIPING_DB_WAIT="5")
        assert asked_at_least(crawl, run, size[0] // 4)
        ballast = fill(small_disk, left)
        _, said = run.communicate(timeout=120)
        ballast.unlink()
        embedded.start(data)
        assert run.returncode == 6 or (left and run.returncode == 0), (run.returncode, said)
        assert "Traceback" not in said
        assert crawl("liputan6").returncode == 0
        whole(crawl, size[0])
        if not own:
            assert crawl.rows("SELECT count(DISTINCT archive_file) FROM pages") != [(0,)]


MANY = f"""
    INSERT INTO pages (outlet, story_id, url, state, announced_at, title_announced)
    SELECT 'liputan6', (7000000 + n)::text, replace('{url_of(0)}', '7000000', (7000000 + n)::text), 'discovered',
           timestamptz '2026-11-01' - n * interval '1 minute', '{title_of(0)}'
    FROM generate_series(0, %s) AS n
    RETURNING 1
"""


def begun(address: str, folder: Path, addresses: int) -> tuple[float, int]:
    """Crawl with so many addresses in the memory: seconds until the first story is asked, kB held after a hundred."""
    folder.mkdir()
    with crawling(address, folder, made_site(folder, 300)) as crawl:
        crawl.rows(MANY % (addresses - 1))
        crawl.rows("ANALYZE pages; SELECT 1")
        began = time.time()
        run = crawl.start(*FAST)
        assert asked_at_least(crawl, run, 100)
        status = Path(f"/proc/{run.pid}/status").read_text()
        run.terminate()
        run.communicate(timeout=60)
        first = min(one["t"] for one in crawl.web.requests() if "/read/" in one["url"])
        crawl.rows("TRUNCATE pages CASCADE; SELECT 1")
    return first - began, next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("many", [20_000, pytest.param(200_000, marks=SOAK)])
def test_what_is_remembered_costs_no_memory_and_no_start(address: str, tmp_path: Path, many: int) -> None:
    _, little = begun(address, tmp_path / "few", 2_000)
    seconds, much = begun(address, tmp_path / "many", many)
    print(f"{many} addresses: first story asked after {seconds:.1f} s, {much} kB held; with 2,000 {little} kB")
    assert seconds < 5
    assert much < 1.3 * little


