"""Page → Draft: the fenced lines and the fields, as printed; no wording is cut here. It and unfenced.py alone know trafilatura."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from lxml.etree import Element

from pipelines.at_large import at_large
from pipelines.nouns import PROSE, Block, Cut, Draft, Page
from pipelines.readers import Sheet
from pipelines.readers.bounds import BYTES, LINES
from pipelines.readers.fields import fields_of
from pipelines.readers.inline import fold
from pipelines.readers.lead_photo import has_lead, with_lead, with_typed
from pipelines.readers.lines import lines
from pipelines.readers.linked import is_label, labelled, linked
from pipelines.readers.pages import is_part, joined
from pipelines.readers.parted import told_on
from pipelines.readers.printed import supplied
from pipelines.readers.whole import key
from pipelines.rules import Verb, apply
from pipelines.seedwords import GENERIC

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lxml.etree import _Element
    from selectolax.lexbor import LexborNode

    from pipelines.outlets import Outlet
    from pipelines.readers.parted import Lines
    from pipelines.seedtables import Layout

FENCES = 50  # pieces of a fence; where there are more, the whole page is asked at once
MUCH = 300_000  # characters that trafilatura is asked to normalise; the longest story seen has 40,000
BRIEF = 400  # letters of a body; in fewer there may be nothing but furniture
CAPTIONED = ".wp-caption"  # WordPress's picture with its caption, in themes without <figure>
TAGS = {"p": "p", "h": "head", "li": "item", "quote": "quote"}  # in trafilatura's words


def parse(page: Page, outlet: Outlet) -> Draft:
    """Read a page's lines within its layout's fence, and its fields; what is missing stays None.

    A page that fits no layout of its seed is read as one of an unknown outlet, if that finds the story which the page announces.
    """
    pages = (page, *page.more)
    sheet, *_ = sheets = [Sheet.of(one.body[:BYTES], one.content_type) for one in pages]
    layout, read = _by_layout(sheets, outlet)
    fields = _fields(sheet, outlet, page.url, layout) if outlet.layouts else {}
    told = None if _holds_story(read, outlet, fields.get("kind")) else at_large(sheets, outlet, pages)
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


def _by_layout(sheets: Sequence[Sheet], outlet: Outlet) -> tuple[Layout | None, list[Lines]]:
    """Try the layouts in order: the first whose body holds a story wins; where none does, the first whose body is there."""
    first: tuple[Layout | None, list[Lines]] = (None, [])
    for layout in outlet.layouts:
        if sheets[0].tree.css_first(layout.body):
            read = [_fenced(sheet, outlet, layout) for sheet in sheets]
            if _holds_story(read, outlet, layout.kind):
                return layout, read
            first = first if first[0] else (layout, read)
    return first


def _holds_story(read: Sequence[Lines], outlet: Outlet, kind: str | None) -> bool:
    """Whether there is prose, or below a photo story's pictures a caption; a few lines that the rules would cut are none."""
    blocks = [block for lines, _ in read for block in lines]
    if sum(len(block.text) for block in blocks) < BRIEF:
        blocks = apply(outlet.rules, blocks).blocks
    return any(block.kind in PROSE or (kind == "photo" and block.kind == "figure" and block.text) for block in blocks)


def _fields(sheet: Sheet, outlet: Outlet, url: str, layout: Layout | None) -> dict[str, Any]:
    """By the seed's sources, then by what is printed; of a page that no fence knows, and that is refused, by the sources alone."""
    found = fields_of(sheet, outlet, url, layout.kind if layout else None)
    return supplied(found, sheet, outlet) if layout else found


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


def _fenced(sheet: Sheet, outlet: Outlet, layout: Layout) -> Lines:
    figures = {node.mem_id for node in sheet.tree.css(f"{layout.photos}, {CAPTIONED}" if layout.photos else CAPTIONED)}
    fence = _outermost(sheet.tree.css(f"{layout.body}, {layout.photos}" if layout.photos else layout.body))
    places = fence if len(fence) <= FENCES else [sheet.tree]
    drops = {
        node.mem_id: rule
        for rule in outlet.rules
        if rule.verb is Verb.DROP
        for place in places
        for node in place.css(rule.selector)
    }  # fmt: skip
    read = lines(fence, figures, drops)
    if any(is_label(line.text) for part in read for line in part):  # seldom: most fences hold no such list, or a class names it
        read = lines(fence, figures, linked(places, outlet.rules) | drops)
    read = with_typed(labelled(read, places, outlet), sheet)
    return with_lead(read, sheet, fence[0]) if fence and not has_lead(read) else read


def _outermost(nodes: Sequence[LexborNode]) -> list[LexborNode]:
    """Each element once and none inside another: a union selector gives an element once for every selector it matches."""
    named, clear = {node.mem_id for node in nodes}, {0}
    outer: dict[int, LexborNode] = {}
    for node in nodes:
        path, above = [], node.parent
        while above is not None and above.mem_id not in clear and above.mem_id not in named:
            path.append(above.mem_id)
            above = above.parent
        if above is None or above.mem_id in clear:
            clear.update(path)
            outer.setdefault(node.mem_id, node)
    return list(outer.values())


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
