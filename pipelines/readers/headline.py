"""Where a page prints its headline, and the lines around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.readers.whole import Whole, key

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

ABOVE, BELOW = 4, 12  # lines around the headline in which a template prints date and byline
SHORT = 150  # characters; a longer line is no date and no credit
LINKED = 4  # words; a shorter link beside a date is its author or its section
HEADLINE = 5  # words; the end of a title in fewer may be anything


def titles_of(page: Whole, title: str | None) -> AbstractSet[str]:
    """The keys of the headline's line: the title's, where it stands there; else of one that has a kicker more or less before it."""
    one = key(title) if title else ""
    if not one or (one in page.keys and one not in page.links):
        return {one} if one else page.titles
    long = {own for own, block in zip(page.keys, page.lines.blocks, strict=True) if len(block.text.split()) >= HEADLINE}
    return {own for own in long - page.links if own.endswith(one) or one.endswith(own)} or {one}


def head_of(page: Whole, titles: AbstractSet[str]) -> list[str]:
    """The short lines around the headline."""
    return [text for at in around(page, titles) if len(text := page.lines.blocks[at].text) <= SHORT]


def around(page: Whole, titles: AbstractSet[str]) -> range:
    """The lines around the headline, by their numbers; none where it is not printed."""
    titled = [at for at, one in enumerate(page.keys) if one in titles]
    set_so = [at for at in titled if page.lines.blocks[at].kind == "h"]
    at = next(iter(set_so or titled), None)
    return range(max(at - ABOVE, 0), min(at + BELOW, len(page.keys))) if at is not None else range(0)


def is_of_another(page: Whole, at: int, titles: AbstractSet[str]) -> bool:
    """Whether a line stands beside a link as long as a headline: it dates the story that the link leads to."""
    beside = [near for near in (at - 1, at + 1) if 0 <= near < len(page.keys) and page.keys[near] not in titles]
    return any(page.keys[near] in page.links and len(page.lines.blocks[near].text.split()) >= LINKED for near in beside)
