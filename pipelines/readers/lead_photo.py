"""Photos at places that a seed's layout does not name: between headline and text, and with their caption typed below them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.nouns import PROSE, Block
from pipelines.readers.captioned import CREDIT, is_caption, is_credited, is_pictured, picture_beside
from pipelines.readers.whole import key, whole

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from pipelines.readers.parted import Lines
    from pipelines.readers.sheet import Sheet
    from pipelines.readers.whole import Whole

_TAKEN = re.compile(r"/[A-Z][\w.]+ [A-Z][\w. ]{1,40}\)\W*$|©")  # "(Kabar.com/Sri Lestari)", "©2026 Kabar/Sri"
LONGEST, END = 500, 70  # characters; a caption of more is none, a credit at its end never so long


def has_lead(read: Lines) -> bool:
    """Whether a picture with a caption stands above the story's first line of prose."""
    first = next((block for block in read[0] if block.text and (block.kind in PROSE or block.kind == "figure")), None)
    return first is None or first.kind == "figure"


def with_lead(read: Lines, sheet: Sheet, fence: LexborNode) -> Lines:
    """Put the captioned photo that stands between the headline and the fence above the story's lines."""
    page = whole(sheet)
    first = page.lines.spans.get(fence.mem_id, (0, 0))[0]
    heads = [at for at in range(first) if page.lines.homes[at].tag == "h1"]
    told = [one for at in range(heads[-1] + 1, first) if (one := _photo(page, at))] if heads else []
    if not told:
        return read
    blocks, cuts = read
    lead = replace(told[0], at=0)
    return [lead, *(replace(block, at=block.at + 1) for block in blocks)], [replace(cut, at=cut.at + 1) for cut in cuts]


def with_typed(read: Lines, sheet: Sheet) -> Lines:
    """Turn a line right below a picture that ends in who took it, as the desk typed it, into the picture's caption."""
    blocks, cuts = read
    typed = [block for block in blocks if block.kind in PROSE and len(block.text) <= LONGEST and _is_taken(block.text)]
    if not typed:
        return read
    page = whole(sheet)
    places = {block.at: page.keys.index(key(block.text)) for block in typed if key(block.text) in page.keys}
    places = {own: at for own, at in places.items() if is_credited(page, at)}
    changed = [
        Block("figure", block.text, block.at, picture_beside(page, places[block.at])) if block.at in places else block
        for block in blocks
    ]
    return changed, cuts


def _is_taken(text: str) -> bool:
    return _TAKEN.search(text) is not None or CREDIT.search(text, max(len(text) - END, 0)) is not None


def _photo(page: Whole, at: int) -> Block | None:
    block = page.lines.blocks[at]
    if not 0 < len(block.text) <= LONGEST:
        return None
    if block.kind == "figure":
        return block
    if not is_caption(page, at):
        return None
    picture = picture_beside(page, at)
    return Block("figure", block.text, at, picture) if picture or is_pictured(page, at) else None
