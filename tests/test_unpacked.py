"""The quicker gzip gives what Scrapy's own gives, of whole bodies and of those that are glued together; half a body is none."""

import gzip
import zlib

import brotli
import pytest
from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import HtmlResponse, Response, TextResponse, XmlResponse
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils._compression import _DecompressionMaxSizeExceeded
from scrapy.utils.test import get_crawler

from crawler.whole import BrokenOff, Whole
from crawler.wire import Unpacked, Wire
from pipelines.roots import is_closed, unclosed

try:
    from compression import zstd
except ImportError:
    from backports import zstd

LINES = b"".join(b"<p>Harga cabai di Pasar %d naik dua kali lipat.</p>" % number for number in range(900))
STORY = b"<!doctype html><HTML><body>" + LINES + b"</body></html>"
PACKED = gzip.compress(STORY)
BODIES = {
    "one member": (PACKED, b"gzip"),
    "by its old name": (PACKED, b"x-gzip"),
    "two members": (PACKED + gzip.compress(b"<p>Petani senang.</p>"), b"gzip"),
    "without its trailer": (PACKED[:-8], b"gzip"),
    "something behind it": (PACKED + b"\0\0\0\0", b"gzip"),
    "a wrong sum": (PACKED[:-8] + b"\1\2\3\4" + PACKED[-4:], b"gzip"),
    "deflate": (zlib.compress(STORY), b"deflate"),
    "deflate without a header": (zlib.compress(STORY)[2:-4], b"deflate"),
    "brotli": (brotli.compress(STORY), b"br"),
    "zstd": (zstd.compress(STORY), b"zstd"),
    "no page": (gzip.compress(b"User-agent: *\nDisallow: /search\n"), b"gzip"),
    "no page, by brotli": (brotli.compress(b"User-agent: *\nDisallow: /search\n"), b"br"),
    "no page, by zstd": (zstd.compress(b"User-agent: *\nDisallow: /search\n"), b"zstd"),
}
PACKINGS = {b"gzip": gzip.compress, b"deflate": zlib.compress, b"br": brotli.compress, b"zstd": zstd.compress}


@pytest.mark.parametrize("name", BODIES)
def test_unpacks_as_scrapy_does(name: str) -> None:
    body, encoding = BODIES[name]
    unpacked = Unpacked._decode(body, encoding, 50_000_000)
    assert unpacked == HttpCompressionMiddleware._decode(body, encoding, 50_000_000)
    assert unpacked.startswith(STORY[:1000]) or "no page" in name


@pytest.mark.parametrize("share", [0.99, 0.5, 0.1])
@pytest.mark.parametrize("encoding", PACKINGS)
def test_half_a_body_is_none(encoding: bytes, share: float) -> None:
    for whole in (STORY, LINES):
        packed = PACKINGS[encoding](whole)
        with pytest.raises(BrokenOff, match="breaks off"):
            Unpacked._decode(packed[: int(len(packed) * share)], encoding, 50_000_000)


def test_a_document_is_whole_where_its_root_is_closed() -> None:
    assert is_closed(STORY)
    assert is_closed(STORY + b"<script>var iklan = 1</script>\n<!-- 0.2 s -->")
    assert is_closed(b"\xef\xbb\xbf<?xml version='1.0'?><urlset><url/></urlset>\n")
    assert is_closed(b"<rss/>")
    assert is_closed(b"<sm:urlset xmlns:sm='s'></SM:urlset >")
    assert not is_closed(STORY[:-9])
    assert not is_closed(STORY[:-1])
    assert not is_closed(b"User-agent: *\n")
    assert unclosed(b"User-agent: *\n") is None
    assert unclosed(STORY) is None
    assert unclosed(STORY[:-9]) == "HTML"


def test_refuses_what_grows_too_large() -> None:
    with pytest.raises(_DecompressionMaxSizeExceeded):
        Unpacked._decode(gzip.compress(bytes(3_000_000)), b"gzip", 1_000_000)


def test_refuses_what_is_no_gzip() -> None:
    with pytest.raises(OSError, match="gzip"):
        Unpacked._decode(b"<p>Halo.</p>", b"gzip", 1_000_000)


STORY_AT, ROBOTS_AT = "https://kabar.example/baca/1", "https://kabar.example/robots.txt"
ANSWERS = [
    (STORY_AT, 200, True), (STORY_AT, 203, True), (STORY_AT, 404, True), (STORY_AT, 202, False), (STORY_AT, 204, False),
    (STORY_AT, 206, False), (ROBOTS_AT, 204, True), (ROBOTS_AT, 206, False),
]  # fmt: skip


@pytest.mark.parametrize(("address", "status", "passes"), ANSWERS)
def test_another_success_is_no_page(address: str, status: int, passes: bool) -> None:
    request, response = Request(address), Response(address, status=status)
    if passes:
        assert Whole().process_response(request, response) is response
        return
    with pytest.raises(HttpError) as raised:
        Whole().process_response(request, response)
    assert raised.value.response.request is request


@pytest.mark.parametrize(("name", "kind"), [("a.html", HtmlResponse), ("map.xml", XmlResponse)])
def test_no_charset_is_sought_in_what_is_packed(name: str, kind: type[TextResponse], monkeypatch: pytest.MonkeyPatch) -> None:
    """Scrapy takes the address's word for a text, packed as it is."""
    monkeypatch.setattr(TextResponse, "encoding", property(lambda _: pytest.fail("the packed body was searched")))
    request = Request(url := f"https://kabar.example/{name}")
    came = kind(url, headers={"Content-Encoding": "gzip", "Content-Type": "text/html", "X-A": "b"}, body=PACKED, request=request)
    passed = Wire().process_response(request, came)
    assert (passed.body, passed.headers, passed.request) == (PACKED, came.headers, request)
    assert request.meta["wire"] == PACKED
    unpacked = Unpacked.from_crawler(get_crawler()).process_response(request, passed)
    assert isinstance(unpacked, TextResponse)
    assert unpacked.body == STORY
