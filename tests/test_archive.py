"""The archive is WARC 1.1 that every tool reads, torn at one record at most, and a forgotten story leaves no word in it."""

from __future__ import annotations

import gzip
import resource
import subprocess
import sys
import time
import zlib
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

import brotli
import pytest
from crawling import ROOT, crawling, recording, started
from fastwarc.warc import ArchiveIterator as Fast
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from test_exits import EMPTY_INDEX, EMPTY_SITEMAP
from test_looks import FEED, PAGE, URL
from warcio.archiveiterator import ArchiveIterator

from pipelines.archive import Archive, journal, read
from pipelines.archive.encodings import unpacked
from pipelines.archive.forgetting import erase, places_of, recall
from pipelines.archive.members import heads, padded, walk
from pipelines.archive.reader import files, record_at, records
from pipelines.archive.records import tombstone
from pipelines.extract import attempt
from pipelines.nouns import Page, Place
from pipelines.outlets import load
from pipelines.store.keep import Kept, put

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawling import Crawl
    from sqlalchemy import Engine

STORY = "<p>Harga cabai di Pasar Minggu naik dua kali lipat sejak hujan turun.</p>" * 40
HTML = f"<html><body>{STORY}</body></html>".encode()
WHEN = datetime(2026, 11, 22, 5, 0, 0, 123456, tzinfo=UTC)
PACKED = {"gzip": partial(gzip.compress, mtime=0), "br": brotli.compress, "deflate": zlib.compress}
CABAI = "https://www.liputan6.com/bisnis/read/7000001/harga-cabai"


def a_page(body: bytes = HTML, coding: str = "", url: str = CABAI, **told) -> Page:
    headers = (("Content-Type", "text/html; charset=utf-8"), ("Transfer-Encoding", "chunked"), ("ETag", '"a"'))
    wire = PACKED[coding](body) if coding else body
    headers += (("Content-Encoding", coding),) if coding else ()
    return Page(url, body, "text/html; charset=utf-8", WHEN, 200, headers, wire, (("User-Agent", "Kliping/0.1"),), **told)


PAGES = {
    "plain": a_page(),
    "gzip": a_page(coding="gzip"),
    "brotli": a_page(coding="br"),
    "deflate": a_page(coding="deflate"),
    "empty": a_page(b""),
    "beyond a block": a_page(bytes(range(256)) * 1000, "gzip"),
    "not packable": a_page(gzip.compress(HTML) * 700, "gzip"),
    "asked elsewhere": a_page(asked_url="https://m.liputan6.com/read/7000001/x"),
    "of three pages": a_page(more=(a_page(url=CABAI + "?page=2"), a_page(coding="gzip", url=CABAI + "?page=3"))),
    "cut short": a_page(truncated="length"),
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_page_comes_back_as_it_was(tmp_path: Path, page: Page) -> None:
    archive = Archive(tmp_path, "liputan6")
    archive.append(a_page(url="https://www.liputan6.com/a/read/1/a"))
    place = archive.append(page)
    archive.append(a_page(url="https://www.liputan6.com/a/read/2/b"))
    archive.close()
    back = read(tmp_path, place)
    for one, was in zip((back, *back.more), (page, *page.more), strict=True):
        assert (one.url, one.asked_url, one.body, one.wire) == (was.url, was.asked_url or was.url, was.body, was.wire)
        assert (one.fetched_at, one.status, one.content_type, one.truncated) == (WHEN, 200, was.content_type, was.truncated)
        assert ("ETag", '"a"') in one.headers


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_warcio_and_fastwarc_read_it_and_find_its_digests_right(tmp_path: Path, page: Page) -> None:
    archive = Archive(tmp_path, "liputan6")
    place = archive.append(page)
    archive.revisit(replace(a_page(), status=304, body=b"", wire=b""), place)
    archive.close()
    (path,) = files(tmp_path)
    pages = 1 + len(page.more)
    expected = ["warcinfo", *["response", "request"] * pages, "revisit", "request"]
    with path.open("rb") as stream:
        kinds = []
        for record in ArchiveIterator(stream, check_digests="raise"):
            kinds.append(record.rec_type)
            wire = record.raw_stream.read()  # its content_stream does not know today's brotli
            if len(kinds) == 2:
                assert wire == page.wire
    assert kinds == expected
    with path.open("rb") as stream:
        found = list(Fast(stream, parse_http=False, func_filter=lambda record: record.verify_block_digest()))
    assert [record.headers["WARC-Type"] for record in found] == expected
    with path.open("rb") as stream:
        first = next(record for record in Fast(stream) if record.headers["WARC-Type"] == "response")
        assert first.verify_payload_digest()
        assert first.headers["WARC-Target-URI"] == page.url
    ids = {record.record_id for record in found}
    assert len(ids) == len(found)


def test_a_request_names_its_response_and_keeps_no_secret(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "liputan6")
    archive.append(replace(a_page(), asked=(("Proxy-Authorization", "Basic cmFoYXNpYQ=="), ("User-Agent", "Kliping"))))
    archive.close()
    info, response, request = records(*files(tmp_path))
    assert request.fields["warc-concurrent-to"] == response.fields["warc-record-id"]
    assert response.fields["warc-warcinfo-id"] == info.fields["warc-record-id"]
    asked = ["GET /bisnis/read/7000001/harga-cabai HTTP/1.1", "Host: www.liputan6.com", "User-Agent: Kliping", "", ""]
    assert request.block.decode().split("\r\n") == asked


def test_an_unchanged_page_costs_a_revisit(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "liputan6")
    held = archive.append(a_page(coding="gzip"))
    same = archive.revisit(a_page(coding="gzip"), held)
    other = archive.revisit(a_page(HTML + b"<!-- x -->", "gzip"), held)
    lost = archive.revisit(a_page(coding="gzip"), replace(held, file="gone.warc.gz"))
    archive.close()
    revisit, origin = record_at(tmp_path, same), record_at(tmp_path, held)
    assert revisit.fields["warc-profile"] == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    assert revisit.fields["warc-refers-to"] == origin.fields["warc-record-id"]
    assert revisit.fields["warc-refers-to-date"] == origin.fields["warc-date"]
    assert [record_at(tmp_path, place).kind for place in (other, lost)] == ["response", "response"]


def test_a_file_begun_anew_never_parts_a_story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.archive.writer.ROTATE_AT", 20_000)
    archive = Archive(tmp_path, "liputan6")
    places = [archive.append(PAGES["of three pages"]) for _ in range(4)]
    archive.close()
    assert len({place.file for place in places}) > 1
    assert all(len(read(tmp_path, place).more) == 2 for place in places)


@pytest.mark.parametrize("cut", [1, 30, 400, -1])
def test_a_crash_tears_one_record_at_most(tmp_path: Path, cut: int) -> None:
    archive = Archive(tmp_path, "liputan6")
    first, second = archive.append(a_page()), archive.append(a_page(coding="gzip"))
    archive.close()
    (path,) = files(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: second.offset + (cut if cut > 0 else second.length - 1)])
    *sound, torn = walk(path)
    assert [member.offset for member in sound][1] == first.offset
    assert len(sound) == 3
    assert (torn.content, torn.offset, torn.offset + torn.length) == (None, second.offset, path.stat().st_size)
    assert read(tmp_path, first).body == HTML


def test_a_rotten_record_costs_itself_alone(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "liputan6")
    places = [archive.append(a_page(coding="gzip", url=f"https://www.liputan6.com/a/read/{n}/a")) for n in range(3)]
    archive.close()
    (path,) = files(tmp_path)
    rotten = bytearray(path.read_bytes())
    rotten[places[1].offset + 500] ^= 0xFF
    path.write_bytes(rotten)
    found = {member.offset: member.content is not None for member in walk(path)}
    assert [found[place.offset] for place in places] == [True, False, True]
    with pytest.raises(ValueError, match=r"no record at byte"):
        read(tmp_path, places[1])


def test_a_length_that_cannot_be_stops_nobody(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "liputan6")
    place = archive.append(a_page())
    archive.close()
    (path,) = files(tmp_path)
    rotten = bytearray(path.read_bytes())
    rotten[place.offset + 16 : place.offset + 20] = bytes(4)  # the packed length, in the header's extra field
    path.write_bytes(rotten)
    assert [member.offset for member in heads(path)] == [member.offset for member in walk(path)]


def test_what_is_packed_and_no_record_is_passed_over(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "liputan6")
    archive.append(a_page())
    archive.close()
    (path,) = files(tmp_path)
    sound = len(list(records(path)))
    with path.open("ab") as file:
        file.write(gzip.compress(b"catatan harian"))
    assert len(list(records(path))) == sound


@contextmanager
def _no_more_than(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_fills_up_in_a_record_takes_none_of_it(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "liputan6")
    first = archive.append(a_page())
    (path,) = files(tmp_path)
    size = path.stat().st_size
    with _no_more_than(size + 100), pytest.raises(OSError, match="large"):
        archive.append(a_page())
    assert path.stat().st_size == size
    last = archive.append(a_page(coding="gzip"))
    archive.close()
    assert read(tmp_path, first).body == read(tmp_path, last).body == HTML


@pytest.mark.parametrize("gone", ["deleted", "moved"])
def test_a_file_that_is_gone_while_it_is_written_is_no_archive(tmp_path: Path, gone: str) -> None:
    archive = Archive(tmp_path / "archive", "liputan6")
    archive.append(a_page())
    archive.sync()
    (path,) = files(tmp_path / "archive")
    if gone == "deleted":
        path.unlink()
    else:
        path.rename(tmp_path / path.name)
    archive.append(a_page())
    for _ in range(2):
        with pytest.raises(OSError, match=f"{path.name} was deleted or moved while it was being written"):
            archive.sync()
    path.touch()
    archive.close()


@settings(max_examples=40)
@given(st.integers(min_value=240, max_value=400_000))
def test_tombstones_have_any_length(length: int) -> None:
    made = padded(tombstone(), length)
    assert len(made) == length
    assert {record.rec_type for record in ArchiveIterator(BytesIO(made))} == {"metadata"}
    assert {record.headers["WARC-Type"] for record in Fast(BytesIO(made))} == {"metadata"}


def test_no_room_for_a_tombstone() -> None:
    with pytest.raises(ValueError, match="are needed"):
        padded(tombstone(), 50)


def test_forgetting_takes_every_fetch_of_one_story_and_moves_nothing(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "liputan6")
    other = archive.append(a_page(url="https://www.liputan6.com/a/read/7000002/b"))
    first = archive.append(PAGES["of three pages"])
    archive.append(a_page(url="https://feed.liputan6.com/rss"), "door", door="https://feed.liputan6.com/rss")
    archive.revisit(a_page(), first)
    archive.append(a_page(bytes(range(256)) * 1000, "gzip", asked_url=CABAI, url="https://m.liputan6.com/other"))
    last = archive.append(a_page(url="https://www.liputan6.com/a/read/7000003/c"))
    archive.close()
    (path,) = files(tmp_path)
    before = path.stat().st_size
    erase(tmp_path, recall(tmp_path, load("liputan6"), "7000001", CABAI))
    assert path.stat().st_size == before
    assert read(tmp_path, other).body == read(tmp_path, last).body == HTML
    assert {record.url for record in records(path) if record.url} == {
        "https://www.liputan6.com/a/read/7000002/b", "https://feed.liputan6.com/rss", "https://www.liputan6.com/a/read/7000003/c",
    }  # fmt: skip
    assert places_of(tmp_path, load("liputan6"), "7000001") == []
    assert [member.offset for member in heads(path)] == [member.offset for member in walk(path)]
    (entry,) = journal.entries(tmp_path, "forget")
    assert (entry["outlet"], entry["story_id"], entry["url"], len(entry["places"])) == ("liputan6", "7000001", CABAI, 10)
    erase(tmp_path, [Place(*place) for place in entry["places"]])
    assert read(tmp_path, last).body == HTML


def test_a_journal_that_takes_half_a_line_is_told(tmp_path: Path) -> None:
    journal.note(tmp_path, "permit", outlet="antaranews")
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, ((tmp_path / journal.FILE).stat().st_size + 20, usual[1]))  # as a full disk does
    try:
        with pytest.raises(OSError, match="No space left"):
            journal.note(tmp_path, "permit", outlet="republika")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    journal.note(tmp_path, "permit", outlet="republika")
    assert [entry["outlet"] for entry in journal.entries(tmp_path, "permit")] == ["antaranews", "republika"]


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\x85", "\x0b", "\r", "\n"])
def test_a_journal_line_ends_nowhere_but_at_its_end(tmp_path: Path, end: str) -> None:
    journal.note(tmp_path, "forget", outlet="liputan6", url=f"{CABAI}{end}naik")
    assert [entry["url"] for entry in journal.entries(tmp_path, "forget")] == [f"{CABAI}{end}naik"]


def test_a_journal_line_that_a_crash_cut_short_spoils_no_other(tmp_path: Path) -> None:
    journal.note(tmp_path, "permit", outlet="antaranews")
    with (tmp_path / journal.FILE).open("a") as file:
        file.write('{"at": "2026-11-27T07:00:00+00:00", "what": "forg')
    journal.note(tmp_path, "permit", outlet="republika")
    assert [entry["outlet"] for entry in journal.entries(tmp_path, "permit")] == ["antaranews", "republika"]
    assert journal.entries(tmp_path, "forget") == []


@pytest.mark.parametrize("coding", PACKED)
@pytest.mark.parametrize("cut", [0, 1, 3000])
def test_bodies_are_unpacked_as_far_as_they_go(coding: str, cut: int) -> None:
    packed = PACKED[coding](HTML)
    if not cut:
        assert unpacked(packed, (("content-encoding", f"identity, {coding}"),)) == HTML
    assert isinstance(unpacked(packed[cut:], (("Content-Encoding", coding),)), bytes)
    if coding != "br":
        assert HTML.startswith(unpacked(packed[: len(packed) - 20], (("Content-Encoding", coding),))[:200])


@pytest.fixture
def crawl(address: str, tmp_path: Path) -> Iterator[Crawl]:
    feed = ("https://feed.liputan6.com/rss", FEED, "application/xml")
    gone = ("https://www.liputan6.com/news/read/5500009/hilang", "hilang", "text/html|404")
    only = recording(tmp_path, (URL, PAGE, "text/html; charset=utf-8"), feed, EMPTY_SITEMAP, *EMPTY_INDEX, gone)
    with crawling(address, tmp_path, only) as ready:
        assert ready().returncode == 0
        yield ready



def test_a_crawl_keeps_doors_answers_and_looks(crawl: Crawl, tmp_path: Path) -> None:
    listed = tmp_path / "urls.txt"
    listed.write_text("https://www.liputan6.com/news/read/5500009/hilang\n", encoding="utf-8")
    crawl("liputan6", "-a", f"urls={listed}")
    crawl.rows("UPDATE pages SET next_look_at = now() WHERE state = 'stored' RETURNING 1")
    crawl("liputan6")
    folder = tmp_path / "data" / "archive"
    found = [record for path in files(folder) for record in records(path)]
    doors = [record.fields["kliping-door"] for record in found if record.role == "door"]
    assert "https://feed.liputan6.com/rss" in doors
    assert [(record.page.status, record.asked) for record in found if record.role == "story" and record.kind == "response"] == [
        (200, URL), (404, "https://www.liputan6.com/news/read/5500009/hilang"),
    ]  # fmt: skip
    kinds = [record.kind for record in found]
    assert kinds.count("request") == kinds.count("response") + kinds.count("revisit")
    assert kinds.count("revisit") == 1
    assert {record.url for record in found if record.role == "robots"} == {
        "https://feed.liputan6.com/robots.txt", "https://www.liputan6.com/robots.txt",
    }  # fmt: skip


def test_no_word_of_a_forgotten_story_is_left(crawl: Crawl, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "archive"
    assert b"penyair berusia 67 tahun" in everything_in_pages(folder)
    done = crawl.kliping("forget", URL, "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert crawl.kliping("forget", URL, "--yes").stdout == "liputan6/5583914 was forgotten already\n"
    assert b"penyair berusia" not in everything_in_pages(folder)
    assert crawl.rows("SELECT count(*) FROM articles") == [(0,)]
    assert [entry["story_id"] for entry in journal.entries(folder, "forget")] == ["5583914"]


def test_a_fetch_that_comes_while_a_story_is_forgotten_is_buried_too(crawl: Crawl, database: Engine, tmp_path: Path) -> None:
    """A look stores a new text after the archive was searched and before the row is a tombstone; until then it holds the row."""
    folder = tmp_path / "data" / "archive"
    (page,) = (record.page for path in files(folder) for record in records(path) if record.is_page)
    changed = replace(page, body=page.body.replace(b"penyair", b"pujangga"), wire=None, fetched_at=datetime.now(UTC))
    with database.begin() as look:
        look.execute(text("SELECT FROM pages FOR UPDATE"))
        forgetting = started([sys.executable, "-m", "pipelines.cli.main", "forget", URL, "--yes"], crawl.env)
        while not crawl.rows("SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"):
            assert forgetting.poll() is None
            time.sleep(0.05)
        archive = Archive(folder, "liputan6")
        place = archive.append(changed)
        archive.close()
        kept = Kept("liputan6", "5583914", changed, place, attempt(changed, load("liputan6")), leased=True)
        assert put(look, None, [kept])[kept.key].changed
    assert forgetting.wait(60) == 0
    assert places_of(folder, load("liputan6"), "5583914") == []
    assert [len(entry["places"]) for entry in journal.entries(folder, "forget")] == [2, 2]
    assert crawl.rows("SELECT state FROM pages") == [("forgotten",)]
    assert crawl.kliping("archive", "verify").returncode == 0


def test_a_story_that_the_journal_cannot_take_is_not_forgotten(crawl: Crawl, tmp_path: Path) -> None:
    path = tmp_path / "data" / "archive" / journal.FILE
    path.write_text("x" * 1_000 + "\n", encoding="utf-8")
    forget = f"ulimit -f 1; {sys.executable} -m pipelines.cli.main forget {URL} --yes"  # a file of 1,024 bytes: the disk is full
    done = subprocess.run(["bash", "-c", forget], cwd=ROOT, env=crawl.env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (6, f"kliping forget: {path}: No space left on device\n")
    assert crawl.rows("SELECT count(*) FROM articles") == [(1,)]
    assert crawl.kliping("archive", "verify").returncode == 0


def everything_in_pages(folder: Path) -> bytes:
    return b"".join(record.page.body for path in files(folder) for record in records(path) if record.kind == "response")


def test_a_permit_that_a_crawl_rests_on_is_written_down(address: str, tmp_path: Path) -> None:
    listed = tmp_path / "urls.txt"
    listed.write_text("https://www.antaranews.com/berita/5500009/hilang\n", encoding="utf-8")
    with crawling(address, tmp_path) as crawl:
        assert crawl("antaranews", "-a", f"urls={listed}").returncode == 10
        assert journal.entries(tmp_path / "data" / "archive", "permit") == []
        crawl("antaranews", "-a", f"urls={listed}", KLIPING_PERMIT="antaranews")
    (entry,) = journal.entries(tmp_path / "data" / "archive", "permit")
    assert (entry["outlet"], entry["permission"]) == ("antaranews", "ask")


def test_a_permit_that_cannot_be_written_down_permits_nothing(address: str, tmp_path: Path) -> None:
    listed = tmp_path / "urls.txt"
    listed.write_text("https://www.antaranews.com/berita/5500009/hilang\n", encoding="utf-8")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "archive").touch()  # where its folder should be
    with crawling(address, tmp_path) as crawl:
        done = crawl("antaranews", "-a", f"urls={listed}", KLIPING_PERMIT="antaranews")
        assert (done.returncode, done.stderr.count("\n"), crawl.asked()) == (6, 1, []), done.stderr
        assert crawl.rows("SELECT exit_code FROM runs") == [(6,)]


@pytest.mark.parametrize("coding", PACKED)
def test_a_bomb_is_unpacked_no_further_than_a_page_may_be(coding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.archive.encodings.MOST", 1_000_000)
    bomb = PACKED[coding](b"a" * 20_000_000)
    assert len(unpacked(bomb, (("Content-Encoding", coding),))) <= 1_500_000
