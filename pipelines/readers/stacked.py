"""The stories that a page stacks below its own, for whoever scrolls on: each in an element with a headline and a byline or date."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.indonesian.dates import instant, is_date
from pipelines.nouns import Block
from pipelines.readers.body import BODIES
from pipelines.readers.headline import HEADLINE, SHORT
from pipelines.readers.whole import Whole, is_prose, whole

if TYPE_CHECKING:
    from pipelines.readers.sheet import Sheet

HEADLINES = ("h1", "h2")
BELOW, ABOVE = 4, 3  # lines in which a headline's date or byline stands; lines of its element above it: a section, a date
LONG, PROSE = 20, 2  # letters, a shorter title may be the site's name; lines of ours
_SIGNED = re.compile(r"(?i)\W{0,3}(?:laporan|oleh|penulis|reporter|wartawan|jurnalis|pewarta|kontributor|editor|redaktur)\b")


def own(sheet: Sheet) -> tuple[Whole, frozenset[str]]:
    """A page with the lines of such stories left empty, and the keys of those that no other line has."""
    page = whole(sheet)
    others = {at for first, last in _boxes(page, sheet) for at in range(first, last)}
    if not others:
        return page, frozenset()
    blocks = [Block("p", "", block.at) if at in others else block for at, block in enumerate(page.lines.blocks)]
    keys = ["" if at in others else one for at, one in enumerate(page.keys)]
    return page._replace(lines=page.lines._replace(blocks=blocks), keys=keys), frozenset(page.keys) - {*keys}


def _boxes(page: Whole, sheet: Sheet) -> list[tuple[int, int]]:
    """The first and last line of each; what stands in the element of our own prose is an update of a live report."""
    titled = next((at for at in range(len(page.keys)) if _is_set(page, at) and _is_ours(page, at)), len(page.keys))
    heads = (at for at in range(titled + 1, len(page.keys)) if _is_set(page, at) and not _is_ours(page, at) and _is_dated(page, at))
    boxes = [box for box in (_box(page, at, titled) for at in heads) if box]
    if not boxes:
        return []
    ours = next(at for at in range(titled + 1, len(page.keys)) if is_prose(page, at))
    bodies = [span for node in sheet.tree.css(BODIES) if (span := page.lines.spans.get(node.mem_id)) and span[0] <= ours < span[1]]
    return [(first, last) for first, last in boxes if not any(last <= end for _, end in bodies)]


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


def _box(page: Whole, at: int, titled: int) -> tuple[int, int] | None:
    """The lines of the smallest element that holds a headline and prose of its story, where prose of ours stands above it."""
    node, least = page.lines.homes[at].parent, max(at - ABOVE, titled + 1)
    if sum(is_prose(page, one) for one in range(titled + 1, at)) < PROSE:
        return None
    while node is not None and (span := page.lines.spans.get(node.mem_id)) is not None and span[0] >= least:
        if node.tag != "header" and any(is_prose(page, one) for one in range(at + 1, span[1])):
            return span
        node = node.parent
    return None
