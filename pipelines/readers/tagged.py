"""The list of tags that a page prints, told from those of other stories."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from pipelines.readers import ask
from pipelines.readers.bounds import TAG
from pipelines.readers.headline import at_headline
from pipelines.readers.inline import fold, line_of
from pipelines.readers.whole import Whole, key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from selectolax.lexbor import LexborNode

    from pipelines.readers.sheet import Sheet

LINKS, LEVELS = 1_000, 6  # links looked at; elements around one
LABELLED = 20  # letters around tags that say "Tags:" or "#"
SHARED = 0.5  # of the tags that the story's metas know; other lists are of other stories
MANY = 15  # tags; a list of more is a cloud
METAS = ("keywords", "news_keywords", "article:tag", "description")
FOLDERS = ("tag", "tags", "topic", "topik", "tagar", "taxonomy/term")
TAGS = ", ".join(["a[rel~=tag]:not([rel~=category])", *(f'a[href*="/{name}/"]' for name in FOLDERS)])
LABELS = frozenset(["tag", "tags", "topik", "topik terkait", "tag terkait"])
_OWNER = r"(?:post|article|artikel|entry|single|news|berita|content|detail|story|td)"
_BOX = re.compile(rf"(?i)(?:{_OWNER}[-_]{{1,2}}){{0,2}}tags?(?:[-_]{{1,2}}(?:links?|box|list|area|wrap\w*|container))?")


class _Group(NamedTuple):
    """Links to tags that stand together with nothing else: the element around them, and the first of its lines."""

    home: LexborNode
    first: int
    tags: list[str]


def tags_of(sheet: Sheet, page: Whole, titles: AbstractSet[str]) -> dict[str, list[str]]:
    """As ``tags`` the list that knows this story best: at least half of it stands in the story's metas.

    As ``called`` the first one below the headline that is called a list of tags, by a label or by its element's class.
    """
    metas = [text for name in METAS for text in ask(sheet, "meta", name)]
    known = key(" ".join([*metas, *page.titles]))
    groups = list(_groups(sheet, page))
    best, found = SHARED, list[str]()
    for group in groups:
        own = [tag for tag in group.tags if key(tag) in known]
        if (share := len(own) / max(len(group.tags), 1) + len(own) / 100) > best:
            best, found = share, group.tags
    headline = next(iter(at_headline(page, titles)), len(page.keys))
    below = [one for one in sorted(groups, key=lambda one: one.first) if one.first > headline]
    called = (one.tags for one in below if 0 < len(one.tags) <= MANY and _is_called(page, one))
    return {"tags": found, "called": next(called, [])}


def _is_called(page: Whole, group: _Group) -> bool:
    """Whether a list says of itself that it holds tags: in its class, its first line or the line above it."""
    both = (group.home, group.home.parent or group.home)
    beside = page.lines.blocks[max(group.first - 1, 0) : group.first + 1]
    return any(map(_is_box, both)) or any(_label(block.text) in LABELS for block in beside)


def _is_box(node: LexborNode) -> bool:
    return any(map(_BOX.fullmatch, (node.attributes.get("class") or "").split()))


def _label(text: str) -> str:
    return text.casefold().rstrip(" :")


def _groups(sheet: Sheet, page: Whole) -> Iterator[_Group]:
    """The page's lists of tags. Letters are counted by the page's lines: no element is read twice."""
    sums = [0, *accumulate(map(len, page.keys))]
    found: dict[int, tuple[LexborNode, int, list[LexborNode]]] = {}
    boxes = [node for node in sheet.tree.css("[class*=tag]")[:LINKS] if _is_box(node)]
    links = {node.mem_id: node for node in (*sheet.tree.css(TAGS), *(link for box in boxes[:MANY] for link in box.css("a")))}
    for node in list(links.values())[:LINKS]:
        own = len(key(node.text(deep=True)))
        home, letters = _home(node, own, page, sums)
        if own and home:
            found.setdefault(home.mem_id, (home, letters, []))[2].append(node)
    for home, letters, group in found.values():
        if letters - sum(len(key(node.text(deep=True))) for node in group) <= LABELLED:
            tags = dict.fromkeys(fold(line_of(node)).lstrip("# ") for node in group)
            yield _Group(home, _first(home, page), [tag for tag in tags if len(tag) <= TAG and _label(tag) not in LABELS])


def _first(home: LexborNode, page: Whole) -> int:
    """The first line of an element, or of the one in whose line it stands."""
    node: LexborNode | None = home
    while node is not None and node.mem_id not in page.lines.spans:
        node = node.parent
    return page.lines.spans[node.mem_id][0] if node else 0


def _home(node: LexborNode, own: int, page: Whole, sums: Sequence[int]) -> tuple[LexborNode | None, int]:
    """The element around a link that holds more than it, and its letters. A <span> is one where it is called a list of tags."""
    above = node.parent
    for _ in range(LEVELS):
        if above is None:
            break
        first, last = page.lines.spans.get(above.mem_id, (0, 0))
        letters = len(key(above.text(deep=True))) if above.tag == "span" and _is_box(above) else sums[last] - sums[first]
        if letters > own:
            return above, letters
        above = above.parent
    return None, 0
