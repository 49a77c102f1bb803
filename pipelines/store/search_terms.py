"""What of a story search compares: its lexemes with their places and weights. Pure; nothing here asks the database.

A word stands in the index as its stem (``tulis``) and as printed (``=menulis``), at the same place; a name only as printed,
and marked (``=terawan``, ``^terawan``). Authors, tags and section stand there once more with their field (``author:sri``).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from pipelines.indonesian.stems import stem
from pipelines.indonesian.words import STOP, fold, is_name, names_among, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pipelines.indonesian.words import Word

EXACT, NAME = "=", "^"
FIELDS = ("author", "tag", "section", "outlet")  # those whose words are kept apart; a title has its weight
LAST_PLACE = 16_383  # PostgreSQL's; what stands beyond is found all the same, and in no phrase
GAP = 8  # places between two parts, so that no phrase reaches across
MOST_WORDS = 50_000  # a tsvector holds 1 MB


@dataclass(frozen=True, slots=True)
class Terms:
    """A story's lexemes as a tsvector's text, and the words it prints, for the vocabulary; ``names`` are among them."""

    vector: str
    words: frozenset[str]
    names: frozenset[str]


def terms(story: Mapping[str, Any]) -> Terms:
    """Make the terms of a row of articles: title A, first paragraph B, the rest and the captions C, tags and section D."""
    lead, _, rest = story["text"].partition("\n\n")
    captions = "\n".join(image["caption"] for image in story["images"])
    printed = [(list(words(text)), weight) for text, weight in ((lead, "B"), (f"{rest}\n{captions}", "C"))]
    names = names_among(chain.from_iterable(part for part, _ in printed))
    labels = "; ".join([*story["tags"], story["section"] or ""])
    parts = [(list(words(story["title"])), "A"), *printed, (list(words(labels)), "D")]
    places: defaultdict[str, list[str]] = defaultdict(list)
    at = 1
    for part, weight in parts:
        for place, word in enumerate(part[:MOST_WORDS], at):
            for lexeme in _lexemes(word, names, stop=weight != "A"):
                places[lexeme].append(f"{min(place, LAST_PLACE)}{weight}")
        at += len(part) + GAP
    vector = [f"'{lexeme}':{','.join(where)}" for lexeme, where in places.items()]
    vector += [f"'{lexeme}'" for lexeme in _fields(story)]
    said = frozenset(lexeme[1:] for lexeme in places if lexeme[0] == EXACT)
    return Terms(" ".join(vector), said, frozenset(lexeme[1:] for lexeme in places if lexeme[0] == NAME))


def _lexemes(word: Word, names: set[str], *, stop: bool) -> Iterator[str]:
    """Give what a word is found by. A stop word is found in titles only, by who asks for nothing else."""
    form = word.form
    if form in STOP and stop:
        return
    yield EXACT + form
    root = stem(form)
    if form in names and root != form:
        yield NAME + form
    elif form not in STOP:
        yield root


def _fields(story: Mapping[str, Any]) -> set[str]:
    told = {"author": story["authors"], "tag": story["tags"], "section": [story["section"] or ""], "outlet": [story["outlet"]]}
    return {f"{field}:{form}" for field, texts in told.items() for form in forms(texts)}


def forms(texts: Iterable[str]) -> list[str]:
    """Give the folded words of short texts, stop words too."""
    return [word.form for text in texts for word in words(text)]


def lexemes_of(printed: Word, names: set[str]) -> set[str]:
    """Give what a word of a text is found by, for who marks the words that were found."""
    return set(_lexemes(printed, names, stop=False))


__all__ = ["EXACT", "FIELDS", "NAME", "Terms", "fold", "forms", "is_name", "lexemes_of", "terms"]
