"""The archive and the rows that point into it agree; what a crash or a killed crawl left is mended and nothing is lost."""

from __future__ import annotations

import gzip
import json
import os
import random
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from crawling import Crawl, crawling, resumed
from site_of_many import made_site
from small_outlets import seeds_of
from test_archive import a_page
from test_promises import FAST
from test_rebuild import rows_of, same

from pipelines.archive import Archive, journal
from pipelines.archive.reader import files, records
from pipelines.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo
    from pathlib import Path

    from crawling import Fresh


@pytest.fixture(scope="module")
def life(fresh: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawl]:
    with fresh() as address, crawling(address, tmp_path_factory.mktemp("life")) as first:
        first("liputan6", "-a", "limit=4")
        yield first


@pytest.fixture
def crawl(life: Crawl, fresh: Fresh, tmp_path: Path) -> Iterator[Crawl]:
    with resumed(life, fresh, tmp_path) as ready:
        yield ready


def verify(crawl: Crawl, *more: str) -> tuple[int, str]:
    done = crawl.kliping("archive", "verify", *more)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def test_a_crawled_archive_is_sound_and_is_counted(crawl: Crawl) -> None:
    code, said = verify(crawl)
    assert (code, "nothing wrong" in said) == (0, True), said
    stats = crawl.kliping("archive", "stats").stdout
    assert "page" in stats
    assert "bytes a page, its request included" in stats
    counted = [json.loads(line) for line in crawl.kliping("archive", "stats", "--format", "jsonl").stdout.splitlines()]
    assert {"page": 4}.items() <= {row["records"]: row["number"] for row in counted}.items()


def test_a_torn_tail_is_cut_off_but_not_while_it_is_written(crawl: Crawl, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "archive"
    (path,) = files(folder)
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(gzip.compress(b"WARC/1.1\r\nWARC-Type: response\r\n" + os.urandom(500))[:300])
    assert verify(crawl)[0] == 5
    assert "unfinished record" in verify(crawl, "--mend")[1]
    assert path.stat().st_size == size
    archive = Archive(folder, "liputan6")
    archive.append(a_page())
    written = next(one for one in files(folder) if one != path)
    with written.open("ab") as file:
        file.write(b"\x1f\x8b\x08half")
    assert verify(crawl, "--mend")[0] == 0
    assert written.read_bytes().endswith(b"half")
    archive.close()


def test_a_rotten_page_and_a_lost_file_are_named(crawl: Crawl, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "archive"
    ((file, offset, story),) = crawl.rows("SELECT archive_file, archive_offset, story_id FROM pages WHERE state = 'stored' LIMIT 1")
    rotten = bytearray((folder / file).read_bytes())
    rotten[offset + 900] ^= 0xFF
    (folder / file).write_bytes(rotten)
    code, said = verify(crawl)
    assert code == 5
    assert f"no page at byte {offset}, where liputan6/{story} points" in said
    (folder / file).rename(folder / "elsewhere")
    assert "is not there, and 4 rows point into it" in verify(crawl)[1]
    *told, last = map(json.loads, verify(crawl, "--format", "jsonl")[1].splitlines())
    assert [(row["found"], "4 rows point into it" in row["said"]) for row in told] == [("wrong", True)]
    assert last == {"files": 0, "records": 0, "rows": 0, "mended": 0, "harmless": 0, "wrong": 1}


def test_an_end_that_rows_point_into_is_no_crashs_and_is_not_cut_off(crawl: Crawl, tmp_path: Path) -> None:
    (path,) = files(tmp_path / "data" / "archive")
    ((offset,),) = crawl.rows("SELECT max(archive_offset) FROM pages")
    rotten = path.read_bytes()[: offset + 900] + bytes(500)
    path.write_bytes(rotten)
    code, said = verify(crawl, "--mend")
    assert (code, f"no page at byte {offset}, where" in said, path.read_bytes() == rotten) == (5, True, True), said


def test_a_page_whose_row_never_came_is_stored(crawl: Crawl) -> None:
    before = rows_of(crawl)
    crawl.rows("DELETE FROM articles RETURNING 1")
    place = "archive_file = NULL, archive_offset = NULL, archive_length = NULL"
    reset = f"state = 'discovered', {place}, fetched_at = NULL, digest = NULL"
    crawl.rows(f"UPDATE pages SET {reset}, next_look_at = NULL WHERE state = 'stored' RETURNING 1")
    code, said = verify(crawl)
    assert (code, said.count("arrived and was never stored; --mend stores it")) == (0, 4), said
    assert said.endswith("nothing wrong, 4 left open (above)\n")
    assert verify(crawl, "--mend")[1].count(": stored") == 4
    same(rows_of(crawl), before)


def test_a_story_that_was_to_be_forgotten_is(crawl: Crawl, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "archive"
    ((url, story, *place),) = crawl.rows(
        "SELECT url, story_id, archive_file, archive_offset, archive_length FROM pages WHERE state = 'stored' LIMIT 1"
    )
    journal.note(folder, "forget", outlet="liputan6", story_id=story, url=url, places=[place])
    assert "still lies in" in verify(crawl)[1]
    assert "was to be forgotten, and now is" in verify(crawl, "--mend")[1]
    assert crawl.rows(f"SELECT state FROM pages WHERE story_id = '{story}'") == [("forgotten",)]
    assert not [r for path in files(folder) for r in records(path) if r.url == url and r.kind == "response"]
    assert verify(crawl)[0] == 0


class Later(datetime):
    """A clock that is forty days ahead."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return datetime.now(tz) + timedelta(days=40)


def test_what_was_forgotten_stays_so_where_an_older_backup_comes_back(crawl: Crawl, tmp_path: Path) -> None:
    dump = str(tmp_path / "monday.dump")
    assert crawl.kliping("db", "backup", dump).returncode == 0
    ((story,),) = crawl.rows("SELECT story_id FROM articles ORDER BY story_id LIMIT 1")
    assert crawl.kliping("forget", story, "--yes").returncode == 0
    done = crawl.kliping("db", "restore", dump, "--yes")
    assert (done.returncode, "1 stories forgotten since are forgotten again" in done.stdout) == (0, True), done.stderr
    tombstone = f"SELECT state, digest FROM pages WHERE story_id = '{story}'"
    assert crawl.rows(tombstone) == [("forgotten", None)]
    for spoilt in ("UPDATE pages SET state = 'stored'", "DELETE FROM pages"):  # as pg_restore would, ours unasked
        crawl.rows(f"{spoilt} WHERE story_id = '{story}' RETURNING 1")
        assert (verify(crawl)[0], "its row is back or gone" in verify(crawl)[1]) == (5, True)
        assert "was forgotten, and is again" in verify(crawl, "--mend")[1]
        assert crawl.rows(tombstone) == [("forgotten", None)]
    assert verify(crawl)[0] == 0


def test_a_story_forgotten_where_its_page_is_not_is_erased_where_it_is(crawl: Crawl, tmp_path: Path) -> None:
    ((story,),) = crawl.rows("SELECT story_id FROM articles ORDER BY story_id LIMIT 1")
    done = crawl.kliping("forget", story, "--yes", KLIPING_DATA=str(tmp_path / "elsewhere"))
    assert (done.returncode, "where that file is, run kliping archive verify --mend" in done.stderr) == (5, True)
    assert crawl.rows(f"SELECT state FROM pages WHERE story_id = '{story}'") == [("forgotten",)]
    code, said = verify(crawl)
    assert (code, f"liputan6/{story} lies at byte" in said) == (5, True), said
    assert ": erased" in verify(crawl, "--mend")[1]
    assert f"/{story}/" not in "".join(record.url for path in files(tmp_path / "data" / "archive") for record in records(path))


def test_a_prune_that_an_older_backup_does_not_know_is_told_to_it(crawl: Crawl, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "archive"
    (path,) = files(folder)
    journal.note(folder, "prune", file=path.name)
    path.unlink()
    assert "rows point into it; --mend tells them" in verify(crawl)[1]
    assert "was to be pruned, and now is" in verify(crawl, "--mend")[1]
    assert verify(crawl)[0] == 0


def test_old_files_are_pruned_and_their_rows_say_so(
    crawl: Crawl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data" / "archive"
    assert "no file is older than 30d" in crawl.kliping("archive", "prune", "--older-than", "30d").stdout
    assert "needs an age" in crawl.kliping("archive", "prune", "--older-than", "lama").stderr
    assert "needs an age" in crawl.kliping("archive", "prune", "--older-than", "0d").stderr
    for name in ("DATABASE_URL", "KLIPING_DATA"):
        monkeypatch.setenv(name, crawl.env[name])
    monkeypatch.setattr("pipelines.cli.archive.datetime", Later)
    assert main(["archive", "prune", "--older-than", "30d", "--dry-run"]) == 0
    assert "would go" in capsys.readouterr().out
    assert len(files(folder)) == 1
    assert main(["archive", "prune", "--older-than", "30d"]) == 0
    assert "rows say so" in capsys.readouterr().out
    assert files(folder) == []
    assert crawl.rows("SELECT count(*) FROM pages WHERE archive_file IS NULL AND pruned_at IS NOT NULL") == [(4,)]
    assert [entry["file"] for entry in journal.entries(folder, "prune")]
    assert verify(crawl)[0] == 0


def test_kill_9_in_a_crawl_leaves_a_sound_archive(address: str, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    chance = random.Random(20261127)
    with crawling(address, tmp_path, made_site(site, 60)) as crawl:
        crawl.web.delay = 0.01
        for _ in range(2):
            run = crawl.start(*FAST)
            time.sleep(2 + chance.random() * 2)
            run.kill()
            run.communicate()
            assert verify(crawl, "--mend")[0] == 0
        assert crawl("liputan6").returncode == 0
        code, said = verify(crawl)
        assert (code, "nothing wrong" in said) == (0, True), said
        assert crawl.rows("SELECT count(*) FROM articles WHERE story_id >= '7'") == [(60,)]
        assert crawl.rows("SELECT count(*) FROM pages WHERE state = 'stored' AND archive_file IS NULL") == [(0,)]


def test_pages_of_an_outlet_whose_seed_is_gone_are_named(crawl: Crawl, tmp_path: Path) -> None:
    seeds = seeds_of(tmp_path, "kabar")
    (seeds / "liputan6.toml").write_text("name = 3", encoding="utf-8")
    held = crawl.kliping("archive", "verify", KLIPING_SEEDS=str(seeds))
    assert "whether its 4 pages were stored only a seed tells" in held.stdout + held.stderr
    crawl.rows("TRUNCATE pages CASCADE; SELECT 1")
    done = crawl.kliping("archive", "verify", KLIPING_SEEDS=str(seeds))
    assert ("Traceback" in done.stderr, "liputan6.toml" in done.stdout + done.stderr) == (False, True)
