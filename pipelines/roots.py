"""Whether a document came to its end: the root that it opens must close. Pure."""

from __future__ import annotations

import re

NEAR = 65_536  # bytes from either end of a document in which its root is looked for
_ROOT = re.compile(rb"<((?:[\w.-]+:)?(?:html|urlset|sitemapindex|rss|feed|RDF))(?=[\s/>])", re.IGNORECASE)


def is_closed(body: bytes) -> bool:
    """Say whether a web page, a feed or a sitemap opens its root and closes it; any other text has none."""
    opened = _ROOT.search(body, 0, NEAR)
    return opened is not None and _ends(body, opened)


def unclosed(body: bytes) -> str | None:
    """Give the name of the root that is opened and not closed, or None."""
    opened = _ROOT.search(body, 0, NEAR)
    return None if opened is None or _ends(body, opened) else opened[1].decode()


def _ends(body: bytes, opened: re.Match[bytes]) -> bool:
    """Say whether a root ends, in its own tag or later; a little may stand behind its end."""
    if body[opened.start() : body.find(b">", opened.start()) + 1].endswith(b"/>"):
        return True
    tail = body[max(opened.end(), len(body) - NEAR) :].lower()
    end = tail.rfind(b"</" + opened[1].lower())
    return end >= 0 and b">" in tail[end:]
