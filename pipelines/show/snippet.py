"""The part of a story that answers a query, with the words that were found marked as they are printed. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.indonesian.words import names_among, words
from pipelines.store.search_terms import lexemes_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pipelines.indonesian.words import Word

WORDS = 30  # of a snippet
BEFORE = 8  # at most, that stand before the first one found
Marks = tuple[str, str]
PLAIN, COLOUR, MARKDOWN = ("", ""), ("\x1b[1;33m", "\x1b[0m"), ("**", "**")


def marked(text: str, sought: Collection[str], marks: Marks = PLAIN) -> str:
    """Mark in a text what a query found there."""
    return _marked(text, [word for word, found in _found(text, sought) if found], marks)


def snippet(text: str, sought: Collection[str], marks: Marks = PLAIN) -> str:
    """Give the passage that holds most of what is sought; where nothing is, the beginning."""
    told = _found(text, sought)
    if not told:
        return ""
    first = _densest([found for _, found in told])
    last = min(first + WORDS, len(told)) - 1
    start, end = told[first][0].start, told[last][0].end
    inner = [word for word, found in told[first : last + 1] if found]
    passage = _marked(text[:end], inner, marks, start)
    return ("… " if first else "") + " ".join(passage.split()) + (" …" if last < len(told) - 1 else "")


def _found(text: str, sought: Collection[str]) -> list[tuple[Word, set[str]]]:
    """Give a text's words, each with those of its lexemes that are sought."""
    printed = list(words(text))
    names = names_among(printed)
    return [(word, lexemes_of(word, names) & set(sought)) for word in printed]


def _densest(found: Sequence[set[str]]) -> int:
    """Give the place from which ``WORDS`` words hold most: first of different words, then of any."""
    starts = [max(0, place - BEFORE) for place, each in enumerate(found) if each]

    def holds(start: int) -> tuple[int, int, int]:
        within = found[start : start + WORDS]
        return len(set().union(*within)), sum(map(bool, within)), -start

    return max(starts, key=holds, default=0)


def _marked(text: str, found: Sequence[Word], marks: Marks, start: int = 0) -> str:
    written, at = "", start
    for word in found:
        written += text[at : word.start] + marks[0] + word.printed + marks[1]
        at = word.end
    return written + text[at:]
