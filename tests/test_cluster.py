"""Beyond one machine: the same reading as a Dask job, a worker of it killed in mid-job, with the same result as one process."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest
from crawling import ROOT, Crawl, crawling
from site_of_many import made_site
from test_promises import FAST

from pipelines.archive.reader import files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STORIES = 120


@contextmanager
def cluster(crawl: Crawl, folder: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and its workers, processes as an operator starts them, on the loopback alone."""
    told = folder / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": ROOT, "env": crawl.env | {"no_proxy": "*"}}
    dask = [sys.executable, "-m", "dask"]
    here = ["--host", "127.0.0.1", "--scheduler-file", str(told), "--no-dashboard"]
    running = [subprocess.Popen([*dask, "scheduler", "--port", "0", *here], **quiet)]
    try:
        alone = ["--nworkers", "1", "--nthreads", "1", "--no-nanny", "--local-directory", str(folder)]
        running += [subprocess.Popen([*dask, "worker", *here, *alone], **quiet) for _ in range(workers)]
        yield address_in(told), running[1:]
    finally:
        for process in running:
            process.kill()
            process.wait()


def address_in(told: Path) -> str:
    import json

    until = time.monotonic() + 60
    while time.monotonic() < until:
        if told.exists() and (text := told.read_text()):
            return str(json.loads(text)["address"])
        time.sleep(0.1)
    pytest.fail("no scheduler")


def rows_in(folder: Path) -> list[dict]:
    rows = (row for path in folder.glob("part-*.parquet") for row in pq.read_table(path).to_pylist())
    return sorted(rows, key=lambda row: row["story_id"])


def test_a_worker_killed_in_mid_job_changes_nothing(address: str, tmp_path: Path) -> None:
    site, alone, many, straight = (tmp_path / name for name in ("site", "alone", "many", "straight"))
    site.mkdir()
    with crawling(address, tmp_path, made_site(site, STORIES)) as crawl:
        assert crawl("liputan6", *FAST).returncode == 0
        done = crawl.kliping("reclean", "--jobs", "1", "--to", "parquet", str(alone))
        assert (done.returncode, done.stdout) == (0, f"{STORIES} stories in {alone}\n"), done.stderr
        with cluster(crawl, tmp_path, 2) as (where, workers):
            command = [sys.executable, "-m", "pipelines.cli.main", "reclean", "--scheduler", where, "--to", "parquet", str(many)]
            pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
            job = subprocess.Popen(command, cwd=ROOT, env=crawl.env | {"no_proxy": "*"}, **pipes)
            until = time.monotonic() + 60
            while not list(many.glob(".part-*")) and not list(many.glob("part-*")) and time.monotonic() < until:
                time.sleep(0.01)
            workers[0].kill()
            out, err = job.communicate(timeout=120)
            assert (job.returncode, out.decode()) == (0, f"{STORIES} stories in {many}\n"), err.decode()
        assert rows_in(many) == rows_in(alone)
        assert len(rows_in(alone)) == STORIES
        assert crawl.rows("SELECT count(*) FROM articles") == [(STORIES,)]
        warcs = [str(path) for path in files(tmp_path / "data" / "archive")]
        crawl.kliping("reclean", "--jobs", "1", "--to", "parquet", str(straight), "--warc", *warcs)
        assert [row["text"] for row in rows_in(straight)] == [row["text"] for row in rows_in(alone)]


def test_a_scheduler_that_is_not_there_is_one_line(address: str, tmp_path: Path) -> None:
    with crawling(address, tmp_path) as crawl:
        done = crawl.kliping("reclean", "--scheduler", "tcp://127.0.0.1:9")
        assert "Traceback" not in done.stderr
        assert (done.returncode, len(done.stderr.splitlines())) == (3, 1), done.stderr
