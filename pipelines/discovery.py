"""What a door says: bytes of a feed, a sitemap or an index page → Links. Fetches nothing and asks no clock."""

from __future__ import annotations

import gzip
import logging
import zlib
from contextlib import suppress
from dataclasses import replace
from html import unescape
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from lxml import etree

from pipelines.indonesian.dates import instant
from pipelines.nouns import Link
from pipelines.readers import pages
from pipelines.readers.encoding import decoded
from pipelines.readers.inline import fold, line_of
from pipelines.readers.sheet import Sheet, sound
from pipelines.seedtables import Offset

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from selectolax.lexbor import LexborNode

    from pipelines.outlets import Outlet
    from pipelines.seedtables import Door

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


def feed(body: bytes, base: str, outlet: Outlet) -> list[Link]:
    """Read RSS, RDF or Atom, broken ones and endless ones as far as they go; ``base`` is the feed's own address."""
    xml = _first(_first(_xml(body), b"<item", ITEMS), b"<entry", ITEMS)
    told = _told(_first(xml, b"<", SIGNS + WHOLE * min(xml.count(b"<item") + xml.count(b"<entry"), ENOUGH)), base)
    # RDF dates a story by dc:date, which feedparser calls "updated"; elsewhere an update is no publication
    dated = "updated" if told.get("version") == "rss10" else "published"
    return _once(
        _link(outlet, base, (entry.get("link"), entry.get("id")), entry.get(dated), [entry.get("title")])
        for entry in told["entries"]
    )  # fmt: skip


def sitemap(body: bytes, base: str, outlet: Outlet) -> tuple[list[Link], list[str]]:
    """Give a sitemap's stories, and the addresses of the further sitemaps it names on the outlet's hosts."""
    links: list[Link | None] = []
    further: dict[str, None] = {}
    xml = _xml(unpacked(body)[0])
    told = _entries(_first(xml, b"<", SIGNS + EACH * min(xml.count(b"<url") + xml.count(b"<sitemap"), ENTRIES)))
    for tag, loc, day, title in islice(told, ENTRIES):
        if tag == "url":
            links.append(_link(outlet, base, [loc], day, [title]))
        elif (address := _absolute(base, loc)) != base and outlet.owns(address):
            further[address] = None
    return _once(links), list(further)


def index(body: bytes, base: str, items: str, outlet: Outlet, content_type: str = "") -> list[Link]:
    """Read the rows that ``items`` selects and nothing beside them: of each, its first story link."""
    rows = Sheet.of(body, content_type).tree.css(items)
    return _once(_row(row, base, outlet) for row in rows)


def announced(body: bytes, base: str, door: Door, outlet: Outlet, content_type: str) -> tuple[list[Link], list[str]]:
    """Give the stories that a door's answer announces, and the sitemaps it names."""
    if door.kind == "feed":
        return feed(body, base, outlet), []
    if door.kind == "sitemap":
        return sitemap(body, base, outlet)
    return index(body, base, door.items, outlet, content_type), []


def further(body: bytes, url: str, outlet: Outlet, content_type: str = "") -> list[str]:
    """Give the addresses of the story's other pages, where the outlet parts its stories; mostly none."""
    return pages.further(Sheet.of(body, content_type), outlet, url) if outlet.more else []


def addresses(door: Door, day: date, page: int) -> str:
    """Give the door's address for one day and page: ``{date:%Y/%m/%d}``, ``{page}`` and ``{offset:20}`` filled in."""
    return door.url.format(date=day, page=page, offset=Offset(page - 1))


def is_paged(door: Door) -> bool:
    """Say whether the door goes on from page to page."""
    return "{page" in door.url or "{offset" in door.url


def is_dated(door: Door) -> bool:
    """Say whether each day has an address of its own."""
    return "{date" in door.url


def _row(row: LexborNode, base: str, outlet: Outlet) -> Link | None:
    """Of the headline's two places the attribute first: a thumbnail's link has a count of pictures for text."""
    told = [row, *row.css("a[href]")] if row.tag == "a" else row.css("a[href]")
    links = [(own, link) for link in told if (own := outlet.story_id(_absolute(base, link.attributes.get("href"))))]
    if not links:
        return None
    same = [link for own, link in links if own == links[0][0]]
    titles = [link.attributes.get("title") for link in same] + [line_of(link) for link in same]
    time = row.css_first("time[datetime]")
    day = time.attributes.get("datetime") if time else None
    return _link(outlet, base, [same[0].attributes.get("href")], day, titles)


def _link(outlet: Outlet, base: str, hrefs: Iterable[str | None], day: str | None, titles: Iterable[str | None]) -> Link | None:
    """Make a Link of the first address that is a story, its date if that has a time of day, its first title in words."""
    for url in (_absolute(base, href) for href in hrefs):
        if own := outlet.story_id(url):
            folded = (fold(unescape(title or "")) for title in titles)
            title = next((title for title in folded if any(map(str.isalpha, title))), None)
            return Link(outlet.bare(url), own, published_at=instant(day or "", outlet.zone), title=title)
    return None


def _absolute(base: str, href: str | None) -> str:
    """Join; an address that cannot be read is none."""
    try:
        return urljoin(base, (href or "").strip())
    except ValueError:
        return ""


def _once(links: Iterable[Link | None]) -> list[Link]:
    """One Link a story: the first, its gaps filled by the later ones."""
    once: dict[str, Link] = {}
    for link in filter(None, links):
        known = once.get(link.story_id, link)
        once[link.story_id] = replace(
            known, published_at=known.published_at or link.published_at, title=known.title or link.title
        )  # fmt: skip
    return list(once.values())


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
    """Stream ``url`` and ``sitemap`` entries: tag, loc, and what Google News adds, the day and the title.

    ``lastmod`` is left where it is: it changes when a template does. No entity is expanded, nothing is loaded.
    """
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
