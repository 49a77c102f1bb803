"""Where an extractor's lines stand among the page's own."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from pipelines.readers.lines import CELLS
from pipelines.readers.whole import key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from selectolax.lexbor import LexborNode

    from pipelines.nouns import Block
    from pipelines.readers.whole import Whole

NEAR, SAME = 12, 0.7  # lines between neighbours; share of words that two readings of one line have in common
TWINS = 50  # places of one line that are looked at; no page says a sentence so often
ROW, MAIN = 400, 0.7  # letters; a row of more is a page's columns, the story's the one with so much of them
SCRAMBLED = 200  # lines that a run is made of, the most
HEAD, TRIES = 6, 3  # letters by which a run's first line is looked for; lines tried


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
    """The chosen lines, and for one that is several of the page's run together those: breaks within an <article> are lost so.

    For several that are one of the page's, torn at a link or a name in italics, that one: so bare text comes beside an element.
    """
    known = set(page.keys)
    heads: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(page.keys):
        heads[one[:HEAD]].append(at)
    blocks = _joined(page, chosen, heads)
    runs = [[] if key(block.text) in known else _run(page, key(block.text), heads) for block in blocks]
    return [one for block, run in zip(blocks, runs, strict=True) for one in (run or [block])]


def _joined(page: Whole, chosen: Sequence[Block], heads: Mapping[str, list[int]]) -> list[Block]:
    """The chosen lines, and for those that are one of the page's, set one behind the other, that one."""
    known, keys = set(page.keys), [key(block.text) for block in chosen]
    found: list[Block] = []
    number = 0
    while number < len(chosen):
        opening = "".join(keys[number : number + HEAD])[:HEAD]
        torn = () if keys[number] in known else heads.get(opening, ())[:TRIES]
        at, many = next(((at, many) for at in torn if (many := _pieces(page.keys[at], keys, number)) > 1), (-1, 1))
        found.append(chosen[number] if at < 0 else page.lines.blocks[at])
        number += many
    return found


def _pieces(whole: str, keys: Sequence[str], number: int) -> int:
    """How many of the lines from one on are a line, each not empty; none if they are not."""
    said, many = 0, 0
    while said < len(whole) and number + many < len(keys) and keys[number + many] and whole.startswith(keys[number + many], said):
        said, many = said + len(keys[number + many]), many + 1
    return many if said == len(whole) else 0


def _run(page: Whole, own: str, heads: dict[str, list[int]]) -> list[Block]:
    """The page's lines, a few others passed over, that are a text when set one behind the other; empty where there are none."""
    starts = [at for size in range(HEAD, 1, -1) for at in heads.get(own[:size], ())[:TRIES]]  # a short line is its own head
    for start in starts:
        found, said, last = list[int](), 0, start
        for at in range(start, len(page.keys)):
            if said == len(own) or at - last > NEAR:
                break
            if page.keys[at] and page.lines.blocks[at].kind != "figure" and own.startswith(page.keys[at], said):
                found.append(at)
                said, last = said + len(page.keys[at]), at
        # what a row runs together belongs together
        if said == len(own) and (said > ROW or not any(page.lines.homes[at].tag in CELLS for at in found)):
            return [page.lines.blocks[at] for at in _of_main_column(page, found)]
    scrambled = _scrambled(page, own, starts[0]) if len(own) > ROW and starts else []
    return [page.lines.blocks[at] for at in _of_main_column(page, scrambled)] if scrambled else []


def _scrambled(page: Whole, own: str, start: int) -> list[int]:
    """The same in any order: what follows a <br> in a <font> that holds paragraphs is moved behind them."""
    held, last = list[int](), start
    for at in range(start, len(page.keys)):
        if at - last > NEAR:
            break
        if page.keys[at] and page.lines.blocks[at].kind != "figure" and page.keys[at] in own:
            held.append(at)
            last = at
    found, rest = list[int](), own
    for at in sorted(held, key=lambda at: -len(page.keys[at]))[:SCRAMBLED]:
        found += [at] if page.keys[at] in rest else []
        rest = rest.replace(page.keys[at], " ", 1)
    return sorted(found) if not rest.strip() else []


def _of_main_column(page: Whole, found: Sequence[int]) -> Sequence[int]:
    """Of lines that stand in a table's cells those of the one that holds most of their letters, if one does."""
    cells = [_cell(page.lines.homes[at]) for at in found]
    letters = Counter[int]()
    for at, cell in zip(found, cells, strict=True):
        letters[cell] += len(page.keys[at])
    main, most = letters.most_common(1)[0]
    return [at for at, cell in zip(found, cells, strict=True) if cell == main or most <= MAIN * letters.total()]


def _cell(home: LexborNode) -> int:
    """The memory address of the table's cell in which an element stands; 0 where it stands in none."""
    node: LexborNode | None = home
    while node is not None and node.tag not in CELLS:
        node = node.parent
    return node.mem_id if node else 0


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
