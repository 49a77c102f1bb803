"""The element tree of an extractor (p, head, item, quote, row …) → its lines, in order. Knows lxml, and no extractor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from pipelines.nouns import Block
from pipelines.readers.inline import fold

if TYPE_CHECKING:
    from lxml.etree import _Element

KINDS = {"head": "h", "item": "li", "quote": "quote", "row": "p"}
LINES = frozenset(["p", "head", "item", "quote", "row", "list", "table", "code", "div", "lb", "body"])
CELLS = LINES | {"cell"}


def tree_lines(body: _Element) -> list[Block]:
    """Give the lines; an element of a list, a quote or a heading lends its kind to what stands in it; a row is one line."""
    found: list[Block] = []
    pieces: list[str] = []
    kinds = ["p"]
    rows = 0
    for event, element in etree.iterwalk(body, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        rows += (event == "start") * (tag == "row")
        parts = tag in LINES and (tag == "row" or not rows)
        if parts:
            _end_line(found, pieces, kinds[-1])
        rows -= (event == "end") * (tag == "row")
        if event == "start":
            kinds += [KINDS.get(tag, kinds[-1])] if parts else []
            pieces += [" " if tag in CELLS else "", element.text or ""] if tag else []
        else:
            kinds = kinds[:-1] if parts else kinds
            pieces.append((element.tail or "") if element is not body else "")
    _end_line(found, pieces, "p")
    return found


def _end_line(found: list[Block], pieces: list[str], kind: str) -> None:
    if text := fold("".join(pieces)):
        found.append(Block(kind, text, len(found)))
    pieces.clear()
