"""Page → Draft: the fenced lines and the fields, as printed. The only file that knows trafilatura; it cleans nothing by wording."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from pipelines.nouns import Block, Cut, Draft, Page
from pipelines.readers import Sheet
from pipelines.readers.fields import fields_of
from pipelines.readers.lines import fold, lines
from pipelines.readers.pages import names_more
from pipelines.readers.sheet import decoded
from pipelines.rules import Verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.etree import _Element
    from selectolax.lexbor import LexborNode

    from pipelines.outlets import Outlet
    from pipelines.seedtables import Layout

TAGS = {"p": "p", "h": "h2", "li": "li", "quote": "blockquote"}


def parse(page: Page, outlet: Outlet) -> Draft:
    """Read a page's lines within its layout's fence, and its fields; what is missing stays None."""
    sheet = Sheet(decoded(page.body, page.content_type))
    further = [Sheet(decoded(more.body, more.content_type)) for more in page.more]
    layout = _layout(sheet, outlet)
    blocks, cuts = _lines([sheet, *further], outlet, layout)
    return Draft(
        outlet=outlet.slug,
        blocks=tuple(read_by_trafilatura(blocks)),
        cuts=tuple(cuts),
        layout=layout.name if layout else None,
        partial=bool(outlet.more) and not further and names_more(sheet, outlet, page.url),
        **fields_of(sheet, outlet, page.url, layout.kind if layout else None),
    )


def _lines(sheets: Sequence[Sheet], outlet: Outlet, layout: Layout | None) -> tuple[list[Block], list[Cut]]:
    """Read the story's pages one below the other, their lines numbered through."""
    blocks: list[Block] = []
    cuts: list[Cut] = []
    if layout is None:
        return blocks, cuts
    for sheet in sheets:
        here, gone = _fenced(sheet, outlet, layout)
        start = 1 + max([block.at for block in blocks] + [cut.at for cut in cuts], default=-1)
        blocks += [replace(block, at=start + block.at) for block in here]
        cuts += [replace(cut, at=start + cut.at) for cut in gone]
    return blocks, cuts


def _layout(sheet: Sheet, outlet: Outlet) -> Layout | None:
    """Try the layouts in order: the first whose body matches wins."""
    return next((layout for layout in outlet.layouts if sheet.tree.css_first(layout.body)), None)


def _fenced(sheet: Sheet, outlet: Outlet, layout: Layout) -> tuple[list[Block], list[Cut]]:
    figures = {node.mem_id for node in sheet.tree.css(layout.photos)} if layout.photos else set()
    fence = _outermost(sheet.tree.css(f"{layout.body}, {layout.photos}" if layout.photos else layout.body))
    drops = {
        node.mem_id: rule
        for rule in outlet.rules
        if rule.verb is Verb.DROP
        for part in fence
        for node in part.css(rule.selector)
    }  # fmt: skip
    return lines(fence, figures, drops)


def _outermost(nodes: Sequence[LexborNode]) -> list[LexborNode]:
    """Each element once and none inside another: a union selector gives an element once for every selector it matches."""
    chosen: dict[int, LexborNode] = {}
    for node in nodes:
        above = node.parent
        while above is not None and above.mem_id not in chosen:
            above = above.parent
        if above is None:
            chosen.setdefault(node.mem_id, node)
    return list(chosen.values())


def read_by_trafilatura(blocks: Sequence[Block]) -> list[Block]:
    """Let trafilatura read the fenced lines, and hold it to account.

    It normalises white space and characters and knows what is no text. Yet on a bare piece of a page it lost up to
    half of the words (pages two to four of a Liputan6 story of 2024), so it is given plain paragraphs, and a line it
    leaves out is put back where it stood: the fence is proven by pages, and what may go is for the rules to say.
    """
    import trafilatura  # takes a fifth of a second, which `kliping --help` and the store need not pay

    prose = [block for block in blocks if block.kind != "figure"]
    if not prose:
        return list(blocks)
    html = "".join(f"<{TAGS[b.kind]}>{escape(b.text, quote=False)}</{TAGS[b.kind]}>" for b in prose)
    page = f"<html><body><article>{html}</article></body></html>"
    read = trafilatura.bare_extraction(page, fast=True, favor_recall=True, include_comments=False, include_tables=False)
    said = _texts(read.body) if read is not None and not isinstance(read, dict) and read.body is not None else {}
    return [_as_read(block, said) for block in blocks]


def _texts(body: _Element) -> dict[str, str]:
    texts = (fold("".join(str(piece) for piece in element.itertext())) for element in body.iter("p", "head", "item", "quote"))
    return {_key(text): text for text in texts}


def _key(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _as_read(block: Block, said: dict[str, str]) -> Block:
    text = said.get(_key(block.text), block.text) if block.kind != "figure" else block.text
    return block if text == block.text else Block(block.kind, text, block.at, block.src, min(block.bold, len(text)))

