"""A fenced piece of markup → its lines: paragraphs, headings, list items, quotes and figures, in reading order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from pipelines.nouns import Block, Cut
from pipelines.readers.bounds import portions
from pipelines.readers.breaks import BREAK, bold_opening, line_of, split
from pipelines.readers.inline import CONTROLS, INLINE, SILENT, fold
from pipelines.readers.pictures import caption_of, picture_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from selectolax.lexbor import LexborNode

    from pipelines.readers.breaks import Pieces
    from pipelines.rules import Rule

KINDS = {**dict.fromkeys(["h1", "h2", "h3", "h4", "h5", "h6"], "h"), "li": "li", "blockquote": "quote"}
CELLS, CELL = frozenset(["td", "th"]), 150  # characters; in a longer cell stands prose
LOOSE = INLINE | SILENT | {"img"}
PARTED = "div, br, ul, ol, table, figure, blockquote, h1, h2, h3, h4, h5, h6"  # a cell that holds one is a box of the template's
CAPTIONED = ".tr-caption-container"  # Blogger's picture with its caption, a table


def lines(fence: Iterable[LexborNode], figures: set[int], drops: Mapping[int, Rule]) -> tuple[list[Block], list[Cut]]:
    """Walk the fenced elements once; ``figures`` and ``drops`` name nodes by their memory address."""
    walk = _Walk(figures, drops)
    for node in fence:
        walk.block(node, "p")
    return walk.blocks, walk.cuts


class Survey(NamedTuple):
    """A whole page's lines; of each line the element it stands in, of each element (by memory address) its first and last line."""

    blocks: list[Block]
    homes: list[LexborNode]
    spans: dict[int, tuple[int, int]]


def survey(top: LexborNode) -> Survey:
    """Walk a page whose story nobody fenced: even the text in its forms counts, for some templates put all into one."""
    walk = _Walk({node.mem_id for node in top.css(CAPTIONED)}, {}, CONTROLS - {"form"})
    walk.block(top, "p")
    return Survey(walk.blocks, walk.homes, walk.spans)


class _Open(NamedTuple):
    """An element being read; ``home`` is the one on whose lines its text stands."""

    node: LexborNode
    kind: str
    bold: bool
    home: LexborNode
    start: int
    rest: Iterator[LexborNode]


class _Walk:
    """One pass over the fence, gathering the pieces of the line it stands in."""

    def __init__(self, figures: set[int], drops: Mapping[int, Rule], controls: frozenset[str] = CONTROLS) -> None:
        self.figures, self.drops, self.controls = figures, drops, controls
        self.blocks: list[Block] = []
        self.cuts: list[Cut] = []
        self.pieces: Pieces = []
        self.homes: list[LexborNode] = []
        self.spans: dict[int, tuple[int, int]] = {}
        self.at = 0

    def block(self, node: LexborNode, kind: str) -> None:
        """Read an element that stands on lines of its own. Pages nest deeper than Python calls: the open ones are a list."""
        opened = [one] if (one := self.opened(node, node.tag or "", kind)) else []
        while opened:
            here = opened[-1]
            child = next(here.rest, None)
            if child is not None:
                if inner := self.child(child, here):
                    opened.append(inner)
                continue
            opened.pop()
            if here.home is here.node:
                self.flush(here)
                self.spans[here.node.mem_id] = (here.start, len(self.blocks))

    def opened(self, node: LexborNode, tag: str, kind: str) -> _Open | None:
        """Open an element that stands on its own lines; what is dropped or a picture is read at once."""
        own = node.mem_id
        if rule := self.drops.get(own):
            self.cut(node, rule.name)
        elif own in self.figures or (tag == "figure" and not _is_table(node)):
            self.figure(node)
        else:
            rest = node.iter(include_text=True)
            return _Open(node, KINDS.get(tag, kind), bold=False, home=node, start=len(self.blocks), rest=rest)
        return None

    def child(self, child: LexborNode, here: _Open) -> _Open | None:
        """Read one child: text at once; an element is opened, in the same line or on its own."""
        tag = child.tag or ""
        if tag == "-text":
            text = child.text_content or ""
            if self.pieces or not text.isspace():  # what stands between two elements is no line
                self.pieces.append((text, here.bold))
        elif tag == "br":
            self.pieces.append((BREAK, here.bold))
        elif tag in INLINE and child.mem_id not in self.drops:
            bold = here.bold or tag in ("b", "strong")
            return _Open(child, here.kind, bold, here.home, here.start, child.iter(include_text=True))
        elif tag in CELLS and (line := self.cell(child)):
            self.pieces.append((" ", here.bold))  # a row of figures is one line
            return _Open(line, here.kind, here.bold, here.home, here.start, line.iter(include_text=True))
        elif tag == "button" and KINDS.get(here.home.tag or "") == "h":  # a question that opens its answer
            return _Open(child, here.kind, here.bold, here.home, here.start, child.iter(include_text=True))
        elif tag in self.controls:
            self.flush(here)
            self.cut(child, "page/control")
        elif tag not in SILENT and not (tag == "img" and "emoji" in (child.attributes.get("class") or "")):
            self.flush(here)
            return self.opened(child, tag, here.kind)
        return None

    def cell(self, node: LexborNode) -> LexborNode | None:
        """Give the element that holds all of a cell's text, if that is one short line: it, or a paragraph in it."""
        held = [child for child in node.iter() if child.tag not in LOOSE]
        if any(child.tag != "p" for child in held) or len(held) > 1 or node.css_first(PARTED) is not None:
            return None
        own, text = held[0] if held else node, node.text(deep=True).strip()
        named = any(one.mem_id in self.drops or one.mem_id in self.figures for one in (node, own))
        return None if named or len(text) > CELL or own.text(deep=True).strip() != text else own

    def cut(self, node: LexborNode, rule: str) -> None:
        if text := fold(node.text(deep=True, separator=" ")):
            self.cuts.append(Cut(rule, text, self.at))
            self.at += 1

    def figure(self, node: LexborNode) -> None:
        """Read a picture and its caption; where a template keeps them apart, a seed names both and caption joins picture.

        A gallery's pictures stand in figures of their own.
        """
        if gallery := _gallery(node):
            for one in gallery:
                self.figure(one)
            return
        caption, picture = caption_of(node, self.drops), picture_of(node)
        last = self.blocks[-1] if self.blocks else None
        if caption and picture is None and last and (last.kind, last.text, last.at) == ("figure", "", self.at - 1):
            self.blocks[-1] = replace(last, text=caption)
        else:
            self.blocks.append(Block("figure", caption, self.at, picture))
            self.homes.append(node)
            self.at += 1
        for inner in node.css("*"):
            if rule := self.drops.get(inner.mem_id):
                self.cut(inner, rule.name)

    def flush(self, here: _Open) -> None:
        if not self.pieces:
            return
        pieces, self.pieces = self.pieces, []
        for line in split(pieces) if len(pieces) > 1 else (pieces,):  # one piece is one line; a break alone is white space
            bold = len(bold_opening(line))
            for text in portions(fold("".join(text for text, _ in line))):
                self.blocks.append(line_of(here.kind, text, min(bold, len(text)), self.at))
                self.homes.append(here.home)
                self.at += 1


def _gallery(figure: LexborNode) -> list[LexborNode]:
    """The pictures of a gallery, each in a <figure>, and the caption of them all; empty where there is one picture."""
    own = figure.mem_id
    pictures = [one for one in figure.css("figure") if one.mem_id != own and len(one.css("figure")) == 1]
    return [*pictures, *(child for child in figure.iter() if child.tag == "figcaption")] if len(pictures) > 1 else []


def _is_table(figure: LexborNode) -> bool:
    """Whether a table alone stands in a <figure>, as WordPress and CKEditor set them."""
    return figure.css_first("table") is not None and figure.css_first("img") is None
