"""Links that are a story's own words: a sentence, a document that the line above announces, a listicle's numbered headings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.readers.lost import holder_of, mains_of
from pipelines.readers.whole import DOCUMENT, Whole, key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

WORDS = 5  # of a sentence, the least
NEAR = 4  # lines; below a heading may stand a picture
LOWERED = 0.3  # of a sentence's words, the least; in a headline only the small ones are
_STOPS = re.compile(r"[^.…]\.[\"”’')]*$")
_NUMBER = re.compile(r"(\d{1,2})[.)] ?\D")


def told_links(page: Whole, known: Sequence[int]) -> set[int]:
    """Of the lines between the story's paragraphs those that are one link from end to end and yet its own."""
    taken = set(known)
    between = range(known[0], min(known[-1] + 2, len(page.keys))) if known else ()  # a call for subscribers stands further down
    told = {at for at in between if page.keys[at] in page.links and (_is_sentence(page, at) or _number(page, at))}
    told |= _announced(page, between, taken | told)
    mains = mains_of(page, [*known]) if told else {}
    among = {at for at in told if holder_of(page, at).mem_id in mains}
    return {at for at in among if not _number(page, at)} | _listicle(page, among, taken)


def _is_sentence(page: Whole, at: int) -> bool:
    """Whether a paragraph says a sentence, no headline: it ends in a full stop, and not nearly all of its words are capitalized."""
    block, words = page.lines.blocks[at], page.lines.blocks[at].text.split()
    said = block.kind == "p" and page.lines.homes[at].tag == "p" and len(words) >= WORDS and _STOPS.search(block.text)
    return bool(said) and sum(map(str.islower, words)) >= LOWERED * len(words)


def _number(page: Whole, at: int) -> int:
    """A heading's number; 0 where it has none."""
    block = page.lines.blocks[at]
    match = _NUMBER.match(block.text) if block.kind == "h" else None
    return int(match[1]) if match else 0


def _announced(page: Whole, between: Iterable[int], told: AbstractSet[int]) -> set[int]:
    """The paragraphs that are one link to a document, one or a run of them below a line of the story that ends in a colon."""
    found, begun = set[int](), False
    for at in between:
        if begun and _is_document(page, at):
            found.add(at)
        else:
            begun = at in told and page.lines.blocks[at].text.endswith(":")
    return found


def _is_document(page: Whole, at: int) -> bool:
    link = page.lines.homes[at].css_first("a") if page.lines.homes[at].tag == "p" else None
    leads = link is not None and DOCUMENT.search(link.attributes.get("href") or "") is not None
    called = page.lines.blocks[at].text.endswith("!")  # "GET THE QUIZ!"
    return bool(link and leads and not called and key(link.text(deep=True)) == page.keys[at])


def _listicle(page: Whole, among: AbstractSet[int], taken: AbstractSet[int]) -> set[int]:
    """Headings numbered 1, 2, 3 … with some of the story below each."""
    items = [at for at in sorted(among) if _number(page, at) and not taken.isdisjoint(range(at + 1, at + NEAR))]
    counted = len(items) > 1 and [_number(page, at) for at in items] == list(range(1, len(items) + 1))
    return set(items) if counted else set()
