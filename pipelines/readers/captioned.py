"""A page's line as the story's: its picture's caption where its element, its credit or its place says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.nouns import Block
from pipelines.readers.inline import fold
from pipelines.readers.lost import is_caption, is_credited, is_framed, is_signed, picture_beside

if TYPE_CHECKING:
    from pipelines.readers.whole import Whole

CREDITS = ", ".join(f"span[class*={name} i]" for name in ("author", "credit", "copyright", "photographer", "fotografer"))
LONG = 500  # characters; a caption of more is none


def captioned(page: Whole, at: int) -> Block:
    """A page's line; what stands in an element called caption is a picture's."""
    block, home = page.lines.blocks[at], page.lines.homes[at]
    named = any("caption" in (node.attributes.get("class") or "").lower() for node in (home, home.parent or home))
    named = named or page.keys[at] in page.captions or is_credited(page, at) or is_framed(page, at)
    return caption(page, at) if named and block.kind != "figure" else block


def caption(page: Whole, at: int) -> Block:
    """A line as its picture's, less the credit that stands before it in an element of its own."""
    block, home = page.lines.blocks[at], page.lines.homes[at]
    signed = (fold(node.text(deep=True)) for node in home.css(CREDITS)) if len(block.text) < LONG else ()
    own = next((block.text[len(said) :].strip() for said in signed if said and block.text.startswith(said)), "")
    return Block("figure", own or block.text, block.at, picture_beside(page, at))


def found(page: Whole, at: int, *, above: bool) -> Block:
    """A line that nobody chose: what stands in an element named after a picture, or above the story below one, is its caption."""
    pictured = is_caption(page, at) or (above and is_signed(page, at))
    return caption(page, at) if pictured and page.lines.blocks[at].kind != "figure" else captioned(page, at)
