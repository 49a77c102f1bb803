"""What a page prints between its headline and the element that holds the story: its first paragraph, where a template says so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.indonesian.language import language_of
from pipelines.readers.captioned import is_caption, is_credited, is_signed
from pipelines.readers.lost import begins
from pipelines.readers.whole import Whole, is_prose

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from selectolax.lexbor import LexborNode

FAR = 15  # lines from the headline to the story
_TOLD = re.compile(r"[.!?][\"”’)]*$")
_OWNER = r"(?:article|post|story|entry|news|content|berita|detail)[-_]{1,2}"
# VOA's and other newsrooms' intro, Hukumonline's lead, DW's teaser-text, Tirto's ringkasan
_NAMED = re.compile(rf"(?i)(?:{_OWNER})?(?:intro|lead|standfirst|teaser-text|ringkasan|deck)(?:[-_]{{1,2}}(?:text|bold))?")
_FIRST = re.compile(r"(?i)intro(?:[-_]{1,2}(?:text|bold))?")


def standfirsts(
    page: Whole, body: Sequence[int] | None, known: Sequence[int], described: AbstractSet[str]
) -> tuple[set[int], set[int]]:
    """The sentences between the headline and the story: those that are its first paragraph, and those of which nothing says so.

    A sentence that the story says too is neither: the template took it from there. What the page's metas say as well is a
    summary, but for VOA's intro; and so is any in English, as article-extraction-benchmark has it.
    """
    if not body and not known:
        return set(), set()
    story = min(body) if body else _begins(page, known)
    heads = [at for at in range(story) if page.keys[at] in page.titles and page.lines.homes[at].tag == "h1"]
    if not heads or story - heads[-1] > FAR:
        return set(), set()
    said = "".join(page.keys[at] for at in {*(body or ()), *known} if at >= story)
    told = {at for at in range(heads[-1] + 1, story) if _is_told(page, at) and page.keys[at] not in said}
    named = {at for at in told if _is_named(page, at, story, _FIRST if page.keys[at] in described else _NAMED)}
    theirs = named and language_of(" ".join(page.lines.blocks[at].text for at in known)) != "id"
    return (set(), told) if theirs else (named, told - named)


def _begins(page: Whole, known: Sequence[int]) -> int:
    """Where the chosen story begins, its standfirst aside."""
    first = begins(page, known)
    below = next((at for at in known if at > first and is_prose(page, at)), first)
    return below if _is_named(page, first, below, _NAMED) else first


def _is_told(page: Whole, at: int) -> bool:
    pictured = is_caption(page, at) or is_credited(page, at) or is_signed(page, at)
    told = page.lines.blocks[at].kind == "p" and is_prose(page, at) and _TOLD.search(page.lines.blocks[at].text) is not None
    return told and not pictured and page.keys[at] not in page.posts | page.comments | page.biographies | page.titles


def _is_named(page: Whole, at: int, story: int, names: re.Pattern[str]) -> bool:
    """Whether its element, or the one around that, is called a standfirst and ends above the story."""
    home: LexborNode = page.lines.homes[at]
    both = [one for one in (home, home.parent) if one and page.lines.spans.get(one.mem_id, (at, at + 1))[1] <= story]
    return any(names.fullmatch(name) for one in both for name in (one.attributes.get("class") or "").split())
