"""The element that a page itself calls the story's body, and the other parts of it where a template parts stories."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.readers.whole import Whole, is_prose, key, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selectolax.lexbor import LexborNode

    from pipelines.nouns import Block
    from pipelines.readers.sheet import Sheet

# What publishing systems call the element that holds a story's body: schema.org's word, WordPress's, then the commonest others.
BODIES = (
    "[itemprop=articleBody], .entry-content, .post-content, .td-post-content, .article-body, .article__body, "
    ".article_body, .articleBody, #article-body, #articleBody, .article-content, .article__content, "
    ".article_content, .article-body-content, .article-text, .article-detail, .content-article, .txt-article, "
    ".story-body, .story__body, .story-content, .story-text, #story-body, .post-body, .post__content, .post-entry, "
    ".single-content, .news-content, .news-text, .body-content, .body-copy, .entry__content, .node-content, "
    ".field-name-body, .c-entry-content, .read__content, .detail__body-text, .detail-text, .detail-content, "
    ".content-detail, .isi-berita"
)
CANDIDATES = 20
HELD, SHARED = 0.75, 0.6  # of the chosen text within the body; of the body within the chosen text
LONG = 25  # letters; a shorter line is known again only whole
ENDS = ".!?\"”’')"  # of a sentence
PARTED = 2  # levels up to the element that holds the parts of a story
HEADLINES = "h1, h2 a, h3 a"
_COMMENT = re.compile(r"(?i)comment|komentar")


def body_of(sheet: Sheet, page: Whole, chosen: Sequence[Block]) -> list[int] | None:
    """The lines of the element that calls itself the body, if it and the extractor's choice agree; else None."""
    said = [key(block.text) for block in chosen]
    known, run, total = set(said), "".join(said), sum(map(len, said))
    sizes = [len(one) if block.kind != "figure" else 0 for one, block in zip(page.keys, page.lines.blocks, strict=True)]
    hits = [size * (one in known or (size >= LONG and one in run)) for one, size in zip(page.keys, sizes, strict=True)]
    best, found = 0.0, None
    for node in [one for one in sheet.tree.css(BODIES) if one.tag not in ("p", "li")][:CANDIDATES]:
        place = sorted(within(page, parts_of(node)))
        hit, size = sum({page.keys[at]: hits[at] for at in place}.values()), sum(sizes[at] for at in place)
        if hit >= HELD * total and hit >= SHARED * size and hit and (both := 2 * hit / (total + size)) > best:
            best, found = both, place
    return found


def brief_of(sheet: Sheet, page: Whole) -> list[int]:
    """The lines of the one element that calls itself the body, where prose stands in it: a story too short to be chosen."""
    named = [one for one in sheet.tree.css(BODIES) if one.tag not in ("p", "li")][: CANDIDATES + 1]
    spans = {page.lines.spans.get(one.mem_id, (0, 0)) for one in named}
    outer = [(first, last) for first, last in spans if not any(a <= first and last <= b for a, b in spans - {(first, last)})]
    if len(outer) != 1:
        return []
    lines = [at for at in range(*outer[0]) if page.lines.blocks[at].kind != "figure"]
    told = [at for at in lines if page.lines.blocks[at].text[-1:] in ENDS and page.keys[at] not in page.links]
    prose = 2 * sum(len(page.keys[at]) for at in told if is_prose(page, at)) > sum(len(page.keys[at]) for at in lines)
    return [at for at in lines if told[0] <= at <= told[-1]] if told and prose else []


def parts_of(node: LexborNode) -> list[LexborNode]:
    """An element and the others of its class nearby: some templates part a story at each advertisement.

    Where a branch has a headline of its own, it is another story; in an element named after comments, a reader's word.
    """
    name = _classes(node)
    places = around(node)[-1:] if name else []
    branches = [branch for place in places for branch in place.iter() if not branch.css_first(HEADLINES)]
    named = [one for branch in branches for one in branch.css(node.tag or "") if name <= _classes(one) and not _is_comment(one)]
    return [*(one for one in named if one.mem_id != node.mem_id), node]


def _classes(node: LexborNode) -> frozenset[str]:
    return frozenset((node.attributes.get("class") or "").split())


def _is_comment(node: LexborNode) -> bool:
    chain = (node, *around(node))
    return any(_COMMENT.search(f"{one.attributes.get('class') or ''} {one.attributes.get('id') or ''}") for one in chain)


def around(node: LexborNode) -> list[LexborNode]:
    """The elements around one, as far up as a story's parts may meet: never beyond its own article."""
    chain: list[LexborNode] = []
    below = node
    while len(chain) < PARTED and below.tag != "article" and (above := below.parent) and above.tag not in ("body", "html"):
        chain.append(above)
        below = above
    return chain
