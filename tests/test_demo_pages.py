"""The shipped pages themselves: each reading is true of its page, each story has a door.

No reader of ours is asked here; these are facts about fixtures and about the recorded web.
"""

from __future__ import annotations

import html
import json
import re
import socket
import ssl
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lxml.html
import pytest

from demo.recorded_web import RecordedWeb, recorded_web
from demo.recordings import recordings

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
ROWS = HERE.parent / "demo" / "RECORDED.tsv"
DOORS = HERE / "doors" / "liputan6"
READINGS = sorted(j for j in HERE.glob("pages/*/*.json") if j.with_suffix(".html").exists())
ZONES = [timedelta(hours=hours) for hours in (7, 8, 9)]
STORY = "https://www.liputan6.com/tv/read/5571402/video-detik-detik-paus-pilot-kembali-ke-laut-lepas-di-alor"

# The fields of a reading; what each means is in the gold policy (docs).
FIELDS = [
    *("url", "outlet", "kind", "title", "authors", "editors", "published_at", "modified_at", "section", "tags"),
    *("dateline", "source_credit", "body", "captions", "optional", "must_not", "notes"),
]

each_reading = pytest.mark.parametrize(
    "reading", READINGS, ids=[f"{j.parent.name}/{j.stem}" for j in READINGS]
)


def fold(text: str) -> str:
    return " ".join(text.split())


def load(reading: Path) -> tuple[dict[str, Any], str, str]:
    """Give the reading, what the page shows and everything in its source; a story's further pages (NAME.2.html) with it."""
    pages = [reading.with_suffix(".html"), *sorted(reading.parent.glob(f"{reading.stem}.[0-9].html"))]
    source = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    bodies = [lxml.html.document_fromstring(page.read_text(encoding="utf-8")).body for page in pages]
    for unseen in (unseen for body in bodies for unseen in body.xpath(".//script | .//style | .//noscript")):
        unseen.drop_tree()
    shown = " ".join(body.text_content() for body in bodies)
    spaced = " ".join(text for body in bodies for text in body.itertext())
    every = "\n".join(map(fold, (shown, spaced, html.unescape(source))))
    return json.loads(reading.read_text(encoding="utf-8")), fold(shown), every


@each_reading
def test_reading_has_every_field(reading: Path) -> None:
    gold, _, _ = load(reading)
    assert list(gold) == FIELDS
    assert gold["outlet"] == reading.parent.name
    assert gold["kind"] in {"article", "photo"}
    assert {block["kind"] for block in gold["body"]} <= {"p", "h", "li", "quote"}
    assert datetime.fromisoformat(gold["published_at"]).utcoffset() in ZONES


@each_reading
def test_body_stands_on_the_page_in_order(reading: Path) -> None:
    gold, shown, _ = load(reading)
    at = 0
    for block in gold["body"]:
        assert block["text"] == fold(block["text"])
        at = shown.find(block["text"], at)
        assert at >= 0, block["text"]
        at += len(block["text"])


@each_reading
@pytest.mark.parametrize("field", ["title", "captions", "optional", "must_not", "tags"])
def test_what_a_reading_names_is_there(reading: Path, field: str) -> None:
    gold, _, every = load(reading)
    named = [gold[field]] if isinstance(gold[field], str) else gold[field]
    assert [text for text in named if text not in every] == []


@each_reading
def test_no_furniture_in_the_body(reading: Path) -> None:
    gold, _, _ = load(reading)
    body = "\n".join(block["text"] for block in gold["body"])
    assert [text for text in gold["must_not"] if text in body] == []


def announced() -> set[str]:
    """Give the ids the doors announce: feed and sitemaps whole, an index by its rows."""
    row = '//article[contains(@class, "articles--rows--item")]//h4/a/@href'
    urls = [loc for x in DOORS.glob("*.xml") for loc in re.findall(r"<(?:loc|link)>([^<]+)<", x.read_text())]
    for index in DOORS.glob("*.html"):
        urls += lxml.html.document_fromstring(index.read_text()).xpath(row)
    return {found[1] for url in urls if (found := re.search(r"liputan6\.com/(?:.*/)?(\d{7})\b", url))}


# pages for the sake of their markup alone: the demo stays the one that the README shows
UNRECORDED = {"desktop_2015", "desktop_2025", "photo_2016"}
RECORDED = [page for page in sorted((HERE / "pages/liputan6").glob("*.html")) if page.stem not in UNRECORDED]


@pytest.mark.parametrize("page", RECORDED, ids=lambda p: p.stem)
def test_every_page_is_recorded_and_announced(page: Path) -> None:
    urls = [url for url, row in recordings([ROWS]).items() if row.file.resolve() == page.resolve()]
    assert urls
    assert {re.search(r"\d{7}", url)[0] for url in urls} <= announced()


def test_every_recorded_file_exists() -> None:
    missing = [row.file for row in recordings([ROWS]).values() if not row.file.is_file()]
    assert missing == []


def test_the_last_index_page_brings_no_new_story() -> None:
    ids = [set(re.findall(r'id="article_(\d+)"', (DOORS / f"indeks_{n}.html").read_text())) for n in (1, 2, 3)]
    assert ids[1] - ids[0]
    assert ids[2]
    assert ids[2] <= ids[0] | ids[1]


@pytest.fixture
def web() -> Iterator[RecordedWeb]:
    with recorded_web([ROWS]) as web:
        yield web


def ask(web: RecordedWeb, url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    trusting = ssl.create_default_context(cafile=str(web.ca))
    proxy = urllib.request.ProxyHandler({"http": web.url, "https": web.url})
    opener = urllib.request.build_opener(proxy, urllib.request.HTTPSHandler(context=trusting))
    request = urllib.request.Request(url, headers={k.replace("_", "-"): v for k, v in headers.items()})
    try:
        with opener.open(request, timeout=10) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


def test_a_recorded_page_is_served_over_https(web: RecordedWeb) -> None:
    status, headers, body = ask(web, STORY)
    assert (status, body) == (200, (HERE / "pages/liputan6/video_stub.html").read_bytes())
    _, packed, short = ask(web, STORY, Accept_Encoding="gzip")
    assert packed["Content-Encoding"] == "gzip"
    assert len(short) < len(body) == int(headers["Content-Length"])


def test_what_is_not_recorded_is_404_and_allowed(web: RecordedWeb) -> None:
    assert ask(web, "https://tidak.ada.example/read/1")[0] == 404
    assert ask(web, "http://tidak.ada.example/robots.txt")[2].endswith(b"Allow: /\n")
    assert b"Disallow: /search" in ask(web, "https://www.liputan6.com/robots.txt")[2]


@pytest.mark.parametrize(("known", "field"), [("ETag", "If_None_Match"), ("Last-Modified", "If_Modified_Since")])
def test_who_has_it_gets_304(web: RecordedWeb, known: str, field: str) -> None:
    _, headers, _ = ask(web, STORY)
    assert ask(web, STORY, **{field: headers[known]})[0] == 304
    assert ask(web, STORY, **{field: "lain"})[0] == 200
    assert [line["status"] for line in web.requests()] == [200, 304, 200]


def test_today_is_the_date_in_jakarta(web: RecordedWeb) -> None:
    now = datetime.now(UTC) + timedelta(hours=7)
    url = "https://www.liputan6.com/indeks/{:%Y/%m/%d}?page=2"
    assert b'id="article_4613207"' in ask(web, url.format(now))[2]
    assert b'id="article_' not in ask(web, url.format(now - timedelta(days=1)))[2]
    assert ask(web, url.format(now - timedelta(days=9)))[0] == 404


def test_faults_are_the_same_in_every_run() -> None:
    runs = []
    for _ in range(2):
        with recorded_web([ROWS]) as web:
            web.fault = 0.5
            runs.append([ask(web, STORY)[0] for _ in range(20)])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 503}


def test_later_rows_win(tmp_path: Path) -> None:
    (tmp_path / "pindah.html").write_text("pindah")
    (tmp_path / "RECORDED.tsv").write_text(f'{STORY}\tpindah.html\ttext/html\t410\t{{"X-Sebab": "dihapus"}}\n')
    with recorded_web([ROWS, tmp_path / "RECORDED.tsv"]) as web:
        status, headers, body = ask(web, STORY)
    assert (status, headers["X-Sebab"], body) == (410, "dihapus", b"pindah")


def test_as_a_command(tmp_path: Path) -> None:
    ca, log = tmp_path / "ca.pem", tmp_path / "asked.jsonl"
    command = [sys.executable, "-m", "demo.recorded_web", "--tsv", ROWS, "--ca", ca, "--log", log]
    with subprocess.Popen(command, cwd=HERE.parent, stdout=subprocess.PIPE, text=True) as server:
        url = server.stdout.readline().strip()
        env = {"https_proxy": url, "SSL_CERT_FILE": str(ca), "no_proxy": ""}
        code = f"import urllib.request as u; print(u.urlopen({STORY!r}).status)"
        said = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
        server.terminate()
    assert said.stdout == "200\n"
    line = json.loads(log.read_text())
    assert set(line) == {"t", "method", "url", "status", "ua", "if_none_match", "if_modified_since"}


def test_a_client_that_is_killed_leaves_no_socket_open(web: RecordedWeb, monkeypatch: pytest.MonkeyPatch) -> None:
    left = list[bool]()
    visit = web.RequestHandlerClass
    finish = visit.finish

    def watched(self: Any) -> None:
        finish(self)
        left.append(self.connection.fileno() >= 0)

    monkeypatch.setattr(visit, "finish", watched)
    web.delay = 0.1
    trusting = ssl.create_default_context(cafile=str(web.ca))
    for _ in range(10):
        tunnel = socket.create_connection(web.server_address[:2])
        tunnel.sendall(b"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\n\r\n")
        assert b"200" in tunnel.recv(100)
        with trusting.wrap_socket(tunnel, server_hostname="a.example") as client:
            client.sendall(b"GET /x HTTP/1.1\r\nHost: a.example\r\n\r\n")
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # its end is a reset
    end = time.monotonic() + 20
    while len(left) < 10:
        assert time.monotonic() < end
        time.sleep(0.02)
    assert not any(left)
