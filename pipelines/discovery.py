"""What a door says: bytes of a feed, a sitemap or an index page → Links. Fetches nothing and asks no clock."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pipelines.indonesian.dates import instant
from pipelines.nouns import Link
from pipelines.readers import entries, pages
from pipelines.readers.inline import fold, line_of
from pipelines.readers.sheet import Sheet
from pipelines.seedtables import Offset

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from selectolax.lexbor import LexborNode

    from pipelines.outlets import Outlet
    from pipelines.seedtables import Door


def feed(body: bytes, base: str, outlet: Outlet) -> list[Link]:
    """Read RSS, RDF or Atom, broken ones and endless ones as far as they go; ``base`` is the feed's own address."""
    told = entries.of_feed(body, base)
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
    for tag, loc, day, title in entries.of_sitemap(body):
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
