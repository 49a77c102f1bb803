"""Today's rules on yesterday's pages: first what would change, then kept as ours, never as the outlet's correction."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from crawling import ROOT, Crawl, crawling, ended, resumed
from site_of_many import made_site
from test_promises import FAST
from test_rebuild import rebuilt, rows_of, wipe

from pipelines.reread.workers import workers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawling import Fresh

STORY = "5583914"
RULE = """
[[clean]]
line   = '^Panitia.*$'
why    = "a rule of today"
given  = "Panitia"
gives  = ""
spare  = "Kata panitia"
"""


@pytest.fixture(scope="module")
def life(fresh: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawl]:
    with fresh() as address, crawling(address, tmp_path_factory.mktemp("life")) as first:
        first()
        yield first


@pytest.fixture
def crawl(life: Crawl, fresh: Fresh, tmp_path: Path) -> Iterator[Crawl]:
    with resumed(life, fresh, tmp_path) as ready:
        ready.env["KLIPING_SEEDS"] = str(tmp_path / "seeds")
        shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
        yield ready


def seed(tmp_path: Path) -> Path:
    return tmp_path / "seeds" / "liputan6.toml"


def a_rule_more(tmp_path: Path, words: str) -> None:
    seed(tmp_path).write_text(seed(tmp_path).read_text() + RULE.replace("Panitia", words), encoding="utf-8")


def reclean(crawl: Crawl, *arguments: str) -> subprocess.CompletedProcess[str]:
    return crawl.kliping("reclean", "--jobs", "1", *arguments)


def first_words(crawl: Crawl) -> str:
    (text,), *_ = crawl.rows(f"SELECT text FROM articles WHERE story_id = '{STORY}' OR story_id >= '7' ORDER BY story_id")
    return " ".join(str(text).split("\n\n")[1].split()[:3])  # three, for one may open another story's cuts too


def test_no_worker_outlives_its_work() -> None:
    """One that is still closing its pipe when Python 3.11 ends leaves a traceback, now and then."""
    with workers(2) as ready:
        assert [done for _, done in ready.in_order(abs, [-1, -2, -3])] == [1, 2, 3]
    assert multiprocessing.active_children() == []


@pytest.mark.soak
def test_nothing_changes_where_no_rule_did(crawl: Crawl) -> None:
    before = rows_of(crawl)
    done = crawl.kliping("reclean", "--jobs", "2", "--apply")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("12 pages read again, 12 as they were")
    assert rows_of(crawl) == before


def test_a_new_rule_is_shown_then_kept_as_ours(crawl: Crawl, tmp_path: Path) -> None:
    words = first_words(crawl)
    a_rule_more(tmp_path, words)
    before = rows_of(crawl)
    told = reclean(crawl, "--where", "state=stored")
    assert told.returncode == 0
    assert "would be changed" in told.stdout
    assert f"[-{words}" in told.stdout
    assert "nothing was kept" in told.stdout
    assert rows_of(crawl) == before
    summary, sample, *_ = map(json.loads, reclean(crawl, "--format", "jsonl").stdout.splitlines())
    assert summary["changed"] == summary["fields"]["text"] >= 1
    assert sample["words_lost"] > 0
    assert reclean(crawl, "liputan6", "--apply").returncode == 0
    after = rows_of(crawl)
    versions = crawl.rows(f"SELECT changed, cause FROM revisions WHERE story_id = '{STORY}' ORDER BY fetched_at")
    assert versions == [([], "outlet"), (["body"], "reread")]
    assert crawl.rows(f"SELECT count(*) FROM cuts WHERE story_id = '{STORY}' AND rule LIKE '%a rule of today'")[0][0] >= 1
    assert after["pages"] == before["pages"]
    assert reclean(crawl, "--apply").stdout.startswith("12 pages read again, 12 as they were")
    assert rows_of(crawl) == after
    wipe(crawl)
    rebuilt(crawl, "--jobs", "1")
    assert [rows_of(crawl)[table] for table in ("articles", "cuts", "rejects")] == [
        after[table] for table in ("articles", "cuts", "rejects")
    ]


def test_a_story_that_the_rules_refuse_is_withdrawn_and_comes_back(crawl: Crawl, tmp_path: Path) -> None:
    before, seen = rows_of(crawl), crawl.rows("SELECT story_id, first_seen_at FROM articles ORDER BY 1")
    as_it_was = seed(tmp_path).read_text()
    seed(tmp_path).write_text(re.sub(r"\(\?P<id>[^)]+\)", "(?P<id>never)", as_it_was), encoding="utf-8")
    done = reclean(crawl, "--apply")
    assert done.returncode == 0, done.stderr
    assert "withdrawn" in done.stdout
    assert crawl.rows("SELECT count(*) FROM articles") == [(0,)]
    assert crawl.rows("SELECT count(*) FROM withdrawn") == [(10,)]
    assert crawl.rows("SELECT DISTINCT state, next_look_at FROM pages WHERE story_id IN (SELECT story_id FROM withdrawn)") == [
        ("refused", None)
    ]
    assert "nothing yet" in crawl.kliping("list").stdout
    assert rows_of(crawl)["revisions"] == before["revisions"]
    seed(tmp_path).write_text(as_it_was, encoding="utf-8")
    assert reclean(crawl, "--apply").returncode == 0
    after = rows_of(crawl)
    assert {name: after[name] for name in ("articles", "cuts", "revisions")} == {
        name: before[name] for name in ("articles", "cuts", "revisions")
    }
    assert crawl.rows("SELECT story_id, first_seen_at FROM articles ORDER BY 1") == seen
    assert crawl.rows("SELECT count(*) FROM withdrawn") == [(0,)]


def test_stories_that_fit_no_layout_any_more_are_read_without_or_withdrawn_and_come_back(crawl: Crawl, tmp_path: Path) -> None:
    before = rows_of(crawl)
    as_it_was = seed(tmp_path).read_text()
    lines = [line for line in as_it_was.splitlines() if not line.startswith(("body", "photos"))]
    broken = "\n".join(line if "[[layout]]" not in line else line + '\nbody = ".nowhere"' for line in lines)
    seed(tmp_path).write_text(broken, encoding="utf-8")
    assert reclean(crawl, "--apply").returncode == 0
    strays = crawl.rows("SELECT count(*) FROM articles WHERE layout = 'generic'")[0][0]
    gone = crawl.rows("SELECT count(*) FROM withdrawn")[0][0]
    assert (strays + gone, strays > 4, gone > 0) == (10, True, True)
    came = "SELECT story_id, fetched_at FROM revisions WHERE cause = 'outlet' AND changed <> '{}'"
    assert crawl.rows(came) == [], "what our seed changes is no change of the newsroom's"
    seed(tmp_path).write_text(as_it_was, encoding="utf-8")
    assert reclean(crawl, "--where", "layout=generic", "--apply").returncode == 0
    assert reclean(crawl, "--where", "state=refused", "--apply").returncode == 0
    assert {name: rows_of(crawl)[name] for name in ("articles", "cuts")} == {name: before[name] for name in ("articles", "cuts")}


def test_an_outlet_without_a_seed_is_named_and_the_rest_is_read(crawl: Crawl, tmp_path: Path) -> None:
    crawl.rows("""INSERT INTO pages SELECT (jsonb_populate_record(pages, '{"outlet": "bekas"}')).* FROM pages; SELECT 1""")
    a_rule_more(tmp_path, first_words(crawl))
    for how in ((), ("--apply",), ("--to", "parquet", str(tmp_path / "out"))):
        done = reclean(crawl, *how)
        assert (done.returncode, done.stderr) == (2, "bekas: left out: it has no seed any more\n"), how
    assert crawl.rows("SELECT count(*) > 0 FROM revisions WHERE cause = 'reread'") == [(True,)]
    seed(tmp_path).write_text("name =", encoding="utf-8")
    done = reclean(crawl, "--apply")
    assert (done.returncode, done.stdout, "Traceback" in done.stderr) == (2, "", False)
    assert "liputan6: left out: liputan6.toml: " in done.stderr


def test_what_may_be_wished_for(crawl: Crawl) -> None:
    without = crawl.rows("SELECT count(*) FROM articles WHERE editors = '{}'")[0][0]
    for wish, number in (
        (("--where", "state=refused"), 2), (("--since", "2026-07-24"), 1), (("--until", "2016-01-01"), 0),
        (("--where", "missing=editors", "--where", "state=stored"), without), (("--where", "layout=nobody's"), 0), (("detik",), 0),
    ):  # fmt: skip
        done = reclean(crawl, *wish)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith(f"{number} pages read again"), wish
        assert done.stderr == ("" if number else "kliping reclean: no archived page matched\n")


@pytest.mark.parametrize("folder", ["/proc/kliping", "/proc"])
def test_a_folder_that_cannot_be_written_is_one_line(crawl: Crawl, folder: str) -> None:
    done = reclean(crawl, "--to", "parquet", folder)
    assert (done.returncode, len(done.stderr.splitlines()), folder in done.stderr) == (2, 1, True), done.stderr


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (("--where", "warna=merah"), "--where warna=merah: known are layout=NAME"),
        (("--since", "kemarin"), "'kemarin' is no day as"),
        (("--where", "missing=title"), "a field that may be missing is one of authors"), (("--to", "csv", "x"), "parquet is what"),
    ],
)  # fmt: skip
def test_a_wish_that_cannot_be(wish: tuple[str, ...], said: str) -> None:
    command = [sys.executable, "-m", "pipelines.cli.main", "reclean", *wish]
    done = ended(command, os.environ)
    assert (done.returncode, said in done.stderr, "Traceback" in done.stderr) == (2, True, False)


def test_kill_9_in_a_rereading_loses_nothing_and_leaves_no_worker(address: str, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    with crawling(address, tmp_path, made_site(site, 240)) as crawl:
        assert crawl("liputan6", *FAST).returncode == 0
        shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
        crawl.env["KLIPING_SEEDS"] = str(tmp_path / "seeds")
        a_rule_more(tmp_path, first_words(crawl))
        command = [sys.executable, "-m", "pipelines.cli.main", "reclean", "--jobs", "2", "--apply"]
        run = subprocess.Popen(command, cwd=ROOT, env=crawl.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 60
        while not (tmp_path / "data" / "reclean.json").exists() and time.monotonic() < until:
            time.sleep(0.02)
        workers = children_of(run.pid)
        run.kill()
        run.wait()
        assert workers
        time.sleep(1)
        assert not [pid for pid in workers if alive(pid)]
        partly = crawl.rows("SELECT count(*) FROM revisions WHERE cause = 'reread'")[0][0]
        done = crawl.kliping("reclean", "--jobs", "2", "--apply")
        assert done.returncode == 0
        assert "going on from" in done.stderr
        whole = crawl.rows("SELECT count(*) FROM revisions WHERE cause = 'reread'")[0][0]
        assert 0 < partly < whole == crawl.rows("SELECT count(*) FROM articles WHERE story_id >= '7' OR story_id = '5583914'")[0][0]
        assert crawl.kliping("reclean", "--jobs", "1").stdout.startswith("240 pages read again, 240 as they were")


def children_of(parent: int) -> list[int]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if stat_of(int(process.name))[1] == str(parent):
                found.append(int(process.name))
    return found


def stat_of(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()


def alive(pid: int) -> bool:
    try:
        return stat_of(pid)[0] != "Z"
    except OSError:
        return False
