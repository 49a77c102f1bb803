"""From an empty database and the archive comes what was there: every article, cut, version and refusal, row by row."""

from __future__ import annotations

import gzip
import os
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from crawling import crawling, planted, recording, resumed
from test_exits import EMPTY_INDEX, EMPTY_SITEMAP
from test_looks import FEED, URL, WORDS, Site, printed

from pipelines.archive.reader import files, records
from pipelines.store import engine
from pipelines.store.runs import lock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawling import Crawl, Fresh

# What no page tells: runs, the database's clock, which run found a story, when a failed one is asked again.
OURS = {
    "pages": {"discovered_by", "leased_by", "next_try_at", "discovered_at"},
    "articles": {"first_seen_at", "read_at"}, "rejects": {"refused_at"}, "cuts": set(), "revisions": set(),
}  # fmt: skip
ROWS = "SELECT to_jsonb({0}) FROM {0} ORDER BY outlet, story_id, {0}::text"


def rows_of(crawl: Crawl) -> dict[str, list[dict[str, Any]]]:
    found = {}
    for table, ours in OURS.items():
        rows = [row for (row,) in crawl.rows(ROWS.format(table))]
        found[table] = [{name: value for name, value in row.items() if name not in ours} for row in rows]
    for row in found["pages"]:
        if row["state"] in ("refused", "forbidden"):  # asked for again so long after it was discovered
            row["next_look_at"] = row["next_look_at"] is not None
    return found


def same(found: dict[str, list[dict[str, Any]]], before: dict[str, list[dict[str, Any]]]) -> None:
    for table, rows in before.items():
        assert len(found[table]) == len(rows), table
        for now, was in zip(found[table], rows, strict=True):
            differing = {name: (now[name], was[name]) for name in was if now[name] != was[name]}
            assert not differing, f"{table} {was['outlet']}/{was['story_id']}"


def wipe(crawl: Crawl) -> None:
    crawl.rows("TRUNCATE runs, days, doors, pages, articles CASCADE; SELECT 1")


def rebuilt(crawl: Crawl, *arguments: str) -> None:
    done = crawl.kliping("rebuild", *arguments)
    assert (done.returncode, done.stderr) == (0, "")


def test_crawl_wipe_rebuild_is_the_same(address: str, tmp_path: Path) -> None:
    with crawling(address, tmp_path) as crawl:
        crawl()
        before = rows_of(crawl)
        assert len(before["articles"]) == 10
        assert before["rejects"]
        wipe(crawl)
        rebuilt(crawl, "--jobs", "2")
        same(rows_of(crawl), before)
        assert crawl.rows("SELECT count(*) FROM articles JOIN pages USING (story_id) WHERE first_seen_at = fetched_at") == [(10,)]
        again = crawl.kliping("rebuild")
        assert (again.returncode, again.stderr.strip()) == (
            2, "kliping rebuild: liputan6: the database knows it already; rebuild fills an empty one",
        )  # fmt: skip
        assert crawl().returncode == 0
        assert rows_of(crawl)["articles"] == before["articles"]


GONE = "https://www.liputan6.com/news/read/5500009/hilang"
BARRED = "https://www.liputan6.com/news/read/5500010/terlarang"
BUSY = "https://www.liputan6.com/news/read/5500011/sibuk"
EMPTY = "https://www.liputan6.com/news/read/5500012/kosong"


@pytest.fixture(scope="module")
def life(fresh: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawl]:
    """A site that was corrected, looked at in vain, refused, taken down and busy; one story was forgotten."""
    folder = tmp_path_factory.mktemp("life")
    feed = ("https://feed.liputan6.com/rss", FEED, "application/xml")
    answers = [(GONE, "x", "text/html|404"), (BARRED, "x", "text/html|403"), (BUSY, "x", "text/html|503")]
    story = printed(timedelta(hours=2))
    told = [(URL, story, "text/html"), (EMPTY, "<p>x", "text/html"), *answers]
    only = recording(folder, *told, feed, EMPTY_SITEMAP, *EMPTY_INDEX)
    listed = folder / "urls.txt"
    listed.write_text(f"{GONE}\n{BARRED}\n{BUSY}\n{EMPTY}", encoding="utf-8")
    with fresh() as address, crawling(address, folder, only) as crawl:
        crawl()
        crawl("liputan6", "-a", f"urls={listed}")
        site = Site(crawl, story)
        site.look()
        site.says(site.story.replace(WORDS, "penyair berusia 76 tahun"))
        site.look()
        site.says(site.story.replace(WORDS, "penyair berusia 76 tahun").replace("</body>", "<p>iklan</p></body>"))
        site.look()
        yield crawl


@pytest.fixture
def lived(life: Crawl, fresh: Fresh, tmp_path: Path) -> Iterator[Crawl]:
    """A copy of that life."""
    with resumed(life, fresh, tmp_path) as crawl:
        yield crawl


def test_versions_looks_and_answers_are_the_same(lived: Crawl) -> None:
    before = rows_of(lived)
    assert [row["changed"] for row in before["revisions"]] == [[], ["body"]]
    assert {row["story_id"]: row["state"] for row in before["pages"]} == {
        "5583914": "stored", "5500009": "gone", "5500010": "forbidden", "5500011": "failed", "5500012": "refused",
    }  # fmt: skip
    wipe(lived)
    rebuilt(lived, "liputan6", "--jobs", "1")
    same(rows_of(lived), before)


def test_what_was_forgotten_stays_so(lived: Crawl) -> None:
    assert lived.kliping("forget", "5583914", "--yes").returncode == 0
    before = rows_of(lived)
    assert not before["articles"]
    wipe(lived)
    rebuilt(lived, "--jobs", "1")
    same(rows_of(lived), before)
    assert "forgotten" in {row["state"] for row in before["pages"]}


def test_a_rebuild_cut_short_begins_anew(lived: Crawl, tmp_path: Path) -> None:
    before = rows_of(lived)
    lived.rows("INSERT INTO rebuilds (outlet) VALUES ('liputan6') RETURNING 1")
    rebuilt(lived, "--jobs", "1")
    same(rows_of(lived), before)
    assert lived.rows("SELECT FROM rebuilds") == []
    done = lived.kliping("rebuild", "--jobs", "1")
    assert (done.returncode, "the database knows it already" in done.stderr) == (2, True)
    first, *_ = files(tmp_path / "data" / "archive")
    shutil.copy(first, first.with_name(first.name.replace("liputan6", "merdeka")))  # the next one, which was not begun
    done = lived.kliping("rebuild", "--jobs", "1")
    assert (done.returncode, "has no door" in done.stderr) == (5, True)  # they are liputan6's answers, after all
    assert done.stdout == "merdeka is rebuilt\nliputan6: the database knows it already: left as it is\n"


@pytest.mark.parametrize(("old", "new"), [(b"WARC-Target-URI", b"WARC-Targe4-URI"), (b"HTTP/1.1 200", b"HTTP/1.1 2p0")])
def test_a_head_in_which_a_bit_has_flipped_is_named_and_the_rest_is_rebuilt(
    lived: Crawl, tmp_path: Path, old: bytes, new: bytes
) -> None:
    told = (record for path in files(tmp_path / "data" / "archive") for record in records(path))
    place = next(record.place for record in told if (record.kind, record.role) == ("response", "story"))
    path = tmp_path / "data" / "archive" / place.file
    whole, end = path.read_bytes(), place.offset + place.length
    decayed = gzip.decompress(whole[place.offset : end]).replace(old, new, 1)
    path.write_bytes(whole[: place.offset] + gzip.compress(decayed) + whole[end:])
    wipe(lived)
    done = lived.kliping("rebuild", "--jobs", "1")
    assert (done.returncode, "broken record at byte" in done.stderr, "Traceback" in done.stderr) == (5, True, False), done.stderr
    assert "is rebuilt" in done.stdout


def test_pages_of_an_outlet_that_must_be_asked_need_the_permit_of_the_journal(lived: Crawl, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "archive"
    (first, *_) = files(folder)
    os.rename(first, folder / first.name.replace("liputan6", "antaranews"))  # noqa: PTH104
    wipe(lived)
    done = lived.kliping("rebuild", "antaranews", "--jobs", "1")
    assert done.returncode == 5
    assert "no permit is in the journal" in done.stderr


def test_an_outlet_without_a_seed_is_named_and_the_rest_is_rebuilt(lived: Crawl, tmp_path: Path) -> None:
    before = rows_of(lived)
    first, *_ = files(tmp_path / "data" / "archive")
    shutil.copy(first, first.with_name(first.name.replace("liputan6", "bekas")))
    wipe(lived)
    done = lived.kliping("rebuild", "--jobs", "1")
    assert (done.returncode, done.stderr) == (2, "bekas: left out: it has no seed any more\n")
    same(rows_of(lived), before)


def test_what_rotted_in_the_archive_is_named_and_the_rest_is_rebuilt(lived: Crawl, tmp_path: Path) -> None:
    place = "archive_file, archive_offset, archive_length"
    ((file, offset, length),) = lived.rows(f"SELECT {place} FROM pages WHERE state = 'refused'")
    path = tmp_path / "data" / "archive" / file
    held = bytearray(path.read_bytes())
    held[offset : offset + length] = bytes(length)
    path.write_bytes(held)
    wipe(lived)
    done = lived.kliping("rebuild", "--jobs", "1")
    lost = f"{file}: no record from byte {offset} to {offset + length}: what stood there is lost\n"
    assert (done.returncode, done.stderr) == (5, lost)
    assert [row["story_id"] for row in rows_of(lived)["articles"]] == ["5583914"]


def test_a_rebuild_under_a_crawl_is_refused(lived: Crawl, monkeypatch: pytest.MonkeyPatch) -> None:
    wipe(lived)
    monkeypatch.setenv("DATABASE_URL", lived.address)
    opened = engine.connect()
    with opened.connect() as held:
        held.detach()  # back in the pool it would keep the lock
        assert lock(held, "liputan6") is None
        done = lived.kliping("rebuild", "--jobs", "1")
    opened.dispose()
    assert (done.returncode, "Traceback" in done.stderr) == (8, False)
    rebuilt(lived, "--jobs", "1")


def test_a_door_that_cannot_be_read_is_named_and_the_rest_is_rebuilt(lived: Crawl, tmp_path: Path) -> None:
    before = rows_of(lived)
    wipe(lived)
    spoil = "def announced(*a): raise RuntimeError('boom')"
    done = lived.kliping("rebuild", "--jobs", "1", **planted(tmp_path, "pipelines.discovery", spoil))
    assert (done.returncode, "cannot be read: RuntimeError: boom" in done.stderr) == (5, True)
    assert {row["story_id"] for row in rows_of(lived)["articles"]} == {row["story_id"] for row in before["articles"]}
