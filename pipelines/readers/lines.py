"""A fenced piece of markup → its lines: paragraphs, headings, list items, quotes and figures, in reading order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.nouns import Block, Cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from selectolax.lexbor import LexborNode

    from pipelines.rules import Rule

INLINE = frozenset([
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "center", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "nobr", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u",
    "var", "wbr",
])  # fmt: skip
SILENT = frozenset([
    "-comment", "audio", "head", "iframe", "input", "noscript", "object", "script", "style", "svg", "template", "video",
])  # fmt: skip
CONTROLS = frozenset(["button", "form", "select", "textarea"])  # what a reader clicks is no story
KINDS = {**dict.fromkeys(["h1", "h2", "h3", "h4", "h5", "h6"], "h"), "li": "li", "blockquote": "quote"}
CAPTIONS = ("data-description", "data-short-desc")
PICTURES = ("data-image", "data-image-ori", "data-src", "data-original", "src")
HEADING_WORDS = 15
BREAK = "\x1e"  # a <br>; the page itself holds no control characters any more
_ENDED = re.compile(r"[.!?:;,\"”'’)\]…]$")
_MARKUP = re.compile(r"<[^>]+>")
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
Pieces = list[tuple[str, bool]]  # text, and whether it is bold


def fold(text: str) -> str:
    """White space as one space, zero-width characters gone."""
    return " ".join(_INVISIBLE.sub("", text).split())


def lines(fence: Iterable[LexborNode], figures: set[int], drops: Mapping[int, Rule]) -> tuple[list[Block], list[Cut]]:
    """Walk the fenced elements once; ``figures`` and ``drops`` name nodes by their memory address."""
    walk = _Walk(figures, drops)
    for node in fence:
        walk.block(node, "p")
    return walk.blocks, walk.cuts


class _Walk:
    """One pass over the fence, gathering the pieces of the line it stands in."""

    def __init__(self, figures: set[int], drops: Mapping[int, Rule]) -> None:
        self.figures, self.drops = figures, drops
        self.blocks: list[Block] = []
        self.cuts: list[Cut] = []
        self.pieces: Pieces = []
        self.at = 0

    def block(self, node: LexborNode, kind: str) -> None:
        """Read an element that stands on lines of its own."""
        if rule := self.drops.get(node.mem_id):
            self.cut(node, rule.name)
        elif node.mem_id in self.figures or node.tag == "figure":
            self.figure(node)
        else:
            self.children(node, KINDS.get(node.tag or "", kind), bold=False)

    def children(self, node: LexborNode, kind: str, *, bold: bool) -> None:
        for child in node.iter(include_text=True):
            tag = child.tag or ""
            if tag == "-text":
                self.pieces.append((child.text_content or "", bold))
            elif tag == "br":
                self.pieces.append((BREAK, bold))
            elif tag in INLINE and child.mem_id not in self.drops:
                self.children(child, kind, bold=bold or tag in ("b", "strong"))
            elif tag in CONTROLS:
                self.flush(kind)
                self.cut(child, "page/control")
            elif tag not in SILENT:
                self.flush(kind)
                self.block(child, kind)
                self.flush(KINDS.get(tag, kind))
        if (node.tag or "") not in INLINE:
            self.flush(kind)

    def cut(self, node: LexborNode, rule: str) -> None:
        if text := fold(node.text(deep=True, separator=" ")):
            self.cuts.append(Cut(rule, text, self.at))
            self.at += 1

    def figure(self, node: LexborNode) -> None:
        self.blocks.append(Block("figure", caption_of(node, self.drops), self.at, picture_of(node)))
        self.at += 1
        for inner in node.css("*"):
            if rule := self.drops.get(inner.mem_id):
                self.cut(inner, rule.name)

    def flush(self, kind: str) -> None:
        pieces, self.pieces = self.pieces, []
        for line in _split(pieces):
            text = fold("".join(text for text, _ in line))
            if text:
                self.blocks.append(_block(kind, text, len(_bold_opening(line)), self.at))
                self.at += 1


def _block(kind: str, text: str, bold: int, at: int) -> Block:
    """A short line all in bold is a heading that the desk did not mark as one."""
    if bold < len(text):
        return Block(kind, text, at, bold=bold)
    heading = kind == "p" and len(text.split()) <= HEADING_WORDS and not _ENDED.search(text)
    return Block("h" if heading else kind, text, at)


def _bold_opening(line: Pieces) -> str:
    opening = []
    for text, bold in line:
        if not bold and text.strip():
            break
        opening.append(text)
    return fold("".join(opening))


def _split(pieces: Pieces) -> Iterator[Pieces]:
    """Part a line at its breaks: two always part, one only where a sentence or a bold line ended before it."""
    line: Pieces = []
    breaks = 0
    for text, bold in pieces:
        if text == BREAK:
            breaks += 1
        elif not text.strip():
            line.append((" ", bold))
        else:
            if breaks and (breaks > 1 or _parts(line)):
                yield line
                line = []
            line.append((" " + text if breaks else text, bold))
            breaks = 0
    yield line


def _parts(line: Pieces) -> bool:
    words = [(text, bold) for text, bold in line if text.strip()]
    return bool(words) and (all(bold for _, bold in words) or bool(_ENDED.search(words[-1][0].rstrip())))


def caption_of(node: LexborNode, drops: Mapping[int, Rule]) -> str:
    """The picture's caption as printed; its alt is no caption: desks leave the headline there."""
    for name in CAPTIONS:
        if text := node.attributes.get(name):
            return fold(_MARKUP.sub(" ", text))
    inside = [one for place in ("figcaption", "[class*=caption]") for one in node.css(place) if one.mem_id not in drops]
    return fold(inside[0].text(deep=True, separator="")) if inside else ""


def picture_of(node: LexborNode) -> str | None:
    """The picture's address: the first one that is no placeholder."""
    images = [node, *node.css("img")]
    found = (image.attributes.get(name) for name in PICTURES for image in images)
    return next((url for url in found if url and url.startswith("http") and "blank." not in url), None)
