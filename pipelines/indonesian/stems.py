"""Words → stems: PySastrawi's algorithm and dictionary, with what it gets wrong in newspapers put right by data/stems.txt.

A stem is what search compares; it need not be a word. Forms come folded: lower case, no accents (see words.py).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pipelines.indonesian.data import lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from Sastrawi.Stemmer.Stemmer import Stemmer

# A corpus of a million stories prints some 400,000 forms, nine tenths of all words being its first 50,000.
VOCABULARY = 200_000
SHORTEST = 4  # letters that may hide an affix
_ENDINGS = re.compile(r"(?:lah|kah|tah|pun|nya|ku|mu)$")
_CLITICS = frozenset(["lah", "kah", "pun", "nya", "ku", "mu"])
_UN = re.compile(r"ketidak(.+?)an")  # ketidakpastian; the dictionary knows no such compound
_NOUN = re.compile(r"(?:ke|pe|per)[a-z]+kan")
NAMES = frozenset(name for line in lines("names") for name in line.split())


@lru_cache(maxsize=VOCABULARY)
def stem(form: str) -> str:
    """Give a form's stem: menulis, tulisan, penulisnya → tulis. Names and what no rule explains are their own."""
    if "-" in form:
        return _of_many(form)
    if len(form) < SHORTEST or not form.isalpha() or not form.isascii():
        return form
    for bare in _bare(form):
        if bare in NAMES:
            return bare
        if (known := _forms().get(bare)) is not None:
            return known
    return _by_rule(form)


def doubled(parts: list[str]) -> bool:
    """Whether words joined by hyphens are one word: undang-undang, berlari-lari, sayur-mayur, anak-anak-nya."""
    half, *rest = [part for part in parts if part not in _CLITICS] or parts
    if len(rest) != 1 or half.isdigit():
        return len(parts) > 1 and not rest
    whole = "-".join((half, *rest))
    return half == rest[0] or whole in _roots() or whole in _forms() or stem(half) == _second(half, rest[0])


def _of_many(form: str) -> str:
    """Stem a doubled word as its half, unless it means something else (mata-mata is no plural of mata)."""
    for bare in _bare(form):
        if (known := _forms().get(bare)) is not None:
            return known
        half, _, other = bare.partition("-")
        if bare in _roots():
            return half if half == other and half not in _roots() else bare  # kupu-kupu: who asks for a kupu means it
    parts = [part for part in form.split("-") if part not in _CLITICS]
    return stem(parts[0]) if parts and doubled(parts) else form


def _second(half: str, other: str) -> str:
    """Stem the second half as the first: lari-larian, tolong-menolong, meniru-niru (whose n stands for a t)."""
    found = stem(other)
    return found if found != other or other in _roots() or not half.startswith("me") else stem(f"me{other}")


def _bare(form: str) -> Iterator[str]:
    """Give the form, then without its particle or pronoun (-lah, -nya), then without both (-nyalah)."""
    yield form
    while (shorter := _ENDINGS.sub("", form).removesuffix("-")) != form and len(shorter) >= SHORTEST - 1:
        form = shorter
        yield form


def _by_rule(form: str) -> str:
    if (un := _UN.fullmatch(form)) and un[1] in _roots():
        return un[1]
    found: str = _sastrawi().stem_word(form)
    # dikenal+i, where the algorithm goes on to nali; but petani is no petan+i
    longer: str = _sastrawi().stem_word(form[:-1]) if form.endswith("i") else ""
    if len(found) < len(longer) < len(form) - 1 and longer in _roots():
        return longer
    # ke-…-an holds kerusak+an, where the algorithm takes kerusa+kan: what begins as a noun ends as one.
    bare = list(_bare(form))[-1]
    if _NOUN.fullmatch(bare) and bare.endswith(f"{found}kan") and f"{found}k" in _roots():
        return f"{found}k"
    return found


@cache
def _forms() -> dict[str, str]:
    """Form → stem, where a newspaper's reader knows better than the algorithm."""
    table: dict[str, str] = {}
    for root, _, forms in (line.partition(":") for line in lines("stems")):
        table |= dict.fromkeys([root, *forms.split()], root)
    return table


@cache
def _roots() -> frozenset[str]:
    """The dictionary: Sastrawi's 29,932 roots and ours."""
    shipped = (files("Sastrawi.Stemmer") / "data/kata-dasar.txt").read_text(encoding="utf-8").split()
    return frozenset([*shipped, *_forms().values()])


@cache
def _sastrawi() -> Stemmer:
    from Sastrawi.Dictionary.ArrayDictionary import ArrayDictionary
    from Sastrawi.Stemmer.Stemmer import Stemmer

    return Stemmer(ArrayDictionary(list(_roots())))
