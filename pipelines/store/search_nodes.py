"""A query as a tree, and what each part of it looks for in the index. Pure; nothing here asks the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.indonesian.stems import stem
from pipelines.indonesian.words import STOP
from pipelines.store.search_terms import EXACT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet


@dataclass(frozen=True, slots=True)
class Term:
    """One word in any form; with weight A only in a title."""

    form: str
    weight: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words side by side: as ``printed``, or in any form. Where a stop word stands, any word may stand."""

    forms: tuple[str, ...]
    weight: str = ""
    printed: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A word of a byline, a tag, a section or an outlet's name."""

    name: str
    form: str


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be there."""

    node: Node


@dataclass(frozen=True, slots=True)
class Every:
    """All of these."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of these at least."""

    nodes: tuple[Node, ...]


Leaf = Term | Phrase | Field
Node = Leaf | Not | Every | Either


def finds(node: Node) -> bool:
    """Whether it says what to find, and not only what not to."""
    return any(True for _ in leaves(node))


def leaves(node: Node) -> Iterator[Leaf]:
    """Give all that is to be found, without what is not."""
    match node:
        case Every(nodes) | Either(nodes):
            for each in nodes:
                yield from leaves(each)
        case Not():
            pass
        case _:
            yield node


def but_one(node: Node) -> Node | None:
    """Give what has all words but one; what was asked for by signs stays. None if there are not two words to choose from."""
    if not isinstance(node, Every):
        return None
    free = [each for each in node.nodes if isinstance(each, Term | Either) or (isinstance(each, Phrase) and not each.printed)]
    if len(free) < 2:  # noqa: PLR2004 (one and another)
        return None
    fixed = [each for each in node.nodes if each not in free]
    return Every((_but_one_of(tuple(free)), *fixed))


def _but_one_of(nodes: tuple[Node, ...]) -> Node:
    """Give all of one half and all but one of the other, either way round: n choices of n - 1 words grow too big for a tsquery."""
    halves = nodes[: len(nodes) // 2], nodes[len(nodes) // 2 :]
    return Either(tuple(Every((*whole, _but_one_of(half)) if half[1:] else whole) for whole, half in (halves, halves[::-1])))


def lexemes(leaf: Leaf, names: AbstractSet[str]) -> tuple[str, ...]:
    """Give what a leaf finds in the index: the stem of a word and the word as printed.

    ``names`` are forms that the corpus prints as names: they are looked for as printed only.
    """
    match leaf:
        case Field(name, form):
            return (f"{name}:{form}",)
        case Phrase(forms, _, printed):
            return tuple(lexeme for form in _kept(forms) for lexeme in _each(form, names, printed=printed))
        case Term(form):
            return _each(form, names)


def weighed(leaf: Leaf, names: AbstractSet[str]) -> str:
    """Write a leaf for ranking: a word weighs once for its stem, and once more in the very form that was asked for."""
    if isinstance(leaf, Term) and leaf.form not in names | STOP:
        return _one_of((stem(leaf.form), EXACT + leaf.form), leaf.weight)
    return tsquery(leaf, names)


def tsquery(node: Node, names: AbstractSet[str]) -> str:
    """Write a node as PostgreSQL takes it."""
    match node:
        case Not(inner):
            return f"!{tsquery(inner, names)}"
        case Every(nodes):
            return f"({' & '.join(tsquery(each, names) for each in nodes)})"
        case Either(nodes):
            return f"({' | '.join(tsquery(each, names) for each in nodes)})"
        case Phrase():
            return _side_by_side(node, names)
        case Term(weight=weight):
            return _one_of(lexemes(node, names), weight)
        case Field():
            return _one_of(lexemes(node, names))


def _side_by_side(phrase: Phrase, names: AbstractSet[str]) -> str:
    written, gap = "", 1
    for form in phrase.forms:
        if form not in _kept(phrase.forms):
            gap += 1
            continue
        written += (f" <{gap}> " if written else "") + _one_of(_each(form, names, printed=phrase.printed), phrase.weight)
        gap = 1
    return f"({written})"


def _kept(forms: tuple[str, ...]) -> list[str]:
    return [form for form in forms if form not in STOP] or list(forms)


def _each(form: str, names: AbstractSet[str], *, printed: bool = False) -> tuple[str, ...]:
    root = stem(form)
    if printed or form in STOP or (root != form and form in names):
        return (EXACT + form,)
    return (root,) if root == form else (root, EXACT + form)


def _one_of(found: tuple[str, ...], weight: str = "") -> str:
    marked = [f"'{lexeme}'{weight and ':'}{weight}" for lexeme in found]
    return marked[0] if len(marked) == 1 else f"({' | '.join(marked)})"
