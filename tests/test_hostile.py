"""A host that misbehaves: every address ends in the right state, memory stays small, the crawl ends."""

from __future__ import annotations

import gzip
import io
import sys
import threading
import time
from contextlib import contextmanager, suppress
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar

import pytest
from crawling import crawling

from pipelines.nouns import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawling import Crawl

STORY = b"<html><h1>Warga Tanam Bakau</h1><div class='isi'><p>Warga pesisir menanam seribu bakau.</p></div></html>"
WALL = b"<html><h1>Just a moment...</h1><p>Checking your browser before accessing.</p></html>"
MEGABYTE = 1_000_000
SEED = """
name  = "Kabar"
hosts = ["127.0.0.1"]
doors = [{ feed = "http://127.0.0.1:%(port)s/rss" }]
story = '/baca/(?P<id>\\w+)'
body  = ".isi"

[fields]
title = ["css:h1"]
"""
PATHS = ("whole", "loop", "hangs", "drips", "bomb", "huge", "private", "wall", "empty", "cut", "gone", "barred",
         "packed", "part", "later", "lengthless", "ends", "closes", "endless", "busy")  # fmt: skip
ENDS = {
    "whole": "stored", "loop": "failed", "hangs": "failed", "drips": "failed", "bomb": "failed", "huge": "failed",
    "private": "gone", "wall": "refused", "empty": "refused", "cut": "failed", "gone": "gone", "barred": "forbidden",
    "busy": "failed", "packed": "failed", "part": "failed", "later": "failed", "lengthless": "failed", "ends": "stored",
    "closes": "failed", "endless": "failed",
}  # fmt: skip


class Hostile(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    paths = PATHS

    def do_GET(self) -> None:
        what = self.path.rpartition("/")[2]
        getattr(self, f"serve_{what}", self.serve_gone)()

    def answer(self, body: bytes, status: int = 200, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        for name, value in ({"Content-Type": "text/html"} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def serve_rss(self) -> None:
        port = self.server.server_port  # type: ignore[attr-defined]
        items = "".join(f"<item><link>http://127.0.0.1:{port}/baca/{path}</link></item>" for path in self.paths)
        self.answer(f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), Content_Type="application/xml")

    def serve_whole(self) -> None:
        self.answer(STORY)

    def serve_loop(self) -> None:
        self.answer(b"", 302, Location="/baca/loop")

    def serve_hangs(self) -> None:
        time.sleep(15)

    def serve_drips(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(15):
            self.wfile.write(b"<")
            self.wfile.flush()
            time.sleep(1)

    def serve_bomb(self) -> None:
        self.answer(bomb(300), Content_Encoding="gzip")

    def serve_endless(self) -> None:
        self.send_response(200)
        self.flush_headers()
        with suppress(OSError):  # whoever asked has hung up
            for _ in range(100):
                self.wfile.write(b"".join(b"X-n: %s\r\n" % (b"a" * 8_000) for _ in range(MEGABYTE // 2_000)))

    def serve_huge(self) -> None:
        self.answer(b"x" * MEGABYTE, length=300 * MEGABYTE)

    def serve_private(self) -> None:
        self.answer(b"", 302, Location="http://169.254.169.254/latest/meta-data/")

    def serve_wall(self) -> None:
        self.answer(WALL)

    def serve_empty(self) -> None:
        self.answer(b"")

    def serve_cut(self) -> None:
        self.answer(STORY, length=len(STORY) + 500)
        self.close_connection = True

    def serve_packed(self) -> None:
        packed = gzip.compress(STORY)
        self.answer(packed[: len(packed) * 6 // 10], Content_Encoding="gzip")

    def serve_part(self) -> None:
        self.answer(STORY[:60], 206)

    def serve_later(self) -> None:
        self.answer(WALL, 202)

    def serve_lengthless(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(STORY[:-12])
        self.close_connection = True

    def serve_ends(self) -> None:
        self.answer(STORY[:-7])

    def serve_closes(self) -> None:
        self.close_connection = True

    def serve_gone(self) -> None:
        self.answer(b"gone", 410 if self.path.startswith("/baca/") else 404)

    def serve_barred(self) -> None:
        self.answer(b"", 403)

    def serve_busy(self) -> None:
        self.answer(b"", 503, Retry_After="3600")

    def log_message(self, *_: object) -> None:
        pass


class Weary(Hostile):
    """Asks for an hour's rest whatever story it is asked for, and keeps count."""

    paths = ("satu", "dua", "tiga")
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        if self.path.startswith("/baca/"):
            self.asked.append(self.path)
            self.serve_busy()
        else:
            super().do_GET()


@cache
def bomb(megabytes: int) -> bytes:
    """Made piece by piece: a child counts its parent's memory at birth as its own."""
    packed = io.BytesIO()
    with gzip.open(packed, "wb", 1) as file:
        for _ in range(megabytes):
            file.write(b"\0" * MEGABYTE)
    return packed.getvalue()


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that had enough hangs up: that is the point."""


@contextmanager
def served(address: str, folder: Path, host: type[Hostile]) -> Iterator[Crawl]:
    with Server(("127.0.0.1", 0), host) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        seeds = folder / "seeds"
        seeds.mkdir()
        (seeds / "common.toml").write_text("")
        (seeds / "kabar.toml").write_text(SEED % {"port": server.server_port})
        with crawling(address, folder) as crawl:
            crawl.env |= {"KLIPING_SEEDS": str(seeds), "http_proxy": "", "https_proxy": ""}
            crawl.env["KLIPING_ALLOW_PRIVATE"] = f"127.0.0.1:{server.server_port}"
            yield crawl
        server.shutdown()


# A process of its own to start it: to Linux a child's peak is at least that of the process that forked it, here all tests before
PEAK = """import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)"""


@pytest.mark.timeout(170)
def test_every_address_ends_in_the_right_state(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(address, tmp_path, Hostile) as crawl:
        watched = [sys.executable, "-c", PEAK, *crawl.command("kabar")]
        monkeypatch.setattr(crawl, "command", lambda _, *rest: [*watched, *rest])
        done = crawl("kabar", "-s", "DOWNLOAD_TIMEOUT=5")
        states = dict(crawl.rows("SELECT story_id, state FROM pages"))
        causes = dict(crawl.rows("SELECT story_id, cause FROM pages WHERE state <> 'stored'"))
        partial = dict(crawl.rows("SELECT story_id, partial FROM articles"))
        waits = crawl.rows("SELECT next_try_at > now() + interval '50 minutes' FROM pages WHERE story_id = 'busy'")
    assert done.returncode == Exit.UNREACHABLE, done.stderr
    assert "14 of 20 stories could not be reached" in done.stderr
    assert states == ENDS, causes
    assert all(causes.values()), causes
    told = {"packed": "its gzip has no end", "part": "HTTP 206", "later": "HTTP 202", "lengthless": "without its length"}
    told |= dict.fromkeys(("bomb", "huge"), "the answer is too large")
    told |= {"endless": "headers have no end"}
    told |= dict.fromkeys(("hangs", "drips"), "no whole answer came in time")
    told |= {"cut": "the connection was closed before its end", "closes": "the connection was closed before an answer came"}
    assert {name: cause for name, cause in told.items() if cause not in causes[name]} == {}
    assert [line for line in done.stderr.splitlines() if "scrapy." in line] == []
    assert partial == {"whole": False, "ends": True}
    assert waits == [(True,)], "Retry-After is not kept"
    assert 50_000 < int(done.stdout.split()[-1]) < 400_000, "kB"


def test_a_host_that_asks_for_an_hour_is_left_alone_in_this_run(address: str, tmp_path: Path) -> None:
    with served(address, tmp_path, Weary) as crawl:
        done = crawl("kabar")
        told = crawl.rows("SELECT tries, cause, next_try_at > now() + interval '50 minutes' FROM pages ORDER BY tries DESC")
    assert len(Weary.asked) == 1
    assert "127.0.0.1 asks to be left alone for 3600 s: not asked for 3600 s" in done.stderr
    assert [(tries, late) for tries, _, late in told] == [(1, True), (0, True), (0, True)]
    assert all("asked to be left alone for another" in cause for _, cause, _ in told[1:])
