"""Which of the page's lines an extractor lost: pictures, and text beside the lines that it chose."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING

from pipelines.readers.body import ENDS, parts_of
from pipelines.readers.captioned import is_caption, is_credited, is_signed
from pipelines.readers.headline import LINKED
from pipelines.readers.listicle import numbered_on
from pipelines.readers.whole import HEADINGS, Whole, is_prose, key, within

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from selectolax.lexbor import LexborNode

    from pipelines.nouns import Block

PICTURED = 15  # lines above the first chosen one in which the story's picture may stand
ABOVE = 5  # lines above the first chosen one in which a lost lead may stand
_DASH = re.compile(r"^(?:(?:Kota|Kab\.?|Kabupaten) )?[A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+){0,2} ?[-–—]{1,2}")


def lost_of(page: Whole, body: list[int] | None, chosen: Sequence[Block], known: list[int]) -> list[int]:
    """The page's lines that belong to the story though nobody chose them: pictures, and text beside the chosen paragraphs."""
    if not known:
        return []
    further = numbered_on(page, chosen, known)
    known = known + further
    taken, said = set(known), "".join(key(block.text) for block in chosen)
    mains = mains_of(page, known)
    near = set(range(max(known[0] - ABOVE, 0), known[-1] + 1))
    reach = near | set(body or ()) | within(page, [*mains.values()])
    begin = max(min(known[0] - PICTURED, *reach), 0)
    free = [at for at in range(begin, max(*reach, known[-1]) + 1) if at not in taken]
    text = {at for at in reach.intersection(free) if _is_beside(page, at, mains) or _is_around(page, at, known)}
    items = _items(page, reach.intersection(free), taken, mains)
    text |= items
    heads = {at for at in reach.intersection(free) if _below(page, at) in taken | text and _is_heading(page, at, mains)}
    text |= {at for at in free if _is_place(page, at, known)}
    text = heads | items | {at for at in text if page.keys[at] not in said}  # a heading's words stand below it too
    lost = [at for at in free if _is_picture(page, at, known) or at in text]
    return sorted([*lost, *further])


def begins(page: Whole, known: Sequence[int]) -> int:
    """Where the story begins among the page's lines: the first chosen one that is prose and no title."""
    return next((at for at in known if is_prose(page, at) and page.keys[at] not in page.titles), known[0])


def mains_of(page: Whole, known: list[int]) -> dict[int, LexborNode]:
    """The elements that hold at least half of the chosen text as their own or as their children's; parts of one class as one.

    A <div> in one that says nothing of itself is the same place.
    """
    held: Counter[int | str] = Counter()
    names: dict[int, tuple[int | str, LexborNode]] = {}
    for at in known:
        home, holder = page.lines.homes[at], holder_of(page, at)
        names[holder.mem_id] = holder.attributes.get("class") or holder.mem_id, holder
        names.setdefault(home.mem_id, (home.mem_id, home))
        held.update(dict.fromkeys((names[home.mem_id][0], names[holder.mem_id][0]), len(page.keys[at])))
    total = sum(len(page.keys[at]) for at in known)
    main = [node for name, node in names.values() if 2 * held[name] >= total]
    parts = [part for node in main for part in parts_of(node)]
    bare = [inner for part in parts for inner in part.iter() if inner.tag == "div" and not inner.attributes]
    return {part.mem_id: part for part in (*parts, *bare)}


def holder_of(page: Whole, at: int) -> LexborNode:
    """The element above a line's own; those that hold this line alone, as page builders wrap each paragraph, are passed over."""
    home = page.lines.homes[at]
    above = home.parent
    while above is not None and page.lines.spans.get(above.mem_id, (at, at + 1)) == (at, at + 1):
        above = above.parent
    return above or home


def _is_picture(page: Whole, at: int, known: list[int]) -> bool:
    block = page.lines.blocks[at]
    if block.kind == "figure":
        return at < known[-1] and bool(block.text or at > known[0])
    return at < known[-1] and (is_caption(page, at) or is_credited(page, at) or (at < begins(page, known) and is_signed(page, at)))


def _is_beside(page: Whole, at: int, mains: dict[int, LexborNode]) -> bool:
    """Bare text of the very element that holds the paragraphs, or a paragraph among them that ends like a sentence."""
    home = page.lines.homes[at]
    if not is_prose(page, at):
        return False
    among = page.lines.blocks[at].kind == "p" and holder_of(page, at).mem_id in mains
    return home.mem_id in mains or (among and page.lines.blocks[at].text[-1:] in ENDS)


def _items(page: Whole, free: AbstractSet[int], taken: AbstractSet[int], mains: dict[int, LexborNode]) -> set[int]:
    """Lists among the paragraphs, no headline linked in them: some extractors leave every list of an unknown element out.

    A chosen line announces them ("Di antara mereka:"), or they stand between two of the story. Items may be a word each.
    """
    found = set[int]()
    lists = {home.parent.mem_id: home.parent for at in free if (home := page.lines.homes[at]).tag == "li" and home.parent}
    for node in lists.values():
        first, last = page.lines.spans.get(node.mem_id, (0, 0))
        among = node.tag in ("ul", "ol") and node.parent is not None and node.parent.mem_id in mains
        if not among or not first < last or _links_on(node) or not free >= {*range(first, last)}:
            continue
        above = page.lines.blocks[first - 1]
        announced = first - 1 in taken and above.text.endswith(":")
        if announced or (last in taken and (first - 1 in taken or _is_heading(page, first - 1, mains))):
            found |= {*range(first, last)}
    return found


def _links_on(node: LexborNode) -> bool:
    """Whether links as long as a headline stand in it; some sites link each name to its tag."""
    return any(len(link.text(deep=True).split()) >= LINKED for link in node.css("a"))


def _below(page: Whole, at: int) -> int:
    """The next line that is no picture's."""
    blocks, below = page.lines.blocks, at + 1
    while below < len(blocks) and (blocks[below].kind == "figure" or is_caption(page, below)):
        below += 1
    return below


def _is_heading(page: Whole, at: int, mains: dict[int, LexborNode]) -> bool:
    """A heading among the paragraphs that leads nowhere else."""
    home = page.lines.homes[at]
    among = holder_of(page, at).mem_id in mains
    return among and home.tag in HEADINGS and page.keys[at] not in (page.links - page.anchors) | page.titles | {""}


def _is_place(page: Whole, at: int, known: list[int]) -> bool:
    """A dateline in bare text right above the story's first line, which stands in the same element: "<b>Jakarta</b> - <p>…"."""
    text = page.lines.blocks[at].text
    first, last = page.lines.spans.get(page.lines.homes[at].mem_id, (at, at))
    told = next((one for one in known if is_prose(page, one)), known[0])
    return _below(page, at) == told and first <= told < last and _DASH.fullmatch(text) is not None


def _is_around(page: Whole, at: int, known: list[int]) -> bool:
    """Bare text of an element in which, further down, most of the chosen lines stand."""
    home = page.lines.homes[at]
    first, last = page.lines.spans.get(home.mem_id, (at, at))
    below = bisect_left(known, last) - bisect_left(known, max(first, at + 1))
    return home.tag != "body" and 2 * below > len(known) and is_prose(page, at)
