"""The quicker gzip gives what Scrapy's own gives, of whole bodies and of those that are cut off or glued together."""

import gzip
import zlib

import pytest
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.utils._compression import _DecompressionMaxSizeExceeded

from crawler.wire import Unpacked

STORY = b"<p>Harga cabai di Pasar Minggu naik dua kali lipat.</p>" * 400
PACKED = gzip.compress(STORY)
BODIES = {
    "one member": (PACKED, b"gzip"),
    "by its old name": (PACKED, b"x-gzip"),
    "two members": (PACKED + gzip.compress(b"<p>Petani senang.</p>"), b"gzip"),
    "cut off": (PACKED[:-40], b"gzip"),
    "something behind it": (PACKED + b"\0\0\0\0", b"gzip"),
    "a wrong sum": (PACKED[:-8] + b"\1\2\3\4" + PACKED[-4:], b"gzip"),
    "deflate": (zlib.compress(STORY), b"deflate"),
}


@pytest.mark.parametrize("name", BODIES)
def test_unpacks_as_scrapy_does(name: str) -> None:
    body, encoding = BODIES[name]
    unpacked = Unpacked._decode(body, encoding, 50_000_000)
    assert unpacked == HttpCompressionMiddleware._decode(body, encoding, 50_000_000)
    assert unpacked.startswith(STORY[:1000])


def test_refuses_what_grows_too_large() -> None:
    with pytest.raises(_DecompressionMaxSizeExceeded):
        Unpacked._decode(gzip.compress(bytes(3_000_000)), b"gzip", 1_000_000)


def test_refuses_what_is_no_gzip() -> None:
    with pytest.raises(OSError, match="gzip"):
        Unpacked._decode(b"<p>Halo.</p>", b"gzip", 1_000_000)
