"""Pages read without a fence: of an outlet that has none, and a page that fits none of its outlet's (a stray)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from pipelines import unfenced
from pipelines.readers import ask
from pipelines.readers.pages import goes_on, next_pages
from pipelines.readers.parted import told_on
from pipelines.readers.whose import foreign
from pipelines.strays import as_read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.nouns import Block, Page
    from pipelines.outlets import Outlet
    from pipelines.readers import Sheet
    from pipelines.readers.parted import Lines
    from pipelines.unfenced import Choose

FEW = 60  # words; the least that a stray's story has
SENTENCE = 8  # words; a shorter line may be a headline or a link
REPEATED = 0.8  # of a line's words that stand in the page's description: it is the standfirst, which stubs print too
TITLED = 0.2  # of the title's words, the least that the story itself says
LONG = 4  # letters; shorter words stand in every text
TERSE = 4  # words; an announcement of fewer is asked for its short words too
HITS = 2  # words announced and told, the least
_ENDED = re.compile(r"""[.!?…:]["'”’)\]]*\s*$""")
_WORD = re.compile(r"\w{2,}")


class Told(NamedTuple):
    """A story read without a fence: its fields, the lines and cuts of each of its pages, whether all of it was at hand."""

    fields: dict[str, Any]
    pages: list[Lines]
    whole: bool


def at_large(sheets: Sequence[Sheet], outlet: Outlet, pages: Sequence[Page], choose: Choose) -> Told | None:
    """Read a story's pages; None where the outlet has layouts and what was read is not the story that the page announces."""
    known = as_read(outlet)
    fields = unfenced.fields_of(sheets[0], known, pages[0].url)
    if outlet.layouts and (theirs := foreign(sheets[0], outlet, pages[0].url)):
        fields |= {"story_id": theirs}  # refused as the wrong story, and no sign of a changed layout
    first = unfenced.story_of(sheets[0], choose)
    if outlet.layouts and not is_announced(sheets[0], fields, first[0]):
        return None
    read = [first, *(unfenced.story_of(sheet, choose) for sheet in sheets[1:])]
    further, whole = told_on(sheets, pages, read, known, fields["title"])
    held = {address for page in pages for address in page.addresses}
    # without a seed's word for it, one document holds a whole story, unless it names the next one
    unread = goes_on(sheets[0], outlet, pages[0].url) if outlet.layouts and outlet.more else set()
    unread |= set() if outlet.layouts else next_pages(sheets[0], pages[0].url)
    return Told(fields, further, whole=whole and not unread - held)


def is_announced(sheet: Sheet, found: dict[str, Any], blocks: Sequence[Block]) -> bool:
    """Whether lines found without a fence are the story that the page's headline and description announce.

    A page of a known outlet that fits no layout of its seed may as well be an error page, a list, a frame whose story a script
    brings, or a standfirst above an appeal to subscribe. Of 26 pages of 14 outlets, each with its story and without, this told
    51 right; a photo story of 19 words is refused.
    """
    description = (ask(sheet, "meta", "og:description") or ask(sheet, "meta", "description") or [""])[0]
    told = [block.text for block in blocks if block.kind != "figure"]
    own = [text for text in told if not _repeats(text, description)]
    many = sum(len(text.split()) for text in told if len(text.split()) >= SENTENCE and _ENDED.search(text))
    if not (found["title"] and found["published_at"]) or many < max(FEW, sum(len(text.split()) for text in told) / 2):
        return False
    announced, said = _announcing(f"{found['title']} {description}"), _words(" ".join(told))
    title, alone = _announcing(found["title"]), _words(" ".join(own))
    return len(announced & said) >= max(len(announced) / 2, HITS) and len(title & alone) >= max(TITLED * len(title), 1)


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}


def _announcing(text: str) -> set[str]:
    """The words that tell what a text is about: the long ones, if there are some."""
    words = _words(text)
    long = {word for word in words if len(word) >= LONG}
    return long if len(long) >= TERSE else words


def _repeats(text: str, description: str) -> bool:
    words = _announcing(text)
    return len(words & _words(description)) >= REPEATED * len(words)
