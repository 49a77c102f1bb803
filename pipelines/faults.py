"""What is wrong with a door's answer: a web page in a feed's place, half of one, a wall in an index's place. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from pipelines.readers.entries import unpacked
from pipelines.readers.sheet import Sheet
from pipelines.roots import unclosed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from selectolax.lexbor import LexborNode

    from pipelines.outlets import Outlet
    from pipelines.seedtables import Door

SHARE = 10  # of what stands beside an index's rows its empty last page shows all, a wall less than one in so many
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)


def fault(body: bytes, door: Door) -> str | None:
    """Say what is wrong with a feed's or a sitemap's answer: a web page in its place, or half of one."""
    if door.kind == "index":
        return None
    if _PAGE.match(body):
        return f"a web page came, no {door.kind}"
    plain, whole = unpacked(body)
    if not whole:
        return "it came packed and breaks off"
    name = unclosed(plain)
    return f"it breaks off: </{name}> did not come" if name else None


def beside_rows(body: bytes, base: str, door: Door, outlet: Outlet, content_type: str = "") -> frozenset[str]:
    """Give the outlet's own addresses that an index shows beside its rows, without their queries: menus and foot, no story."""
    tree = Sheet.of(body, content_type).tree
    rows = {address for row in tree.css(door.items) for address in _addresses(row.css("a[href]"), base)}
    shown = _addresses(tree.css("a[href]"), base) - rows
    return frozenset(address for address in shown if outlet.owns(address) and not outlet.story_id(address))


def is_wall(shown: frozenset[str], first: frozenset[str]) -> bool:
    """Say whether a page is none of the index that showed ``first`` beside its first rows; where that is little, nobody knows."""
    return len(shown & first) < len(first) // SHARE


def _addresses(links: Iterable[LexborNode], base: str) -> set[str]:
    """Join; an address that cannot be read is none."""
    found = set()
    for link in links:
        try:
            found.add(urlsplit(urljoin(base, link.attributes.get("href") or ""))._replace(query="", fragment="").geturl())
        except ValueError:
            continue
    return found
