"""Text → its words: where they stand, how they are printed, and the folded form by which they are compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pipelines.indonesian.data import lines
from pipelines.indonesian.stems import NAMES, VOCABULARY, doubled, stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Jum'at, Qur`an: newsrooms type these signs for one hamza, and as many leave it out.
_APOSTROPHES = "'’‘ʼʾʿ`´"
_LETTERS = r"(?:[^\W_]|[\u0300-\u036f])+"
_PLAIN = rf"{_LETTERS}(?:[{_APOSTROPHES}]{_LETTERS})*"
_NUMBER = r"\d+(?:[.,]\d+)*(?![^\W_])"
_TOKEN = re.compile(rf"Rp(?=\d)|{_NUMBER}|{_PLAIN}(?:-{_PLAIN})*")
_DROPPED = re.compile(rf"[{_APOSTROPHES}]|[.,](?=\d{{3}}(?!\d))")
_OPENING = re.compile(r"(?:^|[.!?:…\n“\"”(–—])[\s“\"‘'(]*$")  # what stands before the first word of a sentence
_LONGEST = 60  # letters; what is longer is an address or an accident
STOP = frozenset(word for line in lines("stopwords") for word in line.split())
OFFICES = frozenset(word for line in lines("offices") for word in line.split())


@dataclass(frozen=True, slots=True)
class Word:
    """A word as printed, ``start`` characters into its text; ``opens`` if it is the first of its sentence."""

    printed: str
    start: int
    opens: bool

    @property
    def form(self) -> str:
        """What it is compared by."""
        return fold(self.printed)

    @property
    def end(self) -> int:
        """Where the text goes on."""
        return self.start + len(self.printed)


@lru_cache(maxsize=VOCABULARY)
def fold(printed: str) -> str:
    """Lower a word and take its accents, apostrophes and the dots of its thousands: Qur'ān → quran, 4.000 → 4000, 1,5 → 1.5."""
    letters = unicodedata.normalize("NFKD", _DROPPED.sub("", printed).replace(",", "."))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()[:_LONGEST]


def words(text: str) -> Iterator[Word]:
    """Give the words in order. A doubled word is one (anak-anak); others with a hyphen are many (Covid-19, Jakarta-Bandung)."""
    for match in _TOKEN.finditer(text):
        opens = _OPENING.search(text, max(0, match.start() - 4), match.start()) is not None
        parts = match[0].split("-")
        if len(parts) > 1 and doubled([fold(part) for part in parts]):
            yield Word(match[0], match.start(), opens)
            continue
        start = match.start()
        for part in parts:
            yield Word(part, start, opens and start == match.start())
            start += len(part) + 1


def names_among(printed: Iterable[Word]) -> set[str]:
    """Which forms are names in this text: those of the gazetteer, and those that it never prints but with a capital.

    Only forms with a stem of their own matter: Terawan, of whom nobody wants to read under "awan". The first word of a
    sentence says nothing, and neither does an office (Menteri Kesehatan).
    """
    high, low = set(), set()
    for word in printed:
        if not word.printed[0].isupper():
            low.add(word.form)
        elif not word.opens:
            high.add(word.form)
    return {form for form in (high - low) | ((high | low) & NAMES) if is_name(form, capital=True)}


def is_name(form: str, *, capital: bool) -> bool:
    """Whether a form that is printed with a capital or not is kept from stemming."""
    return form in NAMES or (capital and stem(form) != form and form not in OFFICES)
