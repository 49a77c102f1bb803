"""What is wrong with a door's answer: a web page in a feed's place, or half of one. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.discovery import unpacked

if TYPE_CHECKING:
    from pipelines.seedtables import Door

_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_ROOT = re.compile(rb"<((?:[\w.-]+:)?(?:urlset|sitemapindex|rss|feed|RDF))[\s>]")


def fault(body: bytes, door: Door) -> str | None:
    """Say what is wrong with a feed's or a sitemap's answer: a web page in its place, or half of one."""
    if door.kind == "index":
        return None
    if _PAGE.match(body):
        return f"a web page came, no {door.kind}"
    plain, whole = unpacked(body)
    if not whole:
        return "it came packed and breaks off"
    root = _ROOT.search(plain)
    return f"it breaks off: </{root[1].decode()}> did not come" if root and not _is_closed(plain, root) else None


def _is_closed(plain: bytes, root: re.Match[bytes]) -> bool:
    """Say whether an element ends, in its own tag or later; what stands behind its end is no matter."""
    own_tag = plain[root.start() : plain.find(b">", root.start()) + 1]
    return own_tag.endswith(b"/>") or bool(re.compile(rb"</%b\s*>" % re.escape(root[1])).search(plain, root.end()))
