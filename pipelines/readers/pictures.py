"""A picture in the markup: its caption as printed, and its address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.readers.inline import fold, seen

if TYPE_CHECKING:
    from collections.abc import Container

    from selectolax.lexbor import LexborNode

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
        return fold("".join(seen(inside[0], drops)))
    # what a seed names among its photos holds a picture and its caption, nothing else
    return "" if node.tag == "figure" else fold("".join(seen(node, drops)))


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
