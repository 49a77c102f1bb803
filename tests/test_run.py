"""``kliping run``: who is due, many crawls side by side, one's trouble is nobody else's, and what cron gets to read."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from argparse import Namespace
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import psutil
import pytest
from crawling import ROOT, crawling
from listener import Listener, listening
from small_outlets import seeds_of, site_of
from sqlalchemy import text

from pipelines import schedule
from pipelines.cli import children, steps
from pipelines.cli import run as verb
from pipelines.cli.variables import warn
from pipelines.nouns import Exit
from pipelines.outlets import load
from pipelines.store import runs, watches
from pipelines.store.alone import alone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawling import Crawl
    from sqlalchemy import Engine

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


@contextmanager
def newsrooms(address: str, folder: Path, *slugs: str, stories: int = 2, **more: str) -> Iterator[Crawl]:
    """A web of small newsrooms, and seeds for them; those of ``more`` have a seed and no site."""
    sites = [site_of(folder, slug, stories) for slug in slugs]
    with crawling(address, folder, *sites) as crawl:
        crawl.env["KLIPING_SEEDS"] = str(seeds_of(folder, *slugs, *more, **more))
        yield crawl


def started(crawl: Crawl, *arguments: str, after: bool = False) -> subprocess.Popen[str]:
    deaf_no_more = ["env", "--default-signal=HUP"]  # a test run below nohup hands its own deafness on
    steps = [] if after else ["--no-after"]
    command = [*deaf_no_more, sys.executable, "-m", "pipelines.cli.main", "run", *steps, *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=crawl.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_name_that_no_seed_has_is_told_before_anything_runs(address: str, tmp_path: Path) -> None:
    with newsrooms(address, tmp_path, "pagi") as crawl:
        done = crawl.kliping("run", "pagi", "--jobs", "1", "pgi")
        assert (done.returncode, crawl.rows("SELECT count(*) FROM runs")) == (Exit.USAGE, [(0,)])
        assert "no outlet named 'pgi'" in done.stderr


@pytest.mark.parametrize(
    ("ago", "expected"),
    [(None, True), (0, False), (18, False), (19, True), (20, True), (500, True)],
    ids=["never", "now", "early", "a-minute-early", "on-time", "late"],
)
def test_due_every_20_minutes(ago: int | None, expected: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLIPING_SEEDS", str(seeds_of(tmp_path, "pagi")))
    begun = {} if ago is None else {"pagi": NOON - timedelta(minutes=ago)}
    assert schedule.due([load("pagi")], begun, (), NOON) == (["pagi"] if expected else [])
    assert schedule.due([load("pagi")], begun, ("pagi",), NOON) == [], "nobody is crawled twice at once"


def test_the_longest_overdue_goes_first_and_the_doorless_never(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seeds = seeds_of(tmp_path, "baru", "lama", "lebih", "sepi")
    (seeds / "sepi.toml").write_text('name = "x"\nhosts = ["sepi.example"]\nstory = "/(?P<id>[0-9]+)"\nbody = "p"\n')
    monkeypatch.setenv("KLIPING_SEEDS", str(seeds))
    begun = {"lama": NOON - timedelta(hours=2), "lebih": NOON - timedelta(hours=3)}
    assert schedule.due(map(load, ("lama", "baru", "lebih", "sepi")), begun, (), NOON) == ["baru", "lebih", "lama"]


def test_the_worst_code_counts() -> None:
    assert set(verb.WORST) == set(Exit)
    assert verb.worst([]) is Exit.DONE
    assert verb.worst([Exit.DONE, Exit.LOCKED, Exit.UNREACHABLE, Exit.NO_STORIES]) is Exit.UNREACHABLE
    assert verb.worst([Exit.ALARM, Exit.DATABASE]) is Exit.DATABASE


def test_cron_hears_nothing_when_all_is_well(address: str, tmp_path: Path) -> None:
    with newsrooms(address, tmp_path, "pagi", "siang", tanya='permission = "ask"') as crawl:
        first = crawl.kliping("run", "--no-after")
        assert (first.returncode, first.stdout, first.stderr) == (Exit.DONE, "", "")
        assert crawl.rows("SELECT outlet, count(*) FROM articles GROUP BY 1 ORDER BY 1") == [("pagi", 2), ("siang", 2)]
        counts = crawl.rows("SELECT counts->'requests', counts->'stored', counts ? 'seconds', arguments FROM runs")
        assert counts == [(4, 2, True, {})] * 2  # robots.txt, the feed, two stories
        asked = len(crawl.asked())
        again = crawl.kliping("run", "-v")
        assert again.returncode == Exit.DONE
        assert "pagi: skipped, not due" in again.stderr
        assert "KLIPING_PERMIT=tanya" in again.stderr
        assert len(crawl.asked()) == asked


@pytest.mark.soak
def test_what_nobody_reads_is_told_in_a_line_each(address: str, tmp_path: Path) -> None:
    strange = {
        "KLIPING_DBWAIT": "5", "KLIPING_CONTACTS": "x", "KLIPING_WARNA": "merah", "KLIPING_PERMIT": "pagi,sore", "KLIPING_HOOK": "http://x",
        "KLIPING_SMTP_FILE": "/x", "KLIPING_RIVALS": "/x", "KLIPING_PING_URL": "foo",
        "KLIPING_ALARM_EMAIL": "jaga", "KLIPING_ALARM_SMTP": "ftp://x", "KLIPING_ALARM_SLACK_FILE": "/no/such",
        "KLIPING_ALARM_TELEGRAM": "@kliping",
    }  # fmt: skip
    told = [
        "KLIPING_CONTACTS is not read: is KLIPING_CONTACT meant?", "KLIPING_DBWAIT is not read: is KLIPING_DB_WAIT meant?",
        "KLIPING_WARNA is not read; `kliping --help` names what is", "KLIPING_PERMIT: no outlet named 'sore'",
        "KLIPING_ALARM_EMAIL needs addresses, between commas: as it is, nobody is told",
        "KLIPING_ALARM_SLACK_FILE: /no/such: No such file or directory",
        "KLIPING_ALARM_SMTP needs smtp://… or smtps://…: as it is, nobody is told",
        "KLIPING_ALARM_TELEGRAM needs a bot's token, as 123456:ABC: as it is, nobody is told",
        "KLIPING_PING_URL needs an address that begins with https://: as it is, nobody is told",
        "KLIPING_SMTP_FILE: /x: No such file or directory",
        "KLIPING_ALARM_TELEGRAM_CHAT is not set: as it is, nobody is told by Telegram",
    ]  # fmt: skip
    with newsrooms(address, tmp_path, "pagi") as crawl:
        done = crawl.kliping("run", "--no-after", **strange)
        assert (done.returncode, done.stderr.splitlines()) == (0, [f"kliping run: {line}" for line in told])
        done = crawl.kliping("crawl", "pagi", **strange)
    *lines, ping = done.stderr.splitlines()
    assert (done.returncode, lines) == (0, [f"kliping crawl: {line}" for line in told])
    assert "ping not sent: KLIPING_PING_URL needs an address" in ping


def test_no_variable_that_we_read_is_strange(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    files = [file for room in ("pipelines", "crawler", "benchmarks", "demo", "deploy") for file in (ROOT / room).rglob("*.*")]
    held = "\n".join(file.read_text(encoding="utf-8") for file in files if file.suffix in (".py", ".sh", ".service"))
    settings_and_parts = {"KLIPING_ALARM", "KLIPING_TELL", "KLIPING_PATIENCE", "KLIPING_ROBOTS_AGE", "KLIPING_KEEP"}
    names = {*re.findall(r"\bKLIPING_[A-Z_]*[A-Z]", held)} - settings_and_parts
    assert {"KLIPING_TABS", "KLIPING_DB_WAIT", "KLIPING_RIVALS"} < names
    shaped = {"KLIPING_ALARM_EMAIL": "jaga@x.example, malam@x.example", "KLIPING_ALARM_TELEGRAM": "1:x"}
    shaped |= dict.fromkeys(("KLIPING_ALARM_SMTP", "KLIPING_SMTP"), "smtp://x")
    shaped |= dict.fromkeys(("KLIPING_ALARM_SLACK", "KLIPING_ALARM_WEBHOOK", "KLIPING_PING_URL"), "https://x/{outlet}")
    for name in names - {"KLIPING_PERMIT", "KLIPING_SEEDS"}:
        monkeypatch.setenv(name, shaped.get(name, "x"))
    warn("run")
    assert capsys.readouterr().err == ""


def test_one_that_fails_stops_nobody_and_is_told_in_a_line(address: str, tmp_path: Path) -> None:
    with newsrooms(address, tmp_path, "pagi", "siang", kosong="") as crawl:
        (tmp_path / "seeds" / "patah.toml").write_text("name = 1\n")
        done = crawl.kliping("run", "--no-after", "--jobs", "2")
        assert done.returncode == Exit.USAGE, "of 2 and 4, in the stated order"
        told = sorted(done.stderr.splitlines())
        assert [line.partition(" (")[0] for line in told] == [
            "kosong: exit 4, no story announced: its doors announced no story at all: has their layout changed?",
            "patah: exit 2, wrong seed or argument: patah.toml: name: needs a text",
        ]
        assert done.stdout == ""
        assert crawl.rows("SELECT count(*) FROM articles") == [(4,)]


@pytest.mark.soak
def test_a_ping_that_is_not_sent_is_told_beside_the_cause_and_where_all_is_well(address: str, tmp_path: Path) -> None:
    with listening(Listener()) as phone, newsrooms(address, tmp_path, "pagi", kosong="") as crawl:
        phone.status = 500
        done = crawl.kliping("run", "--no-after", "--jobs", "1", KLIPING_PING_URL=f"{phone.url}/rahasia", no_proxy="127.0.0.1")
    unsent, cause, well = done.stderr.splitlines()
    assert (done.returncode, unsent, well) == (4, "kosong: ping not sent: HTTP 500", "pagi: ping not sent: HTTP 500")
    assert cause.startswith("kosong: exit 4, no story announced: its doors announced no story at all")


def test_summaries_for_programs_and_persons_and_the_log_of_all_processes(address: str, tmp_path: Path) -> None:
    log = tmp_path / "log" / "kliping.jsonl"
    log.parent.mkdir()
    with newsrooms(address, tmp_path, "pagi", "siang") as crawl:
        done = crawl.kliping("run", "--all", "--format", "jsonl", "--no-after", "--log", str(log))
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        assert [(row["outlet"], row["exit_code"], row["found"], row["new"], row["requests"]) for row in rows] == [
            ("pagi", 0, 2, 2, 4),
            ("siang", 0, 2, 2, 4),
        ]
        assert set(rows[0]) >= {"changed", "unchanged", "refused", "failed", "seconds", "said"}
        lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
        assert {line.get("outlet") for line in lines if line["from"].startswith("scrapy")} == {"pagi", "siang"}
        assert [line["new"] for line in lines if line["from"] == "kliping.run"] == [2, 2]
        told = crawl.kliping("run", "pagi", "-v", "--no-after")
        assert " 0 new, 0 changed, 0 unchanged, 0 refused, 0 failed; 2 requests in" in told.stdout
        assert "pagi | " in told.stderr
        assert "Spider opened" in told.stderr


def test_a_terminal_shows_the_table(address: str, tmp_path: Path) -> None:
    with newsrooms(address, tmp_path, "siang") as crawl:
        ours, theirs = pty.openpty()
        command = [sys.executable, "-m", "pipelines.cli.main", "run", "--no-after"]
        env = crawl.env | {"COLUMNS": "120", "TERM": "xterm"}
        child = subprocess.Popen(command, cwd=ROOT, env=env, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        seen = b""
        try:
            while piece := os.read(ours, 4096):
                seen += piece
        except OSError:  # Linux says EIO when the last writer is gone
            pass
        os.close(ours)
        assert child.wait() == Exit.DONE
    shown = seen.decode()
    for word in ("outlet", "waiting", "crawling", "done", "1 of 1 outlets crawled", "siang"):
        assert word in shown


@pytest.mark.parametrize("which", [signal.SIGTERM, pytest.param(signal.SIGHUP, marks=pytest.mark.soak)], ids=str)
def test_what_asks_for_an_end_reaches_the_children_and_is_waited_for(address: str, tmp_path: Path, which: signal.Signals) -> None:
    with newsrooms(address, tmp_path, "pagi", "siang", "malam", stories=40) as crawl:
        for seed in (tmp_path / "seeds").glob("[pms]*.toml"):
            seed.write_text(seed.read_text().replace("delay = 0", "delay = 1"))
        child = started(crawl, "--jobs", "2")
        _until(lambda: crawl.rows("SELECT count(DISTINCT outlet) FROM articles") == [(2,)], child)
        child.send_signal(which)
        _, said = child.communicate(timeout=60)
        assert child.returncode == Exit.INTERRUPTED
        assert len(said.splitlines()) == 3
        assert said.count("interrupted before it began") == 1
        assert crawl.rows("SELECT DISTINCT exit_code FROM runs") == [(Exit.INTERRUPTED,)]
        assert crawl.rows("SELECT count(*) FROM pages WHERE leased_by IS NOT NULL") == [(0,)]


@pytest.mark.soak
def test_a_terminal_that_is_closed_ends_a_run_well(address: str, tmp_path: Path) -> None:
    with newsrooms(address, tmp_path, "pagi", stories=40) as crawl:
        seed = tmp_path / "seeds" / "pagi.toml"
        seed.write_text(seed.read_text().replace("delay = 0", "delay = 1"))
        ours, theirs = pty.openpty()
        command = ["env", "--default-signal=HUP", "setsid", "--ctty", sys.executable, "-m", "pipelines.cli.main", "run"]
        child = subprocess.Popen(command, cwd=ROOT, env=crawl.env, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        _until(lambda: os.read(ours, 1 << 16) and crawl.rows("SELECT count(*) > 0 FROM articles") == [(True,)])
        os.close(ours)
        assert child.wait(60) == Exit.INTERRUPTED
        assert crawl.rows("SELECT exit_code FROM runs") == [(Exit.INTERRUPTED,)]


def test_kill_9_of_the_runner_ends_the_crawls_and_they_are_due_at_once(address: str, tmp_path: Path) -> None:
    with newsrooms(address, tmp_path, "pagi", stories=12) as crawl:
        seed = tmp_path / "seeds" / "pagi.toml"
        seed.write_text(seed.read_text().replace("delay = 0", "delay = 1"))
        child = started(crawl)
        _until(lambda: crawl.rows("SELECT count(*) > 0 FROM articles") == [(True,)], child)
        child.kill()
        child.communicate()
        _until(lambda: crawl.rows("SELECT exit_code FROM runs") == [(Exit.INTERRUPTED,)])
        seed.write_text(seed.read_text().replace("delay = 1", "delay = 0"))
        assert crawl.kliping("run", "--no-after").returncode == Exit.DONE
        assert crawl.rows("SELECT count(*) FROM articles") == [(12,)]


@pytest.mark.soak
def test_kill_9_of_one_crawl_is_told_and_the_other_goes_on(address: str, tmp_path: Path) -> None:
    with newsrooms(address, tmp_path, "pagi", "siang", stories=4) as crawl:
        for seed in (tmp_path / "seeds").glob("[ps]*.toml"):
            seed.write_text(seed.read_text().replace("delay = 0", "delay = 1"))
        child = started(crawl)
        _until(lambda: crawl.rows("SELECT count(*) FROM runs") == [(2,)], child)
        os.kill(crawl.rows("SELECT pid FROM runs WHERE outlet = 'pagi'")[0][0], signal.SIGKILL)
        _, said = child.communicate(timeout=60)
        assert child.returncode == Exit.INTERRUPTED
        assert said.startswith("pagi: exit 9, interrupted: killed by SIGKILL")
        assert len(said.splitlines()) == 1
        assert crawl.rows("SELECT count(*) FROM articles WHERE outlet = 'siang'") == [(4,)]


def test_one_that_another_run_has_is_no_trouble_unless_named(address: str, database: Engine, tmp_path: Path) -> None:
    with newsrooms(address, tmp_path, "pagi", "siang") as crawl, database.connect() as other:
        assert runs.lock(other, "pagi") is None
        named = crawl.kliping("run", "pagi", "--no-after")
        assert named.returncode == Exit.LOCKED
        assert "pagi is being crawled by a run that has just begun" in named.stderr
        due = crawl.kliping("run", "-v", "--no-after")
        assert due.returncode == Exit.DONE
        assert "pagi: skipped, being crawled by another run" in due.stderr
        assert "siang: done" in due.stdout


@pytest.mark.parametrize(
    ("code", "arguments", "counts"),
    [(0, "{}", True), (5, "{}", True), (9, "{}", False), (6, "{}", False), (None, "{}", False), (0, '{"limit": "5"}', False)],
)
def test_which_runs_count_for_the_timetable(database: Engine, code: int | None, arguments: str, counts: bool) -> None:
    row = "INSERT INTO runs (outlet, ended_at, exit_code, host, pid, arguments) VALUES ('pagi', now(), :code, 'x', 1, :arguments)"
    with database.begin() as connection:
        connection.execute(text(row), {"code": code, "arguments": arguments})
        assert ("pagi" in runs.timetable(connection, ["pagi"]).begun) is counts


def test_a_clock_that_was_ahead_stops_no_timetable(database: Engine) -> None:
    ran = "INSERT INTO runs (outlet, started_at, host, pid, exit_code) VALUES ('pagi', now() + :off, 'h', 1, 0)"
    with database.begin() as connection:
        connection.execute(text(ran), [{"off": timedelta(days=300)}, {"off": timedelta(hours=-1)}])
    with database.connect() as connection:
        found = runs.timetable(connection, ["pagi"])
    assert timedelta(minutes=59) < found.now - found.begun["pagi"] < timedelta(hours=2)


def test_the_timetable_knows_who_is_being_crawled(database: Engine) -> None:
    with database.connect() as other, database.connect() as connection:
        assert runs.lock(other, "pagi") is None
        assert runs.timetable(connection, ["pagi", "siang"]).busy == {"pagi"}


def test_steps_after_the_crawls(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "AFTER", (("outlets",), ("nothing-of-that-name",), ("show", "--help")))
    assert verb.steps() == [("outlets",), ("show", "--help")]
    assert verb.follow(("outlets",), verbose=False) is Exit.DONE
    assert verb.follow(("outlets", "--format", "xml"), verbose=False) is Exit.USAGE
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("outlets --format xml: exit 2: ")
    killed = subprocess.CompletedProcess([], -signal.SIGTERM, "", "")
    monkeypatch.setattr(verb.Stop, "ended", lambda *_: killed)
    assert verb.follow(("kin",), verbose=False) is Exit.INTERRUPTED
    assert capsys.readouterr().err == "kin: killed by SIGTERM; the next run goes on from there\n"


@pytest.mark.soak
@pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_during_the_steps_ends_the_one_under_way_and_begins_no_other(
    which: signal.Signals, address: str, database: Engine, tmp_path: Path
) -> None:
    with newsrooms(address, tmp_path, "pagi") as crawl, database.begin() as held:
        held.execute(text("LOCK TABLE search_index"))  # `kliping index` waits for it
        child = started(crawl, after=True)
        waiting = "SELECT pid FROM pg_locks WHERE relation = 'search_index'::regclass AND NOT granted"
        _until(lambda: len(crawl.rows(waiting)) == 1, child)
        (step,) = psutil.Process(child.pid).children()
        assert step.cmdline()[-1] == "index"
        child.send_signal(which)
        out, said = child.communicate(timeout=30)
        assert (child.returncode, out) == (Exit.INTERRUPTED, "")
        assert said == "index: killed by SIGTERM; the next run goes on from there\n"
        assert not step.is_running()


def test_a_step_that_another_run_takes_is_no_trouble(
    address: str, database: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    with alone(database, watches.LOCK):
        assert verb.follow(("watch", "deliver"), verbose=False) is Exit.DONE
    assert capsys.readouterr().err == ""


def test_a_crawl_is_followed_by_the_steps(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "AFTER", (("outlets",),))
    with newsrooms(address, tmp_path, "pagi") as crawl:
        for name, value in crawl.env.items():
            monkeypatch.setenv(name, value)
        how = {"outlets": [], "due": True, "all": False, "jobs": 1, "verbose": True, "format": "text"}
        log = {"log": None, "log_size": None, "log_keep": None}
        assert verb.run(Namespace(**how, **log, no_after=False)) == Exit.DONE
        assert "outlets: " in capsys.readouterr().out
        assert verb.run(Namespace(**how, **log, no_after=False)) == Exit.DONE
        assert "outlets: " not in capsys.readouterr().out, "nothing was due: nothing follows"


@pytest.mark.soak
def test_json_lines_stay_json_lines_though_steps_follow(address: str, tmp_path: Path) -> None:
    with newsrooms(address, tmp_path, "pagi") as crawl:
        done = crawl.kliping("run", "-v", "--format", "jsonl")
    assert (done.returncode, [json.loads(line)["outlet"] for line in done.stdout.splitlines()]) == (Exit.DONE, ["pagi"])
    assert "index: " in done.stderr


def test_no_database_is_one_line(address: str, tmp_path: Path) -> None:
    with newsrooms(address, tmp_path, "pagi") as crawl:
        done = crawl.kliping("run", DATABASE_URL="postgresql://x@127.0.0.1:1/x")
        assert done.returncode == Exit.DATABASE
        assert len(done.stderr.splitlines()) == 1
        assert crawl.asked() == []


def _until(true: object, child: subprocess.Popen[str] | None = None, patience: float = 60) -> None:
    end = time.monotonic() + patience
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end
        assert child is None or child.poll() is None, child.communicate()
        time.sleep(0.2)


@pytest.mark.parametrize("asked", [False, True])
def test_a_crawl_that_hangs_is_killed_and_told(asked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for it for ever crawls nobody else: a server of ours that was stopped, a reader in a loop."""
    for name, seconds in (("SILENT", 60.0 if asked else 0.5), ("LOOK", 0.1), ("GRACE", 0.5)):
        monkeypatch.setattr(children, name, seconds)

    async def hanging(*_: object) -> asyncio.subprocess.Process:
        deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('{}', flush=True); time.sleep(60)"
        pipes = {"stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.PIPE}
        return await asyncio.create_subprocess_exec(sys.executable, "-c", deaf, **pipes)  # type: ignore[arg-type]

    monkeypatch.setattr(children.Children, "_start", hanging)
    crawl, several = children.Crawl("kabar"), None

    def heard(one: children.Crawl, _: str) -> None:
        if asked and one.counts is not None and several and one.code is None and one.heard_at:
            several.stop()

    several = children.Children(1, heard)
    began = time.monotonic()
    asyncio.run(several.crawl([crawl]))
    assert time.monotonic() - began < 20
    assert crawl.code == (Exit.INTERRUPTED if asked else Exit.ALARM)
    assert crawl.said.startswith("killed by SIGKILL" if asked else "said nothing for 0 minutes and was ended")
