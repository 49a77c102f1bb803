"""Which of the page's lines an extractor lost: pictures, and text beside the lines that it chose."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING

from pipelines.indonesian.dates import instant
from pipelines.readers.body import ENDS, parts_of
from pipelines.readers.listicle import numbered_on
from pipelines.readers.pictures import picture_of
from pipelines.readers.whole import CAPTIONS, HEADINGS, Whole, is_prose, key, within

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from selectolax.lexbor import LexborNode

    from pipelines.nouns import Block

PICTURED = 15  # lines above the first chosen one in which the story's picture may stand
ABOVE = 5  # lines above the first chosen one in which a lost lead may stand
PICTURE_ABOVE = 6  # nodes, text between elements counted
BRIEF = 8  # words; a date in no more is a date line
CAPTION, LINES = 3, 40  # words; "Lihat Foto" is a button, and a longer line a paragraph
_PICTURE = re.compile(r"(?i)caption|foto|photo|img|image|gambar|deskripsi|(?<![a-z])pic(?:ture)?(?![a-z])")
_EMBLEM = re.compile(r"(?i)logo|icon|avatar")  # a picture of nothing in the story
_BUTTON = re.compile(r"(?i)logo|icon|avatar|facebook|medsos|sosmed|[-_/]share\b|[-_/]fb[-_.]")
_CREDIT = re.compile(r"(?:^|[.)] ?|\()(?i:foto|photo|dok|doc|sumber foto)(?: ?: ?|\. ?)\w(?:[^.]|\.(?=\w)){1,50}$")
_SIGNED = re.compile(r"\((?=[^()]*(?:[^\W\d] ?/ ?[^\W\d]|\.com|\b(?i:foto|dok|istimewa|antara|reuters|afp)\b))[^()]{3,60}\)\W*$")
# "(SM/Sri Lestari)", no desk's initials, or "©kabar.com/sri", no copyright
_NAMED = re.compile(r"\([A-Z][\w. ]{1,30}/[A-Z][\w.]+ [A-Z][\w. ]{1,40}\)\W*$|^(?!(?i:copyright|©)).*\S ?© ?\w[^©]{1,50}$")
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
    text |= _items(page, reach.intersection(free), taken, mains)
    heads = {at for at in reach.intersection(free) if _below(page, at) in taken | text and _is_heading(page, at, mains)}
    text |= {at for at in free if _is_place(page, at, known)}
    text = heads | {at for at in text if page.keys[at] not in said}  # a heading's words stand below it too
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


def is_caption(page: Whole, at: int) -> bool:
    """Some words, no link and no title, in an element that is named after a picture; one word where it is called caption."""
    block, home = page.lines.blocks[at], page.lines.homes[at]
    both = [node.attributes for node in (home, home.parent or home)]
    names = " ".join(f"{said.get('class') or ''} {said.get('id') or ''}" for said in both)
    named = bool(home.tag == "figcaption" or _PICTURE.search(names) or page.keys[at] in page.captions) and not _EMBLEM.search(names)
    words, called = len(block.text.split()), "caption" in (home.attributes.get("class") or "").split()
    enough = words >= (1 if called else CAPTION) and (words > BRIEF or instant(block.text) is None)
    # some themes link a picture together with its caption
    linked = page.keys[at] in page.links and "caption" not in (home.attributes.get("class") or "")
    return named and enough and not linked and page.keys[at] not in page.titles


def is_credited(page: Whole, at: int) -> bool:
    """A line that ends in a picture's credit, below the picture: "… naik panggung. Foto: Kabar/Sri"."""
    text = page.lines.blocks[at].text
    told = _CREDIT.search(text) or (_NAMED.search(text) and len(text.split()) <= LINES and is_right_below(page, at))
    return bool(told) and page.keys[at] not in page.links and is_pictured(page, at)


def is_right_below(page: Whole, at: int) -> bool:
    """Whether nothing but a picture stands in the element above a line's own, or with it in its own."""
    home = page.lines.homes[at]
    above = home.prev
    while above is not None and above.tag == "-text" and not above.text().strip():
        above = above.prev
    alone = home.css_first("img") is not None and page.lines.spans.get(home.mem_id) == (at, at + 1)
    return alone or (above is not None and above.css_first("img") is not None and not above.text(deep=True).strip())


def is_signed(page: Whole, at: int) -> bool:
    """Some words below a picture that end in who took it: above the story no class need say so."""
    text = page.lines.blocks[at].text
    told = len(text.split()) >= BRIEF and page.keys[at] not in page.links | page.titles
    return told and _SIGNED.search(text) is not None and is_pictured(page, at)


def is_framed(page: Whole, at: int) -> bool:
    """A line of an element named after a picture: alone there with it, or ending in who took it: "… diuji. (Sri/kabarcom)"."""
    home, text = page.lines.homes[at], page.lines.blocks[at].text
    if not _PICTURE.search(f"{home.attributes.get('class') or ''} {home.attributes.get('id') or ''}"):
        return False
    alone = page.lines.spans.get(home.mem_id) == (at, at + 1) and home.css_first("img") is not None
    return bool(alone or _SIGNED.search(text)) and is_caption(page, at)


def is_pictured(page: Whole, at: int) -> bool:
    """Whether a picture stands in a line's own element or right above it."""
    node: LexborNode | None = page.lines.homes[at]
    for _ in range(PICTURE_ABOVE):
        if node is None:
            return False
        if node.css_first("img"):
            return True
        node = node.prev
    return False


def picture_beside(page: Whole, at: int) -> str | None:
    """The address of a caption's picture: in the element that holds the caption alone, or right above that."""
    home = page.lines.homes[at]
    inside = home.css(CAPTIONS) if page.keys[at] in page.captions else []
    node: LexborNode | None = next((one for one in inside if key(one.text(deep=True)) == page.keys[at]), home)
    for _ in range(PICTURE_ABOVE):
        if node is None:
            return None
        first, last = page.lines.spans.get(node.mem_id, (at, at + 1))
        if first == at and last > at + 1:  # more than the caption
            return None
        if (url := picture_of(node)) and not _BUTTON.search(url):
            return url
        node = node.prev or node.parent
    return None


def _is_beside(page: Whole, at: int, mains: dict[int, LexborNode]) -> bool:
    """Bare text of the very element that holds the paragraphs, or a paragraph among them that ends like a sentence."""
    home = page.lines.homes[at]
    if not is_prose(page, at):
        return False
    among = page.lines.blocks[at].kind == "p" and holder_of(page, at).mem_id in mains
    return home.mem_id in mains or (among and page.lines.blocks[at].text[-1:] in ENDS)


def _items(page: Whole, free: AbstractSet[int], taken: AbstractSet[int], mains: dict[int, LexborNode]) -> set[int]:
    """Lists among the paragraphs, no link in them: some extractors leave every list of an unknown element out.

    A chosen line announces them ("Di antara mereka:"), or they stand between two of the story. Items may be a word each.
    """
    found = set[int]()
    lists = {home.parent.mem_id: home.parent for at in free if (home := page.lines.homes[at]).tag == "li" and home.parent}
    for node in lists.values():
        first, last = page.lines.spans.get(node.mem_id, (0, 0))
        among = node.tag in ("ul", "ol") and node.parent is not None and node.parent.mem_id in mains
        if not among or not first < last or node.css_first("a") is not None or not free >= {*range(first, last)}:
            continue
        above = page.lines.blocks[first - 1]
        announced = first - 1 in taken and above.text.endswith(":")
        if announced or (last in taken and (first - 1 in taken or _is_heading(page, first - 1, mains))):
            found |= {*range(first, last)}
    return found


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
    return among and home.tag in HEADINGS and page.keys[at] not in page.links | page.titles | {""}


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
