"""How much of a page is read: no page, whatever is in it, may cost more than a second or 200 MB."""

from __future__ import annotations

import re
from itertools import islice

BYTES = 8_000_000  # a page's; the largest story page seen has 1.5 million
CROWD = 8_000  # tags from which a page is looked at before it is parsed; the most seen in a story page is 5,036
TAGS = 30_000  # where a page is cut off
DEEP = 512  # Chrome nests no deeper either; lexbor needs 14 seconds for 100,000 nested <div>
LINES = 5_000  # of a story
LINE = 20_000  # characters; a longer one is parted, for rules read every line
VALUE = 5_000  # characters of a field
VALUES = 500  # of a field
TAG = 200  # characters of a story's tag; more are a sentence, and a row of the database's index takes 2,704 bytes
# a class of two million names takes trafilatura five seconds; the longest seen has 300 characters
_WIDE = re.compile(r"""\b(?:class|id)\s*=\s*["'][^"'<>]{5000}""", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)")
# never nested: they stand empty, or end where the next one begins
_FLAT = frozenset([
    "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option", "p", "param", "source",
    "td", "th", "tr", "track", "wbr",
])  # fmt: skip


def is_crowded(html: str) -> bool:
    """Say whether a page has more tags than any story's."""
    return html.count("<") > CROWD


def is_wide(html: str) -> bool:
    """Say whether an element's class or id is longer than any template's."""
    return _WIDE.search(html) is not None


def bounded(html: str) -> str:
    """Give the page, cut off at the 30,000th tag and no deeper than 512 elements; a story's page comes back as it is."""
    if not is_crowded(html):
        return html
    end = next(islice((match.start() for match in re.finditer("<", html)), TAGS, None), len(html))
    depth = 0

    def flat(match: re.Match[str]) -> str:
        nonlocal depth
        if match[2].lower() in _FLAT:
            return match[0]
        depth = max(depth - 1, 0) if match[1] else depth + 1
        # an unknown empty element in its place: what the tag held is still text
        return match[0] if depth <= DEEP else "<wbr"

    return _TAG.sub(flat, html[:end])


def portions(text: str) -> list[str]:
    """Part a line that is too long at its white space; an empty one is none."""
    if len(text) <= LINE:
        return [text] if text else []
    found, start = [], 0
    while start < len(text):
        space = text.rfind(" ", start + 1, start + LINE) if start + LINE < len(text) else len(text)
        end = space if space > 0 else start + LINE
        found.append(text[start:end].strip())
        start = end
    return found
