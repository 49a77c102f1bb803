"""A picture in the markup: its caption as printed, and its address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.readers.inline import fold, seen

if TYPE_CHECKING:
    from collections.abc import Container

    from selectolax.lexbor import LexborNode

ASKED = 20  # elements within a caption
CREDITED = ("author", "credit", "copyright", "photographer", "fotografer", "attribution", "source")
CREDITS = ", ".join(f"{tag}[class*={name} i]" for tag in ("span", "small", "cite") for name in CREDITED)
HEARD = ".visually-hidden, .visuallyhidden, .off-screen, .offscreen, .sr-only, .screen-reader-text"  # "Keterangan gambar, "
CAPTIONS = ("data-description", "data-short-desc", "caption")
PICTURES = ("data-image", "data-image-ori", "data-src", "data-lazy-src", "data-original", "src")
# a picture's address without its host, and what stands in a picture's place until a script has brought it
_STAND_IN = r"(?:blank|placeholder|spacer|pixel|load(?:ing|er)?|lazy(?:load)?|transparent|default|no-?image|logo|1x1)"
_ON_HOST = re.compile(rf"(?i)/(?!/)(?!\S*\b{_STAND_IN}\b)[^\s{{}}<>]*\.(?:jpe?g|png|webp|avif)(?:\?\S*)?")
_MARKUP = re.compile(r"<[^>]+>")


def caption_of(node: LexborNode, drops: Container[int]) -> str:
    """The picture's caption as printed; its alt is no caption: desks leave the headline there."""
    for name in CAPTIONS:
        if text := node.attributes.get(name):
            return fold(_MARKUP.sub(" ", text))
    inside = [one for place in ("figcaption", "[class*=caption]") for one in node.css(place) if one.mem_id not in drops]
    if inside:
        return bare(inside[0], fold("".join(seen(inside[0], drops))))
    # what a seed names among its photos holds a picture and its caption, nothing else
    return "" if node.tag == "figure" else bare(node, fold("".join(seen(node, drops))))


def bare(node: LexborNode, text: str) -> str:
    """A caption less what only a screen reader says before it, and less a credit in an element of its own, if not in brackets."""
    for said in _said(node, HEARD):
        text = text.removeprefix(said).lstrip() or text
    for said in _said(node, CREDITS):
        own = text.removeprefix(said).strip()
        text = (own if said.startswith("(") else own.removesuffix(said).rstrip()) or text
    ends = (said for said in _said(node, "span, small") if said[0].isupper() and said != text and text.endswith(said))
    return next((f"{text[: -len(said)].rstrip()} {said}" for said in ends), text)


def _said(node: LexborNode, names: str) -> list[str]:
    return [said for one in node.css(names)[:ASKED] if (said := fold(one.text(deep=True)))]


def picture_of(node: LexborNode) -> str | None:
    """The picture's address as printed, whole or from its host's root: the first one that is no placeholder."""
    images = [node, *node.css("img")]
    said = (image.attributes.get(name) or "" for name in PICTURES for image in images)
    found = (f"https:{url}" if url.startswith("//") else url for url in said)
    return next((url for url in found if _is_picture(url)), None)


def _is_picture(url: str) -> bool:
    if url.startswith("http"):
        return "blank." not in url and not url.endswith(".svg")
    return _ON_HOST.fullmatch(url) is not None
