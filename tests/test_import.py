"""Any crawler's WARC is taken: wget's, CC-NEWS's; an older page overwrites no newer one and is a version in its place."""

from __future__ import annotations

import gzip
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from crawling import Crawl, crawling
from test_looks import PAGE, URL, WORDS
from test_rebuild import rebuilt, rows_of, same, wipe
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipelines.archive import journal
from pipelines.nouns import Exit
from pipelines.reread.foreign import stories

if TYPE_CHECKING:
    from collections.abc import Iterator

MAY, JUNE, JULY = "2024-05-02T00:00:00Z", "2024-06-02T00:00:00Z", "2024-07-02T00:00:00Z"
OTHER = "https://www.liputan6.com/lifestyle/read/5583915/lain"
SEEN = "SELECT fetched_at::date::text, changed FROM revisions WHERE story_id = '5583914' ORDER BY fetched_at"


def chunked(body: bytes) -> bytes:
    parts = [body[start : start + 1000] for start in range(0, len(body), 1000)]
    return b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in parts) + b"0\r\n\r\n"


def warc(path: Path, *told: tuple[str, str, str], packed: bool = True, protocol: str = "HTTP/1.1", wrap: str = "") -> Path:
    """Write (url, date, html) as another crawler would, with records that are none of our business between them."""
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=packed)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "Wget/1.21"}))
        for url, date, html in (("https://example.org/", MAY, "<p>x"), *told):
            body = html.encode()
            headers = [("Content-Type", "text/html; charset=utf-8")]
            if "gzip" in wrap:
                body = gzip.compress(body)
                headers.append(("Content-Encoding", "gzip"))
            if "chunked" in wrap:
                body = chunked(body)
                headers.append(("Transfer-Encoding", "chunked"))
            http = StatusAndHeaders("200 OK", headers, protocol=protocol)
            when = {"WARC-Date": date}
            made = writer.create_warc_record(url, "response", BytesIO(body), len(body), http_headers=http, warc_headers_dict=when)
            writer.write_record(made)
    return path


@pytest.fixture
def crawl(address: str, tmp_path: Path) -> Iterator[Crawl]:
    with crawling(address, tmp_path) as ready:
        yield ready


def take(crawl: Crawl, *paths: Path, **env: str) -> str:
    done = crawl.kliping("import", "--jobs", "1", *map(str, paths), **env)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("wrap", ["", "gzip", "chunked", "gzip chunked"])
@pytest.mark.parametrize("protocol", ["HTTP/1.0", "HTTP/1.1"])
@pytest.mark.parametrize("packed", [True, False])
def test_whatever_the_wrapping_the_page_is_the_same(tmp_path: Path, wrap: str, protocol: str, packed: bool) -> None:
    name = "cc.warc.gz" if packed else "wget.warc"
    (found,) = stories(warc(tmp_path / name, (URL, MAY, PAGE), packed=packed, protocol=protocol, wrap=wrap))
    assert (found.outlet.slug, found.story_id, found.page.body) == ("liputan6", "5583914", PAGE.encode())
    assert found.page.fetched_at.isoformat() == "2024-05-02T00:00:00+00:00"


def test_stories_are_taken_once_with_the_day_they_were_seen_and_a_rebuild_finds_them(crawl: Crawl, tmp_path: Path) -> None:
    path = warc(tmp_path / "cc.warc.gz", (URL, MAY, PAGE), wrap="gzip")
    assert take(crawl, path).strip().endswith("1 stored")
    facts = "SELECT state, fetched_at::date::text, discovered_at::date::text, next_look_at FROM pages"
    assert crawl.rows(facts) == [("stored", "2024-05-02", "2024-05-02", None)], "nobody looks again at what was looked at in 2024"
    assert crawl.rows(SEEN) == [("2024-05-02", [])]
    assert "taken already" in take(crawl, path)
    before = rows_of(crawl)
    wipe(crawl)
    rebuilt(crawl, "--jobs", "1")
    same(rows_of(crawl), before)
    assert crawl.rows(facts) == [("stored", "2024-05-02", "2024-05-02", None)]


def test_what_no_row_can_point_to_is_not_archived(crawl: Crawl, tmp_path: Path) -> None:
    path = warc(tmp_path / "cc.warc.gz", (URL, MAY, PAGE))
    done = crawl.kliping("import", str(path), "--jobs", "1", PGOPTIONS="-c default_transaction_read_only=on")
    assert (done.returncode, "this role may only read" in done.stderr, len(done.stderr.splitlines())) == (Exit.USAGE, True, 1)
    assert not list(Path(crawl.env["KLIPING_DATA"]).rglob("*.warc.gz"))
    assert take(crawl, path).strip().endswith("1 stored")


@pytest.mark.parametrize("order", [(2, 1, 0), pytest.param((1, 2, 0), marks=pytest.mark.soak)])
def test_the_order_in_which_files_come_is_no_matter(crawl: Crawl, tmp_path: Path, order: tuple[int, ...]) -> None:
    texts = [PAGE, PAGE.replace(WORDS, "penyair berusia 68 tahun"), PAGE.replace(WORDS, "penyair berusia 76 tahun")]
    days = (MAY, JUNE, JULY)
    for number in order:
        take(crawl, warc(tmp_path / f"{number}.warc.gz", (URL, days[number], texts[number])))
    assert crawl.rows(SEEN) == [("2024-05-02", []), ("2024-06-02", ["body"]), ("2024-07-02", ["body"])]
    assert crawl.rows("SELECT position('berusia 76 tahun' IN text) > 0 FROM articles") == [(True,)]
    assert crawl.rows("SELECT fetched_at::date::text FROM pages") == [("2024-07-02",)]


def test_a_text_seen_earlier_than_we_knew_moves_its_version_back(crawl: Crawl, tmp_path: Path) -> None:
    take(crawl, warc(tmp_path / "july.warc.gz", (URL, JULY, PAGE)))
    take(crawl, warc(tmp_path / "may.warc.gz", (URL, MAY, PAGE)))
    assert crawl.rows(SEEN) == [("2024-05-02", [])]
    assert crawl.rows("SELECT fetched_at::date::text FROM pages") == [("2024-07-02",)]


def test_what_is_gone_or_forgotten_stays_so(crawl: Crawl, tmp_path: Path) -> None:
    take(crawl, warc(tmp_path / "may.warc.gz", (URL, MAY, PAGE)))
    crawl.rows("UPDATE pages SET state = 'gone', next_look_at = NULL RETURNING 1")
    take(crawl, warc(tmp_path / "june.warc.gz", (URL, JUNE, PAGE.replace(WORDS, "penyair berusia 76 tahun"))))
    assert crawl.rows("SELECT state, fetched_at::date::text FROM pages") == [("gone", "2024-06-02")]
    assert len(crawl.rows(SEEN)) == 2
    assert crawl.kliping("forget", "5583914", "--yes").returncode == 0
    assert "1 held already or forgotten" in take(crawl, warc(tmp_path / "july.warc.gz", (URL, JULY, PAGE)))
    assert crawl.rows("SELECT count(*) FROM articles") == [(0,)]


def test_permission_is_a_matter_of_record(crawl: Crawl, tmp_path: Path) -> None:
    path = warc(tmp_path / "a.warc.gz", ("https://www.antaranews.com/berita/5500009/hilang", MAY, PAGE))
    assert "1 not permitted by antaranews (KLIPING_PERMIT)" in take(crawl, path)
    assert crawl.rows("SELECT count(*) FROM pages") == [(0,)]
    path = warc(tmp_path / "b.warc.gz", ("https://www.antaranews.com/berita/5500009/hilang", JUNE, PAGE))
    take(crawl, path, KLIPING_PERMIT="antaranews")
    assert [entry["outlet"] for entry in journal.entries(tmp_path / "data" / "archive", "permit")] == ["antaranews"]


def test_a_record_without_a_day_is_named_and_costs_no_other(crawl: Crawl, tmp_path: Path) -> None:
    """A day that is none, an hour that is none, no day at all: what stands behind them is taken, and the file is done."""
    told = [(OTHER, date, PAGE) for date in ("kemarin", "2024-07-02T25:00:00Z", JUNE)]
    odd = warc(tmp_path / "odd.warc", *told, (URL, MAY, PAGE), packed=False)
    odd.write_bytes(odd.read_bytes().replace(f"WARC-Date: {JUNE}\r\n".encode(), b""))
    done = crawl.kliping("import", "--jobs", "1", str(odd))
    assert (done.returncode, done.stdout) == (0, f"{odd}: 1 stored\n")
    days = ("'kemarin'", "'2024-07-02T25:00:00Z'", "missing")
    assert done.stderr.splitlines() == [f"{odd}: the record of {OTHER} is passed over: its WARC-Date is {day}" for day in days]
    assert crawl.rows("SELECT story_id FROM articles") == [("5583914",)]
    assert take(crawl, odd) == f"{odd}: 1 taken already\n"
    parquet = crawl.kliping("reclean", "--jobs", "1", "--to", "parquet", str(tmp_path / "out"), "--warc", str(odd))
    assert (parquet.returncode, parquet.stdout.splitlines()[-1]) == (0, f"1 stories in {tmp_path / 'out'}")


@pytest.mark.parametrize("verb", [["import"], ["reclean", "--to", "parquet", "out", "--warc"]], ids=["import", "reclean"])
def test_a_file_that_is_no_warc_is_a_line(crawl: Crawl, tmp_path: Path, verb: list[str]) -> None:
    none = tmp_path / "none.warc"
    none.write_bytes(b"bukan arsip\n")
    done = crawl.kliping(*(str(tmp_path / word) if word == "out" else word for word in verb), str(none), "--jobs", "1")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert f"{none}: " in line


def test_a_file_that_breaks_off_keeps_what_came_before_and_is_named(crawl: Crawl, tmp_path: Path) -> None:
    path = warc(tmp_path / "cut.warc.gz", (URL, MAY, PAGE), (OTHER, MAY, PAGE.replace("5583914", "5583915")))
    path.write_bytes(path.read_bytes()[:-3000])
    done = crawl.kliping("import", "--jobs", "1", str(path), str(tmp_path / "no.warc.gz"))
    assert done.returncode == 2
    assert "no.warc.gz: No such file" in done.stderr
    assert "cut.warc.gz: breaks off at byte" in done.stderr
    assert crawl.rows("SELECT story_id FROM articles") == [("5583914",)]  # and nothing of the one that is cut
    whole = warc(tmp_path / "whole.warc.gz", (URL, MAY, PAGE), (OTHER, MAY, PAGE.replace("5583914", "5583915")))
    assert take(crawl, whole).endswith("1 held already or forgotten, 1 stored\n")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["text.txt", "text.warc.gz"])
def test_what_is_no_warc_file_is_one_line(crawl: Crawl, tmp_path: Path, name: str) -> None:
    held = b"Warga menanam bakau.\n\nHarga cabai naik.\n"
    (tmp_path / name).write_bytes(gzip.compress(held) if name.endswith("gz") else held)
    done = crawl.kliping("import", "--jobs", "1", str(tmp_path / name))
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{tmp_path / name}: is no WARC file\n")
