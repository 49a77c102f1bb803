"""Plain text → lines: what people hold of a story when the page is gone (a dump, a copy, a clipping)."""

from __future__ import annotations

import re
from itertools import groupby

from pipelines.nouns import Block
from pipelines.readers.lines import HEADING_WORDS, fold

_ENDED = re.compile(r"[.!?:;,\"”'’)\]…]$")


def read(text: str) -> tuple[str | None, list[Block]]:
    """Give the title (the first line, where a blank line follows it and it does not end like a sentence) and the lines.

    A line that stands twice in succession is a picture's caption: dumps print the alt text and then the figcaption.
    """
    raw = text.replace("\r\n", "\n").strip("\ufeff \n").split("\n")
    titled = len(raw) > 1 and not raw[1].strip() and not raw[0].rstrip().endswith(".")
    title = fold(raw[0]) if titled else None
    printed = [line for line in map(fold, raw[1:] if titled else raw) if line]
    runs = [(line, len(list(run))) for line, run in groupby(printed)]
    return title, [Block(_kind(line, times), line, at) for at, (line, times) in enumerate(runs)]


def _kind(line: str, times: int) -> str:
    if times > 1:
        return "figure"
    return "h" if len(line.split()) <= HEADING_WORDS and not _ENDED.search(line) else "p"
