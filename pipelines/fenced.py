"""A page → the lines within the fence of its layout, and its fields by its seed's sources. Nothing is cut by its words here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.nouns import PROSE
from pipelines.readers.fields import fields_of
from pipelines.readers.lead_photo import has_lead, with_lead, with_typed
from pipelines.readers.lines import lines
from pipelines.readers.linked import is_label, labelled, linked
from pipelines.readers.printed import supplied
from pipelines.rules import Verb, apply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selectolax.lexbor import LexborNode

    from pipelines.outlets import Outlet
    from pipelines.readers import Sheet
    from pipelines.readers.parted import Lines
    from pipelines.seedtables import Layout

FENCES = 50  # pieces of a fence; where there are more, the whole page is asked at once
BRIEF = 400  # letters of a body; in fewer there may be nothing but furniture
CAPTIONED = ".wp-caption"  # WordPress's picture with its caption, in themes without <figure>


def by_layout(sheets: Sequence[Sheet], outlet: Outlet) -> tuple[Layout | None, list[Lines]]:
    """Try the layouts in order: the first whose body holds a story wins; where none does, the first whose body is there."""
    first: tuple[Layout | None, list[Lines]] = (None, [])
    for layout in outlet.layouts:
        if sheets[0].tree.css_first(layout.body):
            read = [_fenced(sheet, outlet, layout) for sheet in sheets]
            if holds_story(read, outlet, layout.kind):
                return layout, read
            first = first if first[0] else (layout, read)
    return first


def holds_story(read: Sequence[Lines], outlet: Outlet, kind: str | None) -> bool:
    """Whether there is prose, or below a photo story's pictures a caption; a few lines that the rules would cut are none."""
    blocks = [block for lines, _ in read for block in lines]
    if sum(len(block.text) for block in blocks) < BRIEF:
        blocks = apply(outlet.rules, blocks).blocks
    return any(block.kind in PROSE or (kind == "photo" and block.kind == "figure" and block.text) for block in blocks)


def fields_within(sheet: Sheet, outlet: Outlet, url: str, layout: Layout | None) -> dict[str, Any]:
    """By the seed's sources, then by what is printed; of a page that no fence knows, and that is refused, by the sources alone."""
    found = fields_of(sheet, outlet, url, layout.kind if layout else None)
    return supplied(found, sheet, outlet) if layout else found


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
