"""Where an extractor's lines stand on the page, and which of the page's lines beside them it lost."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from pipelines.readers.body import parts_of
from pipelines.readers.listicle import numbered_on
from pipelines.readers.whole import HEADINGS, Whole, is_prose, key, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selectolax.lexbor import LexborNode

    from pipelines.nouns import Block

NEAR, SAME = 12, 0.7  # lines between neighbours; share of words that two readings of one line have in common
PICTURED = 15  # lines above the first chosen one in which the story's picture may stand
ABOVE = 5  # lines above the first chosen one in which a lost lead may stand
PICTURE_ABOVE = 6  # nodes, text between elements counted
CAPTION = 3  # words; "Lihat Foto" is a button
TWINS = 50  # places of one line that are looked at; no page says a sentence so often
HEAD, TRIES = 6, 3  # letters by which a run's first line is looked for; lines tried
CELLS = ("td", "th")  # what a row runs together belongs together
_PICTURE = re.compile(r"(?i)caption|foto|photo|img|image|gambar|deskripsi")
_EMBLEM = re.compile(r"(?i)logo|icon|avatar")  # a picture of nothing in the story
_CREDIT = re.compile(r"(?:^|[.)] ?|\()(?i:foto|photo|dok|doc|sumber foto)(?: ?: ?|\. ?)\w[^.]{1,50}$")
_ENDS = ".!?\"”’')"


def places_of(page: Whole, chosen: Sequence[Block]) -> list[int | None]:
    """Where each chosen line stands among the page's: those in the page's order, and the garbled ones between them."""
    where: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(page.keys):
        where[one].append(at)
    places = _in_order([where.get(key(block.text), [])[:TWINS] for block in chosen])
    found = enumerate(zip(chosen, places, strict=True))
    return [_garbled(page, block, places, number) if at is None else at for number, (block, at) in found]


class _Step(NamedTuple):
    """A chosen line put on the page's line ``place``, below those that were put before it."""

    number: int
    place: int
    above: _Step | None


def _in_order(candidates: Sequence[Sequence[int]]) -> list[int | None]:
    """Of each line's places the one by which most lines ascend: one that stands elsewhere must not hide those below it."""
    ends: list[int] = []  # the least place at which so many lines have been put, and the last of them
    steps: list[_Step] = []
    for number, places in enumerate(candidates):
        for place in reversed(places):
            size = bisect_left(ends, place)
            steps[size : size + 1] = [_Step(number, place, steps[size - 1] if size else None)]
            ends[size : size + 1] = [place]
    found: list[int | None] = [None] * len(candidates)
    last = steps[-1] if steps else None
    while last:
        found[last.number] = last.place
        last = last.above
    return found


def parted(page: Whole, chosen: Sequence[Block]) -> list[Block]:
    """The chosen lines, and for one that is several of the page's run together those: breaks within an <article> are lost so."""
    known = set(page.keys)
    heads: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(page.keys):
        heads[one[:HEAD]].append(at)
    runs = [[] if key(block.text) in known else _run(page, key(block.text), heads) for block in chosen]
    return [one for block, run in zip(chosen, runs, strict=True) for one in (run or [block])]


def _run(page: Whole, own: str, heads: dict[str, list[int]]) -> list[Block]:
    """The page's lines, a few others passed over, that are a text when set one behind the other; empty where there are none."""
    for start in heads.get(own[:HEAD], [])[:TRIES]:
        found, said, last = list[int](), 0, start
        for at in range(start, len(page.keys)):
            if said == len(own) or at - last > NEAR:
                break
            if page.keys[at] and page.lines.blocks[at].kind != "figure" and own.startswith(page.keys[at], said):
                found.append(at)
                said, last = said + len(page.keys[at]), at
        if said == len(own) and not any(page.lines.homes[at].tag in CELLS for at in found):
            return [page.lines.blocks[at] for at in found]
    return []


def _garbled(page: Whole, block: Block, places: Sequence[int | None], number: int) -> int | None:
    """The page's line that an extractor gave with words missing or added, between the lines above and below it."""
    above = next((at for at in reversed(places[max(number - NEAR, 0) : number]) if at is not None), None)
    below = next((at for at in places[number + 1 : number + NEAR] if at is not None), None)
    if above is None or below is None or below - above > NEAR:
        return None
    words = Counter(block.text.split())
    for at in range(above + 1, below):
        own = Counter(page.lines.blocks[at].text.split())
        if page.lines.blocks[at].kind != "figure" and (words & own).total() >= SAME * max(words.total(), own.total()):
            return at
    return None


def lost_of(page: Whole, body: list[int] | None, chosen: Sequence[Block], known: list[int]) -> list[int]:
    """The page's lines that belong to the story though nobody chose them: pictures, and text beside the chosen paragraphs."""
    if not known:
        return []
    further = numbered_on(page, chosen, known)
    known = known + further
    taken, said = set(known), "".join(key(block.text) for block in chosen)
    mains = _mains(page, known)
    near = set(range(max(known[0] - ABOVE, 0), known[-1] + 1))
    reach = near | set(body or ()) | within(page, [*mains.values()])
    begin = max(min(known[0] - PICTURED, *reach), 0)
    free = [at for at in range(begin, max(*reach, known[-1]) + 1) if at not in taken]
    text = {at for at in reach.intersection(free) if _is_beside(page, at, mains) or _is_around(page, at, known)}
    text |= {at for at in reach.intersection(free) if _below(page, at) in taken and _is_heading(page, at, mains)}
    lost = [at for at in free if _is_picture(page, at, known) or (at in text and page.keys[at] not in said)]
    return sorted([*lost, *further])


def _mains(page: Whole, known: list[int]) -> dict[int, LexborNode]:
    """The elements that hold at least half of the chosen text as their own or as their children's; parts of one class as one."""
    held: Counter[int | str] = Counter()
    names: dict[int, tuple[int | str, LexborNode]] = {}
    for at in known:
        home, holder = page.lines.homes[at], _holder(page, at)
        names[holder.mem_id] = holder.attributes.get("class") or holder.mem_id, holder
        names.setdefault(home.mem_id, (home.mem_id, home))
        held.update(dict.fromkeys((names[home.mem_id][0], names[holder.mem_id][0]), len(page.keys[at])))
    total = sum(len(page.keys[at]) for at in known)
    main = [node for name, node in names.values() if 2 * held[name] >= total]
    return {part.mem_id: part for node in main for part in parts_of(node)}


def _holder(page: Whole, at: int) -> LexborNode:
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
    return at < known[-1] and (is_caption(page, at) or is_credited(page, at))


def is_caption(page: Whole, at: int) -> bool:
    """Some words, no link and no title, in an element that is named after a picture; one word where it is called caption."""
    block, home = page.lines.blocks[at], page.lines.homes[at]
    both = [node.attributes for node in (home, home.parent or home)]
    names = " ".join(f"{said.get('class') or ''} {said.get('id') or ''}" for said in both)
    named = bool(home.tag == "figcaption" or _PICTURE.search(names)) and not _EMBLEM.search(names)
    enough = len(block.text.split()) >= (1 if "caption" in (home.attributes.get("class") or "").split() else CAPTION)
    return named and enough and page.keys[at] not in page.links | page.titles


def is_credited(page: Whole, at: int) -> bool:
    """A line that ends in a picture's credit, below the picture: "… naik panggung. Foto: Kabar/Sri"."""
    return bool(_CREDIT.search(page.lines.blocks[at].text)) and is_pictured(page, at)


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


def _is_beside(page: Whole, at: int, mains: dict[int, LexborNode]) -> bool:
    """Bare text of the very element that holds the paragraphs, or a paragraph among them that ends like a sentence."""
    home = page.lines.homes[at]
    if not is_prose(page, at):
        return False
    among = page.lines.blocks[at].kind == "p" and _holder(page, at).mem_id in mains
    return home.mem_id in mains or (among and page.lines.blocks[at].text[-1:] in _ENDS)


def _below(page: Whole, at: int) -> int:
    """The next line that is no picture's."""
    blocks, below = page.lines.blocks, at + 1
    while below < len(blocks) and (blocks[below].kind == "figure" or is_caption(page, below)):
        below += 1
    return below


def _is_heading(page: Whole, at: int, mains: dict[int, LexborNode]) -> bool:
    """A heading among the paragraphs that leads nowhere else."""
    home = page.lines.homes[at]
    among = _holder(page, at).mem_id in mains
    return among and home.tag in HEADINGS and page.keys[at] not in page.links | page.titles


def _is_around(page: Whole, at: int, known: list[int]) -> bool:
    """Bare text of an element in which, further down, most of the chosen lines stand."""
    home = page.lines.homes[at]
    first, last = page.lines.spans.get(home.mem_id, (at, at))
    below = bisect_left(known, last) - bisect_left(known, max(first, at + 1))
    return home.tag != "body" and 2 * below > len(known) and is_prose(page, at)
