"""What changed between two texts, word by word: [-what went-] and {+what came+}, paragraph by paragraph. Pure."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

WORD = re.compile(r"\n\n|\S+")
BREAK = "\n\n"
MARKS = {" ": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}
COLOURS = {" ": "{}", "-": "\x1b[31m[-{}-]\x1b[0m", "+": "\x1b[32m{{+{}+}}\x1b[0m"}
SAME = "…"  # stands for paragraphs that did not change


def word_diff(before: str, after: str, *, colour: bool = False) -> str:
    """Give the paragraphs that differ, with their changes marked; empty where nothing does."""
    marks = COLOURS if colour else MARKS
    lines: list[str] = []
    for paragraph in _paragraphs(before, after):
        changed = any(kind != " " for kind, _ in paragraph)
        line = " ".join(_runs(paragraph, marks)) if changed else SAME
        if line != SAME or lines[-1:] != [SAME]:
            lines.append(line)
    return "" if lines == [SAME] else "\n\n".join(lines)


def _paragraphs(before: str, after: str) -> Iterator[list[tuple[str, str]]]:
    """Give each paragraph as its words, kept (space), gone (-) or new (+); a break that is gone or new parts them too."""
    paragraph: list[tuple[str, str]] = []
    for kind, word in _words(WORD.findall(before), WORD.findall(after)):
        if word != BREAK:
            paragraph.append((kind, word))
        elif paragraph:
            yield paragraph
            paragraph = []
    if paragraph:
        yield paragraph


def _words(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield from ((" ", word) for word in old[a:b])
        else:
            yield from (("-", word) for word in old[a:b])
            yield from (("+", word) for word in new[c:d])


def _runs(paragraph: list[tuple[str, str]], marks: dict[str, str]) -> Iterator[str]:
    for kind, words in groupby(paragraph, itemgetter(0)):
        yield marks[kind].format(" ".join(word for _, word in words))
