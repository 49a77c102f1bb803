"""The list of tags that a page prints, told from those of other stories."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from pipelines.readers import ask
from pipelines.readers.inline import fold, line_of
from pipelines.readers.whole import Whole, key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from selectolax.lexbor import LexborNode

    from pipelines.readers.sheet import Sheet

LINKS, LEVELS = 1_000, 6  # links looked at; elements around one
LABELLED = 20  # letters around tags that say "Tags:" or "#"
SHARED = 0.5  # of the tags that the story's metas know; other lists are of other stories
METAS = ("keywords", "news_keywords", "article:tag", "description")
FOLDERS = ("tag", "tags", "topic", "topik", "tagar")
TAGS = ", ".join(["a[rel~=tag]:not([rel~=category])", *(f'a[href*="/{name}/"]' for name in FOLDERS)])
LABELS = frozenset(["tag", "tags", "topik", "topik terkait", "tag terkait"])


def tags_of(sheet: Sheet, page: Whole) -> list[str]:
    """The list of tags that knows this story best: at least half of them stand in its metas."""
    metas = [text for name in METAS for text in ask(sheet, "meta", name)]
    known = key(" ".join([*metas, *page.titles]))
    best, found = SHARED, list[str]()
    for group in _groups(sheet, page):
        tags = list(dict.fromkeys(fold(line_of(node)).lstrip("# ") for node in group))
        tags = [tag for tag in tags if tag.casefold().rstrip(" :") not in LABELS]
        own = [tag for tag in tags if key(tag) in known]
        if (share := len(own) / max(len(tags), 1) + len(own) / 100) > best:
            best, found = share, tags
    return found


def _groups(sheet: Sheet, page: Whole) -> Iterator[list[LexborNode]]:
    """Links to tags that stand together with nothing else. Letters are counted by the page's lines: no element is read twice."""
    sums = [0, *accumulate(map(len, page.keys))]
    found: dict[int, tuple[int, list[LexborNode]]] = {}
    for node in sheet.tree.css(TAGS)[:LINKS]:
        own = len(key(node.text(deep=True)))
        home, letters = _home(node, own, page, sums)
        if own and home:
            found.setdefault(home, (letters, []))[1].append(node)
    for letters, group in found.values():
        if letters - sum(len(key(node.text(deep=True))) for node in group) <= LABELLED:
            yield group


def _home(node: LexborNode, own: int, page: Whole, sums: Sequence[int]) -> tuple[int, int]:
    """The element around a link that holds more than it, by memory address, and its letters."""
    above = node.parent
    for _ in range(LEVELS):
        if above is None:
            break
        first, last = page.lines.spans.get(above.mem_id, (0, 0))
        if sums[last] - sums[first] > own:
            return above.mem_id, sums[last] - sums[first]
        above = above.parent
    return 0, 0
