"""What people type → what is looked for. Pure; nothing here asks the database.

- ``harga cabai``: both words, in any form (harganya, cabai-cabai); KPK also where it is written out, and the other way round
- ``"harga cabai naik"``: these words as printed, side by side
- ``cabai -bawang``: not that one
- ``cabai OR bawang``: one of them; OR binds less than standing side by side
- ``title:cabai author:"Sri Wahyuni" tag:pangan section:bisnis outlet:liputan6``: only there
- ``(cabai OR bawang) naik``
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

from pipelines.indonesian.acronyms import other_ways
from pipelines.indonesian.words import STOP, words
from pipelines.store.search_nodes import Either, Every, Field, Node, Not, Phrase, Term, finds
from pipelines.store.search_terms import FIELDS

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIGN = re.compile(
    r"""\s*(?:(?P<mark>[()])
        |(?P<minus>-)(?=[^\s-])
        |(?:(?P<field>[^\W\d_]+):(?!//|\s|$))?(?:"(?P<quoted>[^"]*)(?P<closed>"?)|(?P<word>[^\s()"]+)))""",
    re.VERBOSE,
)
_WHERE = ("title", *FIELDS)
DEEPEST = 50  # parentheses in each other: each costs some frames of Python's stack, and of the server's
LONGEST = 2_000  # words; each takes its part of the server's stack, and of its time
_STEP = {"(": 1, ")": -1}
Sign = dict[str, str | None]


class QueryError(ValueError):
    """A query that cannot be read; str() is one line that says what is wrong."""


def parse(text: str) -> Node:
    """Read a query."""
    signs = [match.groupdict() for match in _SIGN.finditer(text) if match[0].strip()]
    if max(accumulate(_STEP.get(sign["mark"] or "", 0) for sign in signs), default=0) > DEEPEST:
        raise QueryError(f"more than {DEEPEST} parentheses stand in each other")
    if bare := next((sign["word"] for sign in signs if (sign["word"] or "").lower() in {f"{name}:" for name in _WHERE}), None):
        raise QueryError(f"{bare} names no word to look for")
    if len(signs) > LONGEST:
        raise QueryError(f"it has more than {LONGEST} words")
    node, rest = _any(signs)
    if rest:
        raise QueryError("a ) has no (")
    if node is None or not finds(node):
        raise QueryError("it only says what not to find: add a word to look for" if node else "it names no word to look for")
    return node


def _any(signs: Sequence[Sign]) -> tuple[Node | None, Sequence[Sign]]:
    """Read up to a closing parenthesis or the end."""
    found, rest = _all(signs)
    choices = [found]
    while rest and rest[0]["word"] == "OR":
        found, rest = _all(rest[1:])
        choices.append(found)
    if len(choices) == 1:
        return choices[0], rest
    nodes = [choice for choice in choices if choice is not None]
    if len(nodes) < len(choices):
        raise QueryError("OR needs a word on both sides")
    if not all(map(finds, nodes)):
        raise QueryError("each side of OR needs a word to look for")
    return Either(tuple(nodes)), rest


def _all(signs: Sequence[Sign]) -> tuple[Node | None, Sequence[Sign]]:
    """Read what stands side by side. Words in a row may be an acronym's long form, so they are kept together until the end."""
    nodes: list[Node] = []
    row: list[str] = []
    while signs and signs[0]["word"] != "OR" and signs[0]["mark"] != ")":
        if signs[0]["word"] and not signs[0]["field"]:
            row += [signs[0]["word"]] if signs[0]["word"] != "AND" else []
            signs = signs[1:]
            continue
        nodes += _row(row)
        row = []
        node, signs = _one(signs)
        nodes += [node] if node else []
    nodes += _row(row)
    if len(nodes) > 1:  # a word that is everywhere is worth looking for only where it is all there is
        nodes = [node for node in nodes if not (isinstance(node, Term) and node.form in STOP)] or nodes
    nodes = list(dict.fromkeys(nodes))  # a word said twice is sought once
    return (Every(tuple(nodes)) if len(nodes) > 1 else nodes[0] if nodes else None), signs


def _one(signs: Sequence[Sign]) -> tuple[Node | None, Sequence[Sign]]:
    """Read one phrase, field, parenthesis, or what a minus takes away."""
    sign, rest = signs[0], signs[1:]
    if sign["minus"]:
        node, rest = _one(rest) if rest else (None, rest)
        return (Not(node) if node else None), rest
    if sign["mark"] == "(":
        node, rest = _any(rest)
        if not rest:
            raise QueryError("a ( is not closed")
        return node, rest[1:]
    return _place(sign), rest


def _place(sign: Sign) -> Node | None:
    text, field = sign["word"] or sign["quoted"] or "", (sign["field"] or "").lower()
    if sign["word"] is None and not sign["closed"]:
        raise QueryError(f'a quotation mark is not closed: "{text}')
    if field and field not in _WHERE:
        raise QueryError(f"no field is called {field!r}; there are {', '.join(_WHERE)}")
    said = _forms(text)
    if not said and field:
        raise QueryError(f"{field}: names no word to look for")
    if not said:
        return None
    if field in FIELDS:
        return _together([Field(field, form) for form in said])
    weight = "A" if field == "title" else ""
    if sign["word"] is not None and len(said) == 1:
        return Term(said[0], weight)
    return Phrase(said, weight, printed=sign["word"] is None)


def _row(printed: Sequence[str]) -> list[Node]:
    """Make nodes of words in a row; where they are a short or a long form, the other way to say it will do."""
    parts = [_forms(each) for each in printed]
    said = [part[0] if len(part) == 1 else "" for part in parts]
    nodes: list[Node] = []
    at = 0
    while at < len(parts):
        length, others = other_ways(said, at)
        own = [Term(part[0]) if len(part) == 1 else Phrase(part) for part in parts[at : at + length] if part]
        if others:
            kept = [node for node in own if not (isinstance(node, Term) and node.form in STOP)] or own
            ways = [Term(way[0]) if len(way) == 1 else Phrase(way) for way in others]
            nodes.append(Either((_together(kept), *ways)))
        else:
            nodes += own
        at += length
    return nodes


def _together(nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else Every(tuple(nodes))


def _forms(text: str) -> tuple[str, ...]:
    return tuple(word.form for word in words(text))
