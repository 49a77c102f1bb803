"""``kliping health`` and its forms, on a database of real rows."""

from __future__ import annotations

import json
import os
import re
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from crawling import AT_ITS_START, ended
from sqlalchemy import text

from pipelines.store import runs, vitals
from pipelines.vitals import Sign, amount

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from sqlalchemy import Engine

# A day's stories, evenly over the 24 hours that ended :ago hours ago.
STORIES = """
    WITH made AS (
        SELECT 'd' || :ago || '-' || n AS id, now() - interval '1 hour' * :ago - interval '1 day' * (n + 0.5) / :stories AS at
        FROM generate_series(0, :stories - 1) n
    ), known AS (
        INSERT INTO pages (outlet, story_id, url, state)
        SELECT 'liputan6', id, 'https://www.liputan6.com/' || id, 'discovered' FROM made
    )
    INSERT INTO articles (outlet, story_id, url, kind, title, body, text, images, words, published_at, first_seen_at)
    SELECT 'liputan6', id, id, 'article', 'Kabar', '[]', 'Kabar', '[]', 200, at, at + interval '9 minutes' FROM made
"""
RUN = """
    INSERT INTO runs (outlet, started_at, ended_at, exit_code, host, pid)
    VALUES ('liputan6', now() - interval '1 minute' * :ago, now() - interval '1 minute' * :ago, :code, 'meja', 1) RETURNING id
"""
SIGNS = {
    "read": Sign(24), "stories": Sign(24), "heard": Sign(24), "field authors": Sign(22), "field published_at": Sign(24),
    "rule liputan6/dateline": Sign(20), "words": Sign(24, 24 * 5.4, 24 * 29.4), "door https://feed.liputan6.com/rss": amount(40),
}  # fmt: skip


BARE = {name: value for name, value in os.environ.items() if name.startswith(AT_ITS_START)}


def told(address: str, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipelines.cli.main", "health", *arguments]
    return ended(command, {**BARE, "DATABASE_URL": address, **env})


def a_month(database: Engine, *, today: int = 120, minutes_ago: int = 10, code: int = 0) -> None:
    """Thirty days with 120 stories and a run each; of the last day as many as are said, and so its run."""
    with database.begin() as connection:
        for ago in reversed(range(30)):
            connection.execute(text(STORIES), {"ago": 24 * ago, "stories": today if ago == 0 else 120})
            ended = {"ago": 24 * 60 * ago + minutes_ago, "code": code if ago == 0 else 0}
            vitals.keep(connection, connection.execute(text(RUN), ended).scalar_one(), SIGNS)


def test_green_is_a_row_and_zero(database: Engine, address: str) -> None:
    a_month(database)
    done = told(address)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"liputan6 +green", done.stdout)
    (row,) = map(json.loads, told(address, "--format", "jsonl").stdout.splitlines())
    assert row["health"] == "green"
    assert row["why"] == []
    assert row["usual_24h"] == pytest.approx(120, abs=6)


def test_red_says_why_and_is_five(database: Engine, address: str) -> None:
    a_month(database, today=20)
    done = told(address, "liputan6")
    assert done.returncode == 5
    assert re.search(r"stories in (12|24) h to \w+ \d\d:00, usually \d+", done.stdout)


@pytest.mark.parametrize(
    ("how", "why"),
    [({"minutes_ago": 200}, "is cron dead?"), ({"code": 3}, "could not reach the outlet"), ({"code": 9}, "was interrupted")],
)
def test_red_when_the_last_run_is_old_or_failed(database: Engine, address: str, how: dict[str, int], why: str) -> None:
    a_month(database, **how)
    done = told(address, "--format", "jsonl")
    assert done.returncode == 5
    assert any(why in reason for reason in json.loads(done.stdout)["why"])


def test_an_outlet_that_was_never_crawled_is_red_only_if_named(address: str) -> None:
    assert told(address).returncode == 0
    done = told(address, "detik")
    assert (done.returncode, "never crawled" in done.stdout) == (5, True)
    assert told(address, "kompaz").returncode == 2


def test_an_outlet_without_doors_is_never_late(database: Engine, address: str, tmp_path: Path) -> None:
    by_addresses = """INSERT INTO runs (outlet, host, pid, arguments, ended_at, exit_code)
        VALUES ('yahoo-id', 'meja', 1, '{"urls": "daftar.txt"}', now(), 0)"""
    with database.begin() as connection:
        connection.execute(text(by_addresses))
    done = told(address, "--prometheus", str(tmp_path / "kliping.prom"), "--html", str(tmp_path / "health.html"))
    assert (done.returncode, "crawled" in done.stdout, done.stderr) == (0, False, "")
    assert 'kliping_healthy{outlet="yahoo-id"} 1\n' in (tmp_path / "kliping.prom").read_text()


def test_prometheus_reads_it(database: Engine, address: str, tmp_path: Path) -> None:
    a_month(database)
    file = tmp_path / "kliping.prom"
    file.write_text("old")
    assert told(address, "--prometheus", str(file)).returncode == 0
    text = file.read_text()
    assert 'kliping_healthy{outlet="liputan6"} 1\n' in text
    assert 'kliping_last_run_filled_ratio{outlet="liputan6",field="authors"} 0.9166' in text
    line = re.compile(r'# (HELP|TYPE) kliping_\w+ .+|kliping_\w+\{(\w+="[^"]*",?)+\} -?[\d.e+]+')
    assert [one for one in text.splitlines() if not line.fullmatch(one)] == []
    assert [path.name for path in tmp_path.iterdir()] == ["kliping.prom"]
    lost = told(address, "--prometheus", str(tmp_path / "no" / "such.prom"))
    assert lost.returncode == 2
    assert len(lost.stderr.splitlines()) == 1


def test_the_report_stands_alone_and_plots_what_it_says(database: Engine, address: str, tmp_path: Path) -> None:
    a_month(database, code=5)
    file = tmp_path / "health.html"
    told(address, "--html", str(file))
    page = file.read_text(encoding="utf-8")
    assert page.count("<svg") >= 4
    assert "1 of 1 outlets are red" in page
    assert "authors, " in page
    assert "median, " in page
    assert ": 9 minutes" in page
    assert re.search(r'class="alarm"', page)
    assert not re.search(r"https?://(?!feed\.)|<script|<link|@import|url\(", page.replace("http://www.w3.org", ""))



def test_a_run_that_was_killed_is_red_before_another_begins_and_one_at_work_is_not(database: Engine, address: str) -> None:
    a_month(database)
    begun = "INSERT INTO runs (outlet, host, pid) VALUES ('liputan6', 'meja', 1)"
    with database.begin() as connection:
        connection.execute(text(begun))
    done = told(address)
    assert (done.returncode, "the last run was killed: it began at" in " ".join(done.stdout.split())) == (5, True), done.stdout
    with database.connect() as held:
        held.detach()  # the lock goes with it
        assert runs.lock(held, "liputan6") is None
        assert told(address).returncode == 0


AWAY = """
    INSERT INTO pages (outlet, story_id, url, state, next_try_at, discovered_by, discovered_at)
    SELECT 'liputan6', :state || n, 'https://www.liputan6.com/a' || n, :state, CASE :state WHEN 'failed' THEN now() END, :run, :at
    FROM generate_series(1, :many) n
"""


def announced(database: Engine, stories: dict[str, int], arguments: str = "{}") -> None:
    """Twenty hours ago a run was told of so many stories, by what became of them."""
    begun = "INSERT INTO runs (outlet, host, pid, arguments, ended_at, exit_code) VALUES ('liputan6', 'meja', 1, :told, now(), 0)"
    with database.begin() as connection:
        run = connection.execute(text(f"{begun} RETURNING id"), {"told": arguments}).scalar_one()
        for state, many in stories.items():
            told = {"state": state, "many": many, "run": run, "at": datetime.now(UTC) - timedelta(hours=20)}
            connection.execute(text(AWAY), told)


@pytest.mark.parametrize(
    ("stories", "green"),
    [
        ({"failed": 9, "stored": 8}, False), ({"forbidden": 5}, False), ({"dead": 3, "failed": 3, "refused": 1}, False),
        ({"failed": 9, "stored": 9}, True), ({"failed": 4}, True), ({"gone": 9}, True), ({"discovered": 9}, True),
    ],
)  # fmt: skip
def test_red_while_most_of_what_a_day_announced_is_away(
    database: Engine, address: str, stories: dict[str, int], green: bool
) -> None:
    a_month(database)
    announced(database, stories)
    done = told(address)
    assert done.returncode == (0 if green else 5), done.stdout
    assert ("stories announced in 24 h did not come" in " ".join(done.stdout.split())) is not green
    with database.begin() as connection:
        connection.execute(text("UPDATE pages SET discovered_at = discovered_at - interval '5 hours'"))
    assert told(address).returncode == 0


def test_what_a_walk_back_in_time_missed_is_no_trouble_of_today(database: Engine, address: str) -> None:
    a_month(database)
    announced(database, {"failed": 9}, '{"since": "2021-12-01"}')
    assert told(address).returncode == 0
