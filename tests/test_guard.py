"""Where a crawl may go: an outlet's own hosts, never a private address, a test server only by name."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest
from crawling import Crawl, crawling
from scrapy import Request
from twisted.internet.error import DNSLookupError

from crawler.guard import Guard, OffLimits, _public, is_private, user_agent
from pipelines import load

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = b"<html><h1>Warga Tanam Bakau</h1><div class='isi'><p>Warga pesisir menanam seribu bakau.</p></div></html>"
SEED = """
name  = "Kabar"
hosts = ["127.0.0.1"]
doors = [{ feed = "http://127.0.0.1:%(port)s/rss" }]
story = '/baca/(?P<id>\\d+)'
body  = ".isi"
"""
FEED = "<rss version='2.0'><channel><item><link>http://127.0.0.1:%(port)s/baca/1</link></item></channel></rss>"


@pytest.mark.parametrize("address", [
    "127.0.0.1", "10.1.2.3", "192.168.0.7", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
    "::1", "[::1]", "fe80::1", "fc00::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1",
])  # fmt: skip
def test_private(address: str) -> None:
    assert is_private(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "www.liputan6.com", "10.example"])
def test_public(address: str) -> None:
    assert not is_private(address)


@pytest.mark.parametrize("url", [
    "https://127.0.0.1/x", "http://[::1]/x", "https://bola.com/x", "https://liputan6.com.evil.id/read/123456/x",
    "ftp://www.liputan6.com/x", "https://www.liputan6.com@10.0.0.1/x",
    "https://sari:rahasia@www.liputan6.com/read/123456/x",
])  # fmt: skip
def test_off_limits(url: str) -> None:
    with pytest.raises(OffLimits):
        Guard(load("liputan6")).process_request(Request(url))


def test_of_a_test_server_no_other_port_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLIPING_ALLOW_PRIVATE", "uji.liputan6.com:8080")
    guard = Guard(load("liputan6"))
    guard.process_request(Request("http://uji.liputan6.com:8080/read/123456/x"))
    with pytest.raises(OffLimits, match=r"does not name port 9200 of uji\.liputan6\.com"):
        guard.process_request(Request("http://uji.liputan6.com:9200/_search"))


def test_an_outlet_that_must_be_asked_first_is_not_asked_by_any_command(monkeypatch: pytest.MonkeyPatch) -> None:
    story = Request("https://www.antaranews.com/berita/1234567/x")
    with pytest.raises(OffLimits, match="permission = 'ask'"):
        Guard(load("antaranews")).process_request(story)
    monkeypatch.setenv("KLIPING_PERMIT", "antaranews")
    Guard(load("antaranews")).process_request(story)


def test_an_outlets_own_hosts_are_asked() -> None:
    Guard(load("liputan6")).process_request(Request("https://m.liputan6.com/read/123456/x"))


def test_a_name_that_leads_to_a_private_address_leads_nowhere() -> None:
    assert _public("8.8.8.8", "www.liputan6.com") == "8.8.8.8"
    with pytest.raises(DNSLookupError, match=r"private address 10\.0\.0\.1"):
        _public("10.0.0.1", "www.liputan6.com")


def test_we_say_who_we_are_and_pose_as_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLIPING_CONTACT", "redaksi@kliping.example")
    assert "redaksi@kliping.example" in user_agent()
    assert user_agent().startswith("Kliping/")
    assert "Mozilla" not in user_agent()


class Kabar(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        feed = FEED % {"port": self.server.server_port}  # type: ignore[attr-defined]
        feed = feed.replace("127.0.0.1", self.headers["Host"].partition(":")[0])
        body = {"/rss": feed.encode(), "/baca/1": PAGE}.get(self.path)
        self.send_response(200 if body else 404)
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def kabar(address: str, tmp_path: Path) -> Iterator[tuple[Crawl, int]]:
    with HTTPServer(("127.0.0.1", 0), Kabar) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        seeds = tmp_path / "seeds"
        seeds.mkdir()
        (seeds / "common.toml").write_text('[fields]\ntitle = ["css:h1"]\n')
        (seeds / "kabar.toml").write_text(SEED % {"port": server.server_port})
        with crawling(address, tmp_path) as crawl:
            crawl.env |= {"KLIPING_SEEDS": str(seeds), "http_proxy": "", "https_proxy": ""}
            yield crawl, server.server_port
        server.shutdown()


def test_a_test_server_is_asked_only_if_named_and_that_is_logged(kabar: tuple[Crawl, int]) -> None:
    crawl, port = kabar
    refused = crawl("kabar")
    assert refused.returncode == 3
    assert "private address" in refused.stderr
    assert crawl.rows("SELECT * FROM articles") == []
    allowed = crawl("kabar", KLIPING_ALLOW_PRIVATE=f"127.0.0.1:{port}")
    assert allowed.returncode == 0, allowed.stderr
    assert f"127.0.0.1:{port}" in allowed.stderr
    assert crawl.rows("SELECT title FROM articles") == [("Warga Tanam Bakau",)]


def test_a_name_that_resolves_to_a_private_address_is_not_asked(kabar: tuple[Crawl, int], tmp_path: Path) -> None:
    """As a browser does, every resolver takes 127.1 for a name of this machine: the address is judged that it gives."""
    crawl, port = kabar
    seed = tmp_path / "seeds" / "kabar.toml"
    seed.write_text(seed.read_text().replace("127.0.0.1", "127.1"))
    refused = crawl("kabar")
    assert refused.returncode == 3, refused.stderr
    assert "no results for hostname lookup: 127.1" in refused.stderr  # Twisted keeps to itself why a resolver refused
    assert refused.stderr.count("127.1 leads to the private address 127.0.0.1: it is not asked") == 1, refused.stderr
    assert crawl.rows("SELECT * FROM pages") == []
    allowed = crawl("kabar", KLIPING_ALLOW_PRIVATE=f"127.1:{port}")
    assert allowed.returncode == 0, allowed.stderr
    assert crawl.rows("SELECT url FROM articles") == [(f"http://127.1:{port}/baca/1",)]
