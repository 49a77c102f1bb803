"""Page → Draft: the story's lines and its fields, as printed; no wording is cut here. The one file that knows trafilatura."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from lxml.etree import Element

from pipelines.at_large import at_large
from pipelines.fenced import by_layout, fields_within, holds_story
from pipelines.nouns import Block, Cut, Draft, Page
from pipelines.readers import Sheet
from pipelines.readers.bounds import BYTES, LINES
from pipelines.readers.inline import fold
from pipelines.readers.pages import is_part, joined
from pipelines.readers.parted import told_on
from pipelines.readers.whole import key
from pipelines.seedwords import GENERIC

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lxml.etree import _Element

    from pipelines.outlets import Outlet
    from pipelines.readers.parted import Lines

MUCH = 300_000  # characters that trafilatura is asked to normalise; the longest story seen has 40,000
TAGS = {"p": "p", "h": "head", "li": "item", "quote": "quote"}  # in trafilatura's words


def parse(page: Page, outlet: Outlet) -> Draft:
    """Read a page's lines within its layout's fence, and its fields; what is missing stays None.

    A page that fits no layout of its seed is read as one of an unknown outlet, if that finds the story which the page announces.
    """
    pages = (page, *page.more)
    sheet, *_ = sheets = [Sheet.of(one.body[:BYTES], one.content_type) for one in pages]
    layout, read = by_layout(sheets, outlet)
    fields = fields_within(sheet, outlet, page.url, layout) if outlet.layouts else {}
    told = None if holds_story(read, outlet, fields.get("kind")) else at_large(sheets, outlet, pages, choose)
    photo = fields.get("kind") == "photo"
    parts, whole = (told.pages, told.whole) if told else told_on(sheets, pages, read, outlet, fields.get("title"), photo=photo)
    blocks, cuts = _joined(parts)
    blocks = _addressed(blocks, sheet, page.url)
    whole = whole and all(map(_is_whole, sheets, pages)) and len(blocks) <= LINES
    return Draft(
        outlet=outlet.slug,
        blocks=tuple(blocks[:LINES] if told else read_by_trafilatura(blocks[:LINES])),
        cuts=tuple(cuts),
        layout=GENERIC if told else layout.name if layout else None,
        partial=not whole or is_part(zip(sheets, (one.url for one in pages), strict=True), outlet, page.addresses),
        **(told.fields if told else fields),
    )


def _is_whole(sheet: Sheet, page: Page) -> bool:
    return sheet.whole and not sheet.is_opening and len(page.body) <= BYTES


def _joined(read: Sequence[Lines]) -> Lines:
    """Lay the story's pages one below the other, their lines numbered through."""
    blocks: list[Block] = []
    cuts: list[Cut] = []
    for here, gone in read:
        start = 1 + max([block.at for block in blocks] + [cut.at for cut in cuts], default=-1)
        blocks += [replace(block, at=start + block.at) for block in here] if start else here
        cuts += [replace(cut, at=start + cut.at) for cut in gone] if start else gone
    return blocks, cuts


def _addressed(blocks: Sequence[Block], sheet: Sheet, url: str) -> list[Block]:
    """Give the pictures whose addresses are printed without a host the page's, or that of its <base>."""
    if not any(block.src and block.src.startswith("/") for block in blocks):
        return list(blocks)
    base = sheet.tree.css_first("base[href]")
    home = joined(url, base.attributes.get("href") or "") if base else url
    return [replace(block, src=joined(home, block.src) or None) if block.src else block for block in blocks]


def read_by_trafilatura(blocks: Sequence[Block]) -> list[Block]:
    """Let trafilatura read the fenced lines, and hold it to account.

    It normalises white space and characters and knows what is no text. Yet on a bare piece of a page it lost up to
    half of the words (pages two to four of a Liputan6 story of 2024), so it is given plain paragraphs, and a line it
    leaves out is put back where it stood: the fence is proven by pages, and what may go is for the rules to say.
    """
    prose = [block for block in blocks if block.kind != "figure"]
    if not prose or sum(len(block.text) for block in prose) > MUCH:
        return list(blocks)
    return [block if block.kind == "figure" else _read(block) for block in blocks]


def _read(block: Block) -> Block:
    """A line as trafilatura reads it, where it has the same letters and digits."""
    read, tags, manner = _trafilatura()
    line = Element(TAGS[block.kind])
    line.text = block.text
    element = read(line, tags, manner)
    text = block.text if element is None else fold("".join(map(str, element.itertext())))
    if text == block.text or key(text) != key(block.text):
        return block
    return Block(block.kind, text, block.at, block.src, min(block.bold, len(text)))


@cache
def _trafilatura() -> tuple[Callable[[_Element, set[str], Any], _Element | None], set[str], Any]:
    """Give the function by which it reads an element of a body, the elements that hold text, and how it is to read.

    Its way there costs four times as much and finds nothing to do on a fenced fragment: it parses, looks for the body,
    and leaves out what its class or its links betray.
    """
    from trafilatura.main_extractor import handle_textelem  # takes a fifth of a second, which `kliping --help` need not pay
    from trafilatura.settings import TAG_CATALOG, Extractor

    return handle_textelem, set(TAG_CATALOG), Extractor(fast=True, recall=True, comments=False, tables=False)


def choose(html: str, *, precise: bool) -> _Element | None:
    """Give what trafilatura takes for the story of a whole page, None where it finds none.

    Its metadata reader is not asked: the date alone costs more than the text.
    """
    import trafilatura  # as above

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # a page it cannot read is a reject's row, not three lines of log
    read = trafilatura.bare_extraction(html, favor_precision=precise, include_comments=False, with_metadata=False)
    return None if read is None or isinstance(read, dict) else read.body


def prepare() -> None:
    """Have trafilatura read its words of a hundred languages, which would make the first page a quarter of a second dearer."""
    from trafilatura import external

    external.jt_stoplist_init()
