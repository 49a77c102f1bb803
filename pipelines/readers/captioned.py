"""Which of the page's lines are a picture's caption, and whose picture: by element, by credit, by place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.indonesian.dates import instant
from pipelines.nouns import Block
from pipelines.readers.inline import fold
from pipelines.readers.pictures import bare, picture_of
from pipelines.readers.whole import CAPTIONS, key

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from pipelines.readers.whole import Whole

LONG = 500  # characters; a caption of more is none
PICTURE_ABOVE = 6  # nodes, text between elements counted
BRIEF = 8  # words; a date in no more is a date line
CAPTION, LINES = 3, 40  # words; "Lihat Foto" is a button, and a longer line a paragraph
SET_APART = "small, em, i"
_PICTURE = re.compile(  # the name of an element; "ket" is short for keterangan
    r"(?i)caption|foto|photo|img|image|gambar|deskripsi|(?<![a-z])pic(?:ture|box)?(?![a-z])|(?<![a-z-])ket(?:erangan)?(?![a-z-])"
)
_CALLED = re.compile(r"(?i)(?:(?:img|image|photo|foto|pic|picture|figure|media)[-_]{0,2})?caption")
_EMBLEM = re.compile(r"(?i)logo|icon|avatar")  # a picture of nothing in the story
_BUTTON = re.compile(r"(?i)logo|icon|avatar|facebook|medsos|sosmed|[-_/]share\b|[-_/]fb[-_.]")
CREDIT = re.compile(r"(?:^|[.)] ?|\()(?i:foto|photo|dok|doc|sumber foto)(?: ?: ?|\. ?)\w(?:[^.]|\.(?=\w)){1,50}$")
_HOUSES = r"\b(?i:foto|dok|ist(?:imewa)?|antara|reuters|afp)\b"
_SIGNED = re.compile(rf"\((?=[^()]*(?:[^\W\d] ?/ ?[^\W\d]|\.com|{_HOUSES}))[^()]{{3,60}}\)\W*$")
# "(SM/Sri Lestari)", no desk's initials, or "©kabar.com/sri", no copyright
_NAMED = re.compile(r"\([A-Z][\w. ]{1,30}/[A-Z][\w.]+ [A-Z][\w. ]{1,40}\)\W*$|^(?!(?i:copyright|©)).*\S ?© ?\w[^©]{1,50}$")


def captioned(page: Whole, at: int) -> Block:
    """A page's line; what stands in an element called caption is a picture's."""
    block, home = page.lines.blocks[at], page.lines.homes[at]
    named = any("caption" in (node.attributes.get("class") or "").lower() for node in (home, home.parent or home))
    named = named or page.keys[at] in page.captions or is_credited(page, at) or is_framed(page, at) or is_set_apart(page, at)
    return caption(page, at) if named and block.kind != "figure" else block


def caption(page: Whole, at: int) -> Block:
    """A line as its picture's, less the credit that stands beside it in an element of its own."""
    block, home = page.lines.blocks[at], page.lines.homes[at]
    text = bare(home, block.text) if len(block.text) < LONG else block.text
    return Block("figure", text, block.at, picture_beside(page, at))


def found(page: Whole, at: int, *, above: bool) -> Block:
    """A line that nobody chose: what stands in an element named after a picture, or above the story below one, is its caption."""
    pictured = is_caption(page, at) or (above and is_signed(page, at))
    return caption(page, at) if pictured and page.lines.blocks[at].kind != "figure" else captioned(page, at)


def is_caption(page: Whole, at: int) -> bool:
    """Some words, no link and no title, in an element that is named after a picture; one word where it is called caption."""
    block, home = page.lines.blocks[at], page.lines.homes[at]
    both = [node.attributes for node in (home, home.parent or home)]
    names = " ".join(f"{said.get('class') or ''} {said.get('id') or ''}" for said in both)
    named = bool(home.tag == "figcaption" or _PICTURE.search(names) or page.keys[at] in page.captions or is_set_apart(page, at))
    named = named and not _EMBLEM.search(names)
    words, called = len(block.text.split()), any(map(_CALLED.fullmatch, (home.attributes.get("class") or "").split()))
    enough = words >= (1 if called else CAPTION) and (words > BRIEF or instant(block.text) is None)
    # some themes link a picture together with its caption
    linked = page.keys[at] in page.links and "caption" not in (home.attributes.get("class") or "")
    return named and enough and not linked and page.keys[at] not in page.titles


def is_credited(page: Whole, at: int) -> bool:
    """A line that ends in a picture's credit, below the picture: "… naik panggung. Foto: Kabar/Sri"."""
    text = page.lines.blocks[at].text
    told = CREDIT.search(text) or (_NAMED.search(text) and len(text.split()) <= LINES and is_right_below(page, at))
    return bool(told) and page.keys[at] not in page.links and is_pictured(page, at)


def is_right_below(page: Whole, at: int) -> bool:
    """Whether nothing but a picture stands in the element above a line's own, or with it in its own."""
    home = page.lines.homes[at]
    above = home.prev
    while above is not None and above.tag == "-text" and not above.text().strip():
        above = above.prev
    alone = home.css_first("img") is not None and page.lines.spans.get(home.mem_id) == (at, at + 1)
    return alone or (above is not None and above.css_first("img") is not None and not above.text(deep=True).strip())


def is_signed(page: Whole, at: int) -> bool:
    """Some words below a picture that end in who took it: above the story no class need say so."""
    text = page.lines.blocks[at].text
    told = len(text.split()) >= BRIEF and page.keys[at] not in page.links | page.titles
    return told and _SIGNED.search(text) is not None and is_pictured(page, at)


def is_framed(page: Whole, at: int) -> bool:
    """A line of an element named after a picture: alone there with it, or ending in who took it: "… diuji. (Sri/kabarcom)"."""
    home, text = page.lines.homes[at], page.lines.blocks[at].text
    if not _PICTURE.search(f"{home.attributes.get('class') or ''} {home.attributes.get('id') or ''}"):
        return False
    alone = page.lines.spans.get(home.mem_id) == (at, at + 1) and home.css_first("img") is not None
    return bool(alone or _SIGNED.search(text)) and is_caption(page, at)


def is_set_apart(page: Whole, at: int) -> bool:
    """A line all in italics or small letters, alone with a picture in one element: "<p><img><br><em>Warga menonton.</em></p>"."""
    home, text = page.lines.homes[at], page.lines.blocks[at].text
    alone = page.lines.spans.get(home.mem_id) == (at, at + 1) and home.css_first("img") is not None
    if not alone or not CAPTION <= len(text.split()) <= LINES:
        return False
    return instant(text) is None and any(fold(inner.text(deep=True)) == text for inner in home.css(SET_APART))


def is_pictured(page: Whole, at: int) -> bool:
    """Whether a picture stands in a line's own element or right above it."""
    node: LexborNode | None = page.lines.homes[at]
    for _ in range(PICTURE_ABOVE):
        if node is None:
            return False
        if node.css_first("img"):
            return True
        node = node.prev
    return False


def picture_beside(page: Whole, at: int) -> str | None:
    """The address of a caption's picture: in the element that holds the caption alone, or right above that."""
    home = page.lines.homes[at]
    inside = home.css(CAPTIONS) if page.keys[at] in page.captions else []
    node: LexborNode | None = next((one for one in inside if key(one.text(deep=True)) == page.keys[at]), home)
    for _ in range(PICTURE_ABOVE):
        if node is None:
            return None
        first, last = page.lines.spans.get(node.mem_id, (at, at + 1))
        if first == at and last > at + 1:  # more than the caption
            return None
        if (url := picture_of(node)) and not _BUTTON.search(url):
            return url
        node = node.prev or node.parent
    return None
