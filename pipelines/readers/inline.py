"""What of an element is text, and that text in one line: parted where its elements stand apart, not by italics within a word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.readers.sheet import UNFIT

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from selectolax.lexbor import LexborNode

INLINE = frozenset([
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "center", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "nobr", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u",
    "var", "wbr", "o:p", "st1:city", "st1:country-region", "st1:personname", "st1:place", "st1:placename", "st1:state",  # Word's
])  # fmt: skip
SILENT = frozenset([
    "-comment", "audio", "head", "iframe", "input", "noscript", "object", "script", "style", "svg", "template", "video",
])  # fmt: skip
CONTROLS = frozenset(["button", "form", "select", "textarea"])  # what a reader clicks is no story
# how letters are set; a <span>, an <a> or a <b> may as well be a column of its own ("<b>Sri</b>Kabar.com")
TYPE = frozenset(["abbr", "cite", "code", "em", "i", "mark", "nobr", "q", "s", "sub", "sup", "tt", "u", "var", "wbr"])
_CLOSES, _OPENS = tuple(",.;:!?)]}%…”’"), tuple("([{“‘")  # a straight quotation mark says not which it is
# DEL and what Latin-1 keeps behind it are orders to a terminal; behind another such letter they are half of one that was decoded
# twice, as a page prints it
_ORDERS = "(?<![\x80-\xff])[\x7f-\x84\x86-\x9f]"
_UNSEEN = re.compile(f"[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad\ufdd0-\ufdef]|{_ORDERS}|{UNFIT.pattern}")
SET, BESIDE, APART = range(3)  # in other letters, in the same line, on a line of its own


def fold(text: str) -> str:
    """White space as one space; zero-width characters, marks of direction, controls and what is no character gone.

    Here, and not in the page's bytes alone: numbered ("&#27;") and escaped ones come with the decoding.
    """
    line = " ".join(text.split())
    return line if line.isprintable() else " ".join(_UNSEEN.sub("", text).split())


def line_of(node: LexborNode) -> str:
    """Give the text, its white space as it is in the markup.

    Between two elements stands a space, but not before a comma or behind a bracket, and none within "<i>update</i>-nya".
    """
    first = node.first_child
    if first is None or (first.next is None and first.tag == "-text"):  # most have nothing else
        return node.text(deep=True) if first else ""
    pieces: list[str] = []
    crossed = SET
    opened = [(SET, node.iter(include_text=True))]
    while opened:
        around, rest = opened[-1]
        child = next(rest, None)
        if child is None:
            opened.pop()
            crossed = max(crossed, around)
        elif (tag := child.tag or "") == "-text":
            text = child.text_content or ""
            parted = pieces and crossed and not (crossed == BESIDE and _is_one(pieces[-1], text))
            pieces += [" ", text] if parted else [text]
            crossed = SET
        elif tag not in SILENT:
            own = SET if tag in TYPE else BESIDE if tag in INLINE else APART
            crossed = max(crossed, own)
            opened.append((own, child.iter(include_text=True)))
    return "".join(pieces)


def _is_one(before: str, text: str) -> bool:
    return text.startswith(_CLOSES) or before.endswith(_OPENS)


def seen(node: LexborNode, drops: Container[int]) -> Iterator[str]:
    """Give the pieces of an element's text that a reader sees, a space between two elements that stand below each other."""
    last: int | None = None
    for one in node.traverse(include_text=True):
        if one.tag == "-text" and (above := one.parent) and above.mem_id not in drops and above.tag not in SILENT | CONTROLS:
            text = one.text_content or ""
            if not text.isspace():
                own = _line(above)
                yield from (" ",) if last not in (None, own) else ()
                last = own
            yield text
        elif one.tag == "br":
            yield " "


def _line(node: LexborNode) -> int:
    """The element that sets the line in which a node stands."""
    while node.tag in INLINE and node.parent is not None:
        node = node.parent
    return node.mem_id
