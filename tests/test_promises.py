"""Nothing is lost and nothing doubled: a crawl killed, cut off, started five times or answered with errors gets every story."""

from __future__ import annotations

import random
import re
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from crawling import ROOT, Crawl, crawling, started
from outages import FAST, asked_at_least, whole
from site_of_many import made_site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from warm import Fork

    Run = subprocess.Popen[str] | Fork

# stories and interruptions: short in `make test`, whole in `make soak`
SIZES = [pytest.param((60, 4), id="60-stories"), pytest.param((300, 30), id="300-stories", marks=pytest.mark.soak)]
NAMED = r"^liputan6: liputan6 is being crawled by run (\d+) since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+ \(host \S+, pid (\d+)\)$"
WRITTEN = {
    table: f"SELECT xmin::text, * FROM {table} ORDER BY story_id" for table in ("pages", "articles", "cuts", "rejects", "revisions")
}


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    return request.param


@pytest.fixture
def crawl(address: str, tmp_path: Path, size: tuple[int, int]) -> Iterator[Crawl]:
    site = tmp_path / "site"
    site.mkdir()
    with crawling(address, tmp_path, made_site(site, size[0])) as ready:
        ready.web.delay = 0.01
        yield ready


@pytest.mark.timeout(1500)
@pytest.mark.parametrize(
    "how",
    [
        pytest.param(signal.SIGKILL, id="kill-9"),
        pytest.param(signal.SIGTERM, id="SIGTERM"),
        pytest.param(signal.SIGINT, id="Ctrl-C", marks=pytest.mark.soak),
    ],
)
def test_stopped_at_random_moments(crawl: Crawl, size: tuple[int, int], how: signal.Signals) -> None:
    stories, stops = size
    chance, in_the_middle = random.Random(20261123), 0
    for _ in range(stops):
        run = crawl.start(*FAST, "-s", "CONCURRENT_REQUESTS=4")  # one told to stop ends what is under way
        if asked_at_least(crawl, run, 1 + chance.randrange(max(2 * stories // (3 * stops) - 1, 1))):
            time.sleep(chance.random() * 0.1)
            run.send_signal(how)
            in_the_middle += 1
        _, said = run.communicate(timeout=60)
        assert run.returncode in {0, 9, -how}, said
    print(f"{in_the_middle} of {stops} runs were stopped in the middle")
    assert in_the_middle >= stops * 2 // 3
    assert crawl("liputan6").returncode == 0
    whole(crawl, stories)
    for url in crawl.asked("/read/70"):
        assert crawl.asked().count(url) <= stops + 1


@pytest.mark.timeout(900)
def test_connections_cut_every_second(crawl: Crawl, size: tuple[int, int]) -> None:
    crawl.web.delay = 0.2  # a run of several seconds
    run = crawl.start(*FAST)
    while run.poll() is None:
        crawl.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'kliping'")
        time.sleep(1)
    _, said = run.communicate()
    assert run.returncode in (0, 6), said
    if run.returncode == 6:
        assert crawl("liputan6").returncode == 0
    whole(crawl, size[0])


@pytest.mark.timeout(900)
def test_one_answer_in_ten_is_503(crawl: Crawl, size: tuple[int, int]) -> None:
    crawl.web.fault = 0.1
    for _ in range(2):
        crawl("liputan6", "-s", "KLIPING_PATIENCE=5")
    crawl.web.fault = 0
    assert crawl("liputan6", "-s", "KLIPING_PATIENCE=60").returncode == 0
    whole(crawl, size[0])


@pytest.mark.timeout(900)
def test_a_second_crawl_asks_no_story_and_writes_no_row(crawl: Crawl, size: tuple[int, int]) -> None:
    assert crawl("liputan6").returncode == 0
    before = {table: crawl.rows(query) for table, query in WRITTEN.items()}
    assert crawl("liputan6").returncode == 0
    assert {table: crawl.rows(query) for table, query in WRITTEN.items()} == before
    assert len(crawl.asked("/read/70")) == size[0]


@pytest.mark.timeout(900)
def test_two_stories_asked_twice_are_no_two_rows(crawl: Crawl, size: tuple[int, int]) -> None:
    first = crawl.start("-s", "DOWNLOAD_DELAY=0.1", "-s", "AUTOTHROTTLE_ENABLED=0")
    while not crawl.asked():
        assert first.poll() is None
        time.sleep(0.02)
    assert crawl("liputan6").returncode == 8
    first.communicate()
    assert first.returncode == 0
    whole(crawl, size[0])
    assert len(crawl.asked("/read/70")) == size[0]


def child(command: list[str], env: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@contextmanager
def five(crawl: Crawl, number: int, begin: Callable[..., Run] = started) -> Iterator[Run]:
    """Start five at once, slow enough to meet: four leave and name the run that works, which is given; none outlives the test."""
    command = crawl.command("liputan6", "-s", "DOWNLOAD_DELAY=0.1", "-s", "AUTOTHROTTLE_ENABLED=0")
    runs = [begin(command, crawl.env) for _ in range(5)]
    try:
        until = time.monotonic() + 60
        while sum(run.poll() is None for run in runs) > 1:
            assert time.monotonic() < until
            time.sleep(0.02)
        (working,) = (run for run in runs if run.poll() is None)
        left = [run for run in runs if run is not working]
        assert [run.returncode for run in left] == [8, 8, 8, 8]
        for run in left:
            named = re.match(NAMED, run.communicate()[1].strip())
            assert named
            assert named.groups() == (str(number), str(working.pid))
        yield working
    finally:
        for run in runs:
            run.kill()
            run.communicate()


@pytest.mark.timeout(900)
def test_of_five_that_start_at_once_one_works(crawl: Crawl, size: tuple[int, int]) -> None:
    with five(crawl, 1, child) as killed:
        killed.kill()  # and nobody waits for it: it stays a zombie, with its number
        with five(crawl, 2) as working:
            assert working.wait(timeout=60) == 0, working.communicate()[1]
    ended = crawl.rows("SELECT id, exit_code, ended_at IS NULL FROM runs ORDER BY id")
    assert ended == [(1, None, False), (2, 0, False)], "the killed one is known to be over, and how is not"
    whole(crawl, size[0])


@pytest.mark.timeout(900)
def test_two_outlets_may_share_every_address(crawl: Crawl, size: tuple[int, int], tmp_path: Path) -> None:
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    shutil.copy(tmp_path / "seeds" / "liputan6.toml", tmp_path / "seeds" / "kembaran.toml")
    env = crawl.env | {"KLIPING_SEEDS": str(tmp_path / "seeds")}
    runs = [started(crawl.command(outlet, *FAST), env) for outlet in ("liputan6", "kembaran")]
    told = [run.communicate(timeout=300)[1] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], told
    held = crawl.rows("SELECT outlet, count(*) FROM articles GROUP BY 1 ORDER BY 1")
    assert held == [("kembaran", size[0]), ("liputan6", size[0])]
