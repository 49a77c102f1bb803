"""Where a page prints its headline, and the lines around it."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from pipelines.indonesian.dates import is_date
from pipelines.readers.whole import Whole, key

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

ABOVE, BELOW = 4, 12  # lines around the headline in which a template prints date and byline
SHORT = 150  # characters; a longer line is no date and no credit
LINKED = 4  # words; a shorter link beside a date is its author or its section
HEADLINE = 5  # words; the end of a title in fewer may be anything
SENTENCE = 9  # words that end as a sentence does: a line of the story, whatever day or name it tells
_ENDED = re.compile(r"""[.!?]["”’')]*$""")


def titles_of(page: Whole, title: str | None) -> AbstractSet[str]:
    """The keys of the headline's line: the title's, where it stands there; else of one that has a kicker more or less before it."""
    one = key(title) if title else ""
    if not one or (one in page.keys and one not in page.links):
        return {one} if one else page.titles
    long = {own for own, block in zip(page.keys, page.lines.blocks, strict=True) if len(block.text.split()) >= HEADLINE}
    return {own for own in long - page.links if own.endswith(one) or one.endswith(own)} or {one}


def head_of(page: Whole, titles: AbstractSet[str]) -> list[str]:
    """The short lines around the headline, those of the story left out."""
    told = (page.lines.blocks[at].text for at in at_headline(page, titles))
    return [text for text in told if len(text) <= SHORT]


def around(page: Whole, titles: AbstractSet[str]) -> list[int]:
    """The lines around the headline, by their numbers; none where it is not printed.

    First what stands between it and the story, then what stands above it, where some sites have a clock, then the rest.
    """
    head = at_headline(page, titles)
    return [*head, *range(max(head) + 1, min(head[0] + BELOW, len(page.keys)))] if head else []


def at_headline(page: Whole, titles: AbstractSet[str]) -> list[int]:
    """The headline, the lines from it to the story, whose first one may be a standfirst, and those above it."""
    titled = [at for at, one in enumerate(page.keys) if one in titles]
    set_so = [at for at in titled if page.lines.blocks[at].kind == "h"]
    at = next(iter(set_so or titled), None)
    if at is None:
        return []
    end = min(at + BELOW, len(page.keys))
    told = (one for one in range(at + 1, end) if is_told(page.lines.blocks[one].text))
    story = next(islice(told, 1, None), end)
    return [*range(at, story), *range(max(at - ABOVE, 0), at)]


def is_told(text: str) -> bool:
    """Whether a line is one of the story: longer than a template's, or a sentence."""
    return len(text) > SHORT or (len(text.split()) >= SENTENCE and _ENDED.search(text) is not None)


def is_of_another(page: Whole, at: int, titles: AbstractSet[str]) -> bool:
    """Whether a line stands beside a link as long as a headline: it dates the story that the link leads to. A date is none."""
    beside = [near for near in (at - 1, at + 1) if 0 <= near < len(page.keys) and page.keys[near] not in titles]
    linked = [page.lines.blocks[near].text for near in beside if page.keys[near] in page.links]
    return any(len(text.split()) >= LINKED and not is_date(text) for text in linked)
