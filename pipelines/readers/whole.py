"""A page surveyed whole: its lines with the keys by which another reader's lines are known again, its links, titles and posts."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pipelines.indonesian.language import language_of
from pipelines.readers import ask
from pipelines.readers.lines import Survey, survey

if TYPE_CHECKING:
    from collections.abc import Iterable

    from selectolax.lexbor import LexborNode

    from pipelines.nouns import Block
    from pipelines.readers.sheet import Sheet

POSTS = (
    "blockquote.twitter-tweet, blockquote.twitter-video, blockquote.instagram-media, blockquote.tiktok-embed, "
    "blockquote.text-post-media, .fb-post, amp-twitter, amp-instagram, amp-facebook, amp-tiktok"
)
# BBC's pitches, and what other firms' embeds ask, stand where those who listen to the page may skip them
SKIPPED = 'section[role=region]:has(> a[href^="#end-of"]):not(:has(h1)), section[role=region][aria-label^="Hentikan penawaran"]'
COMMENTS = "[id*=komentar i], [class*=komentar i]"  # readers'; what is called so in English the extractor knows
# WordPress's own plug-ins' and their like
BIOGRAPHIES = ".saboxplugin-wrap, .m-a-box, .pp-multiple-authors-boxes-wrapper, .author-box, .author-bio, .abh_box, .about-author"
CAPTIONS = ", ".join(f"{tag}[{name}*=caption i]" for tag in ("span", "small", "em", "i") for name in ("class", "id"))
HEADINGS = ("h2", "h3", "h4")
DOCUMENT = re.compile(r"(?i)\.(?:pdf|docx?|xlsx?)(?:[?#]|$)|^(?:mailto|tel|whatsapp):")  # what a link to no story leads to
TOLD = 8  # words; a shorter line of its own is no prose
_NO_LETTERS = re.compile(r"[\W_]+")


def key(text: str) -> str:
    """The letters and digits of a text: by them a line is known again in another reader's spacing and punctuation."""
    return _NO_LETTERS.sub("", text.casefold())


class Whole(NamedTuple):
    """A page's lines with their keys; and apart the keys of those that are links, or links to anchors of its own, and the like."""

    lines: Survey
    keys: list[str]
    links: frozenset[str]
    anchors: frozenset[str]
    titles: frozenset[str]
    paragraphs: frozenset[str]
    posts: frozenset[str]
    captions: frozenset[str]
    comments: frozenset[str]
    biographies: frozenset[str]


@lru_cache(maxsize=1)  # the story's reader and the fields' ask for the same page, one after the other
def whole(sheet: Sheet) -> Whole:
    """Survey a page."""
    lines = survey(sheet.tree.body or sheet.tree.root) if sheet.tree.root else Survey([], [], {})
    printed = ask(sheet, "css", "h1")  # some templates set every heading so
    named = ask(sheet, "json_ld", "headline") + ask(sheet, "meta", "og:title") + ask(sheet, "css", "title")
    titles = named + (printed if len(printed) == 1 else [])
    stories = (node for node in sheet.tree.css("a") if not DOCUMENT.search(node.attributes.get("href") or ""))
    links = frozenset(key(node.text(deep=True)) for node in stories)
    anchors = frozenset(key(node.text(deep=True)) for node in sheet.tree.css('a[href^="#"]') if node.attributes["href"] != "#")
    keys = [key(block.text) for block in lines.blocks]
    posts = {keys[at] for node in sheet.tree.css(POSTS) for at in range(*lines.spans.get(node.mem_id, (0, 0)))} - {""}
    if posts and language_of(" ".join(block.text for block in lines.blocks if len(block.text.split()) >= TOLD)) != "id":
        posts = set()  # an English desk reads on from a post as from a quotation: article-extraction-benchmark counts them
    posts |= {keys[at] for node in sheet.tree.css(SKIPPED) for at in range(*lines.spans.get(node.mem_id, (0, 0)))} - {""}
    boxes = [node for node in sheet.tree.css(COMMENTS) if node.css_first("h1") is None]
    comments = {keys[at] for node in boxes for at in range(*lines.spans.get(node.mem_id, (0, 0)))} - {""}
    biographies = {keys[at] for node in sheet.tree.css(BIOGRAPHIES) for at in range(*lines.spans.get(node.mem_id, (0, 0)))}
    captions = frozenset(key(node.text(deep=True)) for node in sheet.tree.css(CAPTIONS) if _is_below_picture(node))
    paragraphs = frozenset(one for one, home in zip(keys, lines.homes, strict=True) if home.tag == "p")
    titled = frozenset(map(key, titles)) - {""}
    boxed = frozenset(comments), frozenset(biographies - {""})
    return Whole(lines, keys, links - {""}, anchors, titled, paragraphs, frozenset(posts), captions - {""}, *boxed)


def _is_below_picture(node: LexborNode) -> bool:
    above = node.prev
    while above is not None and above.tag == "-text" and not above.text().strip():
        above = above.prev
    return above is not None and (above.tag == "img" or above.css_first("img") is not None)


def prose_of(page: Whole) -> list[Block]:
    """Whatever looks like prose, on a page too large to be chosen from."""
    return [block for at, block in enumerate(page.lines.blocks) if block.kind == "p" and is_prose(page, at)]


def is_prose(page: Whole, at: int) -> bool:
    """A line of some length that is not all link."""
    block = page.lines.blocks[at]
    return block.kind != "figure" and page.keys[at] not in page.links and len(block.text.split()) >= TOLD


def within(page: Whole, nodes: Iterable[LexborNode]) -> set[int]:
    """The lines that stand in any of the elements."""
    return {at for node in nodes for at in range(*page.lines.spans.get(node.mem_id, (0, 0)))}
