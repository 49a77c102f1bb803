"""Pieces of text → lines: where a break parts one, what opens it in bold, when it is a heading. Knows no element."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.nouns import Block
from pipelines.readers.inline import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADING_WORDS = 15
BREAK = "\x1e"  # a <br>; the page itself holds no control characters any more
_ENDED = re.compile(r"[.!?:;,\"”'’)\]…]$")
_OPENS = re.compile(r"\s*[\"“‘'(\[•*#A-Z0-9]")
_GOES_ON = re.compile(r"\s*[a-z]")
_ITEM = re.compile(r"\s*[-–] ?\w")
_DASHED = re.compile(r"(?:^|[^-–—])[-–—]{1,2}$")  # a dateline, mostly: what it opens may stand below it
Pieces = list[tuple[str, bool]]  # text, and whether it is bold


def line_of(kind: str, text: str, bold: int, at: int) -> Block:
    """Make a line. A short one all in bold is a heading that the desk did not mark as one."""
    if bold < len(text):
        return Block(kind, text, at, bold=bold)
    heading = kind == "p" and len(text.split()) <= HEADING_WORDS and not _ENDED.search(text)
    return Block("h" if heading else kind, text, at)


def bold_opening(line: Pieces) -> str:
    """Give what stands in bold before anything that is not."""
    opening = []
    for text, bold in line:
        if not bold and text.strip():
            break
        opening.append(text)
    return fold("".join(opening))


def split(pieces: Pieces) -> Iterator[Pieces]:
    """Part a line at its breaks: two always part, one where a sentence or a bold line ended, or what follows begins like one."""
    line: Pieces = []
    breaks = 0
    for text, bold in pieces:
        if text == BREAK:
            breaks += 1
        elif not text.strip():
            line.append((" ", bold))
        else:
            if breaks and (breaks > 1 or _parts(line, text)):
                yield line
                line = []
            line.append((" " + text if breaks else text, bold))
            breaks = 0
    yield line


def _parts(line: Pieces, below: str) -> bool:
    words = [(text, bold) for text, bold in line if text.strip()]
    if not words:
        return False
    last = words[-1][0].rstrip()
    opens = _OPENS.match(below) and not _DASHED.search(last)
    if _ITEM.match(below) and (last.endswith(":") or _ITEM.match(words[0][0])):  # a list that the desk typed
        return True
    if last.endswith(",") and _GOES_ON.match(below):  # a poem's line
        return False
    return bool(opens or _ENDED.search(last)) or all(bold for _, bold in words)
