"""``kliping worker``: two share the due outlets through one database; when one is killed, the other crawls them all."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from crawling import ROOT
from outages import a_server
from sqlalchemy import text
from test_run import newsrooms
from test_schema import fill
from test_upkeep import held, kliping

from pipelines.nouns import Exit
from pipelines.store import embedded

if TYPE_CHECKING:
    from pathlib import Path

    from crawling import Crawl
    from sqlalchemy import Engine

QUICK = ("--look", "1", "--dead", "3", "--no-after")


def started(crawl: Crawl, *arguments: str) -> subprocess.Popen[str]:
    deaf_no_more = ["env", "--default-signal=HUP"]  # a test run below nohup hands its own deafness on
    command = [*deaf_no_more, sys.executable, "-m", "pipelines.cli.main", "worker", *QUICK, *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=crawl.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def until(crawl: Crawl, query: str, expected: object, patience: float = 90) -> None:
    end = time.monotonic() + patience
    while crawl.rows(query) != [(expected,)]:
        assert time.monotonic() < end, (query, crawl.rows(query))
        time.sleep(0.2)


def test_two_workers_one_killed_and_every_due_outlet_is_crawled(address: str, tmp_path: Path) -> None:
    slugs = ("pagi", "siang", "sore", "malam")
    with newsrooms(address, tmp_path, *slugs, stories=3) as crawl:
        for slug in slugs:
            seed = tmp_path / "seeds" / f"{slug}.toml"
            seed.write_text(seed.read_text().replace("delay = 0", "delay = 1"))
        workers = [started(crawl, "--jobs", "1") for _ in range(2)]
        try:
            until(crawl, "SELECT count(*) FROM runs WHERE ended_at IS NULL", 2)
            workers[0].kill()
            until(crawl, "SELECT count(DISTINCT outlet) FROM runs WHERE exit_code = 0", len(slugs))
            stories = crawl.rows("SELECT outlet, count(*) FROM articles GROUP BY 1 ORDER BY 1")
            assert stories == [(slug, 3) for slug in sorted(slugs)]
            assert crawl.rows("SELECT count(*) FROM pages WHERE leased_by IS NOT NULL") == [(0,)]
            until(crawl, "SELECT count(*) FROM procrastinate.procrastinate_jobs WHERE queue_name = 'crawls'", 0)
            workers[1].send_signal(signal.SIGTERM)
            out, said = workers[1].communicate(timeout=60)
            assert (workers[1].returncode, out, said) == (Exit.DONE, "", "")
        finally:
            for one in workers:
                one.kill()
                one.communicate()
        runs = crawl.rows("SELECT outlet, count(*) FROM runs WHERE exit_code = 0 GROUP BY 1")
        assert {count for _, count in runs} == {1}, "nobody is crawled twice within his 20 minutes"


@pytest.mark.soak
def test_a_seed_written_while_it_works_counts_at_the_next_look(address: str, tmp_path: Path) -> None:
    with newsrooms(address, tmp_path, "pagi") as crawl:
        seed = tmp_path / "seeds" / "pagi.toml"
        right = seed.read_text()
        seed.write_text(right.replace("[fields]", 'permission = "forbidden"\n[fields]'))
        worker = started(crawl, "--verbose")
        try:
            assert worker.stderr
            assert any(line.startswith("pagi: skipped, permission = 'forbidden'") for line in worker.stderr)
            seed.write_text(right)
            until(crawl, "SELECT count(*) FROM runs WHERE exit_code = 0", 1)
            assert crawl.rows("SELECT count(*) FROM articles") == [(2,)]
        finally:
            worker.kill()
            worker.communicate()


@pytest.mark.soak
def test_a_server_that_comes_back_is_worked_with_and_one_that_stays_away_ends_it(tmp_path: Path) -> None:
    with a_server() as (data, address), newsrooms(address, tmp_path, "pagi", "sore") as crawl:
        late = tmp_path / "seeds" / "sore.toml"
        right = late.read_text()
        late.write_text(right.replace("[fields]", 'permission = "forbidden"\n[fields]'))
        crawl.env["KLIPING_DB_WAIT"] = "8"
        worker = started(crawl)
        until(crawl, "SELECT count(*) FROM runs WHERE exit_code = 0", 1)
        embedded.stop(data)
        time.sleep(3)
        embedded.start(data)
        late.write_text(right)
        until(crawl, "SELECT count(*) FROM articles WHERE outlet = 'sore'", 2)
        embedded.stop(data)
        _, said = worker.communicate(timeout=120)
        assert worker.returncode == Exit.DATABASE
        assert said.splitlines()[-1].startswith("kliping worker: database: "), said
        assert "Traceback" not in said


@pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGHUP], ids=str)
@pytest.mark.soak
def test_what_asks_for_an_end_ends_a_crawl_well_and_it_is_due_at_once(address: str, tmp_path: Path, which: signal.Signals) -> None:
    with newsrooms(address, tmp_path, "pagi", stories=30) as crawl:
        seed = tmp_path / "seeds" / "pagi.toml"
        seed.write_text(seed.read_text().replace("delay = 0", "delay = 1"))
        worker = started(crawl)
        until(crawl, "SELECT count(*) > 0 FROM articles", True)
        worker.send_signal(which)
        _, said = worker.communicate(timeout=60)
        assert worker.returncode == Exit.DONE
        assert said.startswith("pagi: exit 9, interrupted")
        assert crawl.rows("SELECT exit_code FROM runs") == [(Exit.INTERRUPTED,)]


def test_the_queue_leaves_our_schema_alone(address: str, database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(database)
    before = held(database)
    monkeypatch.setenv("DATABASE_URL", address)
    from pipelines.store import queue

    for _ in range(2):
        queue.open_queue(1)
    assert held(database) == before
    for verb in (("db", "check"), ("db", "downgrade", "base", "--yes"), ("db", "upgrade"), ("db", "check")):
        assert kliping(*verb, DATABASE_URL=address).returncode == Exit.DONE
    with database.begin() as connection:
        connection.execute(text("COMMENT ON SCHEMA procrastinate IS 'procrastinate 0.1'"))
    done = kliping("worker", DATABASE_URL=address)
    assert done.returncode == Exit.DATABASE
    assert "installed by procrastinate 0.1" in done.stderr


def test_without_the_extra_one_line(address: str, tmp_path: Path) -> None:
    blind = "import importlib.util as u; was = u.find_spec; u.find_spec = lambda of: of != 'procrastinate' and was(of) or None"
    (tmp_path / "sitecustomize.py").write_text(blind)
    done = kliping("worker", DATABASE_URL=address, PYTHONPATH=str(tmp_path))
    assert (done.returncode, done.stderr) == (
        Exit.USAGE,
        "kliping worker: kliping worker needs procrastinate: pip install 'kliping[worker]'\n",
    )


def test_a_number_that_cannot_be(address: str) -> None:
    for wrong in (("--look", "61"), ("--jobs", "0"), ("--dead", "0")):
        assert kliping("worker", *wrong, DATABASE_URL=address).returncode == Exit.USAGE
