"""The stories that a page stacks below its own, for whoever scrolls on: each in an element with a headline and a byline or date."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.indonesian.dates import instant, is_date
from pipelines.readers.headline import HEADLINE, SHORT
from pipelines.readers.whole import is_prose

if TYPE_CHECKING:
    from pipelines.readers.whole import Whole

HEADLINES = ("h1", "h2")
BELOW, ABOVE = 4, 3  # lines in which a headline's date or byline stands; lines of its element above it: a section, a date
LONG = 20  # letters; a shorter title may be the site's name
_SIGNED = re.compile(r"(?i)\W{0,3}(?:laporan|oleh|penulis|reporter|wartawan|jurnalis|pewarta|kontributor|editor|redaktur)\b")


def stacked(page: Whole) -> range:
    """The lines from the first such story on; an empty range where there is none."""
    titled = [at for at in range(len(page.keys)) if _is_set(page, at) and _is_ours(page, at)]
    below = range(titled[0] + 1, len(page.keys)) if titled else ()
    for at in (one for one in below if _is_set(page, one) and not _is_ours(page, one) and _is_dated(page, one)):
        if (first := _begins(page, at, titled[0])) is not None:
            return range(first, len(page.keys))
    return range(0)


def _is_set(page: Whole, at: int) -> bool:
    """Whether a line is set as a headline and as long as one."""
    return page.lines.homes[at].tag in HEADLINES and len(page.lines.blocks[at].text.split()) >= HEADLINE


def _is_ours(page: Whole, at: int) -> bool:
    """Whether it is the story's own, to which metas add the site's name and templates a kicker."""
    return any(page.keys[at] in title or (title in page.keys[at] and len(title) >= LONG) for title in page.titles)


def _is_dated(page: Whole, at: int) -> bool:
    """Whether a date with its hour or a byline stands right below a headline; a day alone may be one of a chronicle's."""
    below = [block.text for block in page.lines.blocks[at + 1 : at + 1 + BELOW] if len(block.text) <= SHORT]
    return any((is_date(text) and instant(text)) or _SIGNED.match(text) for text in below)


def _begins(page: Whole, at: int, titled: int) -> int | None:
    """Where the element begins that holds a headline and its story, and nothing of what stands further above."""
    node, box = page.lines.homes[at].parent, None
    while node is not None and (span := page.lines.spans.get(node.mem_id)) is not None and span[0] >= max(at - ABOVE, titled + 1):
        box, node = span, node.parent
    return box[0] if box and any(is_prose(page, one) for one in range(at + 1, box[1])) else None
