"""The pages of a parted story laid together: which of them tell it on, and whether one is missing. No page is read here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.readers.whole import key
from pipelines.readers.whose import is_part_of
from pipelines.rules import apply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.nouns import Block, Cut, Page
    from pipelines.outlets import Outlet
    from pipelines.readers.sheet import Sheet

Lines = tuple[list["Block"], list["Cut"]]
NEW = 0.1  # of a page's letters, the least that no page before has: desks repeat the lead, and furniture differs from page to page


def told_on(
    sheets: Sequence[Sheet], pages: Sequence[Page], read: Sequence[Lines], outlet: Outlet, title: str | None, *, photo: bool = False
) -> tuple[list[Lines], bool]:
    """Give the lines of the pages that tell the story, the first always, and whether nothing is missing.

    A wall, another story, an empty page and an earlier page over again stand where a page of the story should. A photo
    story's pages may repeat their text below each picture: it is told once.
    """
    told, whole = list(read[:1]), True
    held = [_words(lines, outlet, photo=photo) for lines in read[:1]] if len(read) > 1 else []
    story = outlet.story_id(pages[0].url) or ""
    for sheet, page, lines in zip(sheets[1:], pages[1:], read[1:], strict=False):
        here = _words(lines, outlet, photo=photo)
        if not is_part_of(story, title or "", sheet, outlet, page.url):
            whole = False
        elif _is_new(here, held):
            told.append(_less_told(lines, told) if photo else lines)
            held.append(here)
        else:
            whole = whole and _is_at_hand(here, held)
    return told, whole


def _words(lines: Lines, outlet: Outlet, *, photo: bool) -> list[str]:
    """What the rules leave of a page, line by line: its prose; of a photo story, and where there is none, its pictures."""
    left = apply(outlet.rules, lines[0]).blocks
    asked = [block for block in left if (block.kind == "figure") == photo]
    return [known for block in asked or left if (known := _known(block))]


def _less_told(lines: Lines, told: Sequence[Lines]) -> Lines:
    known = {_known(block) for blocks, _ in told for block in blocks}
    return [block for block in lines[0] if _known(block) not in known], lines[1]


def _known(block: Block) -> str:
    return key(block.text) or block.src or ""


def _is_new(here: Sequence[str], held: Sequence[Sequence[str]]) -> bool:
    known = {line for page in held for line in page}
    new = sum(len(line) for line in here if line not in known)
    return new > NEW * sum(map(len, here))


def _is_at_hand(here: Sequence[str], held: Sequence[Sequence[str]]) -> bool:
    """Whether a page is a part of one that holds the whole story; what begins as an earlier page does is that page over again."""
    return bool(here) and all(here[0] != page[0] for page in held if page)
