"""What the XML of a feed or a sitemap lists: unpacked, made sound, and cut where it was made to be slow."""

from __future__ import annotations

import gzip
import logging
import zlib
from contextlib import suppress
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any

from lxml import etree

from pipelines.readers.encoding import decoded
from pipelines.readers.sheet import sound

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

logger = logging.getLogger(__name__)
GZIP = b"\x1f\x8b"
UNPACKED = 50_000_000  # bytes; sitemaps.org allows a sitemap 50 MB
ENTRIES = 50_000  # of a sitemap; sitemaps.org allows no more
ITEMS = 2_000  # of a feed; feedparser takes 0.1 ms for each, and outlets announce a hundred
SIGNS = 60_000  # "<" in a feed or a sitemap, beside those of its entries; a feed that has more is made to be slow
EACH = 60  # "<" in a sitemap's entry, with its pictures
WHOLE, ENOUGH = 1_000, 300  # "<" in a feed's item that holds the whole story; such items
PIECE = 1 << 16
BROKEN = (EOFError, OSError, zlib.error)  # what gzip raises of a packing that is none to its end
SAFE: Mapping[str, Any] = {
    "recover": True, "huge_tree": False, "resolve_entities": False, "load_dtd": False, "no_network": True, "encoding": "utf-8",
}  # fmt: skip


def of_feed(body: bytes, base: str) -> Any:
    """Give what feedparser makes of RSS, RDF or Atom; ``base`` is the feed's own address."""
    xml = _first(_first(_xml(body), b"<item", ITEMS), b"<entry", ITEMS)
    return _told(_first(xml, b"<", SIGNS + WHOLE * min(xml.count(b"<item") + xml.count(b"<entry"), ENOUGH)), base)


def of_sitemap(body: bytes) -> Iterator[tuple[str, str | None, str | None, str | None]]:
    """Give a sitemap's ``url`` and ``sitemap`` entries: tag, loc, and what Google News adds, the day and the title."""
    xml = _xml(unpacked(body)[0])
    told = _entries(_first(xml, b"<", SIGNS + EACH * min(xml.count(b"<url") + xml.count(b"<sitemap"), ENTRIES)))
    return islice(told, ENTRIES)


def unpacked(body: bytes) -> tuple[bytes, bool]:
    """Unpack gzip, at most UNPACKED bytes of it, and say whether it is whole; of a broken packing, what came before the break."""
    if not body.startswith(GZIP):
        return body, True
    plain = bytearray()
    try:
        with gzip.open(BytesIO(body)) as packed:
            while len(plain) < UNPACKED and (piece := packed.read1(PIECE)):
                plain += piece
    except BROKEN:
        return bytes(plain), False
    return bytes(plain), True


def _told(xml: bytes, base: str) -> Any:
    """Ask feedparser, which opens a str or bytes that names a file or an address: a stream it only reads."""
    import feedparser  # no start pays for it, and many outlets have no feed

    headers = {"content-type": "application/xml; charset=utf-8", "content-location": base}
    try:
        return feedparser.parse(BytesIO(xml), response_headers=headers, resolve_relative_uris=False, sanitize_html=False)
    except (LookupError, TypeError, ValueError):
        mended = BytesIO(_mended(xml))
        return feedparser.parse(mended, response_headers=headers, resolve_relative_uris=False, sanitize_html=False)


def _mended(xml: bytes) -> bytes:
    """Let libxml2 close what is open: feedparser 6.0 breaks on stray end tags, and on a picture's size in an odd place."""
    root = etree.fromstring(xml, etree.XMLParser(**SAFE))
    if root is None:
        return b""
    etree.strip_elements(root, "{*}width", "{*}height", with_tail=False)
    return etree.tostring(root, encoding="utf-8")


def _entries(xml: bytes) -> Iterator[tuple[str, str | None, str | None, str | None]]:
    """Stream them. ``lastmod`` is left where it is: it changes when a template does. No entity is expanded, nothing is loaded."""
    with suppress(etree.XMLSyntaxError):
        for _, entry in etree.iterparse(BytesIO(xml), tag=("{*}url", "{*}sitemap"), **SAFE):
            day, title = (entry.findtext(f"{{*}}news/{{*}}{name}") for name in ("publication_date", "title"))
            yield entry.tag.rpartition("}")[2], entry.findtext("{*}loc"), day, title
            entry.clear()
            while entry.getprevious() is not None:  # emptied, each would still take its 1.5 kB to the end
                del entry.getparent()[0]


def _first(xml: bytes, sign: bytes, most: int) -> bytes:
    """What stands before the sign that is one too many, and all where there are no more."""
    if xml.count(sign) <= most:
        return xml
    logger.warning("a door has more than %s %s: it is read no further", f"{most:,}", sign.decode())
    return xml[: len(xml) - len(xml.split(sign, most + 1)[-1]) - len(sign)]


def _xml(body: bytes) -> bytes:
    """Make clean UTF-8, whatever was declared: impossible characters, raw or numbered, break both XML readers.

    What follows the last tag goes: of an address cut short, ``/read/48482`` is another story's.
    """
    text = sound(decoded(body))
    return text[: text.rfind(">") + 1].lstrip().encode()
