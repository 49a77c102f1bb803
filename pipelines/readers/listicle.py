"""A listicle's numbered headings, where nothing but pictures stands below them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.readers.whole import HEADINGS, Whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.nouns import Block

STRIDE, LISTED = 20, 3  # lines between two headings of a listicle; headings that make one
_NUMBER = re.compile(r"(\d{1,3})[.)] ?\D")


def numbered_on(page: Whole, chosen: Sequence[Block], known: list[int]) -> list[int]:
    """Give the places of a listicle's last headings below the ``known`` lines, or of all: an extractor took them for idle ones."""
    items = [(at, int(match[1])) for at in known if (match := _NUMBER.match(page.lines.blocks[at].text))]
    goes_on = len(items) > 1 and items[-1][1] == items[-2][1] + 1
    number, tags = (items[-1][1], (page.lines.homes[items[-1][0]].tag,)) if goes_on else (0, HEADINGS)
    told = {int(match[1]) for block in chosen if (match := _NUMBER.match(block.text))}
    found, last = list[int](), known[-1]
    for at in range(last + 1, len(page.keys)):
        if at - last > STRIDE:
            break
        match = _NUMBER.match(page.lines.blocks[at].text)
        is_next = match and int(match[1]) == number + 1 and number + 1 not in told
        if is_next and page.lines.homes[at].tag in tags and page.keys[at] not in page.links:
            found.append(at)
            last, number = at, number + 1
    return found if goes_on or len(found) >= LISTED else []
