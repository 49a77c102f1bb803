"""Plain text → lines: what people hold of a story when the page is gone (a dump, a copy, a clipping)."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from pipelines.nouns import Block, Cut
from pipelines.readers.breaks import HEADING_WORDS
from pipelines.readers.inline import fold
from pipelines.readers.sheet import UNFIT

if TYPE_CHECKING:
    from collections.abc import Iterator

NESTED = "text/nested paragraph"
SENTENCE = 40  # characters: what is shorter may well begin another line
# "Atl\xc3\xa9tico", "\xe2\x80\x98": no word and no name has these side by side; a no-break space may stand behind \xc5
_MISREAD = re.compile(r"[\xc2\xc3][\x80-\xbf]|[\xc4\xc5][\x80-\x9f\xb1]|\xe2[\x80-\x84][\x80-\xbf]")
_ENDED = re.compile(r"^[\"“]|[.!?:;,\"”'’)\]…]$")  # who is quoted speaks, with a full stop or without


def read(text: str, title: str | None = None) -> tuple[str | None, list[Block], list[Cut]]:
    """Give the title (the first line, where a blank line follows it and it does not end like a sentence) and the lines.

    A title that is known beforehand is no line of the text, and is left out where it stands as the first one. A story
    begins with prose: the line below the title is no heading, however short. A line that stands twice in succession is
    a picture's caption: dumps print the alt text and then the figcaption.
    """
    raw = _as_written(UNFIT.sub("", text)).replace("\r\n", "\n").strip("\ufeff \n").split("\n")
    title = fold(UNFIT.sub("", title or "")) or _title(raw)
    printed = [line for line in map(fold, raw[1:] if fold(raw[0]) == title else raw) if line]
    runs = [(line, len(list(run))) for line, run in groupby(printed)]
    blocks: list[Block] = []
    cuts: list[Cut] = []
    for at, (line, times) in enumerate(_unnested(runs)):
        if times:
            blocks.append(Block(_kind(line, times, at), line, at))
        else:
            cuts.append(Cut(NESTED, line, at))
    return title, blocks, cuts


def _as_written(text: str) -> str:
    """Read letters as UTF-8 that a dump's maker took for Latin-1."""
    return _MISREAD.sub(lambda letters: letters[0].encode("latin-1").decode(), text)


def _title(raw: list[str]) -> str | None:
    titled = len(raw) > 1 and not raw[1].strip() and not raw[0].rstrip().endswith(".")
    return fold(raw[0]) if titled else None


def _unnested(runs: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Count a line as 0 times where the next ones say it again: of unclosed paragraphs, some parsers make nested ones.

    Republika's dumps print each paragraph with all that is below it, then each alone; Okezone's print the first with all
    the others. What only the outer line says last, no inner one, becomes a line of its own.
    """
    told: list[tuple[str, int]] = []
    after: dict[int, str] = {}  # what an outer line alone says, by the number of the line that it comes after
    least = SENTENCE
    for number, (line, times) in enumerate(runs):
        inner = runs[number + 1][0] if number + 1 < len(runs) else ""
        beyond = line[len(inner) :].strip() if len(inner) >= SENTENCE and line.startswith(inner) else ""
        outer = len(beyond) >= least
        told.append((line, 0 if outer else times if least == SENTENCE else 1))
        if outer:
            after |= {number + 1 + said: alone for said, alone in _unsaid(beyond, runs[number + 2 :])}
            least = 1  # one nested paragraph is never alone
        if after.get(number):
            told.append((after[number], 1))
    return told


def _unsaid(beyond: str, below: list[tuple[str, int]]) -> Iterator[tuple[int, str]]:
    """Give what of the end of an outer line the lines below do not say, each with how many of them come before it.

    They say it one after the other, or one of them has in it all that is left.
    """
    for number, (line, _) in enumerate(below):
        if beyond.endswith(line):
            return
        alone, said, beyond = beyond.partition(line) if len(line) >= SENTENCE else ("", "", beyond)
        if not said:
            yield number, alone or beyond
            return
        yield number, alone.strip()
        beyond = beyond.strip()
    yield len(below), beyond


def _kind(line: str, times: int, at: int) -> str:
    if times > 1:
        return "figure"
    return "h" if at and len(line.split()) <= HEADING_WORDS and not _ENDED.search(line) else "p"
